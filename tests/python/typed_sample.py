"""What a typed host writes. mypy --strict must accept it, and find the lines that are marked as wrong."""
import asyncio
import datetime
import pathlib
from decimal import Decimal
from typing import Iterable, List, Optional, Tuple

import contextpack
from contextpack import aio
from contextpack.drivers import Analysis, Analyzer, AnalyzerRequest, BlobInfo, BlobReader, BlobWriter, Storage, Usage


class Mine(Analyzer):
    @property
    def identity(self) -> str:
        return "mine/1"

    def analyze(self, request: AnalyzerRequest) -> Analysis:
        return Analysis(request.text[:100], Usage(cost=Decimal("0.1")))


class Nothing(Storage):
    def open_writer(self, key: str, size_hint: Optional[int]) -> BlobWriter:
        raise NotImplementedError

    def open_reader(self, key: str, offset: int, length: Optional[int]) -> BlobReader:
        raise contextpack.NotFoundError(key)

    def stat(self, key: str) -> BlobInfo:
        return BlobInfo(1, datetime.datetime.now(datetime.timezone.utc))

    def remove(self, key: str) -> None:
        pass

    def list(self, prefix: str) -> Iterable[Tuple[str, BlobInfo]]:
        return []


def work(path: pathlib.Path) -> List[str]:
    cancel = contextpack.Cancel()
    with contextpack.Engine("sqlite::memory:", Nothing(), Mine(), settings={"chunk.max_tokens": 100}) as engine:
        with engine.service() as service:
            user: contextpack.User = service.users.create("me@example.com")
        with engine.session(user) as me:
            pack, made = me.packs.ensure("Me")
            source = me.sources.add(pack, path, progress=lambda at: print(at.stage, at.done), cancel=cancel)
            cost: Decimal = source.cost
            when: datetime.datetime = source.created_at
            done: Optional[datetime.datetime] = source.completed_at
            size: Optional[int] = source.file_size
            job: contextpack.Job = me.jobs.run(me.jobs.create(path))
            latest: List[contextpack.Transaction] = list(me.credits.overview().latest)
            tier: contextpack.Tier = me.packages.get("bulk").tiers[0]
            unit: Decimal = tier.unit_price
            sale: contextpack.StripeObject = me.checkouts.create("bulk", credits=10, success_url="https://example.org/")
            when_paid: List[datetime.datetime] = [tried.created_at for tried in me.payment_attempts.all(page_size=10)]
            me.checkouts.create("bulk")  # wrong
            me.checkouts.create("bulk", success_url="https://example.org/", credits="10")  # wrong
            page: str = sale.url  # wrong
            me.payment_attempts.velocity(since="yesterday")  # wrong
            me.stripe.refund("key", "pi_1", amount=Decimal("1.5"))  # wrong
            print(unit, when_paid, page)
            spent: int = job.cost  # wrong
            name: int = source.name  # wrong
            source.name = "x"  # wrong
            me.packs.create(42)  # wrong
            print(cost, when, done, size, name, made, latest, spent)
            return [found.name for found in me.packs]


async def work_later(path: pathlib.Path) -> str:
    async with aio.Engine("sqlite::memory:", "memory:") as engine:
        async with engine.session("me") as me:
            pack = await me.packs.create("Me")
            identifier: str = pack.id
            source = await me.sources.add(identifier, path, name="x")
            await me.sources.add(pack, path, name=3)  # wrong
            async for found in me.packs:
                print(found.created_at)
            held: contextpack.Hold = await me.holds.get("work")
            await me.holds.commit(pack, held, "k", "1")  # wrong
            portal: contextpack.StripeObject = await me.stripe.portal(return_url="https://example.org/")
            price: contextpack.Price = await me.packages.price("bulk", 10)
            async for tried in me.payment_attempts.all(ip_address="192.0.2.1"):
                print(portal.url, price.amount, tried.amount)
            await me.stripe.refund("key")  # wrong
            number: int = await me.exports.read_text(source.id)  # wrong
            return str(number)


if __name__ == "__main__":
    print(work(pathlib.Path("x")), asyncio.run(work_later(pathlib.Path("x"))))

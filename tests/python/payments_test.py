#!/usr/bin/env python3
"""Packages, checkouts, customers, refunds and attempts to pay, against the fake of Stripe in tests/stripe."""
import asyncio
import datetime
import json
import pickle
import subprocess
import sys
import threading
import time
import unittest
from decimal import Decimal

import contextpack
from contextpack import AttemptStatus, Package, PaymentAttempt, Price, Tier, VelocityBy, aio
from support import ROOT, PackageTest

FAKE = ROOT / "tests" / "stripe" / "fake_stripe.py"
KEY = "sk_test_fake"
PACKAGES = [
    {"id": "small", "name": "100 credits", "currency": "usd", "credits": 100, "price": 999},
    {"id": "bulk", "currency": "jpy", "tiers": [{"from_credits": 10, "unit_price_micros": 12500000},
                                                {"from_credits": 100, "unit_price_micros": 9000000}]},
    {"id": "pro", "name": "Unlimited", "currency": "usd", "unlimited": True, "interval": "month", "price": 2000},
    {"id": "team", "currency": "eur", "credits": 5000, "interval": "year", "price_id": "price_1"},
]
DONE = "https://example.org/done?session={CHECKOUT_SESSION_ID}"


class PaymentsTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.fake = subprocess.Popen([sys.executable, "-B", FAKE, self.folder], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.fake.communicate, "")
        self.settings = {"stripe.secret_key": KEY, "billing.packages": json.dumps(PACKAGES),
                         "stripe.api_base": f"http://127.0.0.1:{int(self.fake.stdout.readline())}"}
        self.engine = self.open(settings=self.settings)
        self.me = self.person(self.engine)
        self.user = self.me.users.get()
        self.all = self.closing(self.engine.service())

    def instead(self, *lines):
        """What happens to the next requests."""
        (self.folder / "next").write_text("".join(f"{line}\n" for line in lines))

    def requests(self):
        path = self.folder / "requests"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class Packages(PaymentsTest):
    def test_what_can_be_bought(self):
        small, bulk, pro, team = self.me.packages.list()
        self.assertEqual((small.id, small.name, small.currency, small.decimals, small.credits, small.amount),
                         ("small", "100 credits", "usd", 2, 100, 999))
        self.assertEqual((small.interval, small.is_unlimited, small.price_id, small.tiers), (None, False, None, ()))
        self.assertEqual((bulk.name, bulk.decimals, bulk.credits, bulk.amount), ("bulk", 0, 0, 0))
        self.assertEqual(bulk.tiers, (Tier(10, Decimal("12.5")), Tier(100, Decimal(9))))
        self.assertEqual((pro.is_unlimited, pro.interval, pro.amount), (True, "month", 2000))
        self.assertEqual((team.price_id, team.interval, team.credits), ("price_1", "year", 5000))
        self.assertEqual(list(self.all.packages), [small, bulk, pro, team])
        self.assertEqual(self.me.packages.get("bulk"), bulk)
        self.assertNotEqual(self.me.packages.get("small"), bulk)
        self.assertEqual(pickle.loads(pickle.dumps(bulk)).tiers, bulk.tiers)
        self.assertEqual(bulk.as_dict()["tiers"], bulk.tiers)
        self.assertIn("tiers=(Tier(from_credits=10", repr(bulk))
        with self.assertRaises(contextpack.NotFoundError):
            self.me.packages.get("huge")

    def test_price_of_a_package(self):
        price = self.me.packages.price
        self.assertEqual(price("small"), Price(100, 999))
        self.assertEqual(price(self.me.packages.get("bulk"), 99), Price(99, 1238))  # 1237.5, half of a yen is up
        self.assertEqual(price("bulk", 100), Price(100, 900))
        self.assertEqual((price("pro"), price("team")), (Price(0, 2000), Price(5000, 0)))
        for package, credits in (("bulk", 9), ("bulk", 0), ("small", 7), ("bulk", -1)):
            with self.assertRaises(contextpack.InvalidArgumentError):
                price(package, credits)
        with self.assertRaises(ValueError):
            price("bulk", 1 << 64)
        with self.assertRaises(contextpack.NotFoundError):
            price("huge")

    def test_invalid_setting_is_reported(self):
        me = self.person(self.open(settings={"billing.packages": '[{"id": "a", "price": 1.5}]'}))
        for attempt in (me.packages.list, lambda: me.packages.get("a"), lambda: me.packages.price("a")):
            with self.assertRaisesRegex(contextpack.InvalidArgumentError, "billing.packages"):
                attempt()
        self.assertEqual(self.person(self.open()).packages.list(), [])


class Checkouts(PaymentsTest):
    def test_a_checkout_is_recorded(self):
        made = self.me.checkouts.create("small", success_url=DONE, cancel_url="https://example.org/no",
                                        ip_address="192.0.2.7", user_agent="Browser/1")
        self.assertEqual((made.type, made.status, made.amount, made.currency, made.is_live),
                         ("checkout.session", "open", 999, "usd", False))
        self.assertTrue(made.url.startswith("https://checkout.stripe.com/"))
        self.assertGreater(made.expires_at, datetime.datetime.now(datetime.timezone.utc))
        (attempt,) = self.me.payment_attempts
        self.assertEqual((attempt.id, attempt.stripe_id, attempt.user_id), (made.attempt_id, made.id, self.user.id))
        self.assertEqual((attempt.type, attempt.status, attempt.status_name, attempt.error_message),
                         ("credits", AttemptStatus.INITIATED, "initiated", None))
        self.assertEqual((attempt.credits_requested, attempt.amount, attempt.ip_address, attempt.user_agent),
                         (100, Decimal("9.99"), "192.0.2.7", "Browser/1"))
        self.assertEqual(self.me.payment_attempts.get(attempt), attempt)
        self.assertEqual(self.all.payment_attempts.get(attempt.id, self.user), attempt)
        form = self.requests()[0]["form"]
        self.assertEqual((form["success_url"], form["client_reference_id"]), (DONE, self.user.id))

    def test_tier_credits_for_another_user(self):
        bulk = self.me.packages.get("bulk")
        made = self.all.checkouts.create(bulk, credits=12, success_url=DONE, user=self.user)
        self.assertEqual(made.amount, 150)
        self.assertEqual(self.requests()[0]["form"]["line_items[0][price_data][unit_amount]"], "150")

    def test_rejected_requests(self):
        create = self.me.checkouts.create
        for mistake in (dict(package="bulk"), dict(package="small", success_url="done"),
                        dict(package="small", ip_address="there"), dict(package="small", cancel_url="x")):
            with self.assertRaises(contextpack.InvalidArgumentError):
                create(**{"success_url": DONE, **mistake})
        with self.assertRaises(contextpack.NotFoundError):
            create("huge", success_url=DONE)
        with self.assertRaises(PermissionError):
            create("small", success_url=DONE, user="00000000-0000-4000-8000-00000000000a")
        with self.assertRaises(ValueError):
            create("bulk", success_url=DONE, credits=1 << 64)
        self.all.admin_actions.suspend(self.user, "A stolen card")
        with self.assertRaisesRegex(contextpack.PermissionDeniedError, "stolen"):
            create("small", success_url=DONE)
        latest = self.me.payment_attempts.list(limit=1)[0]
        self.assertEqual(latest.status, AttemptStatus.FAILED)
        self.assertTrue(latest.error_message.startswith("refused: "), latest.error_message)
        self.assertEqual(self.requests(), [])

    def test_errors_of_stripe(self):
        self.instead("402 code=card_declined message=No_money")
        with self.assertRaisesRegex(contextpack.ConflictError, "card_declined") as caught:
            self.me.checkouts.create("small", success_url=DONE)
        self.assertEqual((caught.exception.domain, caught.exception.native), ("stripe", "HTTP 402"))
        wrong = self.person(self.open(settings={**self.settings, "stripe.secret_key": "sk_test_of_somebody"}))
        with self.assertRaises(contextpack.PermissionDeniedError) as caught:
            wrong.checkouts.create("small", success_url=DONE)
        self.assertNotIn("sk_test", str(caught.exception))
        self.instead("500", "DROP")  # the third is answered
        self.assertEqual(self.me.checkouts.create("small", success_url=DONE).status, "open")
        self.assertEqual(len({request["headers"]["Idempotency-Key"] for request in self.requests()[-3:]}), 1)

    def test_a_token_stops_it(self):
        self.instead("500 retry_after=50")
        cancel = contextpack.Cancel()
        timer = threading.Timer(0.3, cancel.request)
        timer.start()
        begun = time.monotonic()
        with self.assertRaises(contextpack.CancelledError):
            self.me.checkouts.create("small", success_url=DONE, cancel=cancel)
        timer.join()
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual([attempt.status for attempt in self.me.payment_attempts], [AttemptStatus.CANCELLED])


class Customers(PaymentsTest):
    def test_a_customer_and_the_portal(self):
        stripe = self.me.stripe
        with self.assertRaises(contextpack.NotFoundError):
            stripe.portal()
        made = stripe.customer()
        self.assertEqual((made.type, made.url, made.amount, made.expires_at), ("customer", None, 0, None))
        known = self.all.stripe.customer(self.user)
        self.assertEqual((known.id, known.type), (made.id, "customer"))
        portal = stripe.portal(return_url="https://example.org/account")
        self.assertTrue(portal.url.startswith("https://billing.stripe.com/"))
        self.assertEqual([request["path"] for request in self.requests()], ["/v1/customers", "/v1/billing_portal/sessions"])

    def test_refunds(self):
        with self.assertRaises(contextpack.PermissionDeniedError):
            self.me.stripe.refund("r1", "pi_1")
        back = self.all.stripe.refund("r1", "pi_1", amount=500, reason="requested_by_customer")
        self.assertEqual((back.type, back.amount, back.status), ("refund", 500, "succeeded"))
        self.assertEqual(self.all.stripe.refund("r1", "pi_1", amount=500, reason="requested_by_customer"), back)
        with self.assertRaises(contextpack.NotFoundError):
            self.all.stripe.refund("r2", "pi_unknown")
        with self.assertRaises(contextpack.InvalidArgumentError):
            self.all.stripe.refund("r3", "pi_1", reason="because")


def paid(name, user, age=0, credits=5):
    """An event that no webhook brought."""
    return {"id": f"evt_{name}", "object": "event", "created": int(time.time()) - age, "livemode": False,
            "type": "checkout.session.completed", "data": {"object": {
                "id": f"cs_{name}", "object": "checkout.session", "mode": "payment", "payment_status": "paid",
                "payment_intent": f"pi_{name}", "amount_total": 999, "currency": "usd",
                "metadata": {"user_id": user, "credits": str(credits)}}}}


class Reconciliation(PaymentsTest):
    def stripe_has(self, *events):
        (self.folder / "events").write_text("".join(json.dumps(event) + "\n" for event in events))

    def test_missed_events_are_processed(self):
        before = self.me.credits.balance().free
        self.stripe_has(paid("old", self.user.id, 100 * 3600), paid("stranger", "00000000-0000-4000-8000-00000000dead"),
                        paid("new", self.user.id))
        steps = []
        done = self.all.stripe.reconcile(progress=steps.append)
        self.assertEqual((done.seen, done.known, done.processed, done.ignored, done.unclaimed, done.refused, done.failed),
                         (2, 0, 1, 0, 0, 0, 1))
        self.assertIn("evt_stranger", done.first_failure)
        self.assertEqual((steps[-1].stage, steps[-1].total), (contextpack.Stage.STORE, None))
        since = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(days=5)
        done = self.all.stripe.reconcile(since=since)
        self.assertEqual((done.starts_at, done.known, done.processed, done.failed), (since, 1, 1, 1))
        self.assertEqual(self.me.credits.balance().free, before + 10)

    def test_rejected_requests(self):
        with self.assertRaises(contextpack.PermissionDeniedError):
            self.me.stripe.reconcile()
        for since in (datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc),
                      datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=31)):
            with self.assertRaisesRegex(contextpack.InvalidArgumentError, "30 days"):
                self.all.stripe.reconcile(since=since)
        self.instead("401")
        with self.assertRaisesRegex(contextpack.PermissionDeniedError, "stripe.secret_key"):
            self.all.stripe.reconcile()

    def test_a_token_stops_it(self):
        cancel = contextpack.Cancel()
        cancel.request()
        with self.assertRaises(contextpack.CancelledError):
            self.all.stripe.reconcile(cancel=cancel)


class Attempts(PaymentsTest):
    def setUp(self):
        super().setUp()
        self.other = self.person(self.engine, "other@example.com")
        for number in range(5):
            self.me.checkouts.create("small", success_url=DONE, ip_address=f"192.0.2.{1 + number % 2}")
        with self.assertRaises(contextpack.LimitExceededError) as caught:
            self.me.checkouts.create("pro", success_url=DONE, ip_address="192.0.2.1")
        self.assertTrue(caught.exception.retryable)
        self.other.checkouts.create("small", success_url=DONE, ip_address="192.0.2.1")

    def test_pages(self):
        attempts = self.me.payment_attempts
        page = attempts.list(limit=4)
        self.assertEqual(len(page), 4)
        rest = attempts.list(limit=4, after=page.next)
        self.assertEqual(([*page, *rest], rest.next), (list(attempts), None))
        self.assertEqual(list(attempts.all(page_size=1)), list(attempts))
        self.assertEqual((page[0].status, page[0].type), (AttemptStatus.FAILED, "subscription"))
        self.assertEqual(len(list(self.all.payment_attempts)), 7)
        self.assertEqual(list(self.all.payment_attempts.all(self.user)), list(attempts))
        self.assertEqual(len(self.all.payment_attempts.list(ip_address="192.0.2.1")), 5)
        self.assertEqual(len(list(self.all.payment_attempts.all(self.other.users.get(), ip_address="192.0.2.2"))), 0)
        self.assertEqual(pickle.loads(pickle.dumps(page[0])), page[0])
        with self.assertRaises(contextpack.PermissionDeniedError):
            self.other.payment_attempts.list(self.user)
        with self.assertRaises(contextpack.NotFoundError):
            self.other.payment_attempts.get(page[0].id)
        with self.assertRaises(contextpack.InvalidArgumentError):
            attempts.list(ip_address="nowhere")

    def test_velocity(self):
        mine, other = self.all.payment_attempts.velocity()
        self.assertEqual((mine.subject, mine.others, mine.attempts, mine.succeeded, mine.failed, mine.refused),
                         (self.user.id, 2, 6, 0, 1, 1))
        self.assertEqual((mine.credits_requested, mine.amount), (500, 5 * Decimal("9.99") + 20))
        self.assertLessEqual(mine.first_at, mine.last_at)
        self.assertEqual(other.attempts, 1)
        first, second = self.all.payment_attempts.velocity(by=VelocityBy.IP)
        self.assertEqual((first.subject, first.others, first.attempts, second.attempts), ("192.0.2.1", 2, 5, 2))
        self.assertEqual(self.all.payment_attempts.velocity(minimum_attempts=2), [mine])
        self.assertEqual(self.all.payment_attempts.velocity(limit=1), [mine])
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        self.assertEqual(self.all.payment_attempts.velocity(since=soon), [])
        with self.assertRaises(contextpack.PermissionDeniedError):
            self.me.payment_attempts.velocity()
        with self.assertRaises(contextpack.InvalidArgumentError):
            self.all.payment_attempts.velocity(limit=1001)
        with self.assertRaises(ValueError):
            self.all.payment_attempts.velocity(limit=1 << 32)


class Asynchronous(PaymentsTest):
    def test_async_versions(self):
        async def work():
            async with aio.Engine("sqlite::memory:", "memory:", settings=self.settings) as engine:
                async with engine.service() as service:
                    user = await service.users.create("me@example.com")
                    async with engine.session(user) as me:
                        self.assertEqual([found.id async for found in me.packages], [given["id"] for given in PACKAGES])
                        self.assertIsInstance(await me.packages.get("small"), Package)
                        self.assertEqual(await me.packages.price("bulk", 10), Price(10, 125))
                        made = await me.checkouts.create("small", success_url=DONE)
                        self.assertEqual([found.id async for found in me.payment_attempts], [made.attempt_id])
                        self.assertIsInstance(await me.payment_attempts.get(made.attempt_id), PaymentAttempt)
                        self.assertEqual([found.id async for found in service.payment_attempts.all(user, page_size=1)],
                                         [made.attempt_id])
                        self.assertTrue((await me.stripe.customer()).id.startswith("cus_"))
                        self.assertTrue((await me.stripe.portal()).url)
                    self.assertEqual((await service.stripe.refund("r", "pi_1")).status, "succeeded")
                    self.assertEqual((await service.stripe.reconcile()).seen, 0)
                    self.assertEqual([found.attempts for found in await service.payment_attempts.velocity()], [1])
        asyncio.run(work())

    def test_cancelling_the_task_stops_the_request(self):
        self.instead("500 retry_after=50")

        async def work():
            async with aio.Engine("sqlite::memory:", "memory:", settings=self.settings) as engine:
                async with engine.service() as service:
                    user = await service.users.create("me@example.com")
                    async with engine.session(user) as me:
                        task = asyncio.ensure_future(me.checkouts.create("small", success_url=DONE))
                        await asyncio.sleep(0.3)
                        task.cancel()
                        with self.assertRaises(asyncio.CancelledError):
                            await task
                        self.assertEqual([found.status_name async for found in me.payment_attempts], ["cancelled"])
        begun = time.monotonic()
        asyncio.run(work())
        self.assertLess(time.monotonic() - begun, 10)


if __name__ == "__main__":
    unittest.main()

"""The asyncio interface: calls run on an executor's threads, and cancelling a task stops the call that it awaits.

>>> async with contextpack.aio.Engine("sqlite:packs.db", "file:blobs") as engine:
...     async with engine.session(user) as session:
...         source = await session.sources.add(pack, path)

The classes have the same methods and arguments as the blocking classes. Progress and note callbacks run later, in the
event loop's thread. A session makes one call at a time; open several for concurrent work.
"""
import asyncio
import contextlib
import functools
import os
from concurrent.futures import Executor
from types import TracebackType
from typing import (TYPE_CHECKING, Any, AsyncIterator, Awaitable, Callable, Dict, Generic, List, Optional, Sequence, Type,
                    TypeVar, Union)

from . import (_build, _resource, _snapshot, admin, checkout, engine, export, hold, job, legacy_pack, maintenance,
               pack, package, payment_attempt, report, session, source, stripe, transaction, user, work)
from .cancel import Cancel

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec

    P = ParamSpec("P")

__all__ = ["AdminActions", "Checkouts", "Credits", "Engine", "Exports", "Holds", "Jobs", "LegacyPacks", "Maintenance",
           "Packages", "Packs", "PaymentAttempts", "Reports", "Session", "Sources", "Stripe", "Users", "build", "run"]

T = TypeVar("T")
N = TypeVar("N")
S = TypeVar("S", bound=_snapshot.Snapshot)

#: Callback arguments, which are called in the event loop.
_CALLBACKS = ("progress", "note", "orphan")


async def run(function: Callable[..., T], *args: Any, executor: Optional[Executor] = None, cancellable: bool = False,
              discard: Optional[Callable[[T], object]] = None, **kwargs: Any) -> T:
    """Calls a function on an executor's thread. If the task is cancelled, a call with a cancel token is stopped
    (`cancellable`: it gets one), and the cancellation continues when the call has returned. A result of the cancelled
    call is passed to `discard` on such a thread.
    """
    loop = asyncio.get_running_loop()
    token: Optional[Cancel] = kwargs.get("cancel")
    if cancellable and token is None:
        token = kwargs["cancel"] = Cancel()
    for name in _CALLBACKS:
        if kwargs.get(name) is not None:
            kwargs[name] = functools.partial(loop.call_soon_threadsafe, kwargs[name])
    future = loop.run_in_executor(executor, functools.partial(function, *args, **kwargs))
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        if token is not None:
            token.request()
        # Wait: the thread still uses objects that the caller may close.
        while not future.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([future])
        if future.exception() is None and discard is not None:
            await run(discard, future.result(), executor=executor)
        raise


def _awaited(method: "Callable[Concatenate[Any, P], T]") -> "Callable[Concatenate[Any, P], Awaitable[T]]":
    """The asynchronous version of a method of the blocking class."""
    cancellable = "cancel" in method.__annotations__

    async def twin(self: Any, /, *args: "P.args", **kwargs: "P.kwargs") -> T:
        bound: Callable[..., T] = functools.partial(method, self._blocking)
        more: Any = kwargs
        return await run(bound, *args, executor=self._executor, cancellable=cancellable, **more)

    twin.__name__, twin.__qualname__, twin.__doc__ = method.__name__, method.__qualname__, method.__doc__
    return twin


class _Twin(Generic[N]):
    def __init__(self, blocking: N, executor: Optional[Executor]) -> None:
        self._blocking = blocking
        self._executor = executor

    async def _items(self, list_page: Callable[..., Awaitable[_snapshot.Page[S]]], *args: Any,
                     page_size: int) -> AsyncIterator[S]:
        after: Optional[str] = None
        while True:
            page = await list_page(*args, limit=page_size, after=after)
            for item in page:
                yield item
            after = page.next
            if after is None:
                return


class Users(_Twin[user.Users]):
    """Session.users."""

    create = _awaited(user.Users.create)
    get = _awaited(user.Users.get)
    find = _awaited(user.Users.find)
    update = _awaited(user.Users.update)
    set_email = _awaited(user.Users.set_email)
    set_plan = _awaited(user.Users.set_plan)
    delete = _awaited(user.Users.delete)
    list = _awaited(user.Users.list)

    def all(self, *, page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[user.User]:
        return self._items(self.list, page_size=page_size)

    __aiter__ = all


class Packs(_Twin[pack.Packs]):
    """Session.packs."""

    create = _awaited(pack.Packs.create)
    ensure = _awaited(pack.Packs.ensure)
    get = _awaited(pack.Packs.get)
    find = _awaited(pack.Packs.find)
    update = _awaited(pack.Packs.update)
    delete = _awaited(pack.Packs.delete)
    progress = _awaited(pack.Packs.progress)
    quote = _awaited(pack.Packs.quote)
    list = _awaited(pack.Packs.list)

    def all(self, *, page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[pack.Pack]:
        return self._items(self.list, page_size=page_size)

    __aiter__ = all


class Sources(_Twin[source.Sources]):
    """Session.sources."""

    add = _awaited(source.Sources.add)
    add_new = _awaited(source.Sources.add_new)
    run = _awaited(source.Sources.run)
    quote = _awaited(source.Sources.quote)
    get = _awaited(source.Sources.get)
    delete = _awaited(source.Sources.delete)
    request_cancel = _awaited(source.Sources.request_cancel)
    read = _awaited(source.Sources.read)
    write = _awaited(source.Sources.write)
    list = _awaited(source.Sources.list)

    def all(self, pack: Union[pack.Pack, str], *,
            page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[source.Source]:
        return self._items(self.list, pack, page_size=page_size)


class Exports(_Twin[export.Exports]):
    """Session.exports."""

    create = _awaited(export.Exports.create)
    create_new = _awaited(export.Exports.create_new)
    get = _awaited(export.Exports.get)
    read = _awaited(export.Exports.read)
    read_text = _awaited(export.Exports.read_text)
    write = _awaited(export.Exports.write)
    delete = _awaited(export.Exports.delete)
    list = _awaited(export.Exports.list)

    def all(self, pack: Union[pack.Pack, str], *,
            page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[export.Export]:
        return self._items(self.list, pack, page_size=page_size)


class Credits(_Twin[transaction.Credits]):
    """Session.credits."""

    balance = _awaited(transaction.Credits.balance)
    overview = _awaited(transaction.Credits.overview)
    grant = _awaited(transaction.Credits.grant)
    clawback = _awaited(transaction.Credits.clawback)
    audit = _awaited(transaction.Credits.audit)
    list = _awaited(transaction.Credits.list)

    def all(self, user: Union[user.User, str, None] = None, *,
            page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[transaction.Transaction]:
        return self._items(self.list, user, page_size=page_size)


class Holds(_Twin[hold.Holds]):
    """Session.holds."""

    reserve = _awaited(hold.Holds.reserve)
    commit = _awaited(hold.Holds.commit)
    release = _awaited(hold.Holds.release)
    get = _awaited(hold.Holds.get)
    expire = _awaited(hold.Holds.expire)


class Jobs(_Twin[job.Jobs]):
    """Session.jobs."""

    create = _awaited(job.Jobs.create)
    run = _awaited(job.Jobs.run)
    quote = _awaited(job.Jobs.quote)
    get = _awaited(job.Jobs.get)
    delete = _awaited(job.Jobs.delete)
    list = _awaited(job.Jobs.list)

    def all(self, *, page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[job.Job]:
        return self._items(self.list, page_size=page_size)

    __aiter__ = all


class LegacyPacks(_Twin[legacy_pack.LegacyPacks]):
    """Session.legacy_packs."""

    get = _awaited(legacy_pack.LegacyPacks.get)
    find = _awaited(legacy_pack.LegacyPacks.find)
    read = _awaited(legacy_pack.LegacyPacks.read)
    read_text = _awaited(legacy_pack.LegacyPacks.read_text)
    write = _awaited(legacy_pack.LegacyPacks.write)
    delete = _awaited(legacy_pack.LegacyPacks.delete)
    copy = _awaited(legacy_pack.LegacyPacks.copy)
    copy_new = _awaited(legacy_pack.LegacyPacks.copy_new)
    undo_copy = _awaited(legacy_pack.LegacyPacks.undo_copy)
    list = _awaited(legacy_pack.LegacyPacks.list)

    def all(self, *, page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[legacy_pack.LegacyPack]:
        return self._items(self.list, page_size=page_size)

    __aiter__ = all


class AdminActions(_Twin[admin.AdminActions]):
    """Session.admin_actions."""

    adjust_credits = _awaited(admin.AdminActions.adjust_credits)
    support_credit = _awaited(admin.AdminActions.support_credit)
    record_refund = _awaited(admin.AdminActions.record_refund)
    assign_payment = _awaited(admin.AdminActions.assign_payment)
    suspend = _awaited(admin.AdminActions.suspend)
    unsuspend = _awaited(admin.AdminActions.unsuspend)
    override_plan = _awaited(admin.AdminActions.override_plan)
    list = _awaited(admin.AdminActions.list)

    def all(self, *, admin: Union[user.User, str, None] = None, user: Union[user.User, str, None] = None,
            page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[admin.AdminAction]:
        return self._items(functools.partial(self.list, admin=admin, user=user), page_size=page_size)

    def __aiter__(self) -> AsyncIterator[admin.AdminAction]:
        return self.all()


class Stripe(_Twin[stripe.Stripe]):
    """Session.stripe."""

    webhook = _awaited(stripe.Stripe.webhook)
    reconcile = _awaited(stripe.Stripe.reconcile)
    unclaimed_payments = _awaited(stripe.Stripe.unclaimed_payments)
    expire_plans = _awaited(stripe.Stripe.expire_plans)
    customer = _awaited(stripe.Stripe.customer)
    portal = _awaited(stripe.Stripe.portal)
    refund = _awaited(stripe.Stripe.refund)


class Packages(_Twin[package.Packages]):
    """Session.packages."""

    get = _awaited(package.Packages.get)
    price = _awaited(package.Packages.price)
    list = _awaited(package.Packages.list)

    async def __aiter__(self) -> AsyncIterator[package.Package]:
        for found in await self.list():
            yield found


class Checkouts(_Twin[checkout.Checkouts]):
    """Session.checkouts."""

    create = _awaited(checkout.Checkouts.create)


class PaymentAttempts(_Twin[payment_attempt.PaymentAttempts]):
    """Session.payment_attempts."""

    get = _awaited(payment_attempt.PaymentAttempts.get)
    velocity = _awaited(payment_attempt.PaymentAttempts.velocity)
    list = _awaited(payment_attempt.PaymentAttempts.list)

    def all(self, user: Union[user.User, str, None] = None, *, ip_address: Optional[str] = None,
            page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[payment_attempt.PaymentAttempt]:
        return self._items(functools.partial(self.list, user, ip_address=ip_address), page_size=page_size)

    def __aiter__(self) -> AsyncIterator[payment_attempt.PaymentAttempt]:
        return self.all()


class Reports(_Twin[report.Reports]):
    """Session.reports."""

    statement = _awaited(report.Reports.statement)
    revenue = _awaited(report.Reports.revenue)
    usage = _awaited(report.Reports.usage)


class Maintenance(_Twin[maintenance.Maintenance]):
    """Session.maintenance."""

    archive = _awaited(maintenance.Maintenance.archive)
    restore = _awaited(maintenance.Maintenance.restore)
    sweep = _awaited(maintenance.Maintenance.sweep)


class Work(_Twin[work.Work]):
    """Session.work."""

    submit = _awaited(work.Work.submit)
    get = _awaited(work.Work.get)
    list = _awaited(work.Work.list)
    redrive = _awaited(work.Work.redrive)
    claim = _awaited(work.Work.claim)
    run = _awaited(work.Work.run)
    release = _awaited(work.Work.release)
    run_worker = _awaited(work.Work.run_worker)
    metrics = _awaited(work.Work.metrics)

    def all(self, state: Optional[work.WorkState] = None, *,
            page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[work.WorkItem]:
        return self._items(self.list, state, page_size=page_size)

    def unfinished(self, *, page_size: int = _resource.PAGE_ITEMS_MAX) -> AsyncIterator[work.WorkItem]:
        return self.all(page_size=page_size)


async def build(*paths: "Union[str, os.PathLike[str]]", session: "Optional[Session]" = None,
                executor: Optional[Executor] = None, **kwargs: Any) -> _build.BuildResult:
    """contextpack.build(), on an executor's thread. Cancelling the task stops it; what is done stays."""
    blocking = None if session is None else session._opened_session()
    return await run(_build.build, *paths, executor=executor, cancellable=True, session=blocking, **kwargs)


class Session:
    """A session, for `async with`. Made by Engine.session(), service() and admin()."""

    users: Users
    packs: Packs
    sources: Sources
    exports: Exports
    credits: Credits
    holds: Holds
    jobs: Jobs
    legacy_packs: LegacyPacks
    admin_actions: AdminActions
    stripe: Stripe
    maintenance: Maintenance
    reports: Reports
    packages: Packages
    checkouts: Checkouts
    payment_attempts: PaymentAttempts
    work: Work

    def __init__(self, opened: Callable[[], session.Session], executor: Optional[Executor]) -> None:
        self._opened = opened
        self._executor = executor
        self._session: Optional[session.Session] = None

    @property
    def kind(self) -> str:
        """Who the session acts as: "user", "service" or "admin"."""
        return self._opened_session().kind

    @property
    def principal_id(self) -> Optional[str]:
        """The id of the user or administrator; None for the service."""
        return self._opened_session().principal_id

    @property
    def claims(self) -> Optional[Dict[str, Any]]:
        """All claims of the token that opened the session; None without a token."""
        return self._opened_session().claims

    def _opened_session(self) -> session.Session:
        if self._session is None:
            raise ValueError("the session is not open")
        return self._session

    def duplicate(self) -> "Session":
        """Another session of the same principal, for `async with`."""
        return Session(self._opened_session().duplicate, self._executor)

    async def open(self) -> "Session":
        """Opens it, as `async with` does."""
        blocking = await run(self._opened, executor=self._executor, discard=session.Session.close)
        self._session = blocking
        self.users = Users(blocking.users, self._executor)
        self.packs = Packs(blocking.packs, self._executor)
        self.sources = Sources(blocking.sources, self._executor)
        self.exports = Exports(blocking.exports, self._executor)
        self.credits = Credits(blocking.credits, self._executor)
        self.holds = Holds(blocking.holds, self._executor)
        self.jobs = Jobs(blocking.jobs, self._executor)
        self.legacy_packs = LegacyPacks(blocking.legacy_packs, self._executor)
        self.admin_actions = AdminActions(blocking.admin_actions, self._executor)
        self.stripe = Stripe(blocking.stripe, self._executor)
        self.maintenance = Maintenance(blocking.maintenance, self._executor)
        self.reports = Reports(blocking.reports, self._executor)
        self.packages = Packages(blocking.packages, self._executor)
        self.checkouts = Checkouts(blocking.checkouts, self._executor)
        self.payment_attempts = PaymentAttempts(blocking.payment_attempts, self._executor)
        self.work = Work(blocking.work, self._executor)
        return self

    async def close(self) -> None:
        blocking, self._session = self._session, None
        if blocking is not None:
            await run(blocking.close, executor=self._executor)

    async def __aenter__(self) -> "Session":
        return await self.open()

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await self.close()


class Engine:
    """An engine, for `async with`. Takes what contextpack.Engine takes, and the executor that calls run on (the loop's
    own by default).
    """

    def __init__(self, *args: Any, executor: Optional[Executor] = None, **kwargs: Any) -> None:
        self._opened = functools.partial(engine.Engine, *args, **kwargs)
        self._executor = executor
        self._engine: Optional[engine.Engine] = None

    @property
    def _blocking(self) -> engine.Engine:
        if self._engine is None:
            raise RuntimeError("the engine is not open: use \"async with\", or await open()")
        return self._engine

    async def open(self) -> "Engine":
        """Opens it, as `async with` does."""
        self._engine = await run(self._opened, executor=self._executor, discard=engine.Engine.close)
        return self

    async def close(self) -> None:
        blocking, self._engine = self._engine, None
        if blocking is not None:
            await run(blocking.close, executor=self._executor)

    async def __aenter__(self) -> "Engine":
        return await self.open()

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await self.close()

    @staticmethod
    def local(*args: Any, executor: Optional[Executor] = None, **kwargs: Any) -> Session:
        """contextpack.Engine.local(), for `async with`."""
        return Session(functools.partial(engine.Engine.local, *args, **kwargs), executor)

    def session_of_local_user(self) -> Session:
        """A session of the local user."""
        return Session(self._blocking.session_of_local_user, self._executor)

    def session(self, user: Union[user.User, str]) -> Session:
        """A session of an existing user."""
        return Session(functools.partial(self._blocking.session, user), self._executor)

    def session_of_token(self, token: str, *, allow: Sequence[str] = ("user",)) -> Session:
        """A session of the principal of a token (JWT)."""
        return Session(functools.partial(self._blocking.session_of_token, token, allow=allow), self._executor)

    def service(self) -> Session:
        """A session of the service."""
        return Session(self._blocking.service, self._executor)

    def admin(self, admin_user_id: str) -> Session:
        """A session of an administrator."""
        return Session(functools.partial(self._blocking.admin, admin_user_id), self._executor)

    migrate = _awaited(engine.Engine.migrate)
    migration_history = _awaited(engine.Engine.migration_history)
    check = _awaited(engine.Engine.check)
    statistics = _awaited(engine.Engine.statistics)
    backup = _awaited(engine.Engine.backup)
    rotate_keys = _awaited(engine.Engine.rotate_keys)
    copy_storage = _awaited(engine.Engine.copy_storage)
    inspect = _awaited(engine.Engine.inspect)
    extract = _awaited(engine.Engine.extract)
    messages = _awaited(engine.Engine.messages)
    extract_text = _awaited(engine.Engine.extract_text)
    text = _awaited(engine.Engine.text)
    chunk = _awaited(engine.Engine.chunk)
    chunks = _awaited(engine.Engine.chunks)

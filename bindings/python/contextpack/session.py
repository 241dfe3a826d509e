"""Sessions: the engine as seen by one user, by the service or by an administrator."""
import json
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Type, TypeVar

from ctypes import byref, c_void_p

from . import _raw
from ._call import text
from ._checked import optional
from ._handle import ConfinedHandle
from ._library import lib
from ._snapshot import Page, Snapshot, free_if_made, take, take_page
from .admin import AdminActions
from .checkout import Checkouts
from .export import Exports
from .hold import Holds
from .job import Jobs
from .legacy_pack import LegacyPacks
from .maintenance import Maintenance
from .pack import Packs
from .package import Packages
from .payment_attempt import PaymentAttempts
from .report import Reports
from .run import Run
from .source import Sources
from .stripe import Stripe
from .transaction import Credits
from .user import Users
from .work import Work

if TYPE_CHECKING:
    from .engine import Engine

__all__ = ["Session"]

S = TypeVar("S", bound=Snapshot)
_KINDS = {_raw.CPK_ACTOR_USER: "user", _raw.CPK_ACTOR_SERVICE: "service", _raw.CPK_ACTOR_ADMIN: "admin"}


class Session(ConfinedHandle):
    """A session of one principal: a user's session reads and changes only that user's data, the service's and an
    administrator's everything. Made by Engine.session(), Engine.service() and Engine.admin(). It keeps its engine
    alive, which may be closed first. Threads may share a session: a call waits for another thread's call; for
    concurrent work open several.
    """

    __slots__ = ("_engine", "admin_actions", "checkouts", "credits", "exports", "holds", "jobs", "legacy_packs",
                 "maintenance", "packages", "packs", "payment_attempts", "reports", "sources", "stripe", "users",
                 "work")

    _close_function = staticmethod(lib.cpk_session_close)

    def __init__(self, engine: "Engine", pointer: Any) -> None:
        self._engine = engine
        self._hosted = engine._hosted
        self._pointer = pointer
        self.users: Users = Users(self)
        self.packs: Packs = Packs(self)
        self.sources: Sources = Sources(self)
        self.exports: Exports = Exports(self)
        self.credits: Credits = Credits(self)
        self.holds: Holds = Holds(self)
        self.jobs: Jobs = Jobs(self)
        self.legacy_packs: LegacyPacks = LegacyPacks(self)
        self.admin_actions: AdminActions = AdminActions(self)
        self.stripe: Stripe = Stripe(self)
        self.maintenance: Maintenance = Maintenance(self)
        self.reports: Reports = Reports(self)
        self.packages: Packages = Packages(self)
        self.checkouts: Checkouts = Checkouts(self)
        self.payment_attempts: PaymentAttempts = PaymentAttempts(self)
        self.work: Work = Work(self)

    @property
    def kind(self) -> str:
        """The kind of principal: "user", "service" or "admin"."""
        with self._lock:
            return _KINDS[lib.cpk_session_kind(self._borrow())]

    @property
    def principal_id(self) -> Optional[str]:
        """The id of the user or administrator; None for the service."""
        with self._lock:
            found = lib.cpk_session_principal_id(self._borrow())
            return None if found is None else text(found)

    @property
    def claims(self) -> Optional[Dict[str, Any]]:
        """All claims of the token that opened the session; None without a token. The signature was verified, but users
        write their own user_metadata.
        """
        with self._lock:
            found = lib.cpk_session_claims(self._borrow())
            return None if found is None else json.loads(text(found))

    def duplicate(self) -> "Session":
        """Opens another session of the same principal, with the same rights and claims, for concurrent work: in
        another thread, or in a callback. Also works after the token has expired or the engine was closed.
        """
        opened = Session(self._engine, c_void_p())
        try:
            self._call(lib.cpk_session_duplicate, byref(opened._pointer))
        except BaseException:
            opened._give_up()
            raise
        return opened

    def _get(self, kind: Type[S], function: Any, *args: Any) -> S:
        """Calls a function whose second to last argument returns a record."""
        out = c_void_p()
        try:
            self._call(function, *args, byref(out))
        except BaseException:
            free_if_made(kind, out)
            raise
        return take(kind, out)

    def _run(self, kind: Type[S], run: Run, function: Any, *args: Any) -> S:
        """The same for a long call."""
        out = c_void_p()
        try:
            self._work(run, function, *args, byref(out))
        except BaseException:
            free_if_made(kind, out)
            raise
        return take(kind, out)

    def _work(self, run: Run, function: Any, *args: Any) -> None:
        """A long call."""
        self._refuse_nested()
        with self._lock:
            run.call(function, self._borrow(), *args)

    def _page(self, kind: Type[S], function: Any, args: Any, limit: int, after: Optional[str]) -> Page[S]:
        page = _raw.cpk_page(_raw.STRUCT_SIZES["cpk_page"], limit, optional("after", after))
        out = c_void_p()
        try:
            self._call(function, *args, byref(page), byref(out))
        except BaseException:
            if out:
                getattr(lib, f"{kind._noun}_list_free")(out)
            raise
        return take_page(kind, out)

    def _pages(self, kind: Type[S], function: Any, args: Any, page_size: int) -> Iterator[S]:
        after = None
        while True:
            page = self._page(kind, function, args, page_size, after)
            yield from page
            after = page.next
            if after is None:
                return

"""Holds: credits that are set aside for work that may come to nothing."""
import datetime
from ctypes import byref, c_int64
from typing import Optional, Union

from . import _raw
from ._enums import OpenEnum
from ._library import lib
from ._snapshot import Snapshot, converted, number, optional_moment, string
from .session import Nouns, id_of, optional_bytes, optional_id
from .user import User

__all__ = ["Hold", "HoldStatus", "Holds"]

MILLISECOND = datetime.timedelta(milliseconds=1)
EXPIRE_ITEMS_MAX = 1000


class HoldStatus(OpenEnum):
    """Whether something may still be committed."""

    OPEN = _raw.CPK_HOLD_OPEN
    CLOSED = _raw.CPK_HOLD_CLOSED


class Hold(Snapshot, noun="cpk_hold"):
    """Credits out of the balance until they are committed or given back."""

    __slots__ = ()

    key = string("key", "What it was reserved with, and every call takes.")
    reference = string("reference", "The source, the job or what the host named.")
    status = converted("status", HoldStatus, "Whether something may still be committed.")
    is_unlimited = converted("is_unlimited", bool, "On the unlimited plan: it costs nothing.")
    credits = number("credits", "Set aside at first.")
    remaining = number("remaining", "Of them, neither committed nor given back.")
    committed = number("committed", "Spent.")
    expires_at = optional_moment("expires_at", "When it is given back, or None.")


def _key_of(hold: Union[Hold, str]) -> Optional[bytes]:
    return optional_bytes(hold.key if isinstance(hold, Hold) else hold)


class Holds(Nouns):
    """Session.holds: what changes something is for the service and admins. Keys make requests safe to repeat."""

    __slots__ = ()

    def reserve(self, user: Union[User, str], key: str, credits: int, *,
                lifetime: Optional[datetime.timedelta] = None, reference: Optional[str] = None) -> Hold:
        """Sets credits aside. After `lifetime` (the setting credits.hold_lifetime_ms) expire() gives them back."""
        params = _raw.cpk_hold_params()
        lib.cpk_hold_params_init(byref(params), _raw.STRUCT_SIZES["cpk_hold_params"])
        params.key = optional_bytes(key)
        params.credits = credits
        if lifetime is not None:
            if lifetime < MILLISECOND:
                raise ValueError("the lifetime of a hold is a millisecond or more")
            params.lifetime_ms = lifetime // MILLISECOND
        params.reference = optional_bytes(reference)
        return self._session._get(Hold, lib.cpk_hold_reserve, id_of(user), byref(params))

    def commit(self, user: Union[User, str], hold: Union[Hold, str], key: str, credits: int, *,
               release_rest: bool = False) -> Hold:
        """Spends credits of a hold, all or a part; `key` names this request. release_rest gives back the others."""
        flags = _raw.CPK_HOLD_RELEASE_REST if release_rest else 0
        return self._session._get(Hold, lib.cpk_hold_commit, id_of(user), _key_of(hold), optional_bytes(key),
                                  credits, flags)

    def release(self, user: Union[User, str], hold: Union[Hold, str]) -> Hold:
        """Gives back what is left of a hold; one that is closed stays as it is."""
        return self._session._get(Hold, lib.cpk_hold_release, id_of(user), _key_of(hold))

    def get(self, hold: Union[Hold, str], user: Union[User, str, None] = None) -> Hold:
        """The hold as it is now; without a user one of the session's own."""
        return self._session._get(Hold, lib.cpk_hold_get, optional_id(user), _key_of(hold))

    def expire(self, *, limit: int = EXPIRE_ITEMS_MAX) -> int:
        """Gives back holds whose time is over, and says how many: for hosts to call now and then."""
        expired = c_int64()
        self._session._call(lib.cpk_holds_expire, limit, byref(expired))
        return expired.value

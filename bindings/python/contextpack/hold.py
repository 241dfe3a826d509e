"""Holds: credits that are reserved for work that may fail."""
import datetime
from ctypes import byref, c_int64
from typing import Optional, Union

from . import _raw
from ._arguments import id_of, optional_bytes, optional_id
from ._library import lib
from ._records import HoldFields, HoldStatus
from ._resource import Resource
from .user import User

__all__ = ["Hold", "HoldStatus", "Holds"]

MILLISECOND = datetime.timedelta(milliseconds=1)
EXPIRE_ITEMS_MAX = 1000


class Hold(HoldFields):
    """Credits that are subtracted from the balance until they are committed or released."""

    __slots__ = ()


def _key_of(hold: Union[Hold, str]) -> Optional[bytes]:
    return optional_bytes(hold.key if isinstance(hold, Hold) else hold)


class Holds(Resource):
    """Session.holds. Changes are for the service and administrators. Keys make requests idempotent."""

    __slots__ = ()

    def reserve(self, user: Union[User, str], key: str, credits: int, *,
                lifetime: Optional[datetime.timedelta] = None, reference: Optional[str] = None) -> Hold:
        """Reserves credits. After `lifetime` (default: the setting credits.hold_lifetime_ms) expire() releases
        them.
        """
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
        """Spends all or some credits of a hold; `key` identifies this request. release_rest releases the others."""
        flags = _raw.CPK_HOLD_RELEASE_REST if release_rest else 0
        return self._session._get(Hold, lib.cpk_hold_commit, id_of(user), _key_of(hold), optional_bytes(key),
                                  credits, flags)

    def release(self, user: Union[User, str], hold: Union[Hold, str]) -> Hold:
        """Releases the remaining credits of a hold; a closed hold is unchanged."""
        return self._session._get(Hold, lib.cpk_hold_release, id_of(user), _key_of(hold))

    def get(self, hold: Union[Hold, str], user: Union[User, str, None] = None) -> Hold:
        """Reads a hold; by default of the session's own user."""
        return self._session._get(Hold, lib.cpk_hold_get, optional_id(user), _key_of(hold))

    def expire(self, *, limit: int = EXPIRE_ITEMS_MAX) -> int:
        """Releases expired holds and returns their number. To be called from a timer."""
        expired = c_int64()
        self._session._call(lib.cpk_holds_expire, limit, byref(expired))
        return expired.value

"""Payment attempts: checkouts with their outcomes, and failed renewals."""
import datetime
from ctypes import byref, c_void_p
from typing import Any, Iterator, List, Optional, Union

from . import _raw
from ._arguments import id_of, optional_bytes, optional_id
from ._enums import OpenEnum
from ._library import lib
from ._records import AttemptStatus, PaymentAttemptFields, PaymentVelocityFields
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page, microseconds_of, take_page
from .user import User

__all__ = ["AttemptStatus", "PaymentAttempt", "PaymentAttempts", "PaymentVelocity", "VelocityBy"]


class VelocityBy(OpenEnum):
    """How attempts are grouped."""

    USER = _raw.CPK_VELOCITY_BY_USER
    IP = _raw.CPK_VELOCITY_BY_IP


class PaymentAttempt(PaymentAttemptFields):
    """One attempt to pay; one that this library rejected (a limit, a suspended account) is FAILED."""

    __slots__ = ()


class PaymentVelocity(PaymentVelocityFields):
    """How often a user, or the users of an address, tried to pay in a period."""

    __slots__ = ()


class PaymentAttempts(Resource):
    """Session.payment_attempts. Users see their own attempts; for the service and administrators, no user means all
    users. Iterating gives all that the session may see, newest first.
    """

    __slots__ = ()

    def get(self, attempt: Union[PaymentAttempt, str], user: Union[User, str, None] = None) -> PaymentAttempt:
        """Reads one attempt."""
        return self._session._get(PaymentAttempt, lib.cpk_payment_attempt_get, optional_id(user), id_of(attempt))

    @staticmethod
    def _args(user: Union[User, str, None], ip_address: Optional[str]) -> Any:
        return optional_id(user), optional_bytes(ip_address)

    def list(self, user: Union[User, str, None] = None, *, ip_address: Optional[str] = None, limit: int = 100,
             after: Optional[str] = None) -> Page[PaymentAttempt]:
        """A page of attempts, newest first; with an address (IPv4 or IPv6), only those from it."""
        args = self._args(user, ip_address)
        return self._session._page(PaymentAttempt, lib.cpk_payment_attempt_list_get, args, limit, after)

    def all(self, user: Union[User, str, None] = None, *, ip_address: Optional[str] = None,
            page_size: int = PAGE_ITEMS_MAX) -> Iterator[PaymentAttempt]:
        """All attempts, newest first, page by page."""
        args = self._args(user, ip_address)
        return self._session._pages(PaymentAttempt, lib.cpk_payment_attempt_list_get, args, page_size)

    def __iter__(self) -> Iterator[PaymentAttempt]:
        return self.all()

    def velocity(self, *, by: VelocityBy = VelocityBy.USER, since: Optional[datetime.datetime] = None,
                 minimum_attempts: int = 0, limit: int = 100) -> "List[PaymentVelocity]":
        """The users or addresses with the most attempts, most first: for the service and administrators.

        `since` is with a time zone; None: the last 24 hours. `limit` is 1 to 1,000.
        """
        params = _raw.cpk_payment_velocity_params()
        lib.cpk_payment_velocity_params_init(byref(params), _raw.STRUCT_SIZES["cpk_payment_velocity_params"])
        params.by = by
        params.since_us = 0 if since is None else microseconds_of(since)
        params.minimum_attempts = minimum_attempts
        params.limit = limit
        out = c_void_p()
        try:
            self._session._call(lib.cpk_payment_velocity_list_get, byref(params), byref(out))
        except BaseException:
            lib.cpk_payment_velocity_list_free(out)
            raise
        return list(take_page(PaymentVelocity, out))

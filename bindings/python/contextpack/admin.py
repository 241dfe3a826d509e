"""Changes of accounts by administrators, and the audit log."""
from ctypes import byref
from decimal import Decimal
from typing import Any, Iterator, Mapping, Optional, Union

from . import _raw
from ._arguments import id_of, optional_bytes, optional_id, optional_json
from ._library import lib
from ._records import AdminActionFields, AdminActionType
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page, micros_of
from .stripe import Payment
from .user import Plan, User

__all__ = ["AdminAction", "AdminActionType", "AdminActions"]


class AdminAction(AdminActionFields):
    """One entry of the audit log. Entries are never changed."""

    __slots__ = ()


class AdminActions(Resource):
    """Session.admin_actions, for administrators and the service. Each call makes its change and writes the log entry
    in one transaction. `details` is any JSON object. Iterating gives the whole audit log, newest first.
    """

    __slots__ = ()

    def _act(self, function: Any, user: Union[User, str], numbers: Any, reason: str,
             details: Optional[Mapping[str, Any]], may_owe: bool = False) -> AdminAction:
        params = _raw.cpk_admin_params()
        lib.cpk_admin_params_init(byref(params), _raw.STRUCT_SIZES["cpk_admin_params"])
        params.flags = _raw.CPK_ADMIN_MAY_OWE if may_owe else 0
        params.reason = optional_bytes(reason)
        params.details = optional_json(details)
        return self._session._get(AdminAction, function, id_of(user), *numbers, byref(params))

    def adjust_credits(self, user: Union[User, str], credits: int, reason: str, *, may_owe: bool = False,
                       details: Optional[Mapping[str, Any]] = None) -> AdminAction:
        """Adds credits, or takes them (a negative number); with may_owe the balance may become negative."""
        return self._act(lib.cpk_admin_adjust_credits, user, (credits,), reason, details, may_owe)

    def support_credit(self, user: Union[User, str], credits: int, reason: str, *,
                       details: Optional[Mapping[str, Any]] = None) -> AdminAction:
        """Gives credits because of a support case."""
        return self._act(lib.cpk_admin_support_credit, user, (credits,), reason, details)

    def assign_payment(self, user: Union[User, str], payment: Union[Payment, str], reason: str, *,
                       details: Optional[Mapping[str, Any]] = None) -> AdminAction:
        """Assigns an unclaimed payment to a user; see Stripe.unclaimed_payments()."""
        return self._act(lib.cpk_admin_assign_payment, user, (id_of(payment),), reason, details)

    def record_refund(self, user: Union[User, str], credits: int, amount: Union[Decimal, int], reason: str, *,
                      stripe_payment_id: Optional[str] = None, may_owe: bool = False,
                      details: Optional[Mapping[str, Any]] = None) -> AdminAction:
        """Records a refund in US dollars and takes back the credits that it bought. Transfers no money."""
        numbers = (credits, micros_of(amount), optional_bytes(stripe_payment_id))
        return self._act(lib.cpk_admin_record_refund, user, numbers, reason, details, may_owe)

    def suspend(self, user: Union[User, str], reason: str, *,
                details: Optional[Mapping[str, Any]] = None) -> AdminAction:
        """Suspends an account: it cannot start work that costs credits. The user can read the reason."""
        return self._act(lib.cpk_admin_suspend, user, (), reason, details)

    def unsuspend(self, user: Union[User, str], reason: str, *,
                  details: Optional[Mapping[str, Any]] = None) -> AdminAction:
        """Lifts a suspension."""
        return self._act(lib.cpk_admin_unsuspend, user, (), reason, details)

    def override_plan(self, user: Union[User, str], payment_plan: Plan, reason: str, *,
                      details: Optional[Mapping[str, Any]] = None) -> AdminAction:
        """Changes a user's payment plan."""
        return self._act(lib.cpk_admin_override_plan, user, (payment_plan,), reason, details)

    def list(self, *, admin: Union[User, str, None] = None, user: Union[User, str, None] = None, limit: int = 100,
             after: Optional[str] = None) -> Page[AdminAction]:
        """A page of the audit log, newest first: of one administrator or all, on one account or all."""
        args = (optional_id(admin), optional_id(user))
        return self._session._page(AdminAction, lib.cpk_admin_action_list_get, args, limit, after)

    def all(self, *, admin: Union[User, str, None] = None, user: Union[User, str, None] = None,
            page_size: int = PAGE_ITEMS_MAX) -> Iterator[AdminAction]:
        """The whole audit log, newest first, page by page."""
        args = (optional_id(admin), optional_id(user))
        return self._session._pages(AdminAction, lib.cpk_admin_action_list_get, args, page_size)

    def __iter__(self) -> Iterator[AdminAction]:
        return self.all()

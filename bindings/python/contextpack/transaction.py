"""Credits: balances, transactions, and changes of balances."""
from ctypes import byref, c_int64, c_void_p
from decimal import Decimal
from typing import Any, Iterator, List, Mapping, NamedTuple, Optional, Union

from . import _raw
from ._arguments import id_of, optional_bytes, optional_id, optional_json
from ._call import callback, text
from ._library import lib
from ._records import TransactionFields, TransactionType
from ._resource import PAGE_ITEMS_MAX, Resource
from ._snapshot import Page, micros_of, take_page
from .user import User

__all__ = ["Balance", "Credits", "Drift", "Overview", "Transaction", "TransactionType"]


class Balance(NamedTuple):
    """A user's free credits, and those held for running work."""

    free: int
    held: int


class Transaction(TransactionFields):
    """One entry of the credit ledger. Entries are never changed."""

    __slots__ = ()


class Overview(NamedTuple):
    """A user's balance and latest entries as of one moment."""

    free: int
    held: int
    #: Newest first; continue with its `next` in Credits.list().
    latest: Page[Transaction]


class Drift(NamedTuple):
    """A user whose balance is not opening + transactions - holds."""

    user_id: str
    balance: int
    opening: int
    transactions: int
    holds: int


class Credits(Resource):
    """Session.credits. Changes are for the service and administrators. A `key` makes a request idempotent: the same
    key with the same request has one effect and returns the same result.
    """

    __slots__ = ()

    def balance(self, user: Union[User, str, None] = None) -> Balance:
        """A user's balance; by default of the session's own user."""
        free, held = c_int64(), c_int64()
        self._session._call(lib.cpk_credits_balance, optional_id(user), byref(free), byref(held))
        return Balance(free.value, held.value)

    def overview(self, user: Union[User, str, None] = None, *, limit: int = 10) -> Overview:
        """A user's balance with the latest transactions, as of one moment; by default of the session's own user."""
        free, held, out = c_int64(), c_int64(), c_void_p()
        try:
            self._session._call(lib.cpk_credits_overview, optional_id(user), limit, byref(free),
                                byref(held), byref(out))
        except BaseException:
            lib.cpk_transaction_list_free(out)
            raise
        return Overview(free.value, held.value, take_page(Transaction, out))

    @staticmethod
    def _params(key: str, credits: int, type: int, amount: Union[Decimal, int], package_id: Optional[str],
                job_id: Optional[str], stripe_payment_id: Optional[str], description: Optional[str],
                metadata: Optional[Mapping[str, Any]]) -> Any:
        params = _raw.cpk_credit_params()
        lib.cpk_credit_params_init(byref(params), _raw.STRUCT_SIZES["cpk_credit_params"])
        params.key = optional_bytes(key)
        params.credits = credits
        params.type = type
        params.amount_micros = micros_of(amount)
        params.package_id = optional_bytes(package_id)
        params.job_id = optional_bytes(job_id)
        params.stripe_payment_id = optional_bytes(stripe_payment_id)
        params.description = optional_bytes(description)
        params.metadata = optional_json(metadata)
        return byref(params)

    def grant(self, user: Union[User, str], key: str, credits: int, *,
              type: TransactionType = TransactionType.BONUS, amount: Union[Decimal, int] = 0,
              package_id: Optional[str] = None, job_id: Optional[str] = None, stripe_payment_id: Optional[str] = None,
              description: Optional[str] = None, metadata: Optional[Mapping[str, Any]] = None) -> Transaction:
        """Adds credits to a balance: a PURCHASE, a REFUND or a BONUS. `amount` is the money paid."""
        params = self._params(key, credits, type, amount, package_id, job_id, stripe_payment_id, description,
                              metadata)
        return self._session._get(Transaction, lib.cpk_credits_grant, id_of(user), params)

    def clawback(self, user: Union[User, str], key: str, credits: int, *, amount: Union[Decimal, int] = 0,
                 package_id: Optional[str] = None, job_id: Optional[str] = None,
                 stripe_payment_id: Optional[str] = None, description: Optional[str] = None,
                 metadata: Optional[Mapping[str, Any]] = None) -> Transaction:
        """Takes back credits whose payment was refunded. The balance may become negative."""
        params = self._params(key, credits, 0, amount, package_id, job_id, stripe_payment_id, description, metadata)
        return self._session._get(Transaction, lib.cpk_credits_clawback, id_of(user), params)

    def audit(self) -> List[Drift]:
        """Compares the balance of every user with the ledger and returns those that differ. Changes nothing."""
        found: List[Drift] = []
        drifted = c_int64()

        @callback(failed=None)
        def take(_user: Any, user_id: Optional[bytes], *numbers: int) -> None:
            found.append(Drift(text(user_id), *numbers))

        self._session._call(lib.cpk_credits_audit, _raw.cpk_drift_fn(take), None, byref(drifted))
        return found

    def list(self, user: Union[User, str, None] = None, *, limit: int = 100,
             after: Optional[str] = None) -> Page[Transaction]:
        """A page of a user's entries, newest first."""
        return self._session._page(Transaction, lib.cpk_transaction_list_get, (optional_id(user),), limit, after)

    def all(self, user: Union[User, str, None] = None, *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[Transaction]:
        """All of a user's entries, newest first, page by page."""
        return self._session._pages(Transaction, lib.cpk_transaction_list_get, (optional_id(user),), page_size)

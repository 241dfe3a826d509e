"""Credits: balances and the entries of the ledger."""
from ctypes import byref, c_int64
from decimal import Decimal
from typing import Iterator, NamedTuple, Optional, Union

from . import _raw
from ._enums import OpenEnum
from ._library import lib
from ._snapshot import Page, Snapshot, converted, moment, number, optional_string, string
from .session import PAGE_ITEMS_MAX, Nouns, optional_id
from .user import User

__all__ = ["Balance", "Credits", "Transaction", "TransactionType"]

MICRO = Decimal("0.000001")


class TransactionType(OpenEnum):
    """What an entry records."""

    PURCHASE = _raw.CPK_TRANSACTION_PURCHASE
    USAGE = _raw.CPK_TRANSACTION_USAGE
    REFUND = _raw.CPK_TRANSACTION_REFUND
    BONUS = _raw.CPK_TRANSACTION_BONUS
    UNLIMITED_USAGE = _raw.CPK_TRANSACTION_UNLIMITED_USAGE


class Balance(NamedTuple):
    """A user's free credits, and what running work holds of the rest."""

    free: int
    held: int


class Transaction(Snapshot, noun="cpk_transaction"):
    """One entry of the credit ledger. Entries are never changed."""

    __slots__ = ()

    id = string("id", "A UUID in lower case.")
    user_id = string("user_id", "Whose it is.")
    type = converted("type", TransactionType, "What it records.")
    type_name = string("type_name", "The type as the schema writes it.")
    credits = number("credits", "Credits; negative: taken.")
    amount = converted("amount_micros", lambda micros: micros * MICRO, "US dollars, a Decimal; 0 if none.")
    package_id = optional_string("package_id", "What was bought, or None.")
    job_id = optional_string("job_id", "The source or job, or None.")
    description = optional_string("description", "A sentence, or None.")
    created_at = moment("created_at", "When it was written.")


class Credits(Nouns):
    """Session.credits."""

    __slots__ = ()

    def balance(self, user: Union[User, str, None] = None) -> Balance:
        """A user's credits; without one the session's own user's."""
        free, held = c_int64(), c_int64()
        self._session._call(lib.cpk_credits_balance, optional_id(user), byref(free), byref(held))
        return Balance(free.value, held.value)

    def list(self, user: Union[User, str, None] = None, *, limit: int = 100,
             after: Optional[str] = None) -> Page[Transaction]:
        """A page of a user's entries, newest first."""
        return self._session._page(Transaction, lib.cpk_transaction_list_get, (optional_id(user),), limit, after)

    def all(self, user: Union[User, str, None] = None, *, page_size: int = PAGE_ITEMS_MAX) -> Iterator[Transaction]:
        """All of a user's entries, newest first, page by page."""
        return self._session._pages(Transaction, lib.cpk_transaction_list_get, (optional_id(user),), page_size)

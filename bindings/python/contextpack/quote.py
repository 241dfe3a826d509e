"""Quotes: the cost of an analysis before it starts."""
from ctypes import byref
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _raw
from ._call import text
from ._library import lib
from ._snapshot import MICRO

if TYPE_CHECKING:
    from .session import Session

__all__ = ["Quote"]


class Quote(NamedTuple):
    """The chunks to analyse and their cost, as of one moment."""

    #: The balance covers the remaining chunks, and the account is not suspended.
    can_proceed: bool
    #: On the unlimited plan: the work costs nothing.
    is_unlimited: bool
    #: Number of sources in the quote.
    sources: int
    #: Sources not extracted yet: their chunks are not counted below.
    unknown_sources: int
    #: All chunks; each costs 1 credit.
    chunks_total: int
    #: Analysed and charged.
    chunks_done: int
    #: Not analysed yet, or failed; failed chunks were not charged.
    chunks_left: int
    #: chunks_left, or 0 on the unlimited plan.
    credits_needed: int
    #: Credits that are free to use.
    balance: int
    #: Credits held for all running work of the user.
    held: int
    #: Of these, held by an earlier run of this work: released when it runs again.
    held_here: int
    #: Chunks that balance and held_here pay for: what partial=True would analyse.
    chunks_covered: int
    #: The price of a credit, from the setting billing.credit_price_micros.
    price: Decimal
    #: credits_needed * price.
    cost: Decimal
    #: The setting billing.currency, or "usd".
    currency: str


def read_quote(session: "Session", function: Any, identifier: bytes) -> Quote:
    quote = _raw.cpk_quote()
    lib.cpk_quote_init(byref(quote), _raw.STRUCT_SIZES["cpk_quote"])
    session._call(function, identifier, byref(quote))
    return Quote(bool(quote.can_proceed), bool(quote.is_unlimited), quote.sources, quote.unknown_sources,
                 quote.chunks_total, quote.chunks_done, quote.chunks_left, quote.credits_needed, quote.balance, quote.held,
                 quote.held_here, quote.chunks_covered, quote.price_micros * MICRO, quote.cost_micros * MICRO,
                 text(quote.currency))

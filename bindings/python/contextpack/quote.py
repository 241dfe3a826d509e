"""What an analysis will cost, before its start."""
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
    """What is left to analyse and what it costs, as of one moment."""

    #: What is known to be left is covered, and the account is not suspended.
    can_proceed: bool
    #: On the unlimited plan: it costs nothing.
    is_unlimited: bool
    #: That the quote is for.
    sources: int
    #: Of them, not extracted yet: their chunks are in none of the numbers below.
    unknown_sources: int
    #: A credit each.
    chunks_total: int
    #: And paid.
    chunks_done: int
    #: Also those that failed: they were not paid.
    chunks_left: int
    #: To finish.
    credits_needed: int
    #: Credits that are free to use.
    balance: int
    #: Set aside for work of the user's.
    held: int
    #: Of it, by an earlier run of this very work: given back before more is set aside.
    held_here: int
    #: That balance and held_here pay: what partial=True would do.
    chunks_covered: int
    #: Of one credit, by the setting billing.credit_price_micros.
    price: Decimal
    #: credits_needed at that price.
    cost: Decimal
    #: The setting billing.currency, "usd" when it is not set.
    currency: str


def read_quote(session: "Session", function: Any, identifier: bytes) -> Quote:
    quote = _raw.cpk_quote()
    lib.cpk_quote_init(byref(quote), _raw.STRUCT_SIZES["cpk_quote"])
    session._call(function, identifier, byref(quote))
    return Quote(bool(quote.can_proceed), bool(quote.is_unlimited), quote.sources, quote.unknown_sources,
                 quote.chunks_total, quote.chunks_done, quote.chunks_left, quote.credits_needed, quote.balance, quote.held,
                 quote.held_here, quote.chunks_covered, quote.price_micros * MICRO, quote.cost_micros * MICRO,
                 text(quote.currency))

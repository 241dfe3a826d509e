"""Packages that can be bought, from the setting billing.packages."""
import contextlib
from ctypes import byref, c_int64, c_void_p
from decimal import Decimal
from typing import Any, Iterator, List, NamedTuple, Tuple, Union

from ._arguments import id_of
from ._call import call
from ._library import lib
from ._records import PackageFields
from ._resource import Resource
from ._snapshot import MICRO, Field, read

__all__ = ["Package", "Packages", "Price", "Tier"]


class Tier(NamedTuple):
    """The price of a credit from a number of credits on."""

    from_credits: int
    #: Price of one credit in the currency's unit.
    unit_price: Decimal


class Price(NamedTuple):
    """The price of a number of credits."""

    #: Credits bought; 0 for a plan.
    credits: int
    #: In the currency's smallest unit (cents, yen); 0 if the price is defined at Stripe.
    amount: int


class Package(PackageFields, more=("tiers",)):
    """A fixed number of credits, a chosen number of credits with volume tiers, or the unlimited plan."""

    __slots__ = ()

    tiers: Field[Tuple[Tier, ...]] = Field("tiers", None, "Of one by the piece, the lowest first; else none.")


def _tiers(pointer: Any) -> Tuple[Tier, ...]:
    return tuple(Tier(lib.cpk_package_tier_from_credits(pointer, tier),
                      lib.cpk_package_tier_unit_micros(pointer, tier) * MICRO)
                 for tier in range(lib.cpk_package_tier_count(pointer)))


def _package(pointer: Any) -> Package:
    return read(Package, pointer, _tiers(pointer))


class Packages(Resource):
    """Session.packages, for every session. InvalidArgumentError says what is wrong with the setting. Iterating gives
    all packages, in the order of the setting.
    """

    __slots__ = ()

    @contextlib.contextmanager
    def _got(self, package: Union[Package, str]) -> Iterator[c_void_p]:
        """The C record, for price() and for its tiers."""
        out = c_void_p()
        try:
            self._session._call(lib.cpk_package_get, id_of(package), byref(out))
            yield out
        finally:
            lib.cpk_package_free(out)

    def get(self, package_id: str) -> Package:
        """Reads a package; NotFoundError if there is none."""
        with self._got(package_id) as pointer:
            return _package(pointer)

    def price(self, package: Union[Package, str], credits: int = 0) -> Price:
        """The price of a number of credits, as a checkout charges it; `credits` is for a package with tiers. The unit
        price of the highest tier reached applies to all credits. InvalidArgumentError: this number cannot be bought.
        """
        granted, amount = c_int64(), c_int64()
        with self._got(package) as pointer:
            call(lib.cpk_package_price, pointer, credits, byref(granted), byref(amount))
        return Price(granted.value, amount.value)

    def list(self) -> "List[Package]":
        """All packages."""
        out = c_void_p()
        try:
            self._session._call(lib.cpk_package_list_get, byref(out))
            return [_package(lib.cpk_package_list_at(out, index)) for index in range(lib.cpk_package_list_count(out))]
        finally:
            lib.cpk_package_list_free(out)

    def __iter__(self) -> Iterator[Package]:
        return iter(self.list())

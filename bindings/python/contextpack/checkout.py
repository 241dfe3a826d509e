"""Checkouts: Stripe's page where a user pays."""
from ctypes import byref
from typing import Optional, Union

from . import _raw
from ._arguments import id_of, optional_bytes, optional_id
from ._library import lib
from ._records import StripeObjectFields
from ._resource import Resource
from .cancel import Cancel
from .package import Package
from .run import Run
from .user import User

__all__ = ["Checkouts", "StripeObject"]


class StripeObject(StripeObjectFields):
    """An object that Stripe created: a checkout session, a customer, a session of the billing portal, or a refund."""

    __slots__ = ()


class Checkouts(Resource):
    """Session.checkouts. Only webhooks change balances and plans."""

    __slots__ = ()

    def create(self, package: Union[Package, str], *, success_url: str, credits: int = 0,
               cancel_url: Optional[str] = None, ip_address: Optional[str] = None, user_agent: Optional[str] = None,
               user: Union[User, str, None] = None, cancel: Optional[Cancel] = None) -> StripeObject:
        """Creates a checkout: open its `url` in the buyer's browser. The default user is the session's. Every call is
        recorded as a payment attempt, also if it is rejected.

        `credits`      the number to buy, for a package with tiers
        `success_url`  URL Stripe redirects to after payment; may contain {CHECKOUT_SESSION_ID}
        `cancel_url`   URL Stripe redirects to if the buyer cancels
        `ip_address`   the buyer's IPv4 or IPv6 address; None: unknown, and no limit by address applies

        LimitExceededError: checkout.max_per_user_hour or checkout.max_per_ip_hour is exceeded. PermissionDeniedError:
        the
        account is suspended, or Stripe rejects the key. BusyError, NetworkError and TimedOutError: try again later.
        """
        params = _raw.cpk_checkout_params()
        lib.cpk_checkout_params_init(byref(params), _raw.STRUCT_SIZES["cpk_checkout_params"])
        params.package_id = id_of(package)
        params.credits = credits
        params.success_url = optional_bytes(success_url)
        params.cancel_url = optional_bytes(cancel_url)
        params.ip_address = optional_bytes(ip_address)
        params.user_agent = optional_bytes(user_agent)
        run = Run(None, None, cancel)
        return self._session._run(StripeObject, run, lib.cpk_checkout_create, optional_id(user), byref(params), run.cancel)

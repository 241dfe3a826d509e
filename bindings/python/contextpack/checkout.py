"""Checkouts: Stripe's page where a user pays."""
from ctypes import byref
from typing import Optional, Union

from . import _raw
from ._library import lib
from ._snapshot import Snapshot, converted, number, optional_moment, optional_string, string
from .cancel import Cancel
from .package import Package
from .run import Run
from .session import Nouns, id_of, optional_bytes, optional_id
from .user import User

__all__ = ["Checkouts", "StripeObject"]


class StripeObject(Snapshot, noun="cpk_stripe_object"):
    """An object that Stripe created: a checkout session, a customer, a session of the billing portal, or a refund."""

    __slots__ = ()

    id = string("id", "\"cs_...\", \"cus_...\", \"bps_...\", \"re_...\"")
    type = string("type", "\"checkout.session\", \"customer\", \"billing_portal.session\", \"refund\"")
    url = optional_string("url", "Where the browser goes, or None.")
    status = optional_string("status", "As Stripe spells it, or None.")
    currency = optional_string("currency", "Three letters, or None.")
    amount = number("amount", "In the currency's smallest unit; 0 if none.")
    expires_at = optional_moment("expires_at", "When it runs out, or None.")
    is_live = converted("is_live", bool, "False: made in Stripe's test mode.")
    attempt_id = optional_string("attempt_id", "Of a checkout: the attempt to pay that records it.")
    customer_id = optional_string("customer_id", "\"cus_...\", or None.")


class Checkouts(Nouns):
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

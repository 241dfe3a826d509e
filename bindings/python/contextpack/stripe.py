"""Stripe: webhooks, missed events, unclaimed payments, expiry of plans, customers, the billing portal and refunds."""
import datetime
from ctypes import byref, c_int64
from typing import Any, Optional, Union

from . import _raw
from ._arguments import optional_bytes, optional_id
from ._library import lib
from ._records import PaymentFields, ReconcileReportFields, WebhookOutcome, WebhookResultFields
from ._resource import Resource
from ._snapshot import Page, microseconds_of, string
from .cancel import Cancel
from .checkout import StripeObject
from .run import ProgressFunction, Run
from .user import User

__all__ = ["Payment", "ReconcileReport", "Stripe", "WebhookOutcome", "WebhookResult"]

EXPIRE_ITEMS_MAX = 1000


class WebhookResult(WebhookResultFields):
    """The result of a webhook."""

    __slots__ = ()

    json = string("json", "All of it, as the webhook log keeps it: a text in JSON.")


class ReconcileReport(ReconcileReportFields):
    """The result of reconcile(): `seen` is the sum of the other counts."""

    __slots__ = ()


class Payment(PaymentFields):
    """A payment that no user is credited for, because no event says whose it is."""

    __slots__ = ()


class Stripe(Resource):
    """Session.stripe. Webhooks, plans and refunds are for the service and administrators. Requests to Stripe raise
    InvalidArgumentError (a setting or an argument is wrong), PermissionDeniedError, NotFoundError,
    ConflictError (the key was used for another request, or the card was declined), and BusyError, NetworkError and
    TimedOutError, which may be tried again. A request takes effect once, even if it is sent several times.
    """

    __slots__ = ()

    def unclaimed_payments(self, *, limit: int = 100, after: Optional[str] = None) -> Page[Payment]:
        """A page of the payments that no user is credited for, newest first. AdminActions.assign_payment(), or an
        event that identifies the customer, assigns one to a user.
        """
        return self._session._page(Payment, lib.cpk_payment_list_unclaimed, (), limit, after)

    def webhook(self, body: Union[bytes, bytearray, "memoryview[Any]"], signature: Optional[str]) -> WebhookResult:
        """Processes one webhook: the unchanged body of the request, and its Stripe-Signature header, or None.

        Answer Stripe with 200 when this returns, with 400 for PermissionDeniedError and InvalidDataError, and with 500
        for anything else, after which Stripe delivers it again.
        """
        if isinstance(body, str):
            raise TypeError("the body must be bytes: decoding could change what was signed")
        data = bytes(memoryview(body))
        return self._session._get(WebhookResult, lib.cpk_stripe_webhook, data, len(data),
                                  optional_bytes(signature or ""))

    def reconcile(self, *, since: Optional[datetime.datetime] = None,
                  progress: Optional[ProgressFunction] = None, cancel: Optional[Cancel] = None) -> ReconcileReport:
        """Fetches Stripe's events since a time (None: 72 hours ago; Stripe keeps 30 days) and processes those that no
        webhook delivered, oldest first, each once. To be called from a timer. An event that fails is counted, and the
        others are processed. Progress is in events.
        """
        run = Run(progress, None, cancel)
        return self._session._run(ReconcileReport, run, lib.cpk_stripe_reconcile,
                                  0 if since is None else microseconds_of(since) or 1, run.options)

    def expire_plans(self, *, limit: int = EXPIRE_ITEMS_MAX) -> int:
        """Moves users whose subscription ended to the credits plan and returns their number. To be called from a
        timer.
        """
        expired = c_int64()
        self._session._call(lib.cpk_plans_expire, limit, byref(expired))
        return expired.value

    def customer(self, user: Union[User, str, None] = None, *, cancel: Optional[Cancel] = None) -> StripeObject:
        """A user's customer at Stripe, created if there is none; by default of the session's own user. A customer that
        is already known has only `id` and `type`.
        """
        run = Run(None, None, cancel)
        return self._session._run(StripeObject, run, lib.cpk_stripe_customer, optional_id(user), run.cancel)

    def portal(self, user: Union[User, str, None] = None, *, return_url: Optional[str] = None,
               cancel: Optional[Cancel] = None) -> StripeObject:
        """Opens Stripe's billing portal, where a user changes or cancels a subscription: open its `url` in the
        browser. NotFoundError: the user is not a customer yet. Suspended accounts may use it.
        """
        run = Run(None, None, cancel)
        return self._session._run(StripeObject, run, lib.cpk_stripe_portal, optional_id(user), optional_bytes(return_url),
                                  run.cancel)

    def refund(self, key: str, payment_intent_id: str, *, amount: int = 0, reason: Optional[str] = None,
               cancel: Optional[Cancel] = None) -> StripeObject:
        """Asks Stripe to refund a payment: `amount` is in the currency's smallest unit, 0 for the whole rest. The same
        key refunds once. The credits are taken back when the webhook `charge.refunded` arrives.

        `payment_intent_id` is "pi_...", the stripe_payment_id of the purchase; `reason` "duplicate", "fraudulent" or
        "requested_by_customer".
        """
        params = _raw.cpk_refund_params()
        lib.cpk_refund_params_init(byref(params), _raw.STRUCT_SIZES["cpk_refund_params"])
        params.key = optional_bytes(key)
        params.payment_intent_id = optional_bytes(payment_intent_id)
        params.amount = amount
        params.reason = optional_bytes(reason)
        run = Run(None, None, cancel)
        return self._session._run(StripeObject, run, lib.cpk_stripe_refund, byref(params), run.cancel)

"""What Stripe tells: webhooks, and the ends of plans."""
from ctypes import byref, c_int64
from typing import Any, Optional, Union

from . import _raw
from ._enums import OpenEnum
from ._library import lib
from ._snapshot import Snapshot, converted, int32, number, optional_string, string
from .session import Nouns, optional_bytes

__all__ = ["Stripe", "WebhookOutcome", "WebhookResult"]

EXPIRE_ITEMS_MAX = 1000


class WebhookOutcome(OpenEnum):
    """What became of an event."""

    PROCESSED = _raw.CPK_WEBHOOK_PROCESSED
    REPEATED = _raw.CPK_WEBHOOK_REPEATED
    IGNORED = _raw.CPK_WEBHOOK_IGNORED


class WebhookResult(Snapshot, noun="cpk_webhook_result"):
    """What a webhook came to."""

    __slots__ = ()

    outcome = converted("outcome", WebhookOutcome, "PROCESSED now, REPEATED (done before), or IGNORED.")
    event_id = string("event_id", "\"evt_...\"")
    event_type = string("event_type", "As Stripe spells it.")
    user_id = optional_string("user_id", "Whose it is; None: nobody's, or not known.")
    credits = number("credits", "Credits that it added; negative: took back.")
    json = string("json", "All of it, as the webhook log keeps it.")


class Stripe(Nouns):
    """Session.stripe, for the service and admins."""

    __slots__ = ()

    def webhook(self, body: Union[bytes, bytearray, "memoryview[Any]"], signature: Optional[str]) -> WebhookResult:
        """Takes one delivery: the request's body, byte for byte as it came, and its Stripe-Signature header, None where
        there is none.

        Answer Stripe with 200 when this returns, with 400 for PermissionDeniedError and InvalidDataError, and with 500
        for anything else, after which Stripe delivers it again.
        """
        if isinstance(body, str):
            raise TypeError("the body is wanted as bytes: decoding may change what was signed")
        data = bytes(memoryview(body))
        return self._session._get(WebhookResult, lib.cpk_stripe_webhook, data, len(data),
                                  optional_bytes(signature or ""))

    def expire_plans(self, *, limit: int = EXPIRE_ITEMS_MAX) -> int:
        """Ends plans whose subscription is over, and says how many: for hosts to call now and then."""
        expired = c_int64()
        self._session._call(lib.cpk_plans_expire, int32(limit), byref(expired))
        return expired.value

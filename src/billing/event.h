/* A Stripe event, parsed: the few facts that matter to credits and plans, whichever API version wrote it. */
#ifndef BILLING_EVENT_H
#define BILLING_EVENT_H

#include "base/arena.h"
#include "model/payment.h"

#include <contextpack/error.h>

typedef enum event_kind {
    EVENT_OTHER, /* logged, nothing else */
    EVENT_CHECKOUT_COMPLETED,
    EVENT_CHECKOUT_ASYNC_SUCCEEDED,
    EVENT_CHECKOUT_ASYNC_FAILED,
    EVENT_CHECKOUT_EXPIRED,
    EVENT_SUBSCRIPTION_CREATED,
    EVENT_SUBSCRIPTION_UPDATED,
    EVENT_SUBSCRIPTION_DELETED,
    EVENT_INVOICE_PAID, /* invoice.paid and invoice.payment_succeeded: both come for one invoice */
    EVENT_INVOICE_FAILED,
    EVENT_PAYMENT_FAILED,
    EVENT_CHARGE_REFUNDED,
    EVENT_DISPUTE_WITHDRAWN,
    EVENT_DISPUTE_REINSTATED,
    EVENT_DISPUTE_CLOSED
} event_kind;

/* Texts are NULL and numbers FACT_UNKNOWN where the event does not say. Times are microseconds since 1970 UTC, amounts
 * the currency's smallest unit. Where the object is a charge and the like, its own id is `object_id`. */
typedef struct event {
    event_kind kind;
    const char *id;   /* evt_... */
    const char *type; /* as Stripe spells it */
    const char *api_version;
    int64_t created_us;
    int32_t is_live;
    const char *object_id;

    /* what it hangs together with */
    const char *session_id;
    const char *payment_intent_id;
    const char *charge_id;
    const char *invoice_id;
    const char *subscription_id;
    const char *customer_id;
    const char *customer_email;

    /* what our checkout wrote into the metadata */
    const char *user_id;
    const char *package_id;
    const char *attempt_id; /* of payment_attempts */
    int64_t credits;
    int32_t is_unlimited;

    /* money */
    const char *currency;    /* lower case, three letters */
    int64_t amount;          /* what is paid, disputed or was asked for */
    int64_t amount_refunded; /* of a charge: all refunds so far */

    const char *mode;           /* of a checkout: "payment", "subscription", "setup" */
    const char *payment_status; /* of a checkout: "paid", "unpaid", "no_payment_required" */
    const char *status;         /* of the object: a subscription's "active", a dispute's "won" */
    const char *billing_reason; /* of an invoice: "subscription_cycle" */
    int64_t period_start_us;    /* what a subscription or an invoice has paid for */
    int64_t period_end_us;
    int64_t ended_us;             /* of a subscription that is over */
    int32_t cancel_at_period_end; /* a subscription that will not be renewed */
    const char *failure;          /* why a payment failed, as Stripe says it to the operator */
} event;

/* Fills *event from a body; its texts live in the arena.
 * CPK_ERROR_INVALID_DATA  not JSON, or not an event of this API ("object": "event") */
cpk_status event_parse(const char *body, size_t length, arena *arena, event *event, cpk_error **error);

#endif

/* A parsed Stripe event: the facts relevant to credits and plans, for all API versions. */
#ifndef PAYMENTS_STRIPE_EVENT_H
#define PAYMENTS_STRIPE_EVENT_H

#include "base/arena.h"
#include "model/payment.h"

#include <contextpack/error.h>

enum event_kind {
    EVENT_OTHER, /* only logged */
    EVENT_CHECKOUT_COMPLETED,
    EVENT_CHECKOUT_ASYNC_SUCCEEDED,
    EVENT_CHECKOUT_ASYNC_FAILED,
    EVENT_CHECKOUT_EXPIRED,
    EVENT_SUBSCRIPTION_CREATED,
    EVENT_SUBSCRIPTION_UPDATED,
    EVENT_SUBSCRIPTION_DELETED,
    EVENT_INVOICE_PAID, /* invoice.paid and invoice.payment_succeeded: both come for one invoice */
    EVENT_INVOICE_FAILED,
    EVENT_INVOICE_PAYMENT_PAID, /* one part of an invoice paid */
    EVENT_PAYMENT_FAILED,
    EVENT_CHARGE_REFUNDED,
    EVENT_REFUND, /* refund.* and charge.refund.updated: status of one refund */
    EVENT_DISPUTE_WITHDRAWN,
    EVENT_DISPUTE_REINSTATED,
    EVENT_DISPUTE_CLOSED
};

/* What an event says about the billed plan. */
enum plan_word { PLAN_UNSAID, PLAN_CREDITS, PLAN_UNLIMITED };

/* A line of an invoice, or an item of a subscription. */
struct event_line {
    const char *price_id;
    int64_t unit_amount; /* or FACT_UNKNOWN */
    int64_t amount;      /* before discounts; or FACT_UNKNOWN */
    int64_t quantity;
    int32_t is_other;     /* not part of the subscription */
    int32_t is_proration; /* for part of a period; may be negative */
};

#define EVENT_LINES_MAX     100
#define EVENT_PARTS_MAX     16 /* payments of one invoice */
#define EVENT_MOVEMENTS_MAX 101

/* Texts are NULL and numbers FACT_UNKNOWN if absent. Times are in microseconds since 1970 UTC, amounts in the
 * currency's smallest unit. For a charge and similar objects, their own id is `object_id`. */
struct event {
    enum event_kind kind;
    const char *id;   /* evt_... */
    const char *type; /* type as sent by Stripe */
    const char *api_version;
    int64_t created_us;
    int32_t is_live;
    const char *account; /* the connected account; NULL: the own account */
    const char *object_id;

    /* related objects */
    const char *session_id;
    const char *payment_intent_id;
    const char *charge_id;
    const char *invoice_id;
    const char *subscription_id;
    const char *customer_id;
    const char *customer_email;

    /* from the metadata written at checkout */
    const char *user_id;
    const char *package_id;
    const char *attempt_id; /* of payment_attempts */
    int64_t credits;
    int32_t is_priced;    /* credits and plan come from configured packages, by the prices of the lines */
    int64_t price;        /* package price at the time of purchase */
    const char *interval; /* "month", "year" */
    enum plan_word plan;

    /* money */
    const char *currency;    /* lower case, three letters */
    int64_t amount;          /* paid, disputed or requested amount */
    int64_t amount_refunded; /* charge: total of refunds so far */
    const struct movement *movements;
    size_t movement_count;

    /* an invoice */
    int32_t is_part_paid; /* further payments of the invoice follow */
    int64_t amount_due;   /* after discounts and the customer's balance, with taxes */
    int64_t subtotal;     /* before discounts and taxes */
    int64_t total;        /* after discounts and taxes */
    struct event_line *lines;
    size_t line_count;
    int32_t has_more_lines;      /* the event does not contain all lines */
    const char *const *part_ids; /* payment intents and charges of its payments */
    size_t part_count;

    const char *mode;           /* of a checkout: "payment", "subscription", "setup" */
    const char *payment_status; /* of a checkout: "paid", "unpaid", "no_payment_required" */
    int32_t is_unpaid;          /* of a checkout: the money is still to come */
    const char *status;         /* of the object: a subscription's "active", a dispute's "won" */
    const char *billing_reason; /* of an invoice: "subscription_cycle" */
    int64_t period_start_us;    /* what a subscription or an invoice has paid for */
    int64_t period_end_us;
    int64_t ended_us;             /* end of a finished subscription */
    int32_t cancel_at_period_end; /* a subscription that will not be renewed */
    const char *failure;          /* Stripe's reason for the failure, for the operator */
};

/* Event types that affect credits and plans, no more than one event list request accepts. Returns NULL after
 * the last. */
#define EVENT_TYPES_MAX 20
const char *event_type_at(size_t index);

/* Fills *event from a body; its texts live in the arena.
 * CPK_ERROR_INVALID_DATA  not JSON, or not an event of this API ("object": "event") */
cpk_status event_parse(const char *body, size_t length, struct arena *arena, struct event *event, cpk_error **error);

#endif

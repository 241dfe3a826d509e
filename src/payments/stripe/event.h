/* A Stripe event, parsed: the few facts that matter to credits and plans, whichever API version wrote it. */
#ifndef PAYMENTS_STRIPE_EVENT_H
#define PAYMENTS_STRIPE_EVENT_H

#include "base/arena.h"
#include "model/payment.h"

#include <contextpack/error.h>

enum event_kind {
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
    EVENT_INVOICE_PAYMENT_PAID, /* a part of an invoice */
    EVENT_PAYMENT_FAILED,
    EVENT_CHARGE_REFUNDED,
    EVENT_REFUND, /* refund.* and charge.refund.updated: one refund, and how it is with it */
    EVENT_DISPUTE_WITHDRAWN,
    EVENT_DISPUTE_REINSTATED,
    EVENT_DISPUTE_CLOSED
};

/* What an event says about the plan that is billed. */
enum plan_word { PLAN_UNSAID, PLAN_CREDITS, PLAN_UNLIMITED };

/* A line of an invoice, or an item of a subscription. */
struct event_line {
    const char *price_id;
    int64_t unit_amount; /* or FACT_UNKNOWN */
    int64_t amount;      /* before discounts; or FACT_UNKNOWN */
    int64_t quantity;
    int32_t is_other;     /* no part of the subscription */
    int32_t is_proration; /* for a part of a period, up or down */
};

#define EVENT_LINES_MAX     100
#define EVENT_PARTS_MAX     16 /* payments of one invoice */
#define EVENT_MOVEMENTS_MAX 101

/* Texts are NULL and numbers FACT_UNKNOWN where the event does not say. Times are microseconds since 1970 UTC, amounts
 * the currency's smallest unit. Where the object is a charge and the like, its own id is `object_id`. */
struct event {
    enum event_kind kind;
    const char *id;   /* evt_... */
    const char *type; /* as Stripe spells it */
    const char *api_version;
    int64_t created_us;
    int32_t is_live;
    const char *account; /* the connected account that it is from; NULL: the own one */
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
    int32_t is_priced;    /* credits and plan are those of configured packages, by the prices of the lines */
    int64_t price;        /* of the package, when it was bought */
    const char *interval; /* "month", "year" */
    enum plan_word plan;

    /* money */
    const char *currency;    /* lower case, three letters */
    int64_t amount;          /* what is paid, disputed or was asked for */
    int64_t amount_refunded; /* of a charge: all refunds so far */
    const struct movement *movements;
    size_t movement_count;

    /* an invoice */
    int32_t is_part_paid; /* this was not the last payment of it */
    int64_t amount_due;   /* after discounts and the customer's balance, with taxes */
    int64_t subtotal;     /* before discounts and taxes */
    int64_t total;        /* after them */
    struct event_line *lines;
    size_t line_count;
    int32_t has_more_lines;      /* than Stripe tells in an event */
    const char *const *part_ids; /* payment intents and charges of its payments */
    size_t part_count;

    const char *mode;           /* of a checkout: "payment", "subscription", "setup" */
    const char *payment_status; /* of a checkout: "paid", "unpaid", "no_payment_required" */
    const char *status;         /* of the object: a subscription's "active", a dispute's "won" */
    const char *billing_reason; /* of an invoice: "subscription_cycle" */
    int64_t period_start_us;    /* what a subscription or an invoice has paid for */
    int64_t period_end_us;
    int64_t ended_us;             /* of a subscription that is over */
    int32_t cancel_at_period_end; /* a subscription that will not be renewed */
    const char *failure;          /* why a payment failed, as Stripe says it to the operator */
};

/* The types of events that mean something to credits and plans, at most as many as one list of events may be asked for;
 * NULL behind the last. */
#define EVENT_TYPES_MAX 20
const char *event_type_at(size_t index);

/* Fills *event from a body; its texts live in the arena.
 * CPK_ERROR_INVALID_DATA  not JSON, or not an event of this API ("object": "event") */
cpk_status event_parse(const char *body, size_t length, struct arena *arena, struct event *event, cpk_error **error);

#endif

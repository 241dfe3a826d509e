/* Known facts of payments and subscriptions, as plain data. The rules are in payments/, the rows in store/. */
#ifndef MODEL_PAYMENT_H
#define MODEL_PAYMENT_H

#include "records/fields.h"

#include <stdint.h>

#define FACT_UNKNOWN FIELD_NONE /* a number or time that no event has stated yet */

/* Facts of a payment, merged from any number of events in any order. Unknown texts are NULL; amounts are in the
 * smallest unit of the currency. The sums are computed from the payment's movements, see payments/stripe/movement.h. */
struct payment {
    const char *user_id;
    const char *customer_id; /* Stripe customer id; only while user_id is unknown */
    const char *package_id;
    const char *currency; /* lower case, three letters */
    int64_t credits; /* credits bought, granted when paid in full; may be FACT_UNKNOWN (a refund event can precede the
                        checkout's) */
    int64_t amount;  /* paid so far; may be FACT_UNKNOWN */
    int64_t amount_due;   /* total of an invoice; may be FACT_UNKNOWN */
    int32_t is_unlimited; /* bought the unlimited plan without a subscription */
    int32_t is_paid;      /* in full */
    int32_t is_failed;    /* declined card or failed bank transfer; is_paid overrides it */
    int64_t amount_parts; /* sum of the individually known charges */
    int64_t amount_refunded;
    int64_t amount_disputed; /* withdrawn and not reinstated */

    /* Effects of an earlier service, see store/prior.h. Recomputed; not stored in the payment's row. */
    int32_t has_prior;       /* it granted the payment's credits already */
    int64_t prior_amount;    /* amount paid according to its ledger; 0: unknown */
    int64_t prior_refund;    /* credits it took back for refunds */
    int64_t prior_dispute;   /* credits it took back for disputes */
    int64_t done_refunded;   /* refunded money it handled before the payment's credits were known */
    int64_t done_disputed;   /* the same for disputes */
    int64_t amount_restored; /* money of failed refunds */
    int64_t amount_won;      /* money returned by won disputes */
};

/* Kinds of money movements that events report, as stored. */
#define MOVEMENT_PAID          "paid"          /* part payment of an invoice; subject: payment intent or charge */
#define MOVEMENT_CHARGE        "charge"        /* total refunds of a charge so far; subject: charge */
#define MOVEMENT_REFUND        "refund"        /* subject: refund */
#define MOVEMENT_REFUND_FAILED "refund_failed" /* failed or canceled refund: the money was not paid out */
#define MOVEMENT_DISPUTE_OUT   "dispute_out"   /* funds withdrawn; subject: dispute */
#define MOVEMENT_DISPUTE_BACK  "dispute_back"  /* funds reinstated */
#define MOVEMENT_DISPUTE_WON   "dispute_won"   /* closed */
#define MOVEMENT_DISPUTE_LOST  "dispute_lost"  /* closed */
/* Effects of an earlier service. Subject: the Stripe id in its ledger, or the event's kind. */
#define MOVEMENT_PRIOR_PURCHASE "prior_purchase" /* credits it granted; `total` is money */
#define MOVEMENT_PRIOR_REFUND   "prior_refund"   /* credits it took back */
#define MOVEMENT_PRIOR_DISPUTE  "prior_dispute"  /* credits it took back */
#define MOVEMENT_DONE_REFUND    "done_refund"    /* money: total refunds so far when it handled a refund event */
#define MOVEMENT_DONE_DISPUTE   "done_dispute"   /* money: the same for disputes */

struct movement {
    const char *kind; /* MOVEMENT_* */
    const char *subject_id;
    const char *charge_id;         /* or NULL */
    const char *payment_intent_id; /* or NULL */
    int64_t amount;
    int64_t total;      /* charges: the whole amount; otherwise FACT_UNKNOWN */
    int64_t created_us; /* refunds: creation time; otherwise FACT_UNKNOWN */
    int64_t told_us;    /* creation time of the event at Stripe */
};

/* Sums of a payment's ledger entries: credits bought, taken back for refunds, and taken back for disputes. The last two
 * are at most 0. */
struct payment_credits {
    int64_t purchase;
    int64_t refund;
    int64_t dispute;
};

struct subscription {
    const char *user_id;
    const char *customer_id;
    const char *status;   /* Stripe's status in the newest event; NULL: not stated yet */
    int64_t status_us;    /* creation time of that event; may be FACT_UNKNOWN */
    int32_t is_unlimited; /* the subscription bills the unlimited plan */
    int32_t plan_rank;    /* priority of the event that set is_unlimited, see payments/stripe/subscription.c; 0: none */
    int64_t plan_us;      /* creation time of that event; may be FACT_UNKNOWN */
    int32_t is_checked_out;  /* a checkout that started it was completed */
    int64_t checkout_end_us; /* end of the first period, from the checkout's time; may be FACT_UNKNOWN */
    int32_t is_deleted;      /* deleted at Stripe, which is final */
    int64_t period_start_us; /* of the period that ends last; FACT_UNKNOWN here and below: not stated */
    int64_t period_end_us;   /* its invoice may be unpaid: see `status` */
    int64_t paid_end_us;     /* end of the last paid period */
    int64_t ended_us;
    int32_t cancel_at_period_end; /* ends instead of being renewed */
};

void payment_init(struct payment *payment); /* all facts unknown */
/* Merges another record of the same payment: known texts are not changed, amounts only grow. */
void payment_merge(struct payment *payment, const struct payment *other);

#endif

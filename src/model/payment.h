/* What is known of a payment and of a subscription, as plain data: the rules are in billing/, the rows in store/. */
#ifndef MODEL_PAYMENT_H
#define MODEL_PAYMENT_H

#include "records/fields.h"

#include <stdint.h>

#define FACT_UNKNOWN FIELD_NONE /* a number or a time that nobody has told yet */

/* What a payment is known to be, from any number of events in any order. Texts are NULL while unknown, amounts are in
 * the currency's smallest unit. The sums are recounted from the payment's movements, see payments/stripe/movement.h. */
struct payment {
    const char *user_id;
    const char *customer_id; /* Stripe's, only while user_id is unknown */
    const char *package_id;
    const char *currency; /* lower case, three letters */
    int64_t credits;      /* bought, once all is paid; may be FACT_UNKNOWN (a refund can come before its checkout) */
    int64_t amount;       /* paid so far; may be FACT_UNKNOWN */
    int64_t amount_due;   /* of an invoice: what is to be paid in all; may be FACT_UNKNOWN */
    int32_t is_unlimited; /* bought the unlimited plan without a subscription */
    int32_t is_paid;      /* in full */
    int32_t is_failed;    /* a refused card, or a bank transfer that did not arrive; paid overrides it */
    int64_t amount_parts; /* sum of the charges that are known one by one */
    int64_t amount_refunded;
    int64_t amount_disputed; /* withdrawn and not reinstated */

    /* What an earlier service did, see store/prior.h; recounted, and not columns of the payment's row. */
    int32_t has_prior;       /* it credited the payment: nothing is left to credit */
    int64_t prior_amount;    /* paid, by its ledger; 0: it does not say */
    int64_t prior_refund;    /* credits that it took back */
    int64_t prior_dispute;   /* credits that it took back */
    int64_t done_refunded;   /* money of refunds that it handled before the payment's credits were known */
    int64_t done_disputed;   /* the same of disputes */
    int64_t amount_restored; /* money of refunds that failed */
    int64_t amount_won;      /* money of disputes that came back */
};

/* What one event tells of money that moved. Kinds are stored as texts. */
#define MOVEMENT_PAID          "paid"          /* part of an invoice; the subject is the payment intent or charge */
#define MOVEMENT_CHARGE        "charge"        /* all refunds of a charge so far; the subject is the charge */
#define MOVEMENT_REFUND        "refund"        /* the subject is the refund */
#define MOVEMENT_REFUND_FAILED "refund_failed" /* failed or canceled: the money stayed here */
#define MOVEMENT_DISPUTE_OUT   "dispute_out"   /* funds withdrawn; the subject is the dispute */
#define MOVEMENT_DISPUTE_BACK  "dispute_back"  /* funds reinstated */
#define MOVEMENT_DISPUTE_WON   "dispute_won"   /* closed */
#define MOVEMENT_DISPUTE_LOST  "dispute_lost"  /* closed */
/* What an earlier service did. The subject is the Stripe id that its ledger names, or the event's kind. */
#define MOVEMENT_PRIOR_PURCHASE "prior_purchase" /* credits that it granted; the total is money */
#define MOVEMENT_PRIOR_REFUND   "prior_refund"   /* credits that it took back */
#define MOVEMENT_PRIOR_DISPUTE  "prior_dispute"  /* credits that it took back */
#define MOVEMENT_DONE_REFUND    "done_refund"    /* money: all refunds so far, when it handled an event of one */
#define MOVEMENT_DONE_DISPUTE   "done_dispute"   /* money: the same of disputes */

struct movement {
    const char *kind; /* MOVEMENT_* */
    const char *subject_id;
    const char *charge_id;         /* or NULL */
    const char *payment_intent_id; /* or NULL */
    int64_t amount;
    int64_t total;      /* of a charge: its whole amount; else FACT_UNKNOWN */
    int64_t created_us; /* of a refund: when it was made; else FACT_UNKNOWN */
    int64_t told_us;    /* when Stripe made the event */
};

/* Credits that the ledger shows for a payment, by entry: bought, taken back for refunds, taken back for disputes (both
 * at most 0). */
struct payment_credits {
    int64_t purchase;
    int64_t refund;
    int64_t dispute;
};

struct subscription {
    const char *user_id;
    const char *customer_id;
    const char *status;      /* the newest event's, as Stripe spells it; NULL: none said it yet */
    int64_t status_us;       /* when that event was made; may be FACT_UNKNOWN */
    int32_t is_unlimited;    /* what is billed is the unlimited plan */
    int32_t plan_rank;       /* which kind of event said so: see payments/stripe/subscription.c; 0: none */
    int64_t plan_us;         /* when that event was made; may be FACT_UNKNOWN */
    int32_t is_checked_out;  /* a checkout that started it was completed */
    int64_t checkout_end_us; /* the end of its first period, by the checkout's time; may be FACT_UNKNOWN */
    int32_t is_deleted;      /* for good */
    int64_t period_start_us; /* of the period that ends last; may be FACT_UNKNOWN, as below */
    int64_t period_end_us;   /* it may be that the invoice for it is not paid: see `status` */
    int64_t paid_end_us;     /* of the last period whose invoice is */
    int64_t ended_us;
    int32_t cancel_at_period_end; /* it will not be renewed */
};

void payment_init(struct payment *payment); /* nothing is known */
/* Adds what another record knows of the same payment: the first word stays, amounts only grow. */
void payment_merge(struct payment *payment, const struct payment *other);

#endif

/* What is known of a payment and of a subscription, as plain data: the rules are in billing/, the rows in store/. */
#ifndef MODEL_PAYMENT_H
#define MODEL_PAYMENT_H

#include <stdint.h>

#define FACT_UNKNOWN INT64_MIN /* a number or a time that nobody has told yet */

/* Facts that only grow. Texts are NULL while unknown, amounts are in the currency's smallest unit. */
typedef struct payment {
    const char *user_id;
    const char *package_id;
    const char *currency; /* lower case, three letters */
    int64_t credits;      /* bought; may be FACT_UNKNOWN (a refund can come before its checkout) */
    int64_t amount;       /* paid; may be FACT_UNKNOWN */
    int32_t is_unlimited; /* bought the unlimited plan for good, without a subscription */
    int32_t is_paid;
    int32_t is_failed;       /* the last word of a payment that takes days, or a refused card; paid beats it */
    int64_t amount_refunded; /* so far */
    int64_t amount_disputed; /* withdrawn and not given back, all disputes */
} payment;

/* Credits that the ledger shows for a payment, by entry: bought, taken back for refunds, taken back for disputes (both
 * at most 0). */
typedef struct payment_credits {
    int64_t purchase;
    int64_t refund;
    int64_t dispute;
} payment_credits;

typedef struct subscription {
    const char *user_id;
    const char *customer_id;
    const char *status;      /* the newest event's, as Stripe spells it; NULL: none said it yet */
    int64_t status_us;       /* when that event was made; may be FACT_UNKNOWN */
    int32_t is_unlimited;    /* what was bought is the unlimited plan */
    int32_t is_checked_out;  /* a checkout that started it was completed */
    int32_t is_deleted;      /* for good */
    int64_t period_start_us; /* of the period that ends last; may be FACT_UNKNOWN, as below */
    int64_t period_end_us;   /* it may be that the invoice for it is not paid: see `status` */
    int64_t paid_end_us;     /* of the last period whose invoice is */
    int64_t ended_us;
    int32_t cancel_at_period_end; /* it will not be renewed */
} subscription;

void payment_init(payment *payment); /* nothing is known */
/* Adds what another record knows of the same payment: a fact that is there stays, sums only grow. */
void payment_merge(payment *payment, const struct payment *other);
void subscription_init(subscription *subscription);

#endif

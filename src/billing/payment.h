/* A payment as a set of facts that only grow, so that events may come in any order and any number of times: what the
 * ledger should hold follows from the facts, and what it holds already is subtracted. */
#ifndef BILLING_PAYMENT_H
#define BILLING_PAYMENT_H

#include "billing/event.h"

typedef struct payment {
    const char *user_id;    /* NULL: not known yet (a refund can come before its checkout) */
    const char *package_id; /* or NULL */
    const char *currency;   /* or NULL */
    int64_t credits;        /* bought; EVENT_NONE: not known */
    int64_t amount;         /* paid, in the currency's smallest unit; EVENT_NONE: not known */
    int32_t is_unlimited;   /* bought the unlimited plan for good, without a subscription */
    int32_t is_paid;
    int32_t is_failed;       /* the last word of a payment that takes days, or a refused card; paid beats it */
    int64_t amount_refunded; /* so far */
    int64_t amount_disputed; /* withdrawn and not given back, all disputes */
} payment;

/* Credits that the ledger should show for a payment, by entry: bought, taken back for refunds, taken back for disputes
 * (both at most 0). */
typedef struct payment_credits {
    int64_t purchase;
    int64_t refund;
    int64_t dispute;
} payment_credits;

void payment_init(payment *payment);
/* Adds what an event says: a fact that is there stays, sums only grow. Disputes are counted by the caller, who knows
 * them by their ids. */
void payment_learn(payment *payment, const event *event);
/* The same of what two records said of one payment: they were found to be the same. */
void payment_merge(payment *payment, const struct payment *other);
/* Taken back is the share of the money that went back, rounded down to whole credits; all of it where all went back;
 * never more than was granted. */
payment_credits payment_target(const payment *payment);

#endif

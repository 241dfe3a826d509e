#include "model/payment.h"

#include <string.h>

void payment_init(struct payment *payment)
{
    memset(payment, 0, sizeof *payment);
    payment->credits = FACT_UNKNOWN;
    payment->amount = FACT_UNKNOWN;
    payment->amount_due = FACT_UNKNOWN;
}

static void set_if_unknown(const char **known, const char *value)
{
    if (*known == NULL) {
        *known = value;
    }
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Credits stated by the event that paid in full override those of earlier events. */
static void merge_credits(struct payment *payment, const struct payment *other)
{
    if (payment->credits == FACT_UNKNOWN || (other->is_paid && !payment->is_paid && other->credits != FACT_UNKNOWN)) {
        payment->credits = other->credits;
    }
}

void payment_merge(struct payment *payment, const struct payment *other)
{
    merge_credits(payment, other);
    set_if_unknown(&payment->user_id, other->user_id);
    set_if_unknown(&payment->customer_id, other->customer_id);
    set_if_unknown(&payment->package_id, other->package_id);
    set_if_unknown(&payment->currency, other->currency);
    payment->amount = larger(payment->amount, other->amount); /* FACT_UNKNOWN is the smallest value */
    payment->amount_due = larger(payment->amount_due, other->amount_due);
    payment->is_unlimited |= other->is_unlimited;
    payment->is_paid |= other->is_paid;
    payment->is_failed |= other->is_failed;
}

#include "model/payment.h"

#include <string.h>

void payment_init(struct payment *payment)
{
    memset(payment, 0, sizeof *payment);
    payment->credits = FACT_UNKNOWN;
    payment->amount = FACT_UNKNOWN;
    payment->amount_due = FACT_UNKNOWN;
}

static void learn_text(const char **known, const char *said)
{
    if (*known == NULL) {
        *known = said;
    }
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What the event of the whole payment says of the credits overrides what others said before. */
static void learn_credits(struct payment *payment, const struct payment *other)
{
    if (payment->credits == FACT_UNKNOWN || (other->is_paid && !payment->is_paid && other->credits != FACT_UNKNOWN)) {
        payment->credits = other->credits;
    }
}

void payment_merge(struct payment *payment, const struct payment *other)
{
    learn_credits(payment, other);
    learn_text(&payment->user_id, other->user_id);
    learn_text(&payment->customer_id, other->customer_id);
    learn_text(&payment->package_id, other->package_id);
    learn_text(&payment->currency, other->currency);
    payment->amount = larger(payment->amount, other->amount); /* FACT_UNKNOWN is the least */
    payment->amount_due = larger(payment->amount_due, other->amount_due);
    payment->is_unlimited |= other->is_unlimited;
    payment->is_paid |= other->is_paid;
    payment->is_failed |= other->is_failed;
}

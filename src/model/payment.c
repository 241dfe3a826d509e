#include "model/payment.h"

#include <string.h>

void payment_init(payment *payment)
{
    memset(payment, 0, sizeof *payment);
    payment->credits = FACT_UNKNOWN;
    payment->amount = FACT_UNKNOWN;
}

static void learn_text(const char **known, const char *said)
{
    if (*known == NULL) {
        *known = said;
    }
}

static void learn_number(int64_t *known, int64_t said)
{
    if (*known == FACT_UNKNOWN) {
        *known = said;
    }
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void payment_merge(payment *payment, const struct payment *other)
{
    learn_text(&payment->user_id, other->user_id);
    learn_text(&payment->package_id, other->package_id);
    learn_text(&payment->currency, other->currency);
    learn_number(&payment->credits, other->credits);
    learn_number(&payment->amount, other->amount);
    payment->is_unlimited |= other->is_unlimited;
    payment->is_paid |= other->is_paid;
    payment->is_failed |= other->is_failed;
    payment->amount_refunded = larger(payment->amount_refunded, other->amount_refunded);
    payment->amount_disputed = larger(payment->amount_disputed, other->amount_disputed);
}

void subscription_init(subscription *subscription)
{
    memset(subscription, 0, sizeof *subscription);
    subscription->status_us = FACT_UNKNOWN;
    subscription->period_start_us = FACT_UNKNOWN;
    subscription->period_end_us = FACT_UNKNOWN;
    subscription->paid_end_us = FACT_UNKNOWN;
    subscription->ended_us = FACT_UNKNOWN;
}

/* A subscription as facts that only grow or are replaced by newer ones, so that events may come in any order. */
#ifndef BILLING_SUBSCRIPTION_H
#define BILLING_SUBSCRIPTION_H

#include "billing/event.h"

typedef struct subscription {
    const char *user_id;     /* NULL: not known yet */
    const char *customer_id; /* or NULL */
    const char *status;      /* the newest event's, as Stripe spells it; NULL: none said it yet */
    int64_t status_us;       /* when that event was made; EVENT_NONE: none said it yet */
    int32_t is_unlimited;    /* what was bought is the unlimited plan */
    int32_t is_checked_out;  /* a checkout that started it was completed */
    int32_t is_deleted;      /* for good */
    int64_t period_start_us; /* of the period that ends last; EVENT_NONE: not known */
    int64_t period_end_us;   /* paid, or on trial, until */
    int64_t ended_us;        /* EVENT_NONE while it goes on */
    int32_t cancel_at_period_end;
} subscription;

void subscription_init(subscription *subscription);
/* Adds what an event says. A status counts only if it is newer; of the same second, the one that is further on in a
 * subscription's life does. Nothing follows a deletion. */
void subscription_learn(subscription *subscription, const event *event);
/* Whether it gives the plan at this moment: in good standing, or late with a payment for less than the grace period. */
int32_t subscription_is_active(const subscription *subscription, int64_t now_us, int64_t grace_us);
/* When that ends if nothing else comes; EVENT_NONE: not known. */
int64_t subscription_active_until(const subscription *subscription, int64_t grace_us);

#endif

/* A subscription as facts that only grow or are replaced by newer ones, so that events may come in any order. */
#ifndef PAYMENTS_STRIPE_SUBSCRIPTION_H
#define PAYMENTS_STRIPE_SUBSCRIPTION_H

#include "payments/stripe/event.h"

/* Adds what an event says. The plan is what the subscription's own newest event says of it; an invoice's or a
 * checkout's word counts only until then. A status counts only if it is newer; of the same second, the one that is
 * further on in a subscription's life does. Nothing follows a deletion. */
void subscription_learn(struct subscription *subscription, const struct event *event);
/* Whether it gives the plan at this moment: in good standing, or late with a payment for less than the grace period. */
int32_t subscription_is_active(const struct subscription *subscription, int64_t now_us, int64_t grace_us);
/* Until when it is paid, or was when it ended, as far as is known; FACT_UNKNOWN: not known. */
int64_t subscription_paid_until(const struct subscription *subscription);
/* When that ends if nothing else comes; FACT_UNKNOWN: not known. */
int64_t subscription_active_until(const struct subscription *subscription, int64_t grace_us);

#endif

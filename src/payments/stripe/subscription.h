/* A subscription as facts that only grow or are replaced by newer ones, so that events may arrive in any order. */
#ifndef PAYMENTS_STRIPE_SUBSCRIPTION_H
#define PAYMENTS_STRIPE_SUBSCRIPTION_H

#include "payments/stripe/event.h"

/* Adds an event's facts. The plan comes from the subscription's newest own event; invoices and checkouts count
 * only until there is one. A status counts only if it is newer or, in the same second, later in a
 * subscription's life. A deletion is final. */
void subscription_learn(struct subscription *subscription, const struct event *event);
/* Whether it gives the plan at this moment: in good standing, or late with a payment for less than the grace period. */
int32_t subscription_is_active(const struct subscription *subscription, int64_t now_us, int64_t grace_us);
/* Until when it is paid, or was when it ended, as far as is known; FACT_UNKNOWN: not known. */
int64_t subscription_paid_until(const struct subscription *subscription);

#endif

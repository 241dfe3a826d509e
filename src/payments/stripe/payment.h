/* A payment as a set of facts that only grows, so that events may arrive in any order and repeatedly. The
 * target ledger entries are computed from the facts, and the existing entries subtracted. */
#ifndef PAYMENTS_STRIPE_PAYMENT_H
#define PAYMENTS_STRIPE_PAYMENT_H

#include "payments/stripe/event.h"

/* Adds an event's facts about the whole payment. Refunds, disputes and parts are movements, see movement.h. */
void payment_learn(struct payment *payment, const struct event *event);
/* Returns the known paid amount; 0 if none. */
int64_t payment_amount(const struct payment *payment);
/* Target credits. Bought: the share covered by the amount paid, or all once the invoice is paid in full. Taken
 * back: the share of the returned money, rounded down; all if everything was returned; at most what was
 * granted. Independent of the user. */
struct payment_credits payment_target(const struct payment *payment);
/* Counts what an earlier service did as applied: all credits if it credited any, and refunds and disputes that
 * it handled before the payment's credits were known. */
void payment_cover(const struct payment *payment, struct payment_credits *applied);
/* Returns 1 if the payment gives the unlimited plan without an end and is not fully refunded. */
int32_t payment_gives_plan(const struct payment *payment);
/* Returns 1 if there are credits to grant and the user is unknown. */
int32_t payment_is_unclaimed(const struct payment *payment);

#endif

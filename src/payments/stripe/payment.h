/* A payment as a set of facts that only grow, so that events may come in any order and any number of times: what the
 * ledger should hold follows from the facts, and what it holds already is subtracted. */
#ifndef PAYMENTS_STRIPE_PAYMENT_H
#define PAYMENTS_STRIPE_PAYMENT_H

#include "payments/stripe/event.h"

/* Adds what an event says of the whole payment. Refunds, disputes and parts are movements, see movement.h. */
void payment_learn(struct payment *payment, const struct event *event);
/* What was paid, as far as is known; 0: nothing is. */
int64_t payment_amount(const struct payment *payment);
/* Bought is what the amount paid of an invoice covers, all of it once it is paid in full. Taken back is the share of
 * the money that went back, rounded down to whole credits; all of it where all went back; never more than was granted.
 * Who the user is does not matter. */
struct payment_credits payment_target(const struct payment *payment);
/* Counts what an earlier service did for the payment as applied: all that is to be credited, once it credited any of
 * it; and the refunds and disputes that it handled before their payment's credits were known, when these become known.
 */
void payment_cover(const struct payment *payment, struct payment_credits *applied);
/* Whether it gives the unlimited plan without an end: until all of the money went back. */
int32_t payment_gives_plan(const struct payment *payment);
/* Whether there is something to credit, and nobody to credit it to. */
int32_t payment_is_unclaimed(const struct payment *payment);

#endif

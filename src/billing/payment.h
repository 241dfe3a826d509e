/* A payment as a set of facts that only grow, so that events may come in any order and any number of times: what the
 * ledger should hold follows from the facts, and what it holds already is subtracted. */
#ifndef BILLING_PAYMENT_H
#define BILLING_PAYMENT_H

#include "billing/event.h"

/* Adds what an event says: a fact that is there stays, sums only grow. Disputes are counted by the caller, who knows
 * them by their ids. */
void payment_learn(payment *payment, const event *event);
/* Taken back is the share of the money that went back, rounded down to whole credits; all of it where all went back;
 * never more than was granted. */
payment_credits payment_target(const payment *payment);

#endif

/* What of a payment went back, from the movements of money that events told, in any order.
 *
 * A payment may have several charges (an invoice that is paid in parts), a charge several refunds and disputes, and
 * each of them several events. All are sums over the ids; what a charge gives back is at most its amount. */
#ifndef PAYMENTS_STRIPE_MOVEMENT_H
#define PAYMENTS_STRIPE_MOVEMENT_H

#include "base/arena.h"
#include "model/payment.h"

#include <contextpack/error.h>

struct movement_totals {
    int64_t paid;     /* the parts of an invoice that are known to be paid */
    int64_t parts;    /* all charges that are known one by one */
    int64_t refunded; /* without refunds that failed */
    int64_t disputed; /* withdrawn and not reinstated */
    int64_t restored; /* refunds that failed */
    int64_t won;      /* disputes whose money came back */

    /* what an earlier service did, see MOVEMENT_PRIOR_* */
    int32_t has_prior;
    int64_t prior_purchase; /* credits */
    int64_t prior_amount;
    int64_t prior_refund;  /* credits */
    int64_t prior_dispute; /* credits */
    int64_t done_refunded;
    int64_t done_disputed;
};

/* The movements of one payment, in an order that does not depend on the order of delivery. The arena is for scratch
 * memory. */
cpk_status movement_sum(const struct movement *movements, size_t count, struct arena *arena,
                        struct movement_totals *totals, cpk_error **error);

#endif

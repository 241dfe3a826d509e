/* Computes the returned part of a payment from its movements of money, in any order. A payment may have several
 * charges (an invoice paid in parts), a charge several refunds and disputes, and each of these several events.
 * Totals are sums over ids; a charge returns at most its amount. */
#ifndef PAYMENTS_STRIPE_MOVEMENT_H
#define PAYMENTS_STRIPE_MOVEMENT_H

#include "base/arena.h"
#include "model/payment.h"

#include <contextpack/error.h>

struct movement_totals {
    int64_t paid;     /* known paid parts of an invoice */
    int64_t parts;    /* all charges known individually */
    int64_t refunded; /* without failed refunds */
    int64_t disputed; /* withdrawn and not reinstated */
    int64_t restored; /* failed refunds */
    int64_t won;      /* reinstated disputes */

    /* applied by an earlier service, see MOVEMENT_PRIOR_* */
    int32_t has_prior;
    int64_t prior_purchase; /* credits */
    int64_t prior_amount;
    int64_t prior_refund;  /* credits */
    int64_t prior_dispute; /* credits */
    int64_t done_refunded;
    int64_t done_disputed;
};

/* Sums the movements of one payment; the result does not depend on the order of delivery. The arena holds
 * scratch memory. */
cpk_status movement_sum(const struct movement *movements, size_t count, struct arena *arena,
                        struct movement_totals *totals, cpk_error **error);

#endif

/* Processes the events in Stripe's event list whose webhooks were not received. */
#ifndef PAYMENTS_RECONCILE_H
#define PAYMENTS_RECONCILE_H

#include "base/arena.h"
#include "engine/op_context.h"
#include "engine/session.h"

#include <contextpack/stripe.h>

struct cpk_reconcile_report {
    cpk_allocator allocator;
    struct arena arena; /* owns the text */
    int64_t since_us;
    int64_t seen;
    int64_t known;
    int64_t processed;
    int64_t ignored;
    int64_t unclaimed;
    int64_t refused;
    int64_t failed;
    const char *first_failure; /* may be NULL */
};

/* See cpk_stripe_reconcile. `report` may be NULL. */
cpk_status reconcile(cpk_session *session, int64_t since_us, const struct op_context *op, cpk_reconcile_report **report,
                     cpk_error **error);
void reconcile_report_free(cpk_reconcile_report *report);

#endif

/* Stripe's webhooks: one delivery in, its effect on ledger and plans once. */
#ifndef PAYMENTS_WEBHOOK_H
#define PAYMENTS_WEBHOOK_H

#include "base/arena.h"
#include "engine/session.h"

#include <contextpack/stripe.h>

struct cpk_webhook_result {
    cpk_allocator allocator;
    struct arena arena; /* holds the texts */
    int32_t outcome;
    const char *event_id;
    const char *event_type;
    const char *user_id; /* or NULL */
    int64_t credits;     /* what the ledger got by it */
    const char *plan;    /* what the user's plan is by it; NULL: not touched */
    const char *json;
};

/* See cpk_stripe_webhook. */
cpk_status webhook_receive(cpk_session *session, const void *body, size_t body_length, const char *signature,
                           cpk_webhook_result **result, cpk_error **error);
/* The effect of an event that the caller has from Stripe itself (a list of events): no signature is checked. The JSON
 * is that of one event object. Exactly once, together with deliveries of the same event; the log says that it had no
 * signature. `result` may be NULL. */
cpk_status webhook_process(cpk_session *session, const void *body, size_t body_length, cpk_webhook_result **result,
                           cpk_error **error);
void webhook_result_free(cpk_webhook_result *result);

#endif

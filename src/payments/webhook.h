/* Stripe webhooks: applies each event to ledger and plans exactly once. */
#ifndef PAYMENTS_WEBHOOK_H
#define PAYMENTS_WEBHOOK_H

#include "base/arena.h"
#include "engine/session.h"

#include <contextpack/stripe.h>

struct cpk_webhook_result {
    cpk_allocator allocator;
    struct arena arena; /* owns the texts */
    int32_t outcome;
    const char *event_id;
    const char *event_type;
    const char *user_id; /* may be NULL */
    int64_t credits;     /* added to the ledger */
    const char *plan;    /* the user's plan after the event; NULL: not changed */
    const char *json;
};

/* See cpk_stripe_webhook. */
cpk_status webhook_receive(cpk_session *session, const void *body, size_t body_length, const char *signature,
                           cpk_webhook_result **result, cpk_error **error);
/* Applies an event fetched from Stripe's API, without a signature check. The JSON is one event object. Applied
 * exactly once, also if a webhook delivers the same event; the log records that it had no signature. `result`
 * may be NULL. */
cpk_status webhook_process(cpk_session *session, const void *body, size_t body_length, cpk_webhook_result **result,
                           cpk_error **error);
void webhook_result_free(cpk_webhook_result *result);

#endif

/* Updates payment attempts from webhook events. */
#ifndef PAYMENTS_ATTEMPT_H
#define PAYMENTS_ATTEMPT_H

#include "base/uuid.h"
#include "payments/stripe/event.h"
#include "store/store.h"

/* The attempt that an event changed. */
struct attempt_change {
    char attempt_id[UUID_TEXT_BYTES]; /* "": none */
    int32_t status;                   /* new status, static */
};

/* Updates the attempt that the event is about, found by checkout session, renewal invoice or metadata, inside
 * the caller's transaction. A failed renewal creates a new attempt. `user_id` is NULL while unknown; `is_paid`
 * is 1 if the invoice has been paid. Idempotent and independent of the order of events. */
cpk_status attempt_learn(struct store *store, const struct event *event, const char *user_id, int32_t is_paid,
                         struct attempt_change *change, cpk_error **error);

#endif

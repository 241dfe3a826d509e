/* What webhooks say about attempts to pay. */
#ifndef PAYMENTS_ATTEMPT_H
#define PAYMENTS_ATTEMPT_H

#include "base/uuid.h"
#include "payments/stripe/event.h"
#include "store/store.h"

/* The attempt that an event is about. */
struct attempt_change {
    char attempt_id[UUID_TEXT_BYTES]; /* "": none */
    const char *status;               /* what the event says of it, static */
};

/* Moves the attempt on that the event is about, found by the checkout's session, the renewal's invoice or our metadata,
 * inside the caller's transaction. A renewal that failed becomes an attempt of its own: `user_id` is whose it is, NULL
 * while that is not known; `is_paid` says that the invoice was paid, before or since. The same in any order and however
 * often. */
cpk_status attempt_learn(struct store *store, const struct event *event, const char *user_id, int32_t is_paid,
                         struct attempt_change *change, cpk_error **error);

#endif

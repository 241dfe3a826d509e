/* What changes a payment, and which part of its effect. */
#ifndef PAYMENTS_PAYMENT_CAUSE_H
#define PAYMENTS_PAYMENT_CAUSE_H

#include "base/arena.h"
#include "engine/session.h"

/* The reason for a ledger change, stored in the metadata of its entries: an event or an administrator. */
struct payment_cause {
    const struct context *context;
    struct store *store;
    struct arena *arena;
    const char *event_id;   /* may be NULL */
    const char *event_type; /* may be NULL */
    int32_t was_admin;
};

/* The part of a payment's effect that one event stands for. */
enum payment_part { PART_NONE, PART_PURCHASE, PART_REFUND, PART_DISPUTE };

/* Takes the user's advisory lock, which prevents account deletion until the caller's transaction ends.
 * CPK_ERROR_NOT_FOUND, also for an id that is not a UUID. */
cpk_status payment_check_user(const struct payment_cause *cause, const char *user_id, int32_t *is_of_deleted,
                              cpk_error **error);

#endif

/* Applies payments to the ledger and plan of their user; handles payments whose user is not known yet. */
#ifndef PAYMENTS_PAYMENT_H
#define PAYMENTS_PAYMENT_H

#include "base/arena.h"
#include "engine/session.h"
#include "store/admin_action.h"
#include "store/payment.h"

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

struct payment_effect {
    int64_t credits;       /* added to the ledger */
    int32_t plan;          /* the user's plan after the change, CPK_PLAN_*; 0: not changed */
    int32_t is_of_deleted; /* the account is deleted: only the ledger is updated, not the plan */
};

/* Takes the user's advisory lock, which prevents account deletion until the caller's transaction ends.
 * CPK_ERROR_NOT_FOUND, also for an id that is not a UUID. */
cpk_status payment_check_user(const struct payment_cause *cause, const char *user_id, int32_t *is_of_deleted,
                              cpk_error **error);
/* Recomputes the payment's totals, counts `done` as applied (see payments/prior.h) and updates the ledger, plan
 * and payment row accordingly. A payment without a user is saved as unclaimed. The caller has locked the
 * payment and holds a transaction. Adds to *effect. */
cpk_status payment_settle(const struct payment_cause *cause, struct store_payment *payment, enum payment_part done,
                          struct payment_effect *effect, cpk_error **error);
/* Assigns unclaimed payments of the customer to the user. The caller holds the advisory locks of both. Adds to
 * *effect. */
cpk_status payment_adopt(const struct payment_cause *cause, const char *customer_id, const char *user_id,
                         struct payment_effect *effect, cpk_error **error);

/* See cpk_admin_assign_payment. */
cpk_status payment_assign(cpk_session *session, const char *payment_id, const struct admin_action_params *params,
                          cpk_admin_action **action, cpk_error **error);

#endif

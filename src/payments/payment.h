/* What a payment does to the ledger and the plan of its user, and the payments that have no user yet. */
#ifndef PAYMENTS_PAYMENT_H
#define PAYMENTS_PAYMENT_H

#include "base/arena.h"
#include "engine/session.h"
#include "store/admin_action.h"
#include "store/payment.h"

/* Why the ledger changes, for the metadata of its entries: an event, or an administrator. */
struct payment_cause {
    const struct context *context;
    struct store *store;
    struct arena *arena;
    const char *event_id;   /* or NULL */
    const char *event_type; /* or NULL */
    int32_t was_admin;
};

/* A part of a payment's effect: what one event stands for. */
enum payment_part { PART_NONE, PART_PURCHASE, PART_REFUND, PART_DISPUTE };

struct payment_effect {
    int64_t credits;       /* that the ledger got */
    const char *plan;      /* the user's now, static; NULL: not touched */
    int32_t is_of_deleted; /* the account was deleted: the ledger goes on, the plan does not */
};

/* Takes the user's gate: until the caller's transaction ends, the account is not deleted. CPK_ERROR_NOT_FOUND, also for
 * an id that is no UUID. */
cpk_status payment_check_user(const struct payment_cause *cause, const char *user_id, int32_t *is_of_deleted,
                              cpk_error **error);
/* Recounts the payment's money, counts `done` as applied (see payments/prior.h) and brings the ledger, the plan and the
 * payment's row to it; a payment without a user is saved as unclaimed. The payment is locked; the caller has a
 * transaction. Adds to *effect. */
cpk_status payment_settle(const struct payment_cause *cause, struct store_payment *payment, enum payment_part done,
                          struct payment_effect *effect, cpk_error **error);
/* Gives the user what waited for it to be known whose customer it is. Behind the gates of both. Adds to *effect. */
cpk_status payment_adopt(const struct payment_cause *cause, const char *customer_id, const char *user_id,
                         struct payment_effect *effect, cpk_error **error);

/* See cpk_admin_assign_payment. */
cpk_status payment_assign(cpk_session *session, const char *payment_id, const struct admin_action_params *params,
                          cpk_admin_action **action, cpk_error **error);

#endif

/* Applies payments to the ledger and plan of their user; handles payments whose user is not known yet. */
#ifndef PAYMENTS_PAYMENT_H
#define PAYMENTS_PAYMENT_H

#include "payments/payment_cause.h"
#include "store/admin_action.h"
#include "store/payment.h"

struct payment_effect {
    int64_t credits;       /* added to the ledger */
    int32_t plan;          /* the user's plan after the change, CPK_PLAN_*; 0: not changed */
    int32_t is_of_deleted; /* the account is deleted: only the ledger is updated, not the plan */
};

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

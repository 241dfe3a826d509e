/* Actions of administrators on accounts: each change and its row of admin_actions in one transaction. */
#ifndef STORE_ADMIN_ACTION_H
#define STORE_ADMIN_ACTION_H

#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"

#include <contextpack/admin.h>

#define ADMIN_ACTION_NO_CREDITS FIELD_NONE
#define ADMIN_ACTION_NO_AMOUNT  FIELD_NONE

struct cpk_admin_action {
    struct record record;
#define RECORD_TABLE "records/admin_action.def"
#include "records/members.def"
};

/* Target and reason of an action. The administrator is the store's actor. */
struct admin_action_params {
    const char *target_user_id;
    const char *reason;
    const char *details; /* JSON, or NULL */
};

/* Service and admins only. *action may be NULL. */

/* Adds credits, or removes them if negative. may_owe 1: the balance may become negative; otherwise
 * CPK_ERROR_INSUFFICIENT_CREDITS. */
cpk_status store_admin_adjust_credits(struct store *store, const struct admin_action_params *params, int64_t credits,
                                      int32_t may_owe, cpk_admin_action **action, cpk_error **error);
cpk_status store_admin_support_credit(struct store *store, const struct admin_action_params *params, int64_t credits,
                                      cpk_admin_action **action, cpk_error **error);

struct admin_refund {
    int64_t credits;               /* to remove; 0: none */
    int64_t amount_micro;          /* millionths of a dollar */
    const char *stripe_payment_id; /* or NULL */
    int32_t may_owe;               /* as above */
};

/* Records a refund and removes its credits. */
cpk_status store_admin_record_refund(struct store *store, const struct admin_action_params *params,
                                     const struct admin_refund *refund, cpk_admin_action **action, cpk_error **error);
cpk_status store_admin_suspend(struct store *store, const struct admin_action_params *params, cpk_admin_action **action,
                               cpk_error **error);
cpk_status store_admin_unsuspend(struct store *store, const struct admin_action_params *params,
                                 cpk_admin_action **action, cpk_error **error);
/* CPK_ERROR_CONFLICT if the user already has this plan. */
cpk_status store_admin_override_plan(struct store *store, const struct admin_action_params *params,
                                     int32_t payment_plan, cpk_admin_action **action, cpk_error **error);

/* Records that a payment without a user was assigned to the user, which added `credits`. */
cpk_status store_admin_record_assignment(struct store *store, const struct admin_action_params *params, int64_t credits,
                                         cpk_admin_action **action, cpk_error **error);

/* Newest first; NULL: all admins, all users. The next page starts after created_us and id of the last item. */
cpk_status store_admin_action_list(struct store *store, const char *admin_user_id, const char *target_user_id,
                                   const struct store_page *page, struct record_list **actions, cpk_error **error);

#endif

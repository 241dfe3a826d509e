#include "store/admin_action.h"

#include "store/internal.h"
#include "store/transaction.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

#define RECORD_TYPE  cpk_admin_action
#define RECORD_TABLE "records/admin_action.def"
#define RECORD_READ  action_read
#include "store/columns.def"

static cpk_status action_get(struct store *store, const char *id, cpk_admin_action **action, cpk_error **error)
{
    struct statement query;

    *action = NULL;
    CPK_TRY(store_require_service(store, "see what administrators did", error));
    statement_start(&query, store->session, STATEMENT_ADMIN_ACTION_GET);
    statement_bind_text(&query, 1, id);
    return action_read_one(store, &query, action, "no such action", error);
}

cpk_status store_admin_action_list(struct store *store, const char *admin_user_id, const char *target_user_id,
                                   const struct store_page *page, struct snapshot_list **actions, cpk_error **error)
{
    struct statement query;

    *actions = NULL;
    CPK_TRY(store_require_service(store, "see what administrators did", error));
    statement_start(&query, store->session,
                    target_user_id != NULL  ? STATEMENT_ADMIN_ACTION_LIST_BY_TARGET
                    : admin_user_id != NULL ? STATEMENT_ADMIN_ACTION_LIST_BY_ADMIN
                                            : STATEMENT_ADMIN_ACTION_LIST_PAGE);
    CPK_TRY(store_bind_page(&query, 1, page, error));
    if (target_user_id != NULL) {
        statement_bind_text(&query, 4, target_user_id);
        statement_bind_text(&query, 5, admin_user_id);
    } else if (admin_user_id != NULL) {
        statement_bind_text(&query, 4, admin_user_id);
    }
    return store_read_list(store, &query, action_read, actions, error);
}

/* --- deeds --- */

/* One deed on its way, inside its transaction. */
struct deed {
    struct store *store;
    const struct admin_action_params *params;
    const char *type;
    char id[UUID_TEXT_BYTES];
    int64_t credits;
    int64_t amount_micro;
    int32_t may_owe;
    const char *payment_plan;
    const char *stripe_payment_id;
};

static void bind_or_null(struct statement *change, size_t index, int64_t value, int64_t none)
{
    if (value == none) {
        statement_bind_null(change, index, CPK_VALUE_INT64);
    } else {
        statement_bind_int64(change, index, value);
    }
}

static cpk_status write_action(const struct deed *deed, cpk_error **error)
{
    struct store *store = deed->store;
    struct statement change;

    statement_start(&change, store->session, STATEMENT_ADMIN_ACTION_INSERT);
    statement_bind_text(&change, 1, deed->id);
    statement_bind_text(&change, 2, store->admin_user_id[0] != '\0' ? store->admin_user_id : NULL);
    statement_bind_text(&change, 3, deed->type);
    statement_bind_text(&change, 4, deed->params->target_user_id);
    bind_or_null(&change, 5, deed->credits, ADMIN_ACTION_NO_CREDITS);
    bind_or_null(&change, 6, deed->amount_micro, ADMIN_ACTION_NO_AMOUNT);
    statement_bind_text(&change, 7, deed->params->reason);
    statement_bind_text(&change, 8, deed->params->details);
    statement_bind_time(&change, 9, context_now(store->context));
    return statement_run(&change, NULL, error);
}

/* The reason stays with the administrators; the user's ledger names the action. */
static cpk_status write_transaction(const struct deed *deed, const char *type, const char *description,
                                    cpk_error **error)
{
    struct transaction_params entry = {.type = type, .credits = deed->credits, .description = description};
    char metadata[160];

    snprintf(metadata, sizeof metadata, "{\"admin_action_id\":\"%s\",\"action_type\":\"%s\"}", deed->id, deed->type);
    entry.amount_micro = deed->amount_micro == ADMIN_ACTION_NO_AMOUNT ? TRANSACTION_NO_AMOUNT : deed->amount_micro;
    entry.stripe_payment_id = deed->stripe_payment_id;
    entry.metadata = metadata;
    return store_transaction_add(deed->store, deed->params->target_user_id, &entry, error);
}

static cpk_status change_balance(const struct deed *deed, cpk_error **error)
{
    struct store *store = deed->store;
    const char *user_id = deed->params->target_user_id;
    int64_t balance;
    int64_t holds;
    struct statement change;
    int64_t rows;

    statement_start(&change, store->session, STATEMENT_USER_CREDITS_TAKE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_int64(&change, 2, -deed->credits);
    statement_bind_int64(&change, 3, deed->credits >= 0 || deed->may_owe ? INT32_MIN : 0);
    statement_bind_time(&change, 4, context_now(store->context));
    CPK_TRY(statement_run(&change, &rows, error));
    if (rows > 0) {
        return CPK_OK;
    }
    CPK_TRY(store_credits_balance(store, user_id, &balance, &holds, error)); /* or there is no such user */
    return error_set(error, CPK_ERROR_INSUFFICIENT_CREDITS, STORE_DOMAIN,
                     "taking %lld credits would leave less than none: the balance is %lld", (long long)-deed->credits,
                     (long long)balance);
}

/* Both the balance and each entry are 32-bit columns in the service's schema. */
static cpk_status check_credits(int64_t credits, cpk_error **error)
{
    if (credits < -INT32_MAX || credits > INT32_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "%lld credits are out of range",
                         (long long)credits);
    }
    return CPK_OK;
}

static cpk_status do_credits(const struct deed *deed, cpk_error **error)
{
    const int32_t is_refund = strcmp(deed->type, "refund_issued") == 0;
    const int32_t is_support = strcmp(deed->type, "support_credit") == 0;

    CPK_TRY(check_credits(deed->credits, error));
    CPK_TRY(change_balance(deed, error));
    return write_transaction(deed, is_refund ? "refund" : "bonus",
                             is_refund    ? "Refund"
                             : is_support ? "Credit from support"
                                          : "Adjustment of credits",
                             error);
}

static cpk_status do_plan(const struct deed *deed, cpk_error **error)
{
    cpk_user *user;
    int32_t is_same;

    CPK_TRY(store_user_get(deed->store, deed->params->target_user_id, &user, error));
    is_same = strcmp(user->payment_plan, deed->payment_plan) == 0;
    snapshot_free(user);
    if (is_same) {
        return error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN, "the user is on the plan \"%s\" already",
                         deed->payment_plan);
    }
    return store_user_set_plan(deed->store, deed->params->target_user_id, deed->payment_plan, error);
}

static cpk_status do_deed(const struct deed *deed, cpk_error **error)
{
    const struct admin_action_params *params = deed->params;

    if (strcmp(deed->type, "account_suspended") == 0) {
        return store_user_suspend(deed->store, params->target_user_id, params->reason, error);
    }
    if (strcmp(deed->type, "account_unsuspended") == 0) {
        return store_user_unsuspend(deed->store, params->target_user_id, error);
    }
    if (strcmp(deed->type, "payment_assigned") == 0) {
        return CPK_OK; /* the payment has its entries already */
    }
    return deed->payment_plan != NULL ? do_plan(deed, error) : do_credits(deed, error);
}

static cpk_status do_and_record(struct deed *deed, cpk_admin_action **action, cpk_error **error)
{
    CPK_TRY(uuid_create(deed->store->context, deed->id, error));
    CPK_TRY(do_deed(deed, error));
    CPK_TRY(write_action(deed, error));
    return action != NULL ? action_get(deed->store, deed->id, action, error) : CPK_OK;
}

static cpk_status run(struct deed *deed, cpk_admin_action **action, cpk_error **error)
{
    const char *owner;
    struct store_scope scope;
    cpk_status status;

    if (action != NULL) {
        *action = NULL;
    }
    CPK_TRY(store_require_service(deed->store, "act as an administrator", error));
    CPK_TRY(store_owner(deed->store, deed->params->target_user_id, &owner, error));
    CPK_TRY(store_scope_begin(&scope, deed->store, error));
    status = store_scope_end(&scope, do_and_record(deed, action, error), error);
    if (status != CPK_OK && action != NULL) {
        snapshot_free(*action);
        *action = NULL;
    }
    return status;
}

static struct deed deed_of(struct store *store, const struct admin_action_params *params, const char *type)
{
    struct deed deed;

    memset(&deed, 0, sizeof deed);
    deed.store = store;
    deed.params = params;
    deed.type = type;
    deed.credits = ADMIN_ACTION_NO_CREDITS;
    deed.amount_micro = ADMIN_ACTION_NO_AMOUNT;
    return deed;
}

cpk_status store_admin_adjust_credits(struct store *store, const struct admin_action_params *params, int64_t credits,
                                      int32_t may_owe, cpk_admin_action **action, cpk_error **error)
{
    struct deed deed = deed_of(store, params, "credit_adjustment");

    deed.credits = credits;
    deed.may_owe = may_owe;
    return run(&deed, action, error);
}

cpk_status store_admin_support_credit(struct store *store, const struct admin_action_params *params, int64_t credits,
                                      cpk_admin_action **action, cpk_error **error)
{
    struct deed deed = deed_of(store, params, "support_credit");

    deed.credits = credits;
    return run(&deed, action, error);
}

cpk_status store_admin_record_refund(struct store *store, const struct admin_action_params *params, int64_t credits,
                                     int64_t amount_micro, const char *stripe_payment_id, int32_t may_owe,
                                     cpk_admin_action **action, cpk_error **error)
{
    struct deed deed = deed_of(store, params, "refund_issued");

    deed.credits = -credits;
    deed.amount_micro = amount_micro;
    deed.stripe_payment_id = stripe_payment_id;
    deed.may_owe = may_owe;
    return run(&deed, action, error);
}

cpk_status store_admin_suspend(struct store *store, const struct admin_action_params *params, cpk_admin_action **action,
                               cpk_error **error)
{
    struct deed deed = deed_of(store, params, "account_suspended");

    return run(&deed, action, error);
}

cpk_status store_admin_unsuspend(struct store *store, const struct admin_action_params *params,
                                 cpk_admin_action **action, cpk_error **error)
{
    struct deed deed = deed_of(store, params, "account_unsuspended");

    return run(&deed, action, error);
}

cpk_status store_admin_override_plan(struct store *store, const struct admin_action_params *params,
                                     const char *payment_plan, cpk_admin_action **action, cpk_error **error)
{
    struct deed deed = deed_of(store, params, "plan_override");

    deed.payment_plan = payment_plan;
    return run(&deed, action, error);
}

cpk_status store_admin_record_assignment(struct store *store, const struct admin_action_params *params, int64_t credits,
                                         cpk_admin_action **action, cpk_error **error)
{
    struct deed deed = deed_of(store, params, "payment_assigned");

    deed.credits = credits;
    return run(&deed, action, error);
}

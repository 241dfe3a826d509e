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
    CPK_TRY(store_require_service(store, "list actions of administrators", error));
    statement_start(&query, store->session, STATEMENT_ADMIN_ACTION_GET);
    statement_bind_text(&query, 1, id);
    return action_read_one(store, &query, action, "no such action", error);
}

cpk_status store_admin_action_list(struct store *store, const char *admin_user_id, const char *target_user_id,
                                   const struct store_page *page, struct record_list **actions, cpk_error **error)
{
    struct statement query;

    *actions = NULL;
    CPK_TRY(store_require_service(store, "list actions of administrators", error));
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

/* --- actions --- */

/* An action being carried out in its transaction. */
struct action_run {
    struct store *store;
    const struct admin_action_params *params;
    int32_t type; /* CPK_ADMIN_* */
    char id[UUID_TEXT_BYTES];
    int64_t credits;
    int64_t amount_micro;
    int32_t may_owe;
    int32_t payment_plan; /* CPK_PLAN_*; 0: none */
    const char *stripe_payment_id;
};

static const char *type_word(const struct action_run *action_run)
{
    static const char *const words[] = {ADMIN_ACTION_TYPE_WORDS};

    return words[action_run->type - 1];
}

static void bind_or_null(struct statement *change, size_t index, int64_t value, int64_t none)
{
    if (value == none) {
        statement_bind_null(change, index, CPK_VALUE_INT64);
    } else {
        statement_bind_int64(change, index, value);
    }
}

static cpk_status write_action(const struct action_run *action_run, cpk_error **error)
{
    struct store *store = action_run->store;
    struct statement change;

    statement_start(&change, store->session, STATEMENT_ADMIN_ACTION_INSERT);
    statement_bind_text(&change, 1, action_run->id);
    statement_bind_text(&change, 2, store->admin_user_id[0] != '\0' ? store->admin_user_id : NULL);
    statement_bind_text(&change, 3, type_word(action_run));
    statement_bind_text(&change, 4, action_run->params->target_user_id);
    bind_or_null(&change, 5, action_run->credits, ADMIN_ACTION_NO_CREDITS);
    bind_or_null(&change, 6, action_run->amount_micro, ADMIN_ACTION_NO_AMOUNT);
    statement_bind_text(&change, 7, action_run->params->reason);
    statement_bind_text(&change, 8, action_run->params->details);
    statement_bind_time(&change, 9, context_now(store->context));
    return statement_run(&change, NULL, error);
}

/* The user's ledger entry names the action without its reason, which only administrators can see. */
static cpk_status write_transaction(const struct action_run *action_run, const char *type, const char *description,
                                    cpk_error **error)
{
    struct transaction_params entry = {.type = type, .credits = action_run->credits, .description = description};
    char metadata[160];

    snprintf(metadata, sizeof metadata, "{\"admin_action_id\":\"%s\",\"action_type\":\"%s\"}", action_run->id,
             type_word(action_run));
    entry.amount_micro =
        action_run->amount_micro == ADMIN_ACTION_NO_AMOUNT ? TRANSACTION_NO_AMOUNT : action_run->amount_micro;
    entry.stripe_payment_id = action_run->stripe_payment_id;
    entry.metadata = metadata;
    return store_transaction_add(action_run->store, action_run->params->target_user_id, &entry, error);
}

static cpk_status change_balance(const struct action_run *action_run, cpk_error **error)
{
    struct store *store = action_run->store;
    const char *user_id = action_run->params->target_user_id;
    int64_t balance;
    int64_t holds;
    struct statement change;
    int64_t rows;

    statement_start(&change, store->session, STATEMENT_USER_CREDITS_TAKE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_int64(&change, 2, -action_run->credits);
    statement_bind_int64(&change, 3, action_run->credits >= 0 || action_run->may_owe ? INT32_MIN : 0);
    statement_bind_time(&change, 4, context_now(store->context));
    CPK_TRY(statement_run(&change, &rows, error));
    if (rows > 0) {
        return CPK_OK;
    }
    CPK_TRY(store_credits_balance(store, user_id, &balance, &holds, error)); /* NOT_FOUND if there is no such user */
    return error_set(error, CPK_ERROR_INSUFFICIENT_CREDITS, STORE_DOMAIN,
                     "can't remove %lld credits: the balance is %lld", (long long)-action_run->credits,
                     (long long)balance);
}

/* Balance and entries are 32-bit columns in the service's schema. */
static cpk_status check_credits(int64_t credits, cpk_error **error)
{
    if (credits < -INT32_MAX || credits > INT32_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "%lld credits are out of range",
                         (long long)credits);
    }
    return CPK_OK;
}

static cpk_status do_credits(const struct action_run *action_run, cpk_error **error)
{
    const int32_t is_refund = action_run->type == CPK_ADMIN_REFUND_ISSUED;
    const int32_t is_support = action_run->type == CPK_ADMIN_SUPPORT_CREDIT;

    CPK_TRY(check_credits(action_run->credits, error));
    CPK_TRY(change_balance(action_run, error));
    return write_transaction(action_run, is_refund ? "refund" : "bonus",
                             is_refund    ? "Refund"
                             : is_support ? "Credit from support"
                                          : "Adjustment of credits",
                             error);
}

static cpk_status do_plan(const struct action_run *action_run, cpk_error **error)
{
    cpk_user *user;
    int32_t is_same;

    CPK_TRY(store_user_get(action_run->store, action_run->params->target_user_id, &user, error));
    is_same = user->payment_plan_code == action_run->payment_plan;
    record_free(user);
    if (is_same) {
        return error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN, "the user already has the plan \"%s\"",
                         user_plan_word(action_run->payment_plan));
    }
    return store_user_set_plan(action_run->store, action_run->params->target_user_id, action_run->payment_plan, error);
}

static cpk_status apply_action(const struct action_run *action_run, cpk_error **error)
{
    const struct admin_action_params *params = action_run->params;

    if (action_run->type == CPK_ADMIN_ACCOUNT_SUSPENDED) {
        return store_user_suspend(action_run->store, params->target_user_id, params->reason, error);
    }
    if (action_run->type == CPK_ADMIN_ACCOUNT_UNSUSPENDED) {
        return store_user_unsuspend(action_run->store, params->target_user_id, error);
    }
    if (action_run->type == CPK_ADMIN_PAYMENT_ASSIGNED) {
        return CPK_OK; /* the payment's entries already exist */
    }
    return action_run->payment_plan != 0 ? do_plan(action_run, error) : do_credits(action_run, error);
}

static cpk_status do_and_record(struct action_run *action_run, cpk_admin_action **action, cpk_error **error)
{
    CPK_TRY(uuid_create(action_run->store->context, action_run->id, error));
    CPK_TRY(apply_action(action_run, error));
    CPK_TRY(write_action(action_run, error));
    return action != NULL ? action_get(action_run->store, action_run->id, action, error) : CPK_OK;
}

static cpk_status run(struct action_run *action_run, cpk_admin_action **action, cpk_error **error)
{
    const char *owner;
    struct store_scope scope;
    cpk_status status;

    if (action != NULL) {
        *action = NULL;
    }
    CPK_TRY(store_require_service(action_run->store, "act as an administrator", error));
    CPK_TRY(store_owner(action_run->store, action_run->params->target_user_id, &owner, error));
    CPK_TRY(store_scope_begin(&scope, action_run->store, error));
    status = store_scope_end(&scope, do_and_record(action_run, action, error), error);
    if (status != CPK_OK && action != NULL) {
        record_free(*action);
        *action = NULL;
    }
    return status;
}

static struct action_run action_run_init(struct store *store, const struct admin_action_params *params, int32_t type)
{
    struct action_run action_run;

    memset(&action_run, 0, sizeof action_run);
    action_run.store = store;
    action_run.params = params;
    action_run.type = type;
    action_run.credits = ADMIN_ACTION_NO_CREDITS;
    action_run.amount_micro = ADMIN_ACTION_NO_AMOUNT;
    return action_run;
}

cpk_status store_admin_adjust_credits(struct store *store, const struct admin_action_params *params, int64_t credits,
                                      int32_t may_owe, cpk_admin_action **action, cpk_error **error)
{
    struct action_run action_run = action_run_init(store, params, CPK_ADMIN_CREDIT_ADJUSTMENT);

    action_run.credits = credits;
    action_run.may_owe = may_owe;
    return run(&action_run, action, error);
}

cpk_status store_admin_support_credit(struct store *store, const struct admin_action_params *params, int64_t credits,
                                      cpk_admin_action **action, cpk_error **error)
{
    struct action_run action_run = action_run_init(store, params, CPK_ADMIN_SUPPORT_CREDIT);

    action_run.credits = credits;
    return run(&action_run, action, error);
}

cpk_status store_admin_record_refund(struct store *store, const struct admin_action_params *params,
                                     const struct admin_refund *refund, cpk_admin_action **action, cpk_error **error)
{
    struct action_run action_run = action_run_init(store, params, CPK_ADMIN_REFUND_ISSUED);

    action_run.credits = -refund->credits;
    action_run.amount_micro = refund->amount_micro;
    action_run.stripe_payment_id = refund->stripe_payment_id;
    action_run.may_owe = refund->may_owe;
    return run(&action_run, action, error);
}

cpk_status store_admin_suspend(struct store *store, const struct admin_action_params *params, cpk_admin_action **action,
                               cpk_error **error)
{
    struct action_run action_run = action_run_init(store, params, CPK_ADMIN_ACCOUNT_SUSPENDED);

    return run(&action_run, action, error);
}

cpk_status store_admin_unsuspend(struct store *store, const struct admin_action_params *params,
                                 cpk_admin_action **action, cpk_error **error)
{
    struct action_run action_run = action_run_init(store, params, CPK_ADMIN_ACCOUNT_UNSUSPENDED);

    return run(&action_run, action, error);
}

cpk_status store_admin_override_plan(struct store *store, const struct admin_action_params *params,
                                     int32_t payment_plan, cpk_admin_action **action, cpk_error **error)
{
    struct action_run action_run = action_run_init(store, params, CPK_ADMIN_PLAN_OVERRIDE);

    action_run.payment_plan = payment_plan;
    return run(&action_run, action, error);
}

cpk_status store_admin_record_assignment(struct store *store, const struct admin_action_params *params, int64_t credits,
                                         cpk_admin_action **action, cpk_error **error)
{
    struct action_run action_run = action_run_init(store, params, CPK_ADMIN_PAYMENT_ASSIGNED);

    action_run.credits = credits;
    return run(&action_run, action, error);
}

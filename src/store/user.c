#include "store/user.h"
#include "model/words.h"

#include "base/time.h"
#include "store/former_address.h"
#include "store/internal.h"
#include "store/transaction.h"

#include <stdio.h>
#include <string.h>

#define MICROS_PER_MS          INT64_C(1000)

#define NO_SUCH_USER           "no such user"

#define SAME_ADDRESS_SHOWN_MAX 20 /* users listed in a message about an ambiguous address */

#define RECORD_TYPE            cpk_user
#define RECORD_TABLE           "records/user.def"
#define RECORD_READ            user_read
#include "store/columns.def"

static const char *const plan_words[] = {PAYMENT_PLAN_WORDS, NULL};

const char *user_plan_word(int32_t payment_plan)
{
    return payment_plan > 0 ? plan_words[payment_plan - 1] : NULL;
}

int32_t user_plan_code(const char *word)
{
    return word_find(plan_words, word);
}

cpk_status store_user_get(struct store *store, const char *user_id, cpk_user **user, cpk_error **error)
{
    char message[128];
    struct statement query;

    *user = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    snprintf(message, sizeof message, "no user has the id %s", user_id);
    statement_start(&query, store->session, STATEMENT_USER_GET);
    statement_bind_text(&query, 1, user_id);
    return user_read_one(store, &query, user, message, error);
}

/* Several profiles have the address: the caller must specify an id. */
static cpk_status set_ambiguous_error(const char *email, const struct record_list *users, cpk_error **error)
{
    char ids[SAME_ADDRESS_SHOWN_MAX * (UUID_TEXT_BYTES + 2) + 16] = "";
    size_t length = 0;

    for (size_t i = 0; i < users->count && i < SAME_ADDRESS_SHOWN_MAX; i++) {
        const cpk_user *user = users->items[i];

        length += (size_t)snprintf(ids + length, sizeof ids - length, "%s%s", i > 0 ? ", " : "", user->id);
    }
    return error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN,
                     "several users have the e-mail address %s: %s%s; specify one by id", email, ids,
                     users->count > SAME_ADDRESS_SHOWN_MAX ? ", ..." : "");
}

cpk_status store_user_find_by_email(struct store *store, const char *email, cpk_user **user, cpk_error **error)
{
    struct record_list *users;
    struct statement query;
    cpk_status status = CPK_OK;

    *user = NULL;
    CPK_TRY(store_require_service(store, "find users by e-mail", error));
    statement_start(&query, store->session, STATEMENT_USER_FIND_BY_EMAIL);
    statement_bind_text(&query, 1, email);
    statement_bind_int64(&query, 2, SAME_ADDRESS_SHOWN_MAX + 1);
    CPK_TRY(store_read_list(store, &query, user_read, &users, error));
    if (users->count == 0) {
        status = error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no user has this e-mail address");
    } else if (users->count > 1) {
        status = set_ambiguous_error(email, users, error);
    } else {
        *user = users->items[0];
        users->count = 0; /* ownership moves to the caller */
    }
    record_list_free(users);
    return status;
}

cpk_status store_user_list(struct store *store, const struct store_page *page, struct record_list **users,
                           cpk_error **error)
{
    struct statement query;

    *users = NULL;
    CPK_TRY(store_require_service(store, "list users", error));
    statement_start(&query, store->session, STATEMENT_USER_LIST_PAGE);
    CPK_TRY(store_bind_page(&query, 1, page, error));
    return store_read_list(store, &query, user_read, users, error);
}

static cpk_status params_check(const struct user_params *params, cpk_error **error)
{
    if (params->email == NULL || params->email[0] == '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "a user must have an e-mail address");
    }
    if (params->id != NULL && !uuid_is_valid(params->id)) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN,
                         "a user's id must be a UUID in lower case, not \"%s\"", params->id);
    }
    if (params->payment_plan < 0 || params->payment_plan > CPK_PLAN_UNLIMITED) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN,
                         "a payment plan must be \"credits\" or \"unlimited\", not number %d", params->payment_plan);
    }
    return CPK_OK;
}

static cpk_status user_insert(struct store *store, const struct user_params *params, const char *id, int64_t credits,
                              cpk_error **error)
{
    int64_t now_us = context_now(store->context);
    char directory[UUID_TEXT_BYTES + 8];
    struct statement change;
    cpk_status status;

    snprintf(directory, sizeof directory, STORAGE_USERS "/%s", id);
    statement_start(&change, store->session, STATEMENT_USER_INSERT);
    statement_bind_text(&change, 1, id);
    statement_bind_text(&change, 2, params->email);
    statement_bind_text(&change, 3, params->full_name);
    statement_bind_text(&change, 4, params->avatar_url);
    statement_bind_text(&change, 5, directory);
    statement_bind_text(&change, 6,
                        user_plan_word(params->payment_plan != 0 ? params->payment_plan : CPK_PLAN_CREDITS));
    statement_bind_int64(&change, 7, credits);
    statement_bind_time(&change, 8, now_us);
    status = statement_run(&change, NULL, error);
    if (status == CPK_ERROR_ALREADY_EXISTS) {
        return error_set(error, status, STORE_DOMAIN, "a user with the e-mail address %s or this id exists already",
                         params->email);
    }
    CPK_TRY(status);
    statement_start(&change, store->session, STATEMENT_OPENING_INSERT);
    statement_bind_text(&change, 1, id);
    statement_bind_int64(&change, 2, 0);
    statement_bind_int64(&change, 3, now_us);
    return statement_run(&change, NULL, error);
}

static cpk_status user_create(struct store *store, const struct user_params *params, cpk_user **user, cpk_error **error)
{
    const struct transaction_params bonus = {.type = "bonus",
                                             .credits = USER_FIRST_CREDITS,
                                             .amount_micro = TRANSACTION_NO_AMOUNT,
                                             .description = "Credits for a new account"};
    char id[UUID_TEXT_BYTES];
    int32_t had_bonus;

    CPK_TRY(uuid_create(store->context, id, error));
    if (params->id != NULL) {
        memcpy(id, params->id, sizeof id);
    }
    CPK_TRY(store_former_address_find(store, params->email, &had_bonus, error));
    CPK_TRY(user_insert(store, params, id, had_bonus ? 0 : USER_FIRST_CREDITS, error));
    if (!had_bonus) {
        CPK_TRY(store_transaction_add(store, id, &bonus, error));
    }
    return store_user_get(store, id, user, error);
}

cpk_status store_user_create(struct store *store, const struct user_params *params, cpk_user **user, cpk_error **error)
{
    struct store_scope scope;
    cpk_status status;

    *user = NULL;
    CPK_TRY(store_require_service(store, "create users", error));
    CPK_TRY(params_check(params, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    status = store_scope_end(&scope, user_create(store, params, user, error), error);
    if (status != CPK_OK) {
        record_free(*user);
        *user = NULL;
    }
    return status;
}

cpk_status store_user_update(struct store *store, const char *user_id, const char *full_name, const char *avatar_url,
                             cpk_user **user, cpk_error **error)
{
    struct store_scope scope;
    struct statement change;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    statement_start(&change, store->session, STATEMENT_USER_UPDATE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, full_name);
    statement_bind_text(&change, 3, avatar_url);
    statement_bind_time(&change, 4, context_now(store->context));
    CPK_TRY(store_scope_end(&scope, store_change_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_USER, error), error));
    return user != NULL ? store_user_get(store, user_id, user, error) : CPK_OK;
}

/* --- changes by the service --- */

cpk_status store_user_leave_address(struct store *store, const char *user_id, cpk_error **error)
{
    cpk_user *user;
    cpk_status status;

    CPK_TRY(store_user_get(store, user_id, &user, error));
    status = user->deleted_us == CPK_TIME_UNKNOWN || strstr(user->email, "@deleted.invalid") == NULL
                 ? store_former_address_add(store, user->email, error)
                 : CPK_OK;
    record_free(user);
    return status;
}

static cpk_status set_email(struct store *store, const char *user_id, const char *email, cpk_error **error)
{
    struct statement change;
    cpk_status status;

    CPK_TRY(store_user_check(store, user_id, USER_MAY_WORK, error));
    CPK_TRY(store_user_leave_address(store, user_id, error));
    statement_start(&change, store->session, STATEMENT_USER_SET_EMAIL);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, email);
    statement_bind_time(&change, 3, context_now(store->context));
    status = store_change_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_USER, error);
    if (status == CPK_ERROR_ALREADY_EXISTS) {
        return error_set(error, status, STORE_DOMAIN, "a user with the e-mail address %s exists already", email);
    }
    return status;
}

cpk_status store_user_set_email(struct store *store, const char *user_id, const char *email, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_require_service(store, "change an e-mail address", error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_email(store, user_id, email, error), error);
}

/* Sets the plan and its dates: start and no end for "unlimited", end for "credits". */
static cpk_status set_plan(struct store *store, const char *user_id, int32_t payment_plan, cpk_error **error)
{
    int64_t now_us = context_now(store->context);
    const int32_t is_unlimited = payment_plan == CPK_PLAN_UNLIMITED;
    int32_t is_same;
    int64_t start_us;
    cpk_user *user;
    struct statement change;

    CPK_TRY(store_user_get(store, user_id, &user, error));
    is_same = user->payment_plan_code == payment_plan;
    start_us = user->plan_start_us;
    record_free(user);
    if (is_same) {
        return CPK_OK;
    }
    statement_start(&change, store->session, STATEMENT_USER_SET_PLAN);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, user_plan_word(payment_plan));
    statement_bind_time(&change, 3, is_unlimited ? now_us : start_us);
    statement_bind_time(&change, 4, is_unlimited ? CPK_TIME_UNKNOWN : now_us);
    statement_bind_time(&change, 5, now_us);
    return store_change_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_USER, error);
}

cpk_status store_user_set_plan(struct store *store, const char *user_id, int32_t payment_plan, cpk_error **error)
{
    const struct user_params params = {.email = "-", .payment_plan = payment_plan};
    struct store_scope scope;

    CPK_TRY(store_require_service(store, "change a plan", error));
    CPK_TRY(params_check(&params, error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_plan(store, user_id, payment_plan, error), error);
}

static cpk_status suspend(struct store *store, const char *user_id, const char *reason, cpk_error **error)
{
    char since[TIME_TEXT_BYTES];
    cpk_user *user;
    struct statement change;
    int64_t suspended_us;
    int32_t is_deleted;

    CPK_TRY(store_user_get(store, user_id, &user, error));
    suspended_us = user->suspended_us;
    is_deleted = user->deleted_us != CPK_TIME_UNKNOWN;
    record_free(user);
    if (is_deleted) {
        return error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN, "a deleted account can't be suspended");
    }
    if (suspended_us != CPK_TIME_UNKNOWN) {
        time_format_minute(suspended_us, since);
        return error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN, "the account is suspended already, since %s UTC",
                         since);
    }
    statement_start(&change, store->session, STATEMENT_SUSPENSION_INSERT);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, reason);
    statement_bind_int64(&change, 3, context_now(store->context));
    return statement_run(&change, NULL, error);
}

cpk_status store_user_suspend(struct store *store, const char *user_id, const char *reason, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_require_service(store, "suspend an account", error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, suspend(store, user_id, reason, error), error);
}

static cpk_status unsuspend(struct store *store, const char *user_id, cpk_error **error)
{
    cpk_user *user;
    struct statement change;

    CPK_TRY(store_user_get(store, user_id, &user, error)); /* NOT_FOUND if there is no such user */
    record_free(user);
    statement_start(&change, store->session, STATEMENT_SUSPENSION_DELETE);
    statement_bind_text(&change, 1, user_id);
    return store_change_one(&change, CPK_ERROR_CONFLICT, "the account is not suspended", error);
}

cpk_status store_user_unsuspend(struct store *store, const char *user_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_require_service(store, "lift a suspension", error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, unsuspend(store, user_id, error), error);
}

cpk_status store_user_exists(struct store *store, const char *user_id, cpk_error **error)
{
    cpk_user *user;

    CPK_TRY(store_user_get(store, user_id, &user, error));
    record_free(user);
    return CPK_OK;
}

/* --- permissions --- */

int32_t user_is_unlimited(const struct context *context, int32_t payment_plan, int64_t plan_end_us)
{
    return payment_plan == CPK_PLAN_UNLIMITED &&
           (plan_end_us == CPK_TIME_UNKNOWN || context_now(context) < plan_end_us ||
            time_between(plan_end_us, context_now(context)) <
                context_setting(context, SETTING_PLAN_GRACE_MS) * MICROS_PER_MS);
}

cpk_status user_check(const cpk_user *user, int32_t what, cpk_error **error)
{
    char since[TIME_TEXT_BYTES];

    if (user->deleted_us != CPK_TIME_UNKNOWN) {
        time_format_minute(user->deleted_us, since);
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, STORE_DOMAIN, "this account was deleted on %s UTC", since);
    }
    if (what == USER_MAY_PAY && user->suspended_us != CPK_TIME_UNKNOWN) {
        time_format_minute(user->suspended_us, since);
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, STORE_DOMAIN,
                         "this account is suspended since %s UTC and can't store data or start paid work: %s", since,
                         user->suspension_reason != NULL ? user->suspension_reason : "no reason is on record");
    }
    return CPK_OK;
}

cpk_status store_user_need_active(struct store *store, const char *user_id, cpk_error **error)
{
    struct statement query;

    statement_start(&query, store->session, STATEMENT_USER_IS_ACTIVE);
    statement_bind_text(&query, 1, user_id);
    return store_queue_one(&query, CPK_ERROR_CONFLICT, "the user is suspended or being deleted", error);
}

cpk_status store_user_check(struct store *store, const char *user_id, int32_t what, cpk_error **error)
{
    cpk_user *user;
    cpk_status status;

    CPK_TRY(store_user_get(store, user_id, &user, error));
    status = user_check(user, what, error);
    record_free(user);
    return status;
}

#include "store/user.h"

#include "store/inside.h"
#include "store/transaction.h"

#include <stdio.h>
#include <string.h>

static cpk_status user_read(const context *context, statement *row, void **snapshot, cpk_error **error)
{
    cpk_user *user = snapshot_create(context, row, sizeof *user);
    cpk_status status;

    *snapshot = user;
    if (user == NULL) {
        return error_out_of_memory(error);
    }
    user->id = snapshot_take_text(&user->snapshot, row);
    user->email = snapshot_take_text(&user->snapshot, row);
    user->full_name = snapshot_take_text(&user->snapshot, row);
    user->avatar_url = snapshot_take_text(&user->snapshot, row);
    user->r2_user_directory = snapshot_take_text(&user->snapshot, row);
    user->payment_plan = snapshot_take_text(&user->snapshot, row);
    user->chunks_analyzed = statement_take_int64_or(row, 0);
    user->credits_balance = statement_take_int64_or(row, 0);
    user->subscription_id = snapshot_take_text(&user->snapshot, row);
    user->subscription_status = snapshot_take_text(&user->snapshot, row);
    user->plan_start_us = statement_take_time(row);
    user->plan_end_us = statement_take_time(row);
    user->created_us = statement_take_time(row);
    user->updated_us = statement_take_time(row);
    if (user->payment_plan == NULL) {
        user->payment_plan = "credits"; /* the column's default; rows of a live database may lack it */
    }
    status = statement_check(row, error);
    if (status != CPK_OK) {
        snapshot_free(user);
        *snapshot = NULL;
    }
    return status;
}

cpk_status store_user_get(store *store, const char *user_id, cpk_user **user, cpk_error **error)
{
    char message[128];
    statement query;

    *user = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    snprintf(message, sizeof message, "no user has the id %s", user_id);
    statement_start(&query, store->session, STATEMENT_USER_GET);
    statement_bind_text(&query, 1, user_id);
    return store_read_one(store, &query, user_read, (void **)user, message, error);
}

cpk_status store_user_find_by_email(store *store, const char *email, cpk_user **user, cpk_error **error)
{
    statement query;

    *user = NULL;
    CPK_TRY(store_require_service(store, "look users up by e-mail", error));
    statement_start(&query, store->session, STATEMENT_USER_FIND_BY_EMAIL);
    statement_bind_text(&query, 1, email);
    return store_read_one(store, &query, user_read, (void **)user, "no user has this e-mail address", error);
}

cpk_status store_user_list(store *store, const store_page *page, snapshot_list **users, cpk_error **error)
{
    statement query;

    *users = NULL;
    CPK_TRY(store_require_service(store, "list users", error));
    statement_start(&query, store->session, STATEMENT_USER_LIST_PAGE);
    CPK_TRY(store_bind_page(&query, 1, page, error));
    return store_read_list(store, &query, user_read, users, error);
}

static cpk_status params_check(const user_params *params, cpk_error **error)
{
    if (params->email == NULL || params->email[0] == '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "a user needs an e-mail address");
    }
    if (params->id != NULL && !uuid_is_valid(params->id)) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN,
                         "a user's id is a UUID in lower case, not \"%s\"", params->id);
    }
    if (params->payment_plan != NULL && strcmp(params->payment_plan, "credits") != 0 &&
        strcmp(params->payment_plan, "unlimited") != 0) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN,
                         "a payment plan is \"credits\" or \"unlimited\", not \"%s\"", params->payment_plan);
    }
    return CPK_OK;
}

static cpk_status user_insert(store *store, const user_params *params, const char *id, cpk_error **error)
{
    int64_t now_us = context_now(store->context);
    char directory[UUID_TEXT_BYTES + 8];
    statement change;
    cpk_status status;

    snprintf(directory, sizeof directory, "users/%s", id);
    statement_start(&change, store->session, STATEMENT_USER_INSERT);
    statement_bind_text(&change, 1, id);
    statement_bind_text(&change, 2, params->email);
    statement_bind_text(&change, 3, params->full_name);
    statement_bind_text(&change, 4, params->avatar_url);
    statement_bind_text(&change, 5, directory);
    statement_bind_text(&change, 6, params->payment_plan != NULL ? params->payment_plan : "credits");
    statement_bind_int64(&change, 7, USER_FIRST_CREDITS);
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

static cpk_status user_create(store *store, const user_params *params, cpk_user **user, cpk_error **error)
{
    const transaction_params bonus = {.type = "bonus",
                                      .credits = USER_FIRST_CREDITS,
                                      .amount_micro = TRANSACTION_NO_AMOUNT,
                                      .description = "Credits for a new account"};
    char id[UUID_TEXT_BYTES];

    CPK_TRY(uuid_create(store->context, id, error));
    if (params->id != NULL) {
        memcpy(id, params->id, sizeof id);
    }
    CPK_TRY(user_insert(store, params, id, error));
    CPK_TRY(store_transaction_add(store, id, &bonus, error));
    return store_user_get(store, id, user, error);
}

cpk_status store_user_create(store *store, const user_params *params, cpk_user **user, cpk_error **error)
{
    store_scope scope;
    cpk_status status;

    *user = NULL;
    CPK_TRY(store_require_service(store, "create users", error));
    CPK_TRY(params_check(params, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    status = store_scope_end(&scope, user_create(store, params, user, error), error);
    if (status != CPK_OK) {
        snapshot_free(*user);
        *user = NULL;
    }
    return status;
}

static cpk_status user_update(store *store, const char *user_id, const char *email, const char *full_name,
                              const char *avatar_url, cpk_error **error)
{
    statement change;
    cpk_status status;

    statement_start(&change, store->session, STATEMENT_USER_UPDATE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, email);
    statement_bind_text(&change, 3, full_name);
    statement_bind_text(&change, 4, avatar_url);
    statement_bind_time(&change, 5, context_now(store->context));
    status = store_change_one(&change, CPK_ERROR_NOT_FOUND, "no such user", error);
    if (status == CPK_ERROR_ALREADY_EXISTS) {
        return error_set(error, status, STORE_DOMAIN, "a user with the e-mail address %s exists already", email);
    }
    return status;
}

cpk_status store_user_update(store *store, const char *user_id, const char *email, const char *full_name,
                             const char *avatar_url, cpk_user **user, cpk_error **error)
{
    store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    CPK_TRY(store_scope_end(&scope, user_update(store, user_id, email, full_name, avatar_url, error), error));
    return user != NULL ? store_user_get(store, user_id, user, error) : CPK_OK;
}

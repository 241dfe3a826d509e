#include "store/deletion.h"

#include "store/advisory_lock.h"
#include "store/hold.h"
#include "store/internal.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

static cpk_status begin(struct store *store, const char *user_id, cpk_error **error)
{
    cpk_user *user;
    struct statement change;

    CPK_TRY(store_user_get(store, user_id, &user, error)); /* NOT_FOUND if there is no such user */
    record_free(user);
    statement_start(&change, store->session, STATEMENT_DELETION_INSERT);
    statement_bind_text(&change, 1, user_id);
    statement_bind_int64(&change, 2, context_now(store->context));
    return statement_run(&change, NULL, error);
}

cpk_status store_deletion_begin(struct store *store, const char *user_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, begin(store, user_id, error), error);
}

/* Runs a statement whose only parameter is the user, in the caller's transaction or a separate one. */
static cpk_status run_for_user(struct store *store, const char *user_id, enum statement_id id, cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, id);
    statement_bind_text(&change, 1, user_id);
    return statement_run(&change, NULL, error);
}

static cpk_status stop_work(struct store *store, const char *user_id, cpk_error **error)
{
    static const enum statement_id steps[] = {STATEMENT_DELETION_STOP_QUEUE, STATEMENT_DELETION_STOP_WORK,
                                              STATEMENT_DELETION_STOP_EXPORTS};

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        CPK_TRY(run_for_user(store, user_id, steps[i], error));
    }
    return CPK_OK;
}

cpk_status store_deletion_stop_work(struct store *store, const char *user_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, stop_work(store, user_id, error), error);
}

cpk_status store_deletion_get(struct store *store, const char *user_id, struct account_deletion *deletion,
                              cpk_error **error)
{
    const char *notes;
    struct statement query;
    int32_t has_row;

    memset(deletion, 0, sizeof *deletion);
    deletion->counts.struct_size = sizeof deletion->counts;
    buffer_init(&deletion->notes, &store->context->allocator);
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_DELETION_GET);
    statement_bind_text(&query, 1, user_id);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (!has_row) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "this account is not being deleted");
    }
    deletion->started_us = statement_take_time(&query);
    deletion->finished_us = statement_take_time(&query);
#define MEMBER(name, kind) deletion->counts.name = statement_take_int64(&query);
#include "records/user_deletion.def"
    notes = statement_take_text(&query, NULL);
    CPK_TRY(statement_check(&query, error));
    buffer_append_text(&deletion->notes, notes != NULL ? notes : "");
    statement_finish(&query);
    return deletion->notes.failed ? error_out_of_memory(error) : CPK_OK;
}

void account_deletion_free(struct account_deletion *deletion)
{
    if (deletion->notes.data != NULL) {
        buffer_free(&deletion->notes);
    }
}

static cpk_status set_kept(struct store *store, const char *user_id, int64_t kept_blobs, const char *notes,
                           cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_DELETION_SET_KEPT);
    statement_bind_text(&change, 1, user_id);
    statement_bind_int64(&change, 2, kept_blobs);
    statement_bind_text(&change, 3, notes);
    return store_change_one(&change, CPK_ERROR_NOT_FOUND, "this account is not being deleted", error);
}

cpk_status store_deletion_set_kept(struct store *store, const char *user_id, int64_t kept_blobs, const char *notes,
                                   cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_kept(store, user_id, kept_blobs, notes, error), error);
}

static cpk_status add_blobs(struct store *store, const char *user_id, int64_t blobs, int64_t blob_bytes,
                            cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_DELETION_ADD_BLOBS);
    statement_bind_text(&change, 1, user_id);
    statement_bind_int64(&change, 2, blobs);
    statement_bind_int64(&change, 3, blob_bytes);
    return store_change_one(&change, CPK_ERROR_NOT_FOUND, "this account is not being deleted", error);
}

cpk_status store_deletion_add_blobs(struct store *store, const char *user_id, int64_t blobs, int64_t blob_bytes,
                                    cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, add_blobs(store, user_id, blobs, blob_bytes, error), error);
}

static cpk_status add_rows(struct store *store, const char *user_id, cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_DELETION_ADD_ROWS);
    statement_bind_text(&change, 1, user_id);
    statement_bind_int64(&change, 2, context_now(store->context));
    return store_change_one(&change, CPK_ERROR_CONFLICT, "the deletion was not started", error);
}

static cpk_status anonymize(struct store *store, const char *user_id, cpk_error **error)
{
    char email[UUID_TEXT_BYTES + 32];
    struct statement change;

    snprintf(email, sizeof email, "deleted-%s@deleted.invalid", user_id);
    statement_start(&change, store->session, STATEMENT_USER_ANONYMIZE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, email);
    statement_bind_time(&change, 3, context_now(store->context));
    return store_change_one(&change, CPK_ERROR_NOT_FOUND, "no such user", error);
}

static cpk_status erase(struct store *store, const char *user_id, cpk_error **error)
{
    static const enum statement_id steps[] = {
        STATEMENT_DELETION_HOLDS,     STATEMENT_DELETION_EXPORTS,      STATEMENT_DELETION_SOURCES,
        STATEMENT_DELETION_PACKS,     STATEMENT_DELETION_LEGACY_PACKS, STATEMENT_DELETION_JOBS,
        STATEMENT_SUSPENSION_DELETE,  STATEMENT_DELETION_ATTEMPTS,     STATEMENT_DELETION_ATTEMPT_NETWORKS,
        STATEMENT_DELETION_CUSTOMERS, STATEMENT_DELETION_SUBSCRIPTIONS};

    CPK_TRY(store_advisory_lock_acquire(store, ADVISORY_LOCK_USER, user_id,
                                        error)); /* excludes concurrent attempts to pay */
    CPK_TRY(add_rows(store, user_id, error));
    CPK_TRY(store_hold_release_pack(store, user_id, NULL, error));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        CPK_TRY(run_for_user(store, user_id, steps[i], error));
    }
    CPK_TRY(store_user_leave_address(store, user_id, error));
    return anonymize(store, user_id, error);
}

cpk_status store_deletion_erase(struct store *store, const char *user_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, erase(store, user_id, error), error);
}

cpk_status store_user_keys(struct store *store, const char *user_id, user_key_fn each, void *user, cpk_error **error)
{
    struct statement query;
    int32_t has_row;
    cpk_status status;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_USER_KEYS);
    statement_bind_text(&query, 1, user_id);
    for (;;) {
        const char *key;
        int32_t is_service;

        CPK_TRY(statement_step(&query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        key = statement_take_text(&query, NULL);
        is_service = statement_take_int64(&query) != 0;
        CPK_TRY(statement_check(&query, error));
        status = key != NULL ? each(user, key, is_service, error) : CPK_OK;
        if (status != CPK_OK) {
            statement_finish(&query);
            return status;
        }
    }
}

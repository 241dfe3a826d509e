#include "store/export.h"

#include "model/words.h"
#include "store/internal.h"
#include "store/lease.h"

#include <stdio.h>
#include <string.h>

#define NO_SUCH_EXPORT "no such export, or it belongs to another user"
#define NO_SUCH_PACK   "no such pack, or it belongs to another user"
#define NAME_BYTES     (UUID_TEXT_BYTES + 16) /* "<uuid>/standard" */

#define RECORD_TYPE    cpk_export
#define RECORD_TABLE   "records/export.def"
#define RECORD_READ    export_read
#include "store/columns.def"

static const char *const statuses[] = {EXPORT_STATUS_WORDS, NULL};
static const char *const types[] = {EXPORT_TYPE_WORDS, NULL};

/* NOT_FOUND for a text that is not a UUID, which PostgreSQL would reject with an error. */
static cpk_status id_check(const char *export_id, cpk_error **error)
{
    return uuid_is_valid(export_id) ? CPK_OK : error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, NO_SUCH_EXPORT);
}

cpk_status store_export_get(struct store *store, const char *user_id, const char *export_id, cpk_export **found,
                            cpk_error **error)
{
    struct statement query;

    *found = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(id_check(export_id, error));
    statement_start(&query, store->session, STATEMENT_EXPORT_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, export_id);
    return export_read_one(store, &query, found, NO_SUCH_EXPORT, error);
}

cpk_status store_export_find(struct store *store, const char *user_id, const struct export_filter *filter,
                             cpk_export **found, cpk_error **error)
{
    struct statement query;

    *found = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_EXPORT_FIND);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, filter->pack_id);
    statement_bind_text(&query, 3, word_at(types, filter->type));
    statement_bind_text(&query, 4, filter->fingerprint);
    statement_bind_text(&query, 5, word_at(statuses, filter->status));
    return export_read_one(store, &query, found, NULL, error);
}

cpk_status store_export_list(struct store *store, const char *user_id, const char *pack_id,
                             const struct store_page *page, struct record_list **exports, cpk_error **error)
{
    struct statement query;

    *exports = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_EXPORT_LIST_PAGE);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, pack_id);
    CPK_TRY(store_bind_page(&query, 3, page, error));
    return store_read_list(store, &query, export_read, exports, error);
}

cpk_status store_export_list_like(struct store *store, const char *user_id, const struct export_filter *filter,
                                  struct record_list **exports, cpk_error **error)
{
    struct statement query;

    *exports = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_EXPORT_LIST_LIKE);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, filter->pack_id);
    statement_bind_text(&query, 3, word_at(types, filter->type));
    statement_bind_text(&query, 4, filter->fingerprint);
    statement_bind_int64(&query, 5, STORE_PAGE_LIMIT_MAX);
    return store_read_list(store, &query, export_read, exports, error);
}

static cpk_status insert_rows(struct store *store, const char *user_id, const char *export_id,
                              const struct export_params *params, cpk_error **error)
{
    char name[NAME_BYTES];
    struct statement change;

    snprintf(name, sizeof name, "%s/%s", export_id, word_at(types, params->type));
    statement_start(&change, store->session, STATEMENT_EXPORT_INSERT);
    statement_bind_text(&change, 1, export_id);
    statement_bind_text(&change, 2, user_id);
    statement_bind_text(&change, 3, params->pack_id);
    statement_bind_text(&change, 4, word_at(types, params->type));
    statement_bind_int64(&change, 5, EXPORT_VERSION);
    statement_bind_text(&change, 6, params->r2_path);
    statement_bind_text(&change, 7, name);
    statement_bind_time(&change, 8, context_now(store->context));
    CPK_TRY(store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_PACK, error));
    statement_start(&change, store->session, STATEMENT_EXPORT_INSERT_OWN);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, export_id);
    statement_bind_text(&change, 3, params->pack_id);
    statement_bind_text(&change, 4, params->fingerprint);
    statement_bind_text(&change, 5, params->json_key);
    statement_bind_text(&change, 6, name);
    statement_bind_text(&change, 7, params->lease_owner);
    statement_bind_time(&change, 8, params->lease_owner != NULL ? params->lease_expires_us : CPK_TIME_UNKNOWN);
    return store_queue_any(&change, error);
}

/* Reads the export as the last statement of the transaction. */
static cpk_status read_last(struct store *store, const char *user_id, const char *export_id, cpk_export **found,
                            cpk_error **error)
{
    struct statement query;

    statement_start(&query, store->session, STATEMENT_EXPORT_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, export_id);
    statement_ends_transaction(&query);
    return export_read_one(store, &query, found, NO_SUCH_EXPORT, error);
}

static cpk_status export_create(struct store *store, const char *user_id, const struct export_params *params,
                                cpk_export **created, cpk_error **error)
{
    char generated[UUID_TEXT_BYTES];
    const char *export_id = params->export_id;

    if (export_id == NULL) {
        CPK_TRY(uuid_create(store->context, generated, error));
        export_id = generated;
    }
    CPK_TRY(id_check(export_id, error));
    CPK_TRY(insert_rows(store, user_id, export_id, params, error));
    return read_last(store, user_id, export_id, created, error);
}

/* Locks the pack, so that concurrent calls for the same document wait and then find the row. */
static cpk_status lock_pack(struct store *store, const char *user_id, const char *pack_id, cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_PACK_LOCK);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, pack_id);
    return store_queue_any(&change, error); /* a missing pack is reported by the insert */
}

static cpk_status export_ensure(struct store *store, const char *user_id, const struct export_params *params,
                                int32_t *created, cpk_export **found, cpk_error **error)
{
    const struct export_filter filter = {params->pack_id, params->type, params->fingerprint, 0};

    CPK_TRY(lock_pack(store, user_id, params->pack_id, error));
    CPK_TRY(store_export_find(store, user_id, &filter, found, error));
    if (*found != NULL) {
        return CPK_OK;
    }
    *created = 1;
    return export_create(store, user_id, params, found, error);
}

cpk_status store_export_ensure(struct store *store, const char *user_id, const struct export_params *params,
                               int32_t *created, cpk_export **found, cpk_error **error)
{
    cpk_status status;

    *created = 0;
    *found = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_begin(store, error));
    status = store_end(store, export_ensure(store, user_id, params, created, found, error), error);
    if (status != CPK_OK) {
        record_free(*found);
        *found = NULL;
    }
    return status;
}

static cpk_status check_lease(struct store *store, const char *user_id, const char *export_id, const char *lease_owner,
                              cpk_error **error)
{
    CPK_TRY(id_check(export_id, error));
    return store_lease_guard(store, &(struct work_key){user_id, OWNER_EXPORT, export_id, lease_owner}, error);
}

/* Starts the statement and binds $1 and $2. Call check_lease() first. */
static void start(struct statement *change, struct store *store, enum statement_id id, const char *user_id,
                  const char *export_id)
{
    statement_start(change, store->session, id);
    statement_bind_text(change, 1, user_id);
    statement_bind_text(change, 2, export_id);
}

/* Runs a change. With a lease it is queued, because the export is known to exist. */
static cpk_status change_export(struct store *store, const char *user_id, const char *export_id,
                                const char *lease_owner, struct statement *change, cpk_error **error)
{
    cpk_export *found;
    int64_t rows;

    if (lease_owner != NULL) {
        return store_queue_one(change, CPK_ERROR_CONFLICT, "the export is ready and can't be changed", error);
    }
    CPK_TRY(statement_run(change, &rows, error));
    if (rows > 0) {
        return CPK_OK;
    }
    CPK_TRY(store_export_get(store, user_id, export_id, &found, error));
    record_free(found);
    return error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN, "the export %s is ready and can't be changed", export_id);
}

static cpk_status restart(struct store *store, const char *user_id, const char *export_id, const char *lease_owner,
                          cpk_error **error)
{
    struct statement change;

    CPK_TRY(check_lease(store, user_id, export_id, lease_owner, error));
    start(&change, store, STATEMENT_EXPORT_RESTART, user_id, export_id);
    statement_bind_time(&change, 3, context_now(store->context));
    return change_export(store, user_id, export_id, lease_owner, &change, error);
}

cpk_status store_export_restart(struct store *store, const char *user_id, const char *export_id,
                                const char *lease_owner, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, restart(store, user_id, export_id, lease_owner, error), error);
}

static cpk_status set_ready(struct store *store, const char *user_id, const struct export_result *result,
                            cpk_export **ready, cpk_error **error)
{
    const char *export_id = result->export_id;
    const char *lease_owner = result->lease_owner;
    struct statement change;

    CPK_TRY(check_lease(store, user_id, export_id, lease_owner, error));
    start(&change, store, STATEMENT_EXPORT_SET_READY, user_id, export_id);
    statement_bind_int64(&change, 3, result->token_count);
    statement_bind_int64(&change, 4, result->file_size_bytes);
    statement_bind_time(&change, 5, context_now(store->context));
    CPK_TRY(change_export(store, user_id, export_id, lease_owner, &change, error));
    if (lease_owner != NULL) {
        CPK_TRY(store_lease_release(store, &(struct work_key){user_id, OWNER_EXPORT, export_id, lease_owner}, error));
    }
    return ready != NULL ? read_last(store, user_id, export_id, ready, error) : CPK_OK;
}

cpk_status store_export_set_ready(struct store *store, const char *user_id, const struct export_result *result,
                                  cpk_export **ready, cpk_error **error)
{
    cpk_status status;

    if (ready != NULL) {
        *ready = NULL;
    }
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_begin(store, error));
    status = store_end(store, set_ready(store, user_id, result, ready, error), error);
    if (status != CPK_OK && ready != NULL) {
        record_free(*ready);
        *ready = NULL;
    }
    return status;
}

static cpk_status set_failed(struct store *store, const char *user_id, const char *export_id, const char *lease_owner,
                             const char *message, cpk_error **error)
{
    struct statement change;

    CPK_TRY(check_lease(store, user_id, export_id, lease_owner, error));
    start(&change, store, STATEMENT_EXPORT_SET_FAILED, user_id, export_id);
    statement_bind_text(&change, 3, message);
    statement_bind_time(&change, 4, context_now(store->context));
    return change_export(store, user_id, export_id, lease_owner, &change, error);
}

cpk_status store_export_set_failed(struct store *store, const char *user_id, const char *export_id,
                                   const char *lease_owner, const char *message, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_failed(store, user_id, export_id, lease_owner, message, error), error);
}

static cpk_status export_delete(struct store *store, const char *user_id, const char *export_id, cpk_error **error)
{
    struct statement change;

    CPK_TRY(check_lease(store, user_id, export_id, NULL, error));
    start(&change, store, STATEMENT_EXPORT_DELETE, user_id, export_id);
    return store_change_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_EXPORT, error);
}

cpk_status store_export_delete(struct store *store, const char *user_id, const char *export_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, export_delete(store, user_id, export_id, error), error);
}

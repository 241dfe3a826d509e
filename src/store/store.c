#include "store/store.h"

#include "base/time.h"
#include "store/internal.h"

#include <string.h>

static cpk_status actor_check(const cpk_actor *actor, cpk_error **error)
{
    if (actor->kind != CPK_ACTOR_USER && actor->kind != CPK_ACTOR_SERVICE && actor->kind != CPK_ACTOR_ADMIN) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "unknown actor kind %d", actor->kind);
    }
    if (actor->kind != CPK_ACTOR_SERVICE && (actor->user_id == NULL || !uuid_is_valid(actor->user_id))) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN,
                         "the actor's user id must be a UUID in lower case");
    }
    return CPK_OK;
}

cpk_status store_open(const struct context *context, struct database *database, const cpk_actor *actor,
                      struct store **store_out, cpk_error **error)
{
    struct store *opened;
    cpk_status status;

    *store_out = NULL;
    CPK_TRY(actor_check(actor, error));
    opened = memory_allocate_zeroed(&context->allocator, sizeof *opened);
    if (opened == NULL) {
        return error_out_of_memory(error);
    }
    opened->context = context;
    opened->database = database;
    opened->actor_kind = actor->kind;
    if (actor->kind != CPK_ACTOR_SERVICE) {
        memcpy(actor->kind == CPK_ACTOR_USER ? opened->only_user_id : opened->admin_user_id, actor->user_id,
               UUID_TEXT_BYTES);
    }
    status = db_session_open(database, actor, &opened->session, error);
    if (status != CPK_OK) {
        memory_release(&context->allocator, opened, sizeof *opened);
        return status;
    }
    *store_out = opened;
    return CPK_OK;
}

cpk_status store_open_work(struct store *principal, struct store **work, cpk_error **error)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    struct store *opened;

    *work = NULL;
    if (database_has_row_security(principal->database)) {
        CPK_TRY(store_open(principal->context, principal->database, &service, &opened, error));
    } else {
        opened = memory_allocate_zeroed(&principal->context->allocator, sizeof *opened);
        if (opened == NULL) {
            return error_out_of_memory(error);
        }
        *opened = *principal;
        opened->shares_session = 1;
        opened->actor_kind = CPK_ACTOR_SERVICE;
    }
    memcpy(opened->only_user_id, principal->only_user_id, UUID_TEXT_BYTES);
    *work = opened;
    return CPK_OK;
}

void store_close(struct store *store)
{
    if (store != NULL) {
        if (!store->shares_session) {
            db_session_close(store->session);
        }
        memory_release(&store->context->allocator, store, sizeof *store);
    }
}

const cpk_allocator *store_allocator(const struct store *store)
{
    return &store->context->allocator;
}

const cpk_cancel *store_watch(struct store *store, const cpk_cancel *cancel)
{
    return db_session_watch(store->session, cancel);
}

cpk_status store_begin(struct store *store, cpk_error **error)
{
    return db_begin(store->session, CPK_TRANSACTION_WRITE, error);
}

cpk_status store_begin_reading(struct store *store, cpk_error **error)
{
    return db_begin(store->session, CPK_TRANSACTION_READ, error);
}

static cpk_status store_commit(struct store *store, cpk_error **error)
{
    return db_commit(store->session, error);
}

cpk_status store_rollback(struct store *store, cpk_error **error)
{
    return db_rollback(store->session, error);
}

cpk_status store_end(struct store *store, cpk_status status, cpk_error **error)
{
    if (status == CPK_OK) {
        return store_commit(store, error);
    }
    store_rollback(store, NULL);
    return status;
}

int32_t store_actor_kind(const struct store *store)
{
    return store->actor_kind;
}

cpk_status store_owner(const struct store *store, const char *user_id, const char **owner, cpk_error **error)
{
    const int32_t is_bound = store->only_user_id[0] != '\0';

    *owner = user_id != NULL ? user_id : store->only_user_id;
    if (is_bound && strcmp(*owner, store->only_user_id) != 0) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, STORE_DOMAIN, "these rows belong to another user");
    }
    if (!is_bound && user_id == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "the service and admins must specify a user");
    }
    if (!uuid_is_valid(*owner)) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no user has the id \"%s\"", *owner);
    }
    return CPK_OK;
}

cpk_status store_own_key(const struct store *store, const struct work_key *key, struct work_key *own, cpk_error **error)
{
    *own = *key;
    return store_owner(store, key->user_id, &own->user_id, error);
}

cpk_status store_whose(const struct store *store, const char *user_id, const char **owner, cpk_error **error)
{
    return store_owner(store, user_id, owner, error);
}

cpk_status store_require_service(const struct store *store, const char *what, cpk_error **error)
{
    if (store->actor_kind == CPK_ACTOR_USER) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, STORE_DOMAIN, "only the service may %s", what);
    }
    return CPK_OK;
}

cpk_status store_scope_begin(struct store_scope *scope, struct store *store, cpk_error **error)
{
    scope->store = store;
    scope->is_own = !db_in_transaction(store->session);
    return scope->is_own ? store_begin(store, error) : CPK_OK;
}

cpk_status store_scope_end(struct store_scope *scope, cpk_status status, cpk_error **error)
{
    if (!scope->is_own) {
        /* The caller must not commit the changes made before the failure. */
        return status == CPK_OK ? CPK_OK : db_session_fail(scope->store->session, status);
    }
    return store_end(scope->store, status, error);
}

cpk_status store_change_one(struct statement *change, cpk_status code, const char *message, cpk_error **error)
{
    int64_t rows;

    CPK_TRY(statement_run(change, &rows, error));
    return rows > 0 ? CPK_OK : error_set(error, code, STORE_DOMAIN, "%s", message);
}

cpk_status store_queue_one(struct statement *change, cpk_status code, const char *message, cpk_error **error)
{
    return statement_queue(change, code, message, error);
}

cpk_status store_queue_any(struct statement *change, cpk_error **error)
{
    return statement_queue(change, CPK_OK, NULL, error);
}

cpk_status store_bind_page(struct statement *query, size_t first, const struct store_page *page, cpk_error **error)
{
    static const struct store_page first_page = {0, CPK_TIME_UNKNOWN, NULL};
    int64_t limit;

    if (page == NULL) {
        page = &first_page;
    }
    limit = page->limit == 0 ? STORE_PAGE_LIMIT_DEFAULT : page->limit;
    if (limit < 1 || limit > STORE_PAGE_LIMIT_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "a page must have 1 to %d rows, not %lld",
                         STORE_PAGE_LIMIT_MAX, (long long)limit);
    }
    if (page->after_id == NULL) {
        statement_bind_time(query, first, CPK_TIME_UNKNOWN);
    } else { /* rows without a time sort as TIME_FIRST_US, see @time_key */
        statement_bind_time(query, first, page->after_us == CPK_TIME_UNKNOWN ? TIME_FIRST_US : page->after_us);
    }
    statement_bind_text(query, first + 1, page->after_id);
    statement_bind_int64(query, first + 2, limit);
    return CPK_OK;
}

cpk_status store_read_one(struct store *store, struct statement *query, record_read_fn read, void **record,
                          const char *message, cpk_error **error)
{
    int32_t has_row;
    cpk_status status;

    *record = NULL;
    CPK_TRY(statement_step(query, &has_row, error));
    if (!has_row) {
        return message == NULL ? CPK_OK : error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "%s", message);
    }
    status = read(store->context, query, record, error);
    statement_finish(query);
    return status;
}

static cpk_status read_rows(struct store *store, struct statement *query, record_read_fn read, struct record_list *list,
                            cpk_error **error)
{
    for (;;) {
        int32_t has_row;
        void *item;

        CPK_TRY(statement_step(query, &has_row, error));
        if (!has_row) {
            return CPK_OK;
        }
        CPK_TRY(read(store->context, query, &item, error));
        CPK_TRY(record_list_add(list, item, error));
    }
}

cpk_status store_read_list(struct store *store, struct statement *query, record_read_fn read, struct record_list **list,
                           cpk_error **error)
{
    cpk_status status;

    CPK_TRY(record_list_create(store->context, list, error));
    status = read_rows(store, query, read, *list, error);
    statement_finish(query);
    if (status != CPK_OK) {
        record_list_free(*list);
        *list = NULL;
    }
    return status;
}

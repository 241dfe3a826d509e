#include "store/internal.h"

#include "base/time.h"

cpk_status store_own_key(const struct store *store, const struct work_key *key, struct work_key *own, cpk_error **error)
{
    *own = *key;
    return store_owner(store, key->user_id, &own->user_id, error);
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

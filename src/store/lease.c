#include "store/lease.h"

#include "store/internal.h"

#include <stdio.h>

#define HOLDER_BYTES 256

struct lease_statements {
    enum statement_id acquire;
    enum statement_id take;
    enum statement_id get;
    enum statement_id renew;
    enum statement_id release;
    enum statement_id guard;
    const char *noun; /* for messages; also the kind's word in rows */
    const char *lost;
};

static const struct lease_statements *statements_of(int32_t kind)
{
    static const struct lease_statements source = {STATEMENT_LEASE_WORK_ACQUIRE,
                                                   STATEMENT_LEASE_WORK_TAKE,
                                                   STATEMENT_LEASE_WORK_GET,
                                                   STATEMENT_LEASE_WORK_RENEW,
                                                   STATEMENT_LEASE_WORK_RELEASE,
                                                   STATEMENT_LEASE_WORK_GUARD,
                                                   "source",
                                                   "another process has taken this source over"};
    static const struct lease_statements job = {STATEMENT_LEASE_WORK_ACQUIRE,
                                                STATEMENT_LEASE_WORK_TAKE,
                                                STATEMENT_LEASE_WORK_GET,
                                                STATEMENT_LEASE_WORK_RENEW,
                                                STATEMENT_LEASE_WORK_RELEASE,
                                                STATEMENT_LEASE_WORK_GUARD,
                                                "job",
                                                "another process has taken this job over"};
    static const struct lease_statements export = {STATEMENT_LEASE_EXPORT_ACQUIRE,
                                                   STATEMENT_LEASE_EXPORT_TAKE,
                                                   STATEMENT_LEASE_EXPORT_GET,
                                                   STATEMENT_LEASE_EXPORT_RENEW,
                                                   STATEMENT_LEASE_EXPORT_RELEASE,
                                                   STATEMENT_LEASE_EXPORT_GUARD,
                                                   "export",
                                                   "another process has taken this export over"};
    static const struct lease_statements task = {STATEMENT_LEASE_TASK_ACQUIRE,
                                                 STATEMENT_LEASE_TASK_TAKE,
                                                 STATEMENT_LEASE_TASK_GET,
                                                 STATEMENT_LEASE_TASK_RENEW,
                                                 STATEMENT_LEASE_TASK_RELEASE,
                                                 STATEMENT_LEASE_TASK_GUARD,
                                                 "task",
                                                 "another process has taken this task over"};

    return kind == OWNER_EXPORT ? &export : kind == OWNER_JOB ? &job : kind == OWNER_TASK ? &task : &source;
}

void store_start_of_owner(struct statement *run, struct store *store, enum statement_id id, const struct work_key *key)
{
    statement_start(run, store->session, id);
    statement_bind_text(run, 1, key->user_id);
    statement_bind_text(run, 2, statements_of(key->kind)->noun);
    statement_bind_text(run, 3, key->id);
}

/* As store_own_key(). A task has no user and is for the service only. */
static cpk_status row_key(const struct store *store, const struct work_key *key, struct work_key *own,
                          cpk_error **error)
{
    if (key->kind == OWNER_TASK) {
        *own = *key;
        own->user_id = NULL;
        return store_require_service(store, "work on a task", error);
    }
    return store_own_key(store, key, own, error);
}

static void start(struct statement *run, struct store *store, enum statement_id id, const struct work_key *key)
{
    store_start_of_owner(run, store, id, key);
    if (key->lease_owner != NULL) {
        statement_bind_text(run, 4, key->lease_owner);
    }
}

static cpk_status holder_get(struct store *store, const struct work_key *key, char holder[HOLDER_BYTES],
                             cpk_error **error)
{
    struct statement query;
    int32_t has_row;
    const char *owner;

    store_start_of_owner(&query, store, statements_of(key->kind)->get, key);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (!has_row) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no such %s, or it belongs to another user",
                         statements_of(key->kind)->noun);
    }
    owner = statement_text(&query, 0, NULL);
    snprintf(holder, HOLDER_BYTES, "%s", owner != NULL ? owner : "");
    statement_finish(&query);
    return CPK_OK;
}

static cpk_status acquire(struct store *store, const struct work_key *key, int64_t expires_us, lease_is_gone_fn is_gone,
                          void *user, cpk_error **error)
{
    char holder[HOLDER_BYTES];
    struct statement change;
    int64_t rows;

    start(&change, store, statements_of(key->kind)->acquire, key);
    statement_bind_int64(&change, 5, context_now(store->context));
    statement_bind_int64(&change, 6, expires_us);
    CPK_TRY(statement_run(&change, &rows, error));
    if (rows > 0) {
        return CPK_OK;
    }
    CPK_TRY(holder_get(store, key, holder, error));
    if (is_gone != NULL && is_gone(user, holder)) {
        start(&change, store, statements_of(key->kind)->take, key);
        statement_bind_text(&change, 5, holder);
        statement_bind_int64(&change, 6, expires_us);
        CPK_TRY(statement_run(&change, &rows, error));
    }
    if (rows > 0) {
        return CPK_OK;
    }
    return error_set_native(error, CPK_ERROR_BUSY, STORE_DOMAIN, STORE_LEASE_HELD, 1,
                            "another process is working on this %s; try again later", statements_of(key->kind)->noun);
}

cpk_status store_lease_acquire_free(struct store *store, const struct work_key *key, int64_t expires_us,
                                    cpk_error **error)
{
    struct statement change;

    start(&change, store, statements_of(key->kind)->acquire, key);
    statement_bind_int64(&change, 5, context_now(store->context));
    statement_bind_int64(&change, 6, expires_us);
    return store_queue_one(&change, CPK_ERROR_CONFLICT, "the lease is not free", error);
}

cpk_status store_lease_acquire(struct store *store, const struct work_key *key, int64_t expires_us,
                               lease_is_gone_fn is_gone, void *user, cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;
    cpk_status status;

    CPK_TRY(row_key(store, key, &own, error));
    if (!db_in_transaction(store->session)) {
        CPK_TRY(store_begin(store, error));
        status = store_end(store, store_lease_acquire_free(store, &own, expires_us, error), error);
        if (status != CPK_ERROR_CONFLICT) {
            return status;
        }
        error_clear(error);
    }
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, acquire(store, &own, expires_us, is_gone, user, error), error);
}

static cpk_status renew(struct store *store, const struct work_key *key, int64_t expires_us, cpk_error **error)
{
    struct statement change;

    start(&change, store, statements_of(key->kind)->renew, key);
    statement_bind_int64(&change, 5, expires_us);
    return store_queue_one(&change, CPK_ERROR_CONFLICT, statements_of(key->kind)->lost, error);
}

cpk_status store_lease_renew(struct store *store, const struct work_key *key, int64_t expires_us, cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    CPK_TRY(row_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, renew(store, &own, expires_us, error), error);
}

cpk_status store_lease_release(struct store *store, const struct work_key *key, cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;
    struct statement change;

    CPK_TRY(row_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    start(&change, store, statements_of(own.kind)->release, &own);
    return store_scope_end(&scope, store_queue_any(&change, error), error);
}

cpk_status store_lease_give_up(struct store *store, const struct work_key *key, cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;
    struct statement change;

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    start(&change, store, statements_of(own.kind)->release, &own);
    return store_scope_end(&scope, store_queue_one(&change, CPK_ERROR_CONFLICT, statements_of(own.kind)->lost, error),
                           error);
}

cpk_status store_lease_guard(struct store *store, const struct work_key *key, cpk_error **error)
{
    struct statement change;

    if (key->lease_owner == NULL) {
        return CPK_OK;
    }
    start(&change, store, statements_of(key->kind)->guard, key);
    return store_queue_one(&change, CPK_ERROR_CONFLICT, statements_of(key->kind)->lost, error);
}

cpk_status store_task_enter(struct store *store, const char *name, cpk_error **error)
{
    struct store_scope scope;
    struct statement change;

    CPK_TRY(store_require_service(store, "work on a task", error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    statement_start(&change, store->session, STATEMENT_TASK_INSERT);
    statement_bind_text(&change, 1, name);
    return store_scope_end(&scope, statement_run(&change, NULL, error), error);
}

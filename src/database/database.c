#include "database/database.h"

#include "base/arena.h"
#include "base/driver.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/sized.h"
#include "database/cancel_watch.h"
#include "database/postgres/postgres.h"
#include "database/sqlite/sqlite.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN          "database"
#define MESSAGE_BYTES   256
#define QUEUE_MAX       256                  /* queued statements */
#define QUEUE_BYTES_MAX ((size_t)256 * 1024) /* size of their values */

struct database {
    const struct context *context;
    cpk_database_driver driver;
    struct cancel_watcher cancels;
};

struct db_session {
    struct database *database;
    void *session; /* the driver's handle */
    struct cancel_watch watch;
    int32_t in_transaction;
    int32_t failed;      /* a call in the transaction failed */
    int32_t cursor_open; /* at most one cursor is open */
    int32_t is_last;     /* see db_session_is_last() */
    cpk_queued_statement *queued;
    size_t queued_count;
    struct arena queued_values;
};

static cpk_status copy_table(cpk_database_driver *table, const cpk_database_driver *params, cpk_error **error)
{
    static const struct driver_slot required[] = {
        DRIVER_SLOT(cpk_database_driver, session_open), DRIVER_SLOT(cpk_database_driver, session_close),
        DRIVER_SLOT(cpk_database_driver, begin),        DRIVER_SLOT(cpk_database_driver, commit),
        DRIVER_SLOT(cpk_database_driver, rollback),     DRIVER_SLOT(cpk_database_driver, exec),
        DRIVER_SLOT(cpk_database_driver, cursor_next),  DRIVER_SLOT(cpk_database_driver, cursor_close),
    };
    const struct driver_kind kind = {
        .domain = DOMAIN,
        .name = "the database driver",
        .abi_version = CPK_DATABASE_ABI,
        .table_bytes = sizeof *table,
        .bounds = STRUCT_BOUNDS(*table),
        .capabilities = CPK_DATABASE_CAN_ROW_SECURITY,
        .required = required,
        .required_count = sizeof required / sizeof *required,
    };

    CPK_TRY(driver_copy(table, params, &kind, error));
    if (table->dialect != CPK_DIALECT_SQLITE && table->dialect != CPK_DIALECT_POSTGRESQL) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN, "the database driver's dialect %d is unknown",
                         table->dialect);
    }
    return CPK_OK;
}

/* Normalizes a slot's result, see driver_result(). */
static cpk_status slot_result(cpk_status status, const char *slot, cpk_error **error)
{
    char what[64];

    if (status == CPK_OK) { /* the common case: skip formatting */
        return CPK_OK;
    }
    snprintf(what, sizeof what, "the database driver's %s", slot);
    return driver_result(status, CPK_ERROR_DATABASE, DOMAIN, what, error);
}

cpk_status database_create(const struct context *context, const cpk_database_driver *driver,
                           struct database **database_out, cpk_error **error)
{
    cpk_database_driver table;
    struct database *created;

    *database_out = NULL;
    CPK_TRY(copy_table(&table, driver, error));
    created = memory_allocate_zeroed(&context->allocator, sizeof *created);
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->context = context;
    created->driver = table;
    cancel_watcher_init(&created->cancels, context);
    *database_out = created;
    return CPK_OK;
}

/* Returns what follows the scheme, or NULL if the URI has another one. */
static const char *after_scheme(const char *uri, const char *scheme)
{
    size_t length = strlen(scheme);

    return strncmp(uri, scheme, length) == 0 ? uri + length : NULL;
}

static cpk_status driver_create(const struct context *context, const char *uri, int32_t create,
                                cpk_database_driver *driver, cpk_error **error)
{
    const char *path = after_scheme(uri, "sqlite:");

    if (path != NULL) {
        return sqlite_driver_create(context, path, create, driver, error);
    }
    if (after_scheme(uri, "postgresql://") != NULL || after_scheme(uri, "postgres://") != NULL) {
        return postgres_driver_create(context, uri, driver, error);
    }
    return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                     "no database driver for this setting; use \"sqlite:PATH\" or "
                     "\"postgresql://USER@HOST:PORT/DATABASE\"");
}

static cpk_status open_uri(const struct context *context, const char *uri, int32_t create, struct database **database,
                           cpk_error **error)
{
    cpk_database_driver driver;
    cpk_status status;

    *database = NULL;
    CPK_TRY(driver_create(context, uri, create, &driver, error));
    status = database_create(context, &driver, database, error);
    if (status != CPK_OK) {
        driver.destroy(driver.self);
    }
    return status;
}

cpk_status database_open(const struct context *context, const char *uri, struct database **database, cpk_error **error)
{
    return open_uri(context, uri, 1, database, error);
}

cpk_status database_open_existing(const struct context *context, const char *uri, struct database **database,
                                  cpk_error **error)
{
    return open_uri(context, uri, 0, database, error);
}

void database_disown_driver(struct database *database)
{
    if (database != NULL) {
        database->driver.destroy = NULL;
    }
}

void database_free(struct database *database)
{
    if (database == NULL) {
        return;
    }
    cancel_watcher_free(&database->cancels);
    if (database->driver.destroy != NULL) {
        database->driver.destroy(database->driver.self);
    }
    memory_release(&database->context->allocator, database, sizeof *database);
}

int32_t database_has_row_security(const struct database *database)
{
    return (database->driver.capabilities & CPK_DATABASE_CAN_ROW_SECURITY) != 0;
}

int32_t database_dialect(const struct database *database)
{
    return database->driver.dialect;
}

const struct context *database_context(const struct database *database)
{
    return database->context;
}

cpk_status database_backup(struct database *database, const char *path, int32_t replace,
                           cpk_database_progress_fn progress, void *user, cpk_error **error)
{
    const cpk_database_driver *driver = &database->driver;

    if (driver->backup != NULL) {
        return slot_result(driver->backup(driver->self, path, replace, progress, user, error), "backup", error);
    }
    return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                     driver->dialect == CPK_DIALECT_POSTGRESQL
                         ? "backups are supported for SQLite only; use pg_dump --format=custom for PostgreSQL"
                         : "the host's database driver does not support backups");
}

cpk_status database_check(struct database *database, cpk_database_report_fn report, void *user, cpk_error **error)
{
    const cpk_database_driver *driver = &database->driver;

    if (driver->check == NULL) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "the host's database driver can't check for damage: use the database's own tools");
    }
    return slot_result(driver->check(driver->self, report, user, error), "check", error);
}

/* Cancels the running call. Called in the watcher's thread, repeatedly until the call ends. */
static void cancel_call(void *user)
{
    struct db_session *session = user;
    const cpk_database_driver *driver = &session->database->driver;
    cpk_error *error = NULL;

    if (driver->cancel != NULL && driver->cancel(driver->self, session->session, &error) != CPK_OK) {
        context_log(session->database->context, CPK_LOG_WARNING, DOMAIN, "a statement could not be cancelled: %s",
                    error != NULL ? cpk_error_message(error) : "no reason given");
    }
    cpk_error_free(error);
}

cpk_status db_session_open(struct database *database, const cpk_actor *actor, struct db_session **session,
                           cpk_error **error)
{
    struct db_session *created = memory_allocate_zeroed(&database->context->allocator, sizeof *created);
    cpk_status status;

    *session = NULL;
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->database = database;
    arena_init(&created->queued_values, &database->context->allocator);
    status = slot_result(database->driver.session_open(database->driver.self, actor, &created->session, error),
                         "session_open", error);
    if (status != CPK_OK) {
        memory_release(&database->context->allocator, created, sizeof *created);
        return status;
    }
    cancel_watch_init(&created->watch, cancel_call, created);
    *session = created;
    return CPK_OK;
}

void db_session_close(struct db_session *session)
{
    if (session == NULL) {
        return;
    }
    cancel_watch_set(&session->database->cancels, &session->watch, NULL);
    cancel_watch_free(&session->watch);
    session->database->driver.session_close(session->database->driver.self, session->session);
    arena_free(&session->queued_values);
    memory_release_array(&session->database->context->allocator, session->queued, QUEUE_MAX, sizeof *session->queued);
    memory_release(&session->database->context->allocator, session, sizeof *session);
}

struct database *db_session_database(const struct db_session *session)
{
    return session->database;
}

const cpk_cancel *db_session_watch(struct db_session *session, const cpk_cancel *cancel)
{
    return cancel_watch_set(&session->database->cancels, &session->watch, cancel);
}

/* --- queued statements --- */

static void queue_clear(struct db_session *session)
{
    session->queued_count = 0;
    session->is_last = 0;
    arena_reset(&session->queued_values);
}

/* Passes the queue to the driver, which runs it before its next statement or commit. */
static void queue_submit(struct db_session *session)
{
    const cpk_database_driver *driver = &session->database->driver;

    if (driver->queue != NULL && (session->queued_count > 0 || session->is_last)) {
        driver->queue(driver->self, session->session, session->queued, session->queued_count, session->is_last);
    }
}

static cpk_status run_now(struct db_session *session, const cpk_queued_statement *queued, cpk_error **error)
{
    const cpk_value *columns;
    size_t column_count;
    int32_t has_rows = 0;
    void *cursor;
    cpk_status status;

    CPK_TRY(db_session_exec(session, queued->statement_id, queued->sql, queued->values, queued->value_count, &cursor,
                            error));
    do {
        status = db_session_next(session, cursor, &columns, &column_count, error);
        has_rows |= status == CPK_OK && columns != NULL;
    } while (status == CPK_OK && columns != NULL);
    db_session_cursor_close(session, cursor);
    if (status == CPK_OK && !has_rows && queued->unmet != CPK_OK) {
        return db_session_fail(session, error_set(error, queued->unmet, DOMAIN, "%s", queued->message));
    }
    return status;
}

static cpk_status copy_values(struct arena *arena, const cpk_queued_statement *queued, cpk_value **copied,
                              cpk_error **error)
{
    cpk_value *values = arena_allocate_zeroed(arena, queued->value_count + 1, sizeof *values);

    if (values == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < queued->value_count; i++) {
        values[i] = queued->values[i];
        if (values[i].bytes != NULL && !values[i].is_null) {
            values[i].bytes = arena_copy_bytes(arena, values[i].bytes, values[i].length);
            if (values[i].bytes == NULL) {
                return error_out_of_memory(error);
            }
        }
    }
    *copied = values;
    return CPK_OK;
}

static cpk_status queue_append(struct db_session *session, const cpk_queued_statement *queued, cpk_error **error)
{
    const cpk_allocator *allocator = &session->database->context->allocator;
    cpk_queued_statement *copy;
    cpk_value *values = NULL;

    if (session->queued == NULL) {
        session->queued = memory_allocate_array(allocator, QUEUE_MAX, sizeof *session->queued);
    }
    if (session->queued == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(copy_values(&session->queued_values, queued, &values, error));
    copy = &session->queued[session->queued_count];
    *copy = *queued;
    copy->values = values;
    copy->message = arena_copy_text(&session->queued_values, queued->message);
    if (copy->message == NULL && queued->message != NULL) {
        return error_out_of_memory(error);
    }
    session->queued_count++;
    return CPK_OK;
}

/* Runs the queue: the last statement by exec, with the others submitted before it. */
static cpk_status queue_flush(struct db_session *session, cpk_error **error)
{
    cpk_queued_statement last = session->queued[--session->queued_count];
    char message[MESSAGE_BYTES];

    snprintf(message, sizeof message, "%s", last.message != NULL ? last.message : "");
    last.message = message; /* a copy: exec clears the queue */
    return run_now(session, &last, error);
}

cpk_status db_session_queue(struct db_session *session, const cpk_queued_statement *queued, cpk_error **error)
{
    cpk_status status;

    if (!session->in_transaction || session->database->driver.queue == NULL || session->failed) {
        return run_now(session, queued, error);
    }
    status = queue_append(session, queued, error);
    if (status == CPK_OK &&
        (session->queued_count == QUEUE_MAX || session->queued_values.used_bytes >= QUEUE_BYTES_MAX)) {
        status = queue_flush(session, error);
    }
    return status == CPK_OK ? CPK_OK : db_session_fail(session, status);
}

void db_session_is_last(struct db_session *session)
{
    session->is_last = session->in_transaction && !session->failed;
}

/* --- transactions --- */

cpk_status db_begin(struct db_session *session, int32_t mode, cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;
    cpk_status status;

    if (session->in_transaction) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "a transaction is open already");
    }
    cancel_watch_enter(&session->watch, 1);
    status = driver->begin(driver->self, session->session, mode, error);
    cancel_watch_leave(&session->watch);
    CPK_TRY(slot_result(status, "begin", error));
    session->in_transaction = 1;
    session->failed = 0;
    return CPK_OK;
}

cpk_status db_commit(struct db_session *session, cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;
    cpk_status status;

    if (!session->in_transaction) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "no transaction is open");
    }
    if (session->failed) {
        CPK_TRY(db_rollback(session, error));
        return error_set(error, CPK_ERROR_CONFLICT, DOMAIN,
                         "the transaction had failed and was rolled back instead of committed");
    }
    if (context_check_clock(session->database->context, error) != CPK_OK) {
        db_rollback(session, NULL);
        return CPK_ERROR_INTERNAL;
    }
    session->in_transaction = 0;
    queue_submit(session);
    status = slot_result(driver->commit(driver->self, session->session, error), "commit", error);
    queue_clear(session);
    return status;
}

cpk_status db_rollback(struct db_session *session, cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;

    if (!session->in_transaction) {
        return CPK_OK;
    }
    session->in_transaction = 0;
    session->failed = 0;
    queue_clear(session);
    return slot_result(driver->rollback(driver->self, session->session, error), "rollback", error);
}

int32_t db_in_transaction(const struct db_session *session)
{
    return session->in_transaction;
}

cpk_status db_session_fail(struct db_session *session, cpk_status status)
{
    session->failed = session->in_transaction;
    return status;
}

cpk_status db_session_exec(struct db_session *session, uint32_t statement_id, const char *sql, const cpk_value *values,
                           size_t value_count, void **cursor, cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;
    cpk_status status;

    if (session->failed) {
        return error_set(error, CPK_ERROR_CONFLICT, DOMAIN,
                         "an earlier statement of this transaction failed: only a rollback is possible");
    }
    if (session->cursor_open) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "another statement of this session is still open");
    }
    queue_submit(session);
    cancel_watch_enter(&session->watch, 1);
    status = driver->exec(driver->self, session->session, statement_id, sql, values, value_count, cursor, error);
    cancel_watch_leave(&session->watch);
    status = slot_result(status, "exec", error);
    queue_clear(session);
    if (status != CPK_OK) {
        return db_session_fail(session, status);
    }
    session->cursor_open = 1;
    return CPK_OK;
}

cpk_status db_session_next(struct db_session *session, void *cursor, const cpk_value **columns, size_t *column_count,
                           cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;
    cpk_status status;

    cancel_watch_enter(&session->watch, 0);
    status = driver->cursor_next(driver->self, cursor, columns, column_count, error);
    cancel_watch_leave(&session->watch);
    status = slot_result(status, "cursor_next", error);
    return status == CPK_OK ? CPK_OK : db_session_fail(session, status);
}

void db_session_cursor_close(struct db_session *session, void *cursor)
{
    session->database->driver.cursor_close(session->database->driver.self, cursor);
    session->cursor_open = 0;
}

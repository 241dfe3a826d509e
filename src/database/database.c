#include "database/database.h"

#include "base/driver.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/sized.h"
#include "database/postgres/postgres.h"
#include "database/sqlite/sqlite.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN "database"

struct database {
    const context *context;
    cpk_database_driver driver;
};

struct db_session {
    database *database;
    void *session; /* the driver's */
    int32_t in_transaction;
    int32_t failed;      /* an error happened in the transaction */
    int32_t cursor_open; /* one at a time */
};

static cpk_status copy_table(cpk_database_driver *ours, const cpk_database_driver *given, cpk_error **error)
{
    const driver_kind kind = {
        .domain = DOMAIN,
        .name = "the database driver",
        .abi_version = CPK_DATABASE_ABI,
        .our_bytes = sizeof *ours,
        .bounds = STRUCT_BOUNDS(*ours),
        .required_bytes = offsetof(cpk_database_driver, cursor_close) + sizeof ours->cursor_close,
        .capabilities = CPK_DATABASE_CAN_ROW_SECURITY,
    };

    CPK_TRY(driver_copy(ours, given, &kind, error));
    if (ours->session_open == NULL || ours->session_close == NULL || ours->begin == NULL || ours->commit == NULL ||
        ours->rollback == NULL || ours->exec == NULL || ours->cursor_next == NULL || ours->cursor_close == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the database driver lacks a required slot");
    }
    if (ours->dialect != CPK_DIALECT_SQLITE && ours->dialect != CPK_DIALECT_POSTGRESQL) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN, "the database driver's dialect %d is unknown",
                         ours->dialect);
    }
    return CPK_OK;
}

/* What a slot of the driver came to: with a known code and a message, whatever the driver gave. */
static cpk_status said(cpk_status status, const char *slot, cpk_error **error)
{
    char what[64];

    if (status == CPK_OK) { /* by far most calls */
        return CPK_OK;
    }
    snprintf(what, sizeof what, "the database driver's %s", slot);
    return driver_result(status, CPK_ERROR_DATABASE, DOMAIN, what, error);
}

cpk_status database_create(const context *context, const cpk_database_driver *driver, database **database_out,
                           cpk_error **error)
{
    cpk_database_driver table;
    database *created;

    *database_out = NULL;
    CPK_TRY(copy_table(&table, driver, error));
    created = memory_allocate_zeroed(&context->allocator, sizeof *created);
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->context = context;
    created->driver = table;
    *database_out = created;
    return CPK_OK;
}

/* What follows the scheme, or NULL when the URI has another one. */
static const char *after_scheme(const char *uri, const char *scheme)
{
    size_t length = strlen(scheme);

    return strncmp(uri, scheme, length) == 0 ? uri + length : NULL;
}

static cpk_status driver_create(const context *context, const char *uri, int32_t create, cpk_database_driver *driver,
                                cpk_error **error)
{
    const char *path = after_scheme(uri, "sqlite:");

    if (path != NULL) {
        return sqlite_driver_create(context, path, create, driver, error);
    }
    if (after_scheme(uri, "postgresql://") != NULL || after_scheme(uri, "postgres://") != NULL) {
        return postgres_driver_create(context, uri, driver, error);
    }
    return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                     "this build has no database driver for that setting; use \"sqlite:PATH\" or "
                     "\"postgresql://USER@HOST:PORT/DATABASE\"");
}

static cpk_status open_uri(const context *context, const char *uri, int32_t create, database **database,
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

cpk_status database_open(const context *context, const char *uri, database **database, cpk_error **error)
{
    return open_uri(context, uri, 1, database, error);
}

cpk_status database_open_existing(const context *context, const char *uri, database **database, cpk_error **error)
{
    return open_uri(context, uri, 0, database, error);
}

void database_disown_driver(database *database)
{
    if (database != NULL) {
        database->driver.destroy = NULL;
    }
}

void database_free(database *database)
{
    if (database == NULL) {
        return;
    }
    if (database->driver.destroy != NULL) {
        database->driver.destroy(database->driver.self);
    }
    memory_release(&database->context->allocator, database, sizeof *database);
}

int32_t database_has_row_security(const database *database)
{
    return (database->driver.capabilities & CPK_DATABASE_CAN_ROW_SECURITY) != 0;
}

int32_t database_dialect(const database *database)
{
    return database->driver.dialect;
}

const context *database_context(const database *database)
{
    return database->context;
}

cpk_status database_backup(database *database, const char *path, int32_t replace, cpk_database_progress_fn progress,
                           void *user, cpk_error **error)
{
    const cpk_database_driver *driver = &database->driver;

    if (driver->backup != NULL) {
        return said(driver->backup(driver->self, path, replace, progress, user, error), "backup", error);
    }
    return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                     driver->dialect == CPK_DIALECT_POSTGRESQL
                         ? "a backup copies an SQLite database; back PostgreSQL up with its own pg_dump --format=custom"
                         : "the host's database driver makes no backups");
}

cpk_status database_check(database *database, cpk_database_report_fn report, void *user, cpk_error **error)
{
    const cpk_database_driver *driver = &database->driver;

    if (driver->check == NULL) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, DOMAIN,
                         "the host's database driver can't look for damage: use the database's own tools");
    }
    return said(driver->check(driver->self, report, user, error), "check", error);
}

cpk_status db_session_open(database *database, const cpk_actor *actor, db_session **session, cpk_error **error)
{
    db_session *created = memory_allocate_zeroed(&database->context->allocator, sizeof *created);
    cpk_status status;

    *session = NULL;
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->database = database;
    status = said(database->driver.session_open(database->driver.self, actor, &created->session, error), "session_open",
                  error);
    if (status != CPK_OK) {
        memory_release(&database->context->allocator, created, sizeof *created);
        return status;
    }
    *session = created;
    return CPK_OK;
}

void db_session_close(db_session *session)
{
    if (session == NULL) {
        return;
    }
    session->database->driver.session_close(session->database->driver.self, session->session);
    memory_release(&session->database->context->allocator, session, sizeof *session);
}

database *db_session_database(const db_session *session)
{
    return session->database;
}

cpk_status db_session_cancel(db_session *session, cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;

    return driver->cancel == NULL ? CPK_OK
                                  : said(driver->cancel(driver->self, session->session, error), "cancel", error);
}

cpk_status db_begin(db_session *session, int32_t mode, cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;

    if (session->in_transaction) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "a transaction is open already");
    }
    CPK_TRY(said(driver->begin(driver->self, session->session, mode, error), "begin", error));
    session->in_transaction = 1;
    session->failed = 0;
    return CPK_OK;
}

cpk_status db_commit(db_session *session, cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;

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
    return said(driver->commit(driver->self, session->session, error), "commit", error);
}

cpk_status db_rollback(db_session *session, cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;

    if (!session->in_transaction) {
        return CPK_OK;
    }
    session->in_transaction = 0;
    session->failed = 0;
    return said(driver->rollback(driver->self, session->session, error), "rollback", error);
}

int32_t db_in_transaction(const db_session *session)
{
    return session->in_transaction;
}

cpk_status db_session_fail(db_session *session, cpk_status status)
{
    session->failed = session->in_transaction;
    return status;
}

cpk_status db_session_exec(db_session *session, uint32_t statement_id, const char *sql, const cpk_value *values,
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
    status = said(driver->exec(driver->self, session->session, statement_id, sql, values, value_count, cursor, error),
                  "exec", error);
    if (status != CPK_OK) {
        return db_session_fail(session, status);
    }
    session->cursor_open = 1;
    return CPK_OK;
}

cpk_status db_session_next(db_session *session, void *cursor, const cpk_value **columns, size_t *column_count,
                           cpk_error **error)
{
    const cpk_database_driver *driver = &session->database->driver;
    cpk_status status =
        said(driver->cursor_next(driver->self, cursor, columns, column_count, error), "cursor_next", error);

    return status == CPK_OK ? CPK_OK : db_session_fail(session, status);
}

void db_session_cursor_close(db_session *session, void *cursor)
{
    session->database->driver.cursor_close(session->database->driver.self, cursor);
    session->cursor_open = 0;
}

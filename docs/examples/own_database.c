/*
 * A database driver of a host's own, over SQLite's library: the whole table of <contextpack/backend/database.h> in one
 * file. docs/drivers.md puts it under the suite of <contextpack/backend/conformance.h>. Link with -lsqlite3.
 */
#include <contextpack/contextpack.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 64

typedef struct own_database {
    char *path;
    int busy_timeout_ms;
} own_database;

/* Also its own cursor: there is one at a time. */
typedef struct session {
    sqlite3 *handle;
    sqlite3_stmt *statement;
    int is_done; /* SQLite would start the statement anew */
    int64_t changes;
    cpk_value columns[COLUMNS_MAX];
} session;

/* The library's code for SQLite's, whether trying again may help, and SQLite's own code for logs. */
static cpk_status fail(sqlite3 *handle, cpk_error **error)
{
    int code = sqlite3_extended_errcode(handle);
    int result = code & 0xFF;
    cpk_status status = CPK_ERROR_DATABASE;
    char native[32];

    if (result == SQLITE_BUSY || result == SQLITE_LOCKED) {
        status = CPK_ERROR_BUSY;
    } else if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
        status = CPK_ERROR_ALREADY_EXISTS;
    } else if (result == SQLITE_INTERRUPT) {
        status = CPK_ERROR_CANCELLED;
    } else if (result == SQLITE_NOMEM) {
        status = CPK_ERROR_OUT_OF_MEMORY;
    } else if (result == SQLITE_FULL) {
        status = CPK_ERROR_NO_SPACE;
    }
    if (error != NULL) {
        snprintf(native, sizeof native, "sqlite %d", code);
        *error = cpk_error_new(status, "own database", sqlite3_errmsg(handle), native, status == CPK_ERROR_BUSY);
    }
    return status;
}

static cpk_status refuse(cpk_status status, const char *message, cpk_error **error)
{
    if (error != NULL) {
        *error = cpk_error_new(status, "own database", message, "", 0);
    }
    return status;
}

static cpk_status run(session *session, const char *sql, cpk_error **error)
{
    return sqlite3_exec(session->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? CPK_OK : fail(session->handle, error);
}

static cpk_status session_open(void *self, const cpk_actor *actor, void **opened, cpk_error **error)
{
    own_database *database = self;
    session *made = calloc(1, sizeof *made);
    cpk_status status = CPK_OK;

    (void)actor; /* SQLite has no roles: the library's own predicates keep users apart */
    if (made == NULL) {
        return refuse(CPK_ERROR_OUT_OF_MEMORY, "out of memory", error);
    }
    if (sqlite3_open(database->path, &made->handle) != SQLITE_OK) {
        status = fail(made->handle, error);
    } else {
        sqlite3_busy_timeout(made->handle, database->busy_timeout_ms);
        status = run(made, "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON", error);
    }
    if (status != CPK_OK) {
        sqlite3_close(made->handle);
        free(made);
        return status;
    }
    *opened = made;
    return CPK_OK;
}

static void cursor_close(void *self, void *cursor)
{
    session *session = cursor;

    (void)self;
    sqlite3_finalize(session->statement);
    session->statement = NULL;
}

static void session_close(void *self, void *opened)
{
    session *session = opened;

    cursor_close(self, session);
    sqlite3_close(session->handle); /* rolls back what is open */
    free(session);
}

static cpk_status begin(void *self, void *opened, int32_t mode, cpk_error **error)
{
    (void)self;
    return run(opened, mode == CPK_TRANSACTION_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", error);
}

static cpk_status commit(void *self, void *opened, cpk_error **error)
{
    (void)self;
    return run(opened, "COMMIT", error);
}

static cpk_status rollback(void *self, void *opened, cpk_error **error)
{
    (void)self;
    return sqlite3_get_autocommit(((session *)opened)->handle) ? CPK_OK : run(opened, "ROLLBACK", error);
}

static int bind(sqlite3_stmt *statement, int at, const cpk_value *value)
{
    if (value->is_null) {
        return sqlite3_bind_null(statement, at);
    }
    switch (value->type) {
    case CPK_VALUE_INT64:
        return sqlite3_bind_int64(statement, at, value->int64_value);
    case CPK_VALUE_DOUBLE:
        return sqlite3_bind_double(statement, at, value->double_value);
    case CPK_VALUE_TEXT:
        return sqlite3_bind_text64(statement, at, value->bytes, value->length, SQLITE_TRANSIENT, SQLITE_UTF8);
    default:
        return sqlite3_bind_blob64(statement, at, value->bytes, value->length, SQLITE_TRANSIENT);
    }
}

static cpk_status exec(void *self, void *opened, uint32_t statement_id, const char *sql, const cpk_value *values,
                       size_t value_count, void **cursor, cpk_error **error)
{
    session *session = opened;

    (void)statement_id; /* a driver that keeps statements prepared keeps them under this number */
    if (sqlite3_prepare_v2(session->handle, sql, -1, &session->statement, NULL) != SQLITE_OK) {
        return fail(session->handle, error);
    }
    for (int at = 1; at <= sqlite3_bind_parameter_count(session->statement); at++) {
        size_t number = strtoul(sqlite3_bind_parameter_name(session->statement, at) + 1, NULL, 10); /* of "$3" */

        if (number < 1 || number > value_count) {
            cursor_close(self, session);
            return refuse(CPK_ERROR_DATABASE, "the statement has a parameter that was not given", error);
        }
        if (bind(session->statement, at, &values[number - 1]) != SQLITE_OK) {
            cpk_status status = fail(session->handle, error);

            cursor_close(self, session);
            return status;
        }
    }
    session->is_done = 0;
    session->changes = 0;
    *cursor = session;
    return CPK_OK;
}

static void read_column(session *session, int at)
{
    cpk_value *value = &session->columns[at];

    memset(value, 0, sizeof *value);
    value->type = CPK_VALUE_TEXT;
    switch (sqlite3_column_type(session->statement, at)) {
    case SQLITE_INTEGER:
        value->type = CPK_VALUE_INT64;
        value->int64_value = sqlite3_column_int64(session->statement, at);
        return;
    case SQLITE_FLOAT:
        value->type = CPK_VALUE_DOUBLE;
        value->double_value = sqlite3_column_double(session->statement, at);
        return;
    case SQLITE_BLOB:
        value->type = CPK_VALUE_BLOB;
        value->bytes = sqlite3_column_blob(session->statement, at);
        break;
    case SQLITE_NULL:
        value->is_null = 1;
        return;
    default:
        value->bytes = sqlite3_column_text(session->statement, at);
        break;
    }
    value->length = (size_t)sqlite3_column_bytes(session->statement, at);
    value->bytes = value->bytes != NULL ? value->bytes : "";
}

static cpk_status cursor_next(void *self, void *cursor, const cpk_value **columns, size_t *column_count,
                              cpk_error **error)
{
    session *session = cursor;
    int count = sqlite3_column_count(session->statement);
    int result = session->is_done ? SQLITE_DONE : sqlite3_step(session->statement);

    (void)self;
    *columns = NULL;
    *column_count = 0;
    if (result == SQLITE_DONE) {
        session->changes = session->is_done ? session->changes : sqlite3_changes64(session->handle);
        session->is_done = 1;
        return CPK_OK;
    }
    if (result != SQLITE_ROW || count > COLUMNS_MAX) {
        return fail(session->handle, error);
    }
    for (int at = 0; at < count; at++) {
        read_column(session, at);
    }
    *columns = session->columns;
    *column_count = (size_t)count;
    return CPK_OK;
}

static int64_t cursor_changes(void *self, void *cursor)
{
    (void)self;
    return ((session *)cursor)->changes;
}

static cpk_status cancel(void *self, void *opened, cpk_error **error)
{
    (void)self;
    (void)error;
    sqlite3_interrupt(((session *)opened)->handle);
    return CPK_OK;
}

static void destroy(void *self)
{
    own_database *database = self;

    free(database->path);
    free(database);
}

/* Fills the table. On success it is the engine's to destroy, once the engine is open. */
cpk_status own_database_create(const char *path, int64_t busy_timeout_ms, cpk_database_driver *driver,
                               cpk_error **error)
{
    own_database *database = calloc(1, sizeof *database);

    if (database != NULL) {
        database->path = strdup(path);
        database->busy_timeout_ms = (int)busy_timeout_ms;
    }
    if (database == NULL || database->path == NULL) {
        free(database);
        return refuse(CPK_ERROR_OUT_OF_MEMORY, "out of memory", error);
    }
    *driver = (cpk_database_driver){.abi_version = CPK_DATABASE_ABI,
                                    .struct_size = sizeof *driver,
                                    .self = database,
                                    .destroy = destroy,
                                    .dialect = CPK_DIALECT_SQLITE,
                                    .session_open = session_open,
                                    .session_close = session_close,
                                    .begin = begin,
                                    .commit = commit,
                                    .rollback = rollback,
                                    .exec = exec,
                                    .cursor_next = cursor_next,
                                    .cursor_close = cursor_close,
                                    .cursor_changes = cursor_changes,
                                    .cancel = cancel};
    return CPK_OK;
}

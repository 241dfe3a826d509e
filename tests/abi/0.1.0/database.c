#include "database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 64

typedef struct session {
    sqlite3 *handle;
    sqlite3_stmt *statement;
    int64_t changes;
    cpk_value columns[COLUMNS_MAX];
} session;

static cpk_status fail(sqlite3 *handle, cpk_error **error)
{
    int result = sqlite3_errcode(handle) & 0xFF;
    cpk_status status = result == SQLITE_BUSY         ? CPK_ERROR_BUSY
                        : result == SQLITE_CONSTRAINT ? CPK_ERROR_ALREADY_EXISTS
                                                      : CPK_ERROR_DATABASE;

    if (error != NULL) {
        *error = cpk_error_new(status, "old database", sqlite3_errmsg(handle), "", result == SQLITE_BUSY);
    }
    return status;
}

static cpk_status run(session *session, const char *sql, cpk_error **error)
{
    return sqlite3_exec(session->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? CPK_OK : fail(session->handle, error);
}

static cpk_status session_open(void *self, const cpk_actor *actor, void **opened, cpk_error **error)
{
    session *made = calloc(1, sizeof *made);

    if (actor->struct_size < sizeof *actor || sqlite3_open(self, &made->handle) != SQLITE_OK ||
        run(made, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON", error) != CPK_OK) {
        sqlite3_close(made->handle);
        free(made);
        return CPK_ERROR_DATABASE;
    }
    sqlite3_busy_timeout(made->handle, 1000);
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

    (void)self;
    (void)statement_id;
    if (sqlite3_prepare_v2(session->handle, sql, -1, &session->statement, NULL) != SQLITE_OK) {
        return fail(session->handle, error);
    }
    for (size_t i = 0; i < value_count; i++) {
        char name[24];
        int at;

        snprintf(name, sizeof name, "$%zu", i + 1);
        at = sqlite3_bind_parameter_index(session->statement, name);
        if (at > 0 && bind(session->statement, at, &values[i]) != SQLITE_OK) {
            cursor_close(self, session);
            return fail(session->handle, error);
        }
    }
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
    int result = sqlite3_step(session->statement);

    (void)self;
    *columns = NULL;
    *column_count = 0;
    if (result == SQLITE_DONE) {
        session->changes = sqlite3_changes64(session->handle);
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

void database_driver_init(cpk_database_driver *driver, const char *path)
{
    *driver = (cpk_database_driver){.abi_version = CPK_DATABASE_ABI,
                                    .struct_size = sizeof *driver,
                                    .self = (void *)(uintptr_t)path,
                                    .dialect = CPK_DIALECT_SQLITE,
                                    .session_open = session_open,
                                    .session_close = session_close,
                                    .begin = begin,
                                    .commit = commit,
                                    .rollback = rollback,
                                    .exec = exec,
                                    .cursor_next = cursor_next,
                                    .cursor_close = cursor_close,
                                    .cursor_changes = cursor_changes};
}

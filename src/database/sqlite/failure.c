#include "database/sqlite/failure.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>

#define DOMAIN "database"

static cpk_status code_of(int result)
{
    if (result == SQLITE_IOERR_NOMEM) {
        return CPK_ERROR_OUT_OF_MEMORY;
    }
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return CPK_ERROR_BUSY;
    case SQLITE_NOMEM:
        return CPK_ERROR_OUT_OF_MEMORY;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return CPK_ERROR_PERMISSION_DENIED;
    case SQLITE_FULL:
        return CPK_ERROR_NO_SPACE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return CPK_ERROR_INVALID_DATA;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        return CPK_ERROR_IO;
    case SQLITE_TOOBIG:
        return CPK_ERROR_LIMIT_EXCEEDED;
    case SQLITE_INTERRUPT:
        return CPK_ERROR_CANCELLED;
    case SQLITE_CONSTRAINT:
        return result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY ? CPK_ERROR_ALREADY_EXISTS
                                                                                            : CPK_ERROR_DATABASE;
    default:
        return CPK_ERROR_DATABASE;
    }
}

/* Returns the name of a frequent result code, otherwise its number. */
static const char *native_name(int result, char buffer[32])
{
    static const struct {
        int result;
        const char *name;
    } names[] = {
        {SQLITE_BUSY, "SQLITE_BUSY"},
        {SQLITE_LOCKED, "SQLITE_LOCKED"},
        {SQLITE_READONLY, "SQLITE_READONLY"},
        {SQLITE_FULL, "SQLITE_FULL"},
        {SQLITE_CORRUPT, "SQLITE_CORRUPT"},
        {SQLITE_NOTADB, "SQLITE_NOTADB"},
        {SQLITE_CANTOPEN, "SQLITE_CANTOPEN"},
        {SQLITE_IOERR, "SQLITE_IOERR"},
        {SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT"},
        {SQLITE_INTERRUPT, "SQLITE_INTERRUPT"},
        {SQLITE_ERROR, "SQLITE_ERROR"},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].result == (result & 0xff)) {
            snprintf(buffer, 32, "%s (%d)", names[i].name, result);
            return buffer;
        }
    }
    snprintf(buffer, 32, "SQLite %d", result);
    return buffer;
}

/* Refines SQLite's I/O errors by the operating system's error. */
static cpk_status code_of_failure(sqlite3 *handle, int result)
{
    cpk_status code = code_of(result);

    if (code != CPK_ERROR_IO || handle == NULL) {
        return code;
    }
    switch (sqlite3_system_errno(handle)) {
    case ENOSPC:
    case EDQUOT:
        return CPK_ERROR_NO_SPACE;
    case EACCES:
    case EPERM:
    case EROFS:
        return CPK_ERROR_PERMISSION_DENIED;
    default:
        return code;
    }
}

cpk_status sqlite_failure(const char *name, sqlite3 *handle, int result, cpk_error **error)
{
    const char *reason = handle != NULL ? sqlite3_errmsg(handle) : sqlite3_errstr(result);
    cpk_status code = code_of_failure(handle, result);
    char buffer[32];
    const char *native = native_name(result, buffer);

    switch (code) {
    case CPK_ERROR_OUT_OF_MEMORY:
        return error_out_of_memory(error);
    case CPK_ERROR_BUSY:
        return error_set_native(error, code, DOMAIN, native, 1,
                                "the database %s is in use by another connection; try again, or raise "
                                "database.busy_timeout_ms",
                                name);
    case CPK_ERROR_CANCELLED:
        return error_set_native(error, code, DOMAIN, native, 1, "the statement was cancelled");
    case CPK_ERROR_PERMISSION_DENIED:
        return error_set_native(
            error, code, DOMAIN, native, 0,
            "the database %s can't be written: %s; check the permissions of the file and its folder", name, reason);
    case CPK_ERROR_NO_SPACE:
        return error_set_native(error, code, DOMAIN, native, 0, "no space left for the database %s", name);
    case CPK_ERROR_INVALID_DATA:
        return error_set_native(error, code, DOMAIN, native, 0,
                                "the file %s is damaged or not an SQLite database: %s; restore a backup, or recover "
                                "what can be read from a copy of it with: sqlite3 COPY .recover",
                                name, reason);
    case CPK_ERROR_IO:
        return error_set_native(error, code, DOMAIN, native, 0, "the database %s can't be read or written: %s", name,
                                reason);
    default:
        return error_set_native(error, code, DOMAIN, native, 0, "%s (in %s)", reason, name);
    }
}

/* Converts errors of SQLite to errors of the library. */
#ifndef DATABASE_SQLITE_FAILURE_H
#define DATABASE_SQLITE_FAILURE_H

#include <contextpack/error.h>

#include <sqlite3.h>

/* name: the database's name in messages. handle: the connection that failed, or NULL. */
cpk_status sqlite_failure(const char *name, sqlite3 *handle, int result, cpk_error **error);

#endif

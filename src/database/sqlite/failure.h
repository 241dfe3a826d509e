/* Errors of SQLite as errors of this library. */
#ifndef DATABASE_SQLITE_FAILURE_H
#define DATABASE_SQLITE_FAILURE_H

#include <contextpack/error.h>

#include <sqlite3.h>

/* name: how messages call the database. handle: whose last error it is; NULL: of no connection. */
cpk_status sqlite_failure(const char *name, sqlite3 *handle, int result, cpk_error **error);

#endif

/* SQLite, found when the first driver needs it: the copy that the process has already, where it serves, so that a host
 * and this library share one; else the one that a package of this library carries; else the system's. */
#ifndef DATABASE_SQLITE_LIBSQLITE_H
#define DATABASE_SQLITE_LIBSQLITE_H

#include <contextpack/error.h>

#include <stddef.h>

/* Before the first function of SQLite is called. CPK_ERROR_UNSUPPORTED when there is none. */
cpk_status libsqlite_load(cpk_error **error);

/* 1 and the file of another SQLite in the process, as far as one can be told from outside. */
int libsqlite_find_other(char *path, size_t size);

#endif

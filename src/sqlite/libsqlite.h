/* Loads SQLite on first use: the copy that the process has already loaded if it is suitable, so that host and library
 * share it; otherwise the copy bundled with this library's package; otherwise the system's. */
#ifndef SQLITE_LIBSQLITE_H
#define SQLITE_LIBSQLITE_H

#include <contextpack/error.h>

#include <stddef.h>

/* Call before the first SQLite function. CPK_ERROR_UNSUPPORTED: no suitable copy was found. */
cpk_status libsqlite_load(cpk_error **error);

/* Looks for a second copy of SQLite in the process, as far as it can be detected. Returns 1 and the file's path. */
int libsqlite_find_other(char *path, size_t size);

#endif

/* The embedded driver: SQLite 3.40 or later in WAL mode, for several threads and processes. */
#ifndef DATABASE_SQLITE_SQLITE_H
#define DATABASE_SQLITE_SQLITE_H

#include "base/context.h"

#include <contextpack/backend/database.h>

/* Fills a driver table for a file or for ":memory:". A missing file is created with its folders, accessible by its
 * owner only; create 0: CPK_ERROR_NOT_FOUND. The path is always a file name, even if it looks like a URI. The context
 * must outlive the driver. */
cpk_status sqlite_driver_create(const struct context *context, const char *path, int32_t create,
                                cpk_database_driver *driver, cpk_error **error);

#endif

/* The embedded driver: SQLite 3.40 or later in WAL mode; several threads and processes at once. */
#ifndef DATABASE_SQLITE_SQLITE_H
#define DATABASE_SQLITE_SQLITE_H

#include "base/context.h"

#include <contextpack/backend/database.h>

/* Fills a driver table for a file or for ":memory:". A missing file is created with its folder, for its owner only, or
 * is CPK_ERROR_NOT_FOUND when `create` is 0. The path is a file name and never a URI, whatever is in it.
 * The context must outlive the driver. */
cpk_status sqlite_driver_create(const struct context *context, const char *path, int32_t create,
                                cpk_database_driver *driver, cpk_error **error);

#endif

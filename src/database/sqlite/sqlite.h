/* The embedded driver: SQLite 3.40 or later in WAL mode; several threads and processes at once. */
#ifndef DATABASE_SQLITE_SQLITE_H
#define DATABASE_SQLITE_SQLITE_H

#include "base/context.h"

#include <contextpack/backend/database.h>

/* Fills a driver table for a file (made with its folder where absent, for its owner only) or for ":memory:".
 * The context must outlive the driver. */
cpk_status sqlite_driver_create(const context *context, const char *path, cpk_database_driver *driver,
                                cpk_error **error);

#endif

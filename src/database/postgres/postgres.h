/* The driver for PostgreSQL 15 or later on libpq, connecting directly or through a pooler in transaction mode.
 *
 * A session is not a connection: for each transaction, or statement outside one, it takes a connection from the
 * driver's pool, so that many sessions share few connections. The actor's role, claims and timeouts are set locally in
 * each transaction, in the same round trip as its first statement. No other connection state is used and no statement
 * stays prepared, so that a pooler may switch connections between transactions. */
#ifndef DATABASE_POSTGRES_POSTGRES_H
#define DATABASE_POSTGRES_POSTGRES_H

#include "base/context.h"

#include <contextpack/backend/database.h>

/* Fills a driver table for "postgresql://...". Does not connect yet. The context must outlive the driver. */
cpk_status postgres_driver_create(const struct context *context, const char *uri, cpk_database_driver *driver,
                                  cpk_error **error);

#endif

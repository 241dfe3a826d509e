/* The driver for PostgreSQL 15 or later on libpq: straight or behind a pooler in transaction mode.
 *
 * A session is no connection: one is taken from the driver's pool for each transaction, or for a statement outside
 * one, so that many sessions share few. What makes a session somebody's (role, claims, timeouts) is set inside each
 * transaction, in the same round trip as its first statement; nothing else is ever set and nothing is kept prepared,
 * so that any pooler in between may change connections between transactions. */
#ifndef DATABASE_POSTGRES_POSTGRES_H
#define DATABASE_POSTGRES_POSTGRES_H

#include "base/context.h"

#include <contextpack/backend/database.h>

/* Fills a driver table for "postgresql://..."; connects to nothing yet. The context must outlive the driver. */
cpk_status postgres_driver_create(const struct context *context, const char *uri, cpk_database_driver *driver,
                                  cpk_error **error);

#endif

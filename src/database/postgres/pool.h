/* A pool of connections to one PostgreSQL database, opened on demand and shared by all sessions of a driver. */
#ifndef DATABASE_POSTGRES_POOL_H
#define DATABASE_POSTGRES_POOL_H

#include "base/context.h"
#include "database/postgres/connection.h"

struct pool; /* thread-safe */

/* Parses the URI; does not connect. The context must outlive the pool. Of the URI, errors only contain host, port and
 * database. */
cpk_status pool_create(const struct context *context, const char *uri, struct pool **pool, cpk_error **error);
void pool_free(struct pool *pool); /* after the last connection was released; NULL is allowed */

/* Returns an idle connection that seems alive, or a new one, within database.connect_timeout_ms. */
cpk_status pool_acquire(struct pool *pool, struct connection **connection, cpk_error **error);
/* Closes all idle connections, after one of them was found dead: a failover ends all of them. */
void pool_drop_idle(struct pool *pool);
/* Returns a connection to the pool if it is usable and outside a transaction; otherwise closes it. NULL is allowed. */
void pool_release(struct pool *pool, struct connection *connection);

const char *pool_name(const struct pool *pool); /* name of the database in messages; contains no secrets */

#endif

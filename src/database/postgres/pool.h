/* A pool of connections to one PostgreSQL database, opened on demand and shared by all sessions of a driver. */
#ifndef DATABASE_POSTGRES_POOL_H
#define DATABASE_POSTGRES_POOL_H

#include "base/context.h"

#include <libpq-fe.h>

struct pool; /* thread-safe */

/* A connection in pipeline mode, used by one session at a time. */
struct connection {
    PGconn *handle;
    PGcancel *cancel;
    struct connection *next; /* in the idle list */
    int64_t idle_since_us;
    int64_t idle_us;       /* how long it was idle before it was acquired */
    int32_t was_idle;      /* 1: reused: the server may have closed it since */
    int32_t is_unusable;   /* 1: out of sync, or the server is silent: closed when released */
    int32_t was_cancelled; /* 1: a cancel request was sent and may arrive late: closed when released */
    int32_t is_late;       /* 1: the server was silent past the deadline */
    int64_t limit_ms;      /* how long the server may be silent; 0: no limit */
    int64_t deadline_us;   /* when limit_ms expires, see wire.h; 0: never */
};

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

/* Connections to one PostgreSQL database, opened when they are needed and shared by all sessions of a driver. */
#ifndef DATABASE_POSTGRES_POOL_H
#define DATABASE_POSTGRES_POOL_H

#include "base/context.h"

#include <libpq-fe.h>

struct pool; /* synchronised */

/* One connection, in pipeline mode; whoever took it has it alone. */
struct connection {
    PGconn *handle;
    PGcancel *cancel;
    struct connection *next; /* in the idle list */
    int64_t idle_since_us;
    int64_t idle_us;       /* how long it was idle before it was taken */
    int32_t was_idle;      /* 1: the server may have gone since it was last used */
    int32_t is_spoiled;    /* 1: its results can't be told apart any more, or the peer is silent: never used again */
    int32_t was_cancelled; /* 1: a cancel request was sent, which may arrive late: used by one session only */
    int32_t is_late;       /* 1: the peer was silent past the deadline */
    int64_t limit_ms;      /* how long the peer may be silent; 0: any time */
    int64_t deadline_us;   /* when its silence has lasted for limit_ms; see wire.h */
};

/* Reads the URI; connects to nothing. The context must outlive the pool. No error ever shows a part of the URI but
 * host, port and database. */
cpk_status pool_create(const struct context *context, const char *uri, struct pool **pool, cpk_error **error);
void pool_free(struct pool *pool); /* after the last connection was given back; NULL is allowed */

/* An idle connection that looks alive, else a new one, within database.connect_timeout_ms. */
cpk_status pool_take(struct pool *pool, struct connection **connection, cpk_error **error);
/* Closes idle connections, after one of them turned out to be dead: a failover ends all of them. */
void pool_drop_idle(struct pool *pool);
/* Keeps the connection when it is sound and outside a transaction, else closes it. NULL is allowed. */
void pool_give(struct pool *pool, struct connection *connection);

const char *pool_name(const struct pool *pool); /* how messages call the database: no secrets */

#endif

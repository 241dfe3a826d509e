#ifndef DATABASE_POSTGRES_CONNECTION_H
#define DATABASE_POSTGRES_CONNECTION_H

#include <contextpack/error.h>

#include <libpq-fe.h>

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

#endif

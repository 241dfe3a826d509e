/* Decides when a request to a model's server may start: limits learned from its answers, a concurrency that adapts, and
 * a circuit breaker. One for each driver, shared by its threads. */
#ifndef ANALYZE_MODELS_THROTTLE_H
#define ANALYZE_MODELS_THROTTLE_H

#include "base/context.h"

#include <contextpack/cancel.h>
#include <contextpack/error.h>

#include <pthread.h>

/* What the attempt says about the server. */
enum throttle_feedback {
    THROTTLE_NOTHING, /* cancelled, or failed before the server was reached */
    THROTTLE_FINE,    /* it answered; a request that was wrong counts, too */
    THROTTLE_LIMITED, /* too many requests */
    THROTTLE_DOWN,    /* overloaded, failing or not reachable */
};

/* A limit of a minute or another window: what is left of it grows back evenly. limit 0: not known. */
struct throttle_budget {
    int64_t limit;
    double left;
    double per_us; /* grows back */
    int64_t at_us; /* time of `left` */
};

struct throttle {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int64_t max_running;
    double allowed; /* requests at the same time, from 1 to max_running */
    int64_t running;
    int64_t not_before_us; /* the server asked for a pause */
    struct throttle_budget requests;
    struct throttle_budget tokens;
    int64_t failures_max; /* in a row, until the breaker opens; 0: never */
    int64_t open_ms;
    int64_t failures;
    int64_t open_until_us; /* 0: closed */
    int32_t is_probing;    /* one request tries whether the server is back */
};

/* One wish to send. */
struct throttle_wish {
    int64_t tokens;      /* an estimate of the request's */
    int64_t deadline_us; /* by time_monotonic_us() */
    const cpk_cancel *cancel;
    int32_t (*tick)(void *user); /* called while waiting; non-zero stops; NULL: none */
    void *tick_user;
};

/* Values of headers; NULL: not sent. */
struct throttle_headers {
    const char *requests_limit, *requests_left, *requests_reset;
    const char *tokens_limit, *tokens_left, *tokens_reset;
};

/* Returns 0 or an errno value. */
int throttle_init(struct throttle *throttle, int64_t max_running, int64_t failures_max, int64_t open_ms);
void throttle_free(struct throttle *throttle);

/* Waits for its turn; throttle_leave() follows. CPK_ERROR_BUSY: the breaker is open; CPK_ERROR_TIMEOUT: not before the
 * deadline; CPK_ERROR_CANCELLED. */
cpk_status throttle_enter(struct throttle *throttle, const struct throttle_wish *wish, cpk_error **error);
void throttle_leave(struct throttle *throttle, enum throttle_feedback feedback);
/* Nobody sends for a while: the server said so. */
void throttle_pause(struct throttle *throttle, int64_t delay_ms);
void throttle_learn(struct throttle *throttle, const struct throttle_headers *headers, int64_t now_us);

/* "1s", "6m0s", "120ms", "1h2m3.5s" (Go), "30" (seconds), or a time in ISO 8601: microseconds from now_us, or -1. */
int64_t throttle_parse_reset(const char *text, int64_t now_us);

#endif

#ifndef CONTEXTPACK_NODE_BRIDGE_H
#define CONTEXTPACK_NODE_BRIDGE_H

/** Communication from the workers to JavaScript: events without an answer, and requests whose answer a worker waits
 * for.
 */

#include "pool.h"
#include "value.h"

#include <contextpack/error.h>

typedef enum event_kind {
    EVENT_DONE,     /* a job has ended */
    EVENT_PROGRESS, /* the job's latest progress */
    EVENT_NOTE,
    EVENT_ASK,
    EVENT_LOG,
    EVENT_RELEASE, /* JavaScript may release the objects provided to an engine */
    EVENT_ABANDON, /* the answer is no longer needed */
} event_kind;

typedef struct bridge bridge;
typedef struct event event;
typedef struct request request;

struct event {
    event *next;
    event_kind kind;
    bool is_queued;
    bool is_owned; /* freed when it was handed over */
    uint32_t id;
    void (*deliver)(bridge *bridge, event *event); /* on the environment's thread */
    void *subject;                                 /* whatever deliver() takes */
    cell values;                                   /* a list */
};

/** The caller of a request. */
typedef struct caller {
    uint32_t id; /* JavaScript's id of the call; 0: without an outcome */
    atomic_bool is_aborted;
} caller;

/** A request of a worker: calls `method` of an object of the caller or of the engine's host. */
typedef struct question {
    uint32_t host; /* 0: the caller's own callbacks */
    int32_t method;
    cell *arguments;
    size_t argument_count;
    bool may_abandon; /* an abort of the caller ends the wait */
} question;

struct request {
    request *next;
    uint32_t id;
    const question *question;
    caller *caller; /* or NULL */
    bool is_delivered;
    bool is_answered;
    bool is_closing;
    pthread_cond_t answered;
    cell reply;
    cpk_status status;
    cpk_error *error;
    event event;
};

/**
 * What one JavaScript environment (the main thread's or a worker's) and its workers share. Reference counted, by its
 * pool: handles that the garbage collector finds late outlive their environment.
 */
struct bridge {
    pool pool;    /* first: its last reference frees the block */
    napi_env env; /* of the environment's own thread, never of a worker's */
    napi_ref dispatch;
    napi_threadsafe_function wake; /* runs drain() on the environment's thread */
    size_t pending;                /* calls that JavaScript waits for; the environment's thread only */

    /* under the pool's mutex */
    bool is_woken;
    event *first_event;
    event *last_event;
    request *requests;
    uint32_t next_request;
};

/** Methods of requests, with the numbers of lib/hosts.js. */
enum {
    ASK_READ = 1,
    ASK_WRITE,
    ASK_ITEMS,
    ASK_BARRIER,
    ASK_CLOCK = 10,
    ASK_RANDOM,
    ASK_STORAGE_DESTROY = 20,
    ASK_STORAGE_WRITE_OPEN,
    ASK_STORAGE_WRITE_DATA,
    ASK_STORAGE_WRITE_CLOSE,
    ASK_STORAGE_READ_OPEN,
    ASK_STORAGE_READ_DATA,
    ASK_STORAGE_READ_CLOSE,
    ASK_STORAGE_STAT,
    ASK_STORAGE_REMOVE,
    ASK_STORAGE_LIST,
    ASK_DATABASE_DESTROY = 40,
    ASK_DATABASE_OPEN,
    ASK_DATABASE_CLOSE,
    ASK_DATABASE_BEGIN,
    ASK_DATABASE_COMMIT,
    ASK_DATABASE_ROLLBACK,
    ASK_DATABASE_EXECUTE,
    ASK_DATABASE_NEXT,
    ASK_DATABASE_CURSOR_CLOSE,
    ASK_ANALYZER_DESTROY = 60,
    ASK_ANALYZER_BEGIN,
    ASK_ANALYZER_NEXT,
    ASK_ANALYZER_END,
    ASK_EXTRACTOR_DESTROY = 80,
    ASK_EXTRACTOR_SNIFF,
    ASK_EXTRACTOR_BEGIN,
    ASK_EXTRACTOR_NEXT,
    ASK_EXTRACTOR_END,
};

/** Opens the way to the environment's thread. False without memory. */
bool bridge_open(bridge *bridge, napi_env env);

/** Ends every wait, with the mutex held. */
void bridge_close(bridge *bridge);

/** Drops the events that were not delivered; the environment's thread only, when no worker is left. */
void bridge_drop(bridge *bridge);

bridge *bridge_keep(bridge *bridge);
void bridge_release(bridge *bridge);

/** Counts the calls that JavaScript waits for, which keep the process alive. On the environment's thread. */
void bridge_ref(bridge *bridge);
void bridge_unref(bridge *bridge);

/** Queues an event for JavaScript, unless it is queued already. Drops it if the environment is shutting down. */
void bridge_post(bridge *bridge, event *event);

/** Creates and queues an event with a copy of the values; drops it without memory. */
void bridge_tell(bridge *bridge, event_kind kind, uint32_t id, cell *values, size_t count);

/** Calls JavaScript with an event; for those who deliver. */
void bridge_dispatch(bridge *bridge, event_kind kind, uint32_t id, napi_value *values, size_t count);

/** Sets whose requests this thread sends; NULL: for nobody. */
void bridge_set_caller(caller *caller);

/** Tells the caller's workers to stop: what they wait for ends where it may. The mutex is held. */
void bridge_abort(bridge *bridge, caller *caller);

/**
 * Sends a request and waits for the answer. *reply is freed with cell_free(); NULL: not wanted. CPK_ERROR_CANCELLED if
 * the wait was cancelled, with an error if the environment is shutting down.
 */
cpk_status bridge_ask(bridge *bridge, const question *question, cell *reply, cpk_error **error);

/** JavaScript's answer. `error` is null or [code, domain, message, native, retryable]. */
void bridge_answer(bridge *bridge, uint32_t id, napi_value error, napi_value value);

#endif

#ifndef CONTEXTPACK_NODE_BRIDGE_H
#define CONTEXTPACK_NODE_BRIDGE_H

/** The way from the workers to JavaScript: events that nobody waits for, and requests whose answer a worker waits for.
 */

#include "value.h"

#include <contextpack/error.h>

typedef enum event_kind {
    EVENT_DONE,     /* a job has ended */
    EVENT_PROGRESS, /* the job's latest progress */
    EVENT_NOTE,
    EVENT_ASK,
    EVENT_LOG,
    EVENT_RELEASE, /* JavaScript may forget what it lent to an engine */
    EVENT_ABANDON, /* nobody waits for an answer any more */
} event_kind;

struct event {
    event *next;
    event_kind kind;
    bool is_queued;
    bool is_owned; /* freed when it was handed over */
    uint32_t id;
    void *subject; /* the job or the request */
    cell values;   /* a list */
};

/** What a worker asks: `method` of what the job or the engine's host has in JavaScript. */
typedef struct question {
    uint32_t host; /* 0: the job's own callbacks */
    int32_t method;
    cell *arguments;
    size_t argument_count;
    bool may_abandon; /* an abort of the job ends the wait */
} question;

struct request {
    request *next;
    uint32_t id;
    const question *question;
    job *job;
    bool is_delivered;
    bool is_answered;
    bool is_closing;
    pthread_cond_t answered;
    cell reply;
    cpk_status status;
    cpk_error *error;
    event event;
};

/** What JavaScript is asked for, as lib/hosts.js numbers it. */
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

/** Hands an event to JavaScript; one that is still on its way stays there. Drops it when JavaScript is going away. */
void bridge_post(addon *addon, event *event);

/** Makes and posts an event with a copy of the values; without memory it is lost. */
void bridge_tell(addon *addon, event_kind kind, uint32_t id, cell *values, size_t count);

/**
 * Asks JavaScript and waits. *reply is to be freed with cell_free(), NULL: not wanted.
 * CPK_ERROR_CANCELLED when the wait was given up, with an error when JavaScript is going away.
 */
cpk_status bridge_ask(addon *addon, const question *question, cell *reply, cpk_error **error);

/** JavaScript's answer. `error` is null or [code, domain, message, native, retryable]. */
void bridge_answer(addon *addon, uint32_t id, napi_value error, napi_value value);

/** Runs on the environment's thread when there are events. */
void bridge_drain(napi_env env, napi_value callback, void *context, void *data);

/** Ends every wait, with the mutex held. */
void bridge_close(addon *addon);

#endif

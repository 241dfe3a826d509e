#ifndef CONTEXTPACK_NODE_ADDON_H
#define CONTEXTPACK_NODE_ADDON_H

/**
 * What one JavaScript environment (the main thread's or a worker's) holds of the addon. Reference counted: handles that
 * the garbage collector finds late outlive their environment.
 */

#define NAPI_VERSION 8
#include <node_api.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct event event;
typedef struct job job;
typedef struct request request;

typedef struct addon {
    atomic_int references;
    napi_env env; /* of the environment's own thread, never of a worker's */
    napi_ref dispatch;
    napi_ref factories;
    napi_threadsafe_function wake; /* runs bridge_drain() on the environment's thread */
    size_t pending;                /* jobs that JavaScript waits for; the environment's thread only */

    pthread_mutex_t mutex;  /* over all that follows */
    atomic_bool is_closing; /* JavaScript can't be asked any more */
    bool is_woken;
    event *first_event;
    event *last_event;
    request *requests;
    uint32_t next_request;
    job *jobs; /* all that were started and are not freed */

    /* the pool's threads */
    pthread_cond_t work;
    pthread_cond_t ended; /* a thread has ended */
    job *first_ready;
    job *last_ready;
    size_t threads;
    size_t idle;
    size_t blocked; /* wait for JavaScript and don't count against the limit */
    size_t threads_max;
    bool is_watched;    /* a thread waits to see whether a full pool moves on */
    uint64_t unblocked; /* how often a thread went on after it had waited for JavaScript */

    struct addon *next; /* all addons of the process, under the list's own mutex */
} addon;

/** Drops a reference; the last one frees. */
void addon_release(addon *addon);

addon *addon_keep(addon *addon);

/** Counts what keeps the process alive: jobs that JavaScript waits for. On the environment's thread. */
void addon_ref(addon *addon);
void addon_unref(addon *addon);

#endif

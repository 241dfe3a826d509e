#ifndef CONTEXTPACK_NODE_POOL_H
#define CONTEXTPACK_NODE_POOL_H

/**
 * The worker threads of an environment. libuv's threads are not used: a worker that waits for JavaScript would block a
 * thread that JavaScript needs to read a file.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The highest number of threads, also if many wait for JavaScript. */
#define POOL_THREADS_TOP 256

/** If all threads have waited for JavaScript this long, queued tasks are rejected, as the consumers may never continue.
 */
#define POOL_STUCK_MS 2000

typedef struct task task;

/** What a thread does next. */
struct task {
    task *next; /* in a queue */
    void (*run)(task *task);
    void (*refuse)(
        task *task); /* instead of run(), when all threads are stuck; NULL: this one waits, and is not lost */
};

/** The first member of the block that its last reference frees. */
typedef struct pool {
    atomic_int references;
    pthread_mutex_t mutex;  /* over all that follows, and what the block keeps behind it */
    atomic_bool is_closing; /* JavaScript can't be asked any more */
    pthread_cond_t work;
    pthread_cond_t ended; /* a thread has ended */
    task *first;
    task *last;
    size_t threads;
    size_t idle;
    size_t blocked; /* wait for JavaScript and don't count against the limit */
    size_t threads_max;
    bool is_watched;    /* a thread waits to see whether a full pool moves on */
    uint64_t unblocked; /* how often a thread went on after it had waited for JavaScript */
} pool;

void pool_init(pool *pool, int references);
pool *pool_keep(pool *pool);
void pool_release(pool *pool);

/** Queues a task and makes a thread when all are busy; the mutex is held. False when there is no thread, and none can
 * be made: then the task stays the caller's. */
bool pool_push(pool *pool, task *task);

/** Around a wait for JavaScript: another task may have a thread of its own meanwhile; the mutex is held. */
void pool_block(pool *pool);
void pool_unblock(pool *pool);

/** Waits until all threads have ended, at most this long (0: without limit); the mutex is held. */
void pool_join(pool *pool, int64_t timeout_ms);

#endif

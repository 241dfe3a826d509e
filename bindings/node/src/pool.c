#include "pool.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define THREADS_USUAL 4

void pool_init(pool *pool, int references)
{
    atomic_init(&pool->references, references);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->ended, NULL);
    pool->threads_max = THREADS_USUAL;
}

pool *pool_keep(pool *pool)
{
    atomic_fetch_add(&pool->references, 1);
    return pool;
}

void pool_release(pool *pool)
{
    if (atomic_fetch_sub(&pool->references, 1) == 1) {
        pthread_mutex_destroy(&pool->mutex);
        pthread_cond_destroy(&pool->work);
        pthread_cond_destroy(&pool->ended);
        free(pool);
    }
}

static void *thread_main(void *user)
{
    pool *pool = user;

    pthread_mutex_lock(&pool->mutex);
    while (!pool->is_closing) {
        task *task = pool->first;

        if (task == NULL) {
            pool->idle++;
            pthread_cond_wait(&pool->work, &pool->mutex);
            pool->idle--;
            continue;
        }
        pool->first = task->next;
        if (pool->first == NULL) {
            pool->last = NULL;
        }
        task->next = NULL;
        pthread_mutex_unlock(&pool->mutex);
        task->run(task);
        pthread_mutex_lock(&pool->mutex);
    }
    pool->threads--;
    pthread_cond_broadcast(&pool->ended);
    pthread_mutex_unlock(&pool->mutex);
    pool_release(pool);
    return NULL;
}

/* A detached thread that holds a reference to the pool. Signals are for the main thread. */
static bool thread_create(pool *pool, void *(*main)(void *))
{
    pthread_attr_t attributes;
    sigset_t all, old;
    pthread_t thread;
    bool is_made;

    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pool_keep(pool);
    is_made = pthread_create(&thread, &attributes, main, pool) == 0;
    if (!is_made) {
        atomic_fetch_sub(&pool->references, 1); /* the caller holds one of its own */
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    return is_made;
}

static bool is_stuck(const pool *pool)
{
    return pool->first != NULL && pool->threads >= POOL_THREADS_TOP && pool->blocked >= pool->threads;
}

/* The queued tasks except those that can wait and must not be dropped. */
static task *take_queue(pool *pool)
{
    task *taken = NULL, **taken_end = &taken;
    task **place = &pool->first;

    pool->last = NULL;
    while (*place != NULL) {
        task *task = *place;

        if (task->refuse == NULL) {
            pool->last = task;
            place = &task->next;
            continue;
        }
        *place = task->next;
        task->next = NULL;
        *taken_end = task;
        taken_end = &task->next;
    }
    return taken;
}

static void *watch_main(void *user)
{
    pool *pool = user;

    pthread_mutex_lock(&pool->mutex);
    while (!pool->is_closing && is_stuck(pool)) {
        uint64_t unblocked = pool->unblocked;
        struct timespec until;
        task *task = NULL;

        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += POOL_STUCK_MS / 1000;
        while (!pool->is_closing && pthread_cond_timedwait(&pool->ended, &pool->mutex, &until) == 0) {
        }
        if (!pool->is_closing && is_stuck(pool) && pool->unblocked == unblocked) {
            task = take_queue(pool);
        }
        pthread_mutex_unlock(&pool->mutex);
        while (task != NULL) {
            struct task *next = task->next;

            task->next = NULL;
            task->refuse(task);
            task = next;
        }
        pthread_mutex_lock(&pool->mutex);
        if (pool->first != NULL && pool->first->refuse == NULL) {
            break; /* only tasks that can wait are left */
        }
    }
    pool->is_watched = false;
    pthread_cond_broadcast(&pool->ended);
    pthread_mutex_unlock(&pool->mutex);
    pool_release(pool);
    return NULL;
}

static void grow(pool *pool)
{
    if (pool->first != NULL && pool->idle == 0 && pool->threads - pool->blocked < pool->threads_max &&
        pool->threads < POOL_THREADS_TOP && thread_create(pool, thread_main)) {
        pool->threads++;
    }
    if (!pool->is_watched && is_stuck(pool)) {
        pool->is_watched = thread_create(pool, watch_main);
    }
}

bool pool_push(pool *pool, task *task)
{
    task->next = NULL;
    if (pool->last != NULL) {
        pool->last->next = task;
    } else {
        pool->first = task;
    }
    pool->last = task;
    pthread_cond_signal(&pool->work);
    grow(pool);
    if (pool->threads == 0) { /* then this is the only one in the queue */
        pool->first = NULL;
        pool->last = NULL;
        return false;
    }
    return true;
}

void pool_block(pool *pool)
{
    pool->blocked++;
    grow(pool);
}

void pool_unblock(pool *pool)
{
    pool->blocked--;
    pool->unblocked++;
}

void pool_join(pool *pool, int64_t timeout_ms)
{
    struct timespec until;

    pthread_cond_broadcast(&pool->work);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    while (pool->threads > 0 || pool->is_watched) {
        if (timeout_ms == 0) {
            pthread_cond_wait(&pool->ended, &pool->mutex);
        } else if (pthread_cond_timedwait(&pool->ended, &pool->mutex, &until) != 0) {
            return;
        }
    }
}

#include "pool.h"
#include "job.h"

#include <signal.h>
#include <time.h>

static void *thread_main(void *user)
{
    addon *addon = user;

    pthread_mutex_lock(&addon->mutex);
    while (!addon->is_closing) {
        job *job = addon->first_ready;

        if (job == NULL) {
            addon->idle++;
            pthread_cond_wait(&addon->work, &addon->mutex);
            addon->idle--;
            continue;
        }
        addon->first_ready = job->next_ready;
        if (addon->first_ready == NULL) {
            addon->last_ready = NULL;
        }
        job->next_ready = NULL;
        pthread_mutex_unlock(&addon->mutex);
        job_run(job);
        pthread_mutex_lock(&addon->mutex);
    }
    addon->threads--;
    pthread_cond_broadcast(&addon->ended);
    pthread_mutex_unlock(&addon->mutex);
    addon_release(addon);
    return NULL;
}

/* A detached thread that holds a reference to the addon. Signals are for the main thread. */
static bool thread_create(addon *addon, void *(*main)(void *))
{
    pthread_attr_t attributes;
    sigset_t all, old;
    pthread_t thread;
    bool is_made;

    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    addon_keep(addon);
    is_made = pthread_create(&thread, &attributes, main, addon) == 0;
    if (!is_made) {
        atomic_fetch_sub(&addon->references, 1); /* the caller holds one of its own */
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    return is_made;
}

static bool is_stuck(const addon *addon)
{
    return addon->first_ready != NULL && addon->threads >= POOL_THREADS_TOP && addon->blocked >= addon->threads;
}

/* The jobs of the queue, but for those that close handles: these can wait, and must not be lost. */
static job *take_queue(addon *addon)
{
    job *taken = NULL, **taken_end = &taken;
    job **place = &addon->first_ready;

    addon->last_ready = NULL;
    while (*place != NULL) {
        job *job = *place;

        if (job->function == NULL) {
            addon->last_ready = job;
            place = &job->next_ready;
            continue;
        }
        *place = job->next_ready;
        job->next_ready = NULL;
        *taken_end = job;
        taken_end = &job->next_ready;
    }
    return taken;
}

static void *watch_main(void *user)
{
    addon *addon = user;

    pthread_mutex_lock(&addon->mutex);
    while (!addon->is_closing && is_stuck(addon)) {
        uint64_t unblocked = addon->unblocked;
        struct timespec until;
        job *job = NULL;

        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += POOL_STUCK_MS / 1000;
        while (!addon->is_closing && pthread_cond_timedwait(&addon->ended, &addon->mutex, &until) == 0) {
        }
        if (!addon->is_closing && is_stuck(addon) && addon->unblocked == unblocked) {
            job = take_queue(addon);
        }
        pthread_mutex_unlock(&addon->mutex);
        while (job != NULL) {
            struct job *next = job->next_ready;

            job->next_ready = NULL;
            job_refuse(
                job, CPK_ERROR_BUSY,
                "all threads wait for JavaScript: iterators, streams or drivers that nobody goes on with hold them");
            job = next;
        }
        pthread_mutex_lock(&addon->mutex);
        if (addon->first_ready != NULL && addon->first_ready->function == NULL) {
            break; /* only handles that are to be closed are left */
        }
    }
    addon->is_watched = false;
    pthread_cond_broadcast(&addon->ended);
    pthread_mutex_unlock(&addon->mutex);
    addon_release(addon);
    return NULL;
}

static void grow(addon *addon)
{
    if (addon->first_ready != NULL && addon->idle == 0 && addon->threads - addon->blocked < addon->threads_max &&
        addon->threads < POOL_THREADS_TOP && thread_create(addon, thread_main)) {
        addon->threads++;
    }
    if (!addon->is_watched && is_stuck(addon)) {
        addon->is_watched = thread_create(addon, watch_main);
    }
}

void pool_push(addon *addon, job *job)
{
    job->next_ready = NULL;
    if (addon->last_ready != NULL) {
        addon->last_ready->next_ready = job;
    } else {
        addon->first_ready = job;
    }
    addon->last_ready = job;
    pthread_cond_signal(&addon->work);
    grow(addon);
}

void pool_block(addon *addon)
{
    addon->blocked++;
    grow(addon);
}

void pool_unblock(addon *addon)
{
    addon->blocked--;
    addon->unblocked++;
}

void pool_join(addon *addon, int64_t timeout_ms)
{
    struct timespec until;

    pthread_cond_broadcast(&addon->work);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    while (addon->threads > 0 || addon->is_watched) {
        if (timeout_ms == 0) {
            pthread_cond_wait(&addon->ended, &addon->mutex);
        } else if (pthread_cond_timedwait(&addon->ended, &addon->mutex, &until) != 0) {
            return;
        }
    }
}

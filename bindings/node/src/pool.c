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

/* Signals are for the main thread. */
static void thread_create(addon *addon)
{
    pthread_attr_t attributes;
    sigset_t all, old;
    pthread_t thread;

    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    addon_keep(addon);
    if (pthread_create(&thread, &attributes, thread_main, addon) == 0) {
        addon->threads++;
    } else {
        atomic_fetch_sub(&addon->references, 1); /* the caller holds one of its own */
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
}

static void grow(addon *addon)
{
    if (addon->first_ready != NULL && addon->idle == 0 && addon->threads - addon->blocked < addon->threads_max &&
        addon->threads < POOL_THREADS_TOP) {
        thread_create(addon);
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
}

void pool_join(addon *addon, int64_t timeout_ms)
{
    struct timespec until;

    pthread_cond_broadcast(&addon->work);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    while (addon->threads > 0) {
        if (timeout_ms == 0) {
            pthread_cond_wait(&addon->ended, &addon->mutex);
        } else if (pthread_cond_timedwait(&addon->ended, &addon->mutex, &until) != 0) {
            return;
        }
    }
}

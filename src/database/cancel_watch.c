#include "database/cancel_watch.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#define DOMAIN "database"

void cancel_watcher_init(struct cancel_watcher *watcher, const struct context *context)
{
    pthread_condattr_t monotonic;

    watcher->context = context;
    watcher->first = NULL;
    watcher->process = 0;
    watcher->is_ending = 0;
    pthread_mutex_init(&watcher->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&watcher->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

/* A child process has inherited the memory, but not the thread, and perhaps a locked mutex. */
static int32_t is_inherited(const struct cancel_watcher *watcher)
{
    return watcher->process != 0 && watcher->process != getpid();
}

void cancel_watcher_free(struct cancel_watcher *watcher)
{
    if (is_inherited(watcher)) {
        return;
    }
    if (watcher->process != 0) {
        pthread_mutex_lock(&watcher->mutex);
        watcher->is_ending = 1;
        pthread_cond_signal(&watcher->changed);
        pthread_mutex_unlock(&watcher->mutex);
        pthread_join(watcher->thread, NULL);
    }
    pthread_cond_destroy(&watcher->changed);
    pthread_mutex_destroy(&watcher->mutex);
}

/* --- the thread --- */

static void stop_running_call(struct cancel_watch *watch)
{
    pthread_mutex_lock(&watch->mutex);
    if (watch->is_running) {
        watch->stop(watch->user);
    }
    pthread_mutex_unlock(&watch->mutex);
}

static void wait_interval(struct cancel_watcher *watcher)
{
    struct timespec end;

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += CANCEL_WATCH_INTERVAL_MS * 1000000L;
    if (end.tv_nsec >= 1000000000L) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000L;
    }
    pthread_cond_timedwait(&watcher->changed, &watcher->mutex, &end);
}

static void *watch_tokens(void *argument)
{
    struct cancel_watcher *watcher = argument;

    pthread_mutex_lock(&watcher->mutex);
    while (!watcher->is_ending) {
        if (watcher->first == NULL) {
            pthread_cond_wait(&watcher->changed, &watcher->mutex);
            continue;
        }
        for (struct cancel_watch *watch = watcher->first; watch != NULL; watch = watch->next) {
            if (cpk_cancel_requested(watch->cancel)) {
                stop_running_call(watch);
            }
        }
        wait_interval(watcher);
    }
    pthread_mutex_unlock(&watcher->mutex);
    return NULL;
}

/* Signals stay with the host's threads. The mutex is held. */
static int32_t thread_start(struct cancel_watcher *watcher)
{
    sigset_t all;
    sigset_t before;
    int failed;

    if (watcher->process != 0) {
        return 1;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&watcher->thread, NULL, watch_tokens, watcher);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    watcher->process = failed ? 0 : getpid();
    return !failed;
}

/* --- sessions --- */

void cancel_watch_init(struct cancel_watch *watch, void (*stop)(void *user), void *user)
{
    watch->next = NULL;
    watch->cancel = NULL;
    watch->stop = stop;
    watch->user = user;
    watch->is_running = 0;
    watch->is_stoppable = 0;
    pthread_mutex_init(&watch->mutex, NULL);
}

void cancel_watch_free(struct cancel_watch *watch)
{
    pthread_mutex_destroy(&watch->mutex);
}

static void unlink_watch(struct cancel_watcher *watcher, const struct cancel_watch *watch)
{
    struct cancel_watch **link = &watcher->first;

    while (*link != watch) {
        link = &(*link)->next;
    }
    *link = watch->next;
}

const cpk_cancel *cancel_watch_set(struct cancel_watcher *watcher, struct cancel_watch *watch, const cpk_cancel *cancel)
{
    const cpk_cancel *before = watch->cancel;

    if (cancel == before || is_inherited(watcher)) {
        return before;
    }
    pthread_mutex_lock(&watcher->mutex);
    if (before != NULL) {
        unlink_watch(watcher, watch);
        watch->cancel = NULL;
    }
    if (cancel != NULL && thread_start(watcher)) {
        watch->cancel = cancel;
        watch->next = watcher->first;
        watcher->first = watch;
        pthread_cond_signal(&watcher->changed);
    } else if (cancel != NULL) {
        context_log(watcher->context, CPK_LOG_WARNING, DOMAIN,
                    "no thread for cancelled statements could be started: they run to their end");
    }
    pthread_mutex_unlock(&watcher->mutex);
    return before;
}

void cancel_watch_enter(struct cancel_watch *watch, int32_t opens)
{
    if (watch->cancel == NULL) {
        watch->is_stoppable = 0;
        return;
    }
    pthread_mutex_lock(&watch->mutex);
    if (opens) {
        watch->is_stoppable = !cpk_cancel_requested(watch->cancel);
    }
    watch->is_running = watch->is_stoppable;
    pthread_mutex_unlock(&watch->mutex);
}

void cancel_watch_leave(struct cancel_watch *watch)
{
    if (watch->cancel != NULL) {
        pthread_mutex_lock(&watch->mutex);
        watch->is_running = 0;
        pthread_mutex_unlock(&watch->mutex);
    }
}

#include "database/cancel_watch.h"

#include "base/thread.h"
#include "base/time.h"

#include <unistd.h>

#define DOMAIN "database"

void cancel_watcher_init(struct cancel_watcher *watcher, const struct context *context)
{
    watcher->context = context;
    watcher->first = NULL;
    watcher->process = 0;
    watcher->is_ending = 0;
    pthread_mutex_init(&watcher->mutex, NULL);
    (void)thread_condition_init(&watcher->changed);
}

/* Returns 1 in a forked child, which has no copy of the thread; the mutex may be locked. */
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
    thread_wait(&watcher->changed, &watcher->mutex, time_monotonic_us() + CANCEL_WATCH_INTERVAL_MS * 1000);
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

/* Starts the thread unless it runs. The caller holds the mutex. Returns 0 on failure. */
static int32_t ensure_thread(struct cancel_watcher *watcher)
{
    if (watcher->process == 0 && thread_start(&watcher->thread, NULL, watch_tokens, watcher) == 0) {
        watcher->process = getpid();
    }
    return watcher->process != 0;
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
    if (cancel != NULL && ensure_thread(watcher)) {
        watch->cancel = cancel;
        watch->next = watcher->first;
        watcher->first = watch;
        pthread_cond_signal(&watcher->changed);
    } else if (cancel != NULL) {
        context_log(watcher->context, CPK_LOG_WARNING, DOMAIN,
                    "can't start the thread that cancels statements: they will not be cancelled");
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

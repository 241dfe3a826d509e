/* Cancels running calls of the driver when their session's cancel token is cancelled. Tokens may be cancelled in signal
 * handlers, which can't call the driver; therefore one thread per database polls the tokens. */
#ifndef DATABASE_CANCEL_WATCH_H
#define DATABASE_CANCEL_WATCH_H

#include "base/context.h"

#include <contextpack/cancel.h>

#include <pthread.h>
#include <sys/types.h>

#define CANCEL_WATCH_INTERVAL_MS 50

/* One session's token and the function that cancels its running call. */
struct cancel_watch {
    struct cancel_watch *next;
    const cpk_cancel *cancel; /* NULL: not in the watcher's list */
    void (*stop)(void *user); /* called by the thread at intervals until the running call ends */
    void *user;
    pthread_mutex_t mutex; /* guards the fields below; held during stop() */
    int32_t is_running;    /* a call that may be cancelled is running */
    int32_t is_stoppable;  /* the open statement began before the token was cancelled */
};

struct cancel_watcher {
    const struct context *context;
    pthread_mutex_t mutex; /* guards the list */
    pthread_cond_t changed;
    struct cancel_watch *first;
    pthread_t thread;
    pid_t process; /* process that started the thread; 0: not started */
    int32_t is_ending;
};

void cancel_watcher_init(struct cancel_watcher *watcher, const struct context *context);
void cancel_watcher_free(struct cancel_watcher *watcher); /* ends the thread; all watches must have been removed */

void cancel_watch_init(struct cancel_watch *watch, void (*stop)(void *user), void *user);
void cancel_watch_free(struct cancel_watch *watch);

/* Sets the watch's token (NULL: none) and returns the previous one. The token must outlive the watch or be replaced. If
 * the thread can't be started, a warning is logged and calls are not cancelled. */
const cpk_cancel *cancel_watch_set(struct cancel_watcher *watcher, struct cancel_watch *watch,
                                   const cpk_cancel *cancel);

/* Enclose every call of the driver that may take long. A statement that begins after the token was cancelled is not
 * stopped, because it belongs to the clean-up. opens 0: the call reads rows of the open statement. */
void cancel_watch_enter(struct cancel_watch *watch, int32_t opens);
void cancel_watch_leave(struct cancel_watch *watch);

#endif

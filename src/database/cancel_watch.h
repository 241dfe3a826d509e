/* Passes the request of a cancel token on to calls of the driver that run. A token may be requested in a signal
 * handler, which can call nothing: one thread per database looks at the tokens of the sessions that have one. */
#ifndef DATABASE_CANCEL_WATCH_H
#define DATABASE_CANCEL_WATCH_H

#include "base/context.h"

#include <contextpack/cancel.h>

#include <pthread.h>
#include <sys/types.h>

#define CANCEL_WATCH_INTERVAL_MS 50

/* The part of one session: its token, and the function that stops its running call. */
struct cancel_watch {
    struct cancel_watch *next;
    const cpk_cancel *cancel; /* NULL: in no list */
    void (*stop)(void *user); /* called by the watching thread while a call runs, again until it ends */
    void *user;
    pthread_mutex_t mutex; /* guards what follows; held during stop() */
    int32_t is_running;    /* a call that may be stopped */
    int32_t is_stoppable;  /* the open statement began before the request */
};

struct cancel_watcher {
    const struct context *context;
    pthread_mutex_t mutex; /* guards the list */
    pthread_cond_t changed;
    struct cancel_watch *first;
    pthread_t thread;
    pid_t process; /* that started the thread; 0: not started */
    int32_t is_ending;
};

void cancel_watcher_init(struct cancel_watcher *watcher, const struct context *context);
void cancel_watcher_free(struct cancel_watcher *watcher); /* ends the thread; nothing is watched any more */

void cancel_watch_init(struct cancel_watch *watch, void (*stop)(void *user), void *user);
void cancel_watch_free(struct cancel_watch *watch);

/* From now on calls of the watch are stopped when the token is requested; NULL: never. Returns the token before. The
 * token must stay until it is replaced. Where no thread can be started, calls run to their end, with a log line. */
const cpk_cancel *cancel_watch_set(struct cancel_watcher *watcher, struct cancel_watch *watch,
                                   const cpk_cancel *cancel);

/* Around every call of the driver that may take long. A statement that begins after the request is not stopped: it
 * belongs to the clean-up after a cancelled operation. `opens` 0: the call reads rows of the statement that is open. */
void cancel_watch_enter(struct cancel_watch *watch, int32_t opens);
void cancel_watch_leave(struct cancel_watch *watch);

#endif

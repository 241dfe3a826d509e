/* The parts of one blob that are sent or received at the same time: each has a lane with memory of its own, and threads
 * work on the lanes. The first lane always has memory; others only as far as the client's allows. */
#ifndef STORAGE_S3_LANES_H
#define STORAGE_S3_LANES_H

#include "storage/s3/object.h"

#include <pthread.h>

#define LANES_MAX 17

enum lane_state {
    LANE_FREE,
    LANE_FILLING, /* used by the owner */
    LANE_READY,   /* waits for a thread */
    LANE_RUNNING,
    LANE_DONE /* the owner takes the result with lanes_collect() */
};

struct lane {
    enum lane_state state;   /* guarded by the lock; the rest is the owner's unless READY or RUNNING */
    struct buffer bytes;     /* sent or received */
    int64_t number;          /* which part */
    struct object_part part; /* of an upload: what was sent; of a download: the MD5 of what was received */
    cpk_status status;
    cpk_error *error;
};

/* Does the work of a lane, on any thread. */
typedef cpk_status (*lane_fn)(void *user, struct lane *lane, cpk_error **error);

struct lanes {
    struct client *client;
    lane_fn run;
    void *user;
    size_t lane_bytes; /* memory of one lane */
    size_t count_max;
    cpk_cancel *stop; /* the token of the threads */
    pthread_mutex_t lock;
    pthread_cond_t ready;
    pthread_cond_t done;
    struct lane lanes[LANES_MAX];
    size_t count; /* lanes that have been used */
    pthread_t threads[LANES_MAX];
    size_t thread_count;
    size_t unfinished; /* lanes that are READY or RUNNING */
    int32_t is_ended;
    int32_t is_open; /* lanes_open() succeeded */
};

/* Prepares lanes for parts of `lane_bytes`; starts no thread yet. `user` is passed to `run`. */
cpk_status lanes_open(struct lanes *lanes, struct client *client, size_t lane_bytes, lane_fn run, void *user,
                      cpk_error **error);
/* Ends the threads, with what they do, and frees everything. */
void lanes_close(struct lanes *lanes);

/* A free lane, which is FILLING then, or NULL if all are in use and no memory is left for another. */
struct lane *lanes_take_free(struct lanes *lanes);
/* A lane that is DONE, or else a free one; waits until there is one. CPK_ERROR_CANCELLED: this thread's token was
 * requested. */
cpk_status lanes_take(struct lanes *lanes, struct lane **lane, cpk_error **error);
/* The same, but only one that is DONE. */
cpk_status lanes_take_done(struct lanes *lanes, struct lane **lane, cpk_error **error);
/* Gives a lane that is FILLING to the threads. With no thread at all, works on it at once. */
void lanes_submit(struct lanes *lanes, struct lane *lane);
/* Waits until the lane is DONE. CPK_ERROR_CANCELLED: this thread's token was requested. */
cpk_status lanes_wait(struct lanes *lanes, struct lane *lane, cpk_error **error);
/* Takes the result of a lane that is DONE, which is FILLING then. */
cpk_status lanes_collect(struct lanes *lanes, struct lane *lane, cpk_error **error);
void lanes_release(struct lanes *lanes, struct lane *lane); /* FILLING: becomes FREE */

#endif

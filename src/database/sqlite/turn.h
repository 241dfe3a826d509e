#ifndef DATABASE_SQLITE_TURN_H
#define DATABASE_SQLITE_TURN_H

/**
 * A fair lock for the writers of this process: one FIFO queue per database file.
 *
 * SQLite allows one writer at a time; the others poll its lock after a sleep, so that one of many threads may starve
 * for seconds. Here each writer waits in a queue before it requests SQLite's lock, and then only competes with other
 * processes.
 */

#include <pthread.h>
#include <stdint.h>
#include <sys/stat.h>

/** The queue of one database file. */
struct turn_queue;

/** One connection's place in a queue. */
struct turn {
    struct turn_queue *queue;
    struct turn *next;      /* next waiter */
    pthread_cond_t changed; /* signalled when the turn is granted or the wait is interrupted */
    pthread_t thread;       /* the thread that waits for the turn or has it */
    int is_waiting;
    int is_held;
    int is_interrupted;
};

enum turn_result {
    TURN_ACQUIRED,
    TURN_TIMED_OUT,
    TURN_INTERRUPTED,
    TURN_DEADLOCK, /* this thread has the turn in another connection and would wait for itself */
};

/** Returns the queue of a file, shared by all drivers of the process that have opened it; `file` NULL: a new queue, for
 * a database in memory. NULL when out of memory. */
struct turn_queue *turn_queue_acquire(const struct stat *file);
void turn_queue_release(struct turn_queue *queue);

/** Returns 0 or an error number. */
int turn_init(struct turn *turn, struct turn_queue *queue);

/** Releases the turn if it is held. `turn` may be zeroed memory. */
void turn_free(struct turn *turn);

/** Waits for the turn, at most *left_ms milliseconds; the wait is subtracted from *left_ms. */
enum turn_result turn_acquire(struct turn *turn, int64_t *left_ms);

/** Passes the turn to the next waiter; no effect if it is not held. */
void turn_release(struct turn *turn);

/** Ends a wait with TURN_INTERRUPTED, from any thread; no effect without a wait. */
void turn_interrupt(struct turn *turn);

#endif

#ifndef DATABASE_SQLITE_TURN_H
#define DATABASE_SQLITE_TURN_H

/**
 * The writers of this process take turns: one queue per database file, first come, first served.
 *
 * SQLite lets one connection write at a time and has the others ask again after a sleep; who asks at the right moment
 * gets the lock, so that one of many threads can wait for seconds while the others write. Here each writer waits for
 * its turn before it asks SQLite, and then only other processes can be in its way.
 */

#include <pthread.h>
#include <stdint.h>
#include <sys/stat.h>

/** The queue of one database file. */
struct turn_queue;

/** One connection's place in a queue. */
struct turn {
    struct turn_queue *queue;
    struct turn *next;    /* the waiter behind this one */
    pthread_cond_t given; /* the turn, or an interrupt */
    pthread_t thread;     /* that took the turn */
    int is_waiting;
    int is_taken;
    int is_interrupted;
};

enum turn_result {
    TURN_TAKEN,
    TURN_TIMED_OUT,
    TURN_INTERRUPTED,
    TURN_OWN, /* another connection has the turn in this very thread, which would wait for itself */
};

/** The queue of a file, shared by all drivers of the process that opened it; `file` NULL: one of its own, for a
 * database in memory. NULL without memory. */
struct turn_queue *turn_queue_acquire(const struct stat *file);
void turn_queue_release(struct turn_queue *queue);

/** Prepares a place; 0, or an error number. */
int turn_init(struct turn *turn, struct turn_queue *queue);

/** Gives the turn back when it is taken. `turn` may be zeroed memory. */
void turn_free(struct turn *turn);

/** Waits for the turn. `*left_ms` is the longest wait, and what is left of it afterwards. */
enum turn_result turn_take(struct turn *turn, int64_t *left_ms);

/** Passes the turn on to the next waiter; does nothing when it is not taken. */
void turn_give(struct turn *turn);

/** Ends a wait with TURN_INTERRUPTED, from any thread; does nothing when none is under way. */
void turn_interrupt(struct turn *turn);

#endif

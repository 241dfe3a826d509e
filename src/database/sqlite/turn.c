#include "database/sqlite/turn.h"

#include "base/thread.h"
#include "base/time.h"

#include <stdlib.h>

struct turn_queue {
    struct turn_queue *next; /* in `all` */
    dev_t device;
    ino_t inode;
    int is_file; /* 1: in `all` */
    int users;   /* number of drivers */
    struct turn *owner;
    struct turn *first, *last; /* waiters */
};

/* Guards all queues. Never held during I/O. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct turn_queue *all;

/* --- fork --- */

static void before_fork(void)
{
    pthread_mutex_lock(&mutex);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&mutex);
}

/* Drops the queues in the child, where the parent's threads do not exist: engines opened there get new queues. */
static void in_child(void)
{
    while (all != NULL) {
        all->is_file = 0;
        all = all->next;
    }
    pthread_mutex_unlock(&mutex);
}

static void register_fork_handlers(void)
{
    (void)pthread_atfork(before_fork, after_fork, in_child);
}

/* --- queues --- */

static struct turn_queue *queue_find(const struct stat *file)
{
    struct turn_queue *queue = all;

    while (queue != NULL && (queue->device != file->st_dev || queue->inode != file->st_ino)) {
        queue = queue->next;
    }
    return queue;
}

static struct turn_queue *queue_create(const struct stat *file)
{
    struct turn_queue *created = calloc(1, sizeof *created);

    if (created != NULL && file != NULL) {
        created->device = file->st_dev;
        created->inode = file->st_ino;
        created->is_file = 1;
        created->next = all;
        all = created;
    }
    return created;
}

struct turn_queue *turn_queue_acquire(const struct stat *file)
{
    struct turn_queue *queue;

    pthread_once(&once, register_fork_handlers);
    pthread_mutex_lock(&mutex);
    queue = file != NULL ? queue_find(file) : NULL;
    if (queue == NULL) {
        queue = queue_create(file);
    }
    if (queue != NULL) {
        queue->users++;
    }
    pthread_mutex_unlock(&mutex);
    return queue;
}

static void unlist(const struct turn_queue *queue)
{
    struct turn_queue **link = &all;

    while (*link != queue) {
        link = &(*link)->next;
    }
    *link = queue->next;
}

void turn_queue_release(struct turn_queue *queue)
{
    int is_unused;

    pthread_mutex_lock(&mutex);
    is_unused = --queue->users == 0;
    if (is_unused && queue->is_file) {
        unlist(queue);
    }
    pthread_mutex_unlock(&mutex);
    if (is_unused) {
        free(queue);
    }
}

/* --- turns --- */

int turn_init(struct turn *turn, struct turn_queue *queue)
{
    int result = thread_condition_init(&turn->changed);

    turn->queue = result == 0 ? queue : NULL;
    return result;
}

void turn_free(struct turn *turn)
{
    if (turn->queue != NULL) {
        turn_release(turn);
        pthread_cond_destroy(&turn->changed);
        turn->queue = NULL;
    }
}

static void leave_queue(struct turn *turn)
{
    struct turn_queue *queue = turn->queue;
    struct turn **link = &queue->first;
    struct turn *before = NULL;

    while (*link != turn) {
        before = *link;
        link = &before->next;
    }
    *link = turn->next;
    if (queue->last == turn) {
        queue->last = before;
    }
}

static void grant(struct turn *turn)
{
    turn->queue->owner = turn;
    turn->is_held = 1;
}

/* Waits at the end of the queue until the deadline. The caller holds the mutex. */
static enum turn_result wait_in_queue(struct turn *turn, int64_t deadline_us)
{
    struct turn_queue *queue = turn->queue;
    int result = 0;

    turn->next = NULL;
    *(queue->last != NULL ? &queue->last->next : &queue->first) = turn;
    queue->last = turn;
    turn->is_waiting = 1;
    turn->is_interrupted = 0;
    while (!turn->is_held && !turn->is_interrupted && result == 0) {
        result = thread_wait(&turn->changed, &mutex, deadline_us);
    }
    turn->is_waiting = 0;
    if (turn->is_held) {
        return TURN_ACQUIRED;
    }
    leave_queue(turn);
    return turn->is_interrupted ? TURN_INTERRUPTED : TURN_TIMED_OUT;
}

enum turn_result turn_acquire(struct turn *turn, int64_t *left_ms)
{
    struct turn_queue *queue = turn->queue;
    enum turn_result result = TURN_ACQUIRED;
    const int64_t deadline_us = time_monotonic_us() + *left_ms * 1000;
    int64_t left_us;

    pthread_mutex_lock(&mutex);
    turn->thread = pthread_self(); /* set now: the turn may be granted while this thread sleeps */
    if (queue->owner == NULL) {
        grant(turn);
    } else if (pthread_equal(queue->owner->thread, pthread_self())) {
        result = TURN_DEADLOCK;
    } else {
        result = wait_in_queue(turn, deadline_us);
        left_us = deadline_us - time_monotonic_us();
        *left_ms = left_us > 0 ? left_us / 1000 : 0;
    }
    pthread_mutex_unlock(&mutex);
    return result;
}

void turn_release(struct turn *turn)
{
    struct turn_queue *queue = turn->queue;
    struct turn *next;

    pthread_mutex_lock(&mutex);
    if (turn->is_held) {
        turn->is_held = 0;
        queue->owner = NULL;
        next = queue->first;
        if (next != NULL) {
            queue->first = next->next;
            queue->last = queue->first == NULL ? NULL : queue->last;
            grant(next);
            pthread_cond_signal(&next->changed);
        }
    }
    pthread_mutex_unlock(&mutex);
}

void turn_interrupt(struct turn *turn)
{
    pthread_mutex_lock(&mutex);
    if (turn->is_waiting) {
        turn->is_interrupted = 1;
        pthread_cond_signal(&turn->changed);
    }
    pthread_mutex_unlock(&mutex);
}

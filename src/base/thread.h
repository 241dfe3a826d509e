/* POSIX threads and conditions as this library uses them. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdint.h>

/* Starts a thread that has all signals blocked: the host's threads handle them. `attributes` may be NULL. Returns 0 or
 * an errno value. */
int thread_start(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *argument), void *argument);

/* Initialises a condition for thread_wait(). Returns 0 or an errno value. */
int thread_condition_init(pthread_cond_t *condition);

/* Waits for the condition until time_monotonic_us() reaches deadline_us. Returns 0 or ETIMEDOUT. */
int thread_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline_us);

#endif

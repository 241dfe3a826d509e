/* POSIX threads and conditions as this library uses them. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

/* Starts a thread that receives no signal: they stay with the host's threads. `attributes` may be NULL. Returns 0 or an
 * errno value. */
int thread_start(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *argument), void *argument);

/* Initialises a condition whose timed waits use the monotonic clock. Returns 0 or an errno value. */
int thread_condition_init(pthread_cond_t *condition);

/* The deadline of such a wait that ends `wait_ms` (0 or more) from now. */
struct timespec thread_deadline(int64_t wait_ms);

#endif

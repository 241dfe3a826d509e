#include "base/thread.h"

#include <signal.h>

int thread_start(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *argument), void *argument)
{
    sigset_t all;
    sigset_t before;
    int result;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* the new thread inherits the mask */
    result = pthread_create(thread, attributes, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

int thread_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int result = pthread_condattr_init(&attributes);

    if (result != 0) {
        return result;
    }
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    result = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return result;
}

int thread_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, int64_t deadline_us)
{
    const struct timespec deadline = {(time_t)(deadline_us / 1000000), (long)(deadline_us % 1000000) * 1000};

    return pthread_cond_timedwait(condition, mutex, &deadline);
}

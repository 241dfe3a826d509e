#include "terminal/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 100 /* a signal between check and wait is noticed after this time */
#define STOP_NANOSECONDS                                                                                               \
    (700L * 1000000L) /* until a program that waits for something ends                                                 \
                       */

static volatile sig_atomic_t caught_signal;
static cpk_cancel *cancel_of_run;
static timer_t stop_timer;
static bool has_stop_timer;

static void handle_signal(int signal_number)
{
    const struct itimerspec stop = {.it_value = {0, STOP_NANOSECONDS}};

    if (caught_signal != 0) {
        _exit(128 + signal_number);
    }
    caught_signal = signal_number;
    cpk_cancel_request(cancel_of_run);
    if (has_stop_timer) {
        timer_settime(stop_timer, 0, &stop, NULL);
    }
}

/* Ends the program if it still waits for something that does not check the token, such as a lock or a pipe. Committed
 * work is kept; the next run repairs the rest, as after a SIGKILL. */
static void handle_stop(int signal_number)
{
    (void)signal_number;
    _exit(128 + caught_signal);
}

void signals_wait(void)
{
    has_stop_timer = false;
}

void signals_install(cpk_cancel *cancel)
{
    struct sigaction action = {.sa_handler =
                                   handle_signal}; /* no SA_RESTART: signals must interrupt a waiting read() */
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};

    cancel_of_run = cancel;
    sigemptyset(&action.sa_mask);
    action.sa_handler = handle_stop;
    sigaction(SIGALRM, &action, NULL);
    has_stop_timer = timer_create(CLOCK_MONOTONIC, &event, &stop_timer) == 0;
    action.sa_handler = handle_signal;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

int signals_caught(void)
{
    return caught_signal;
}

int signals_exit_code(void)
{
    return 128 + caught_signal;
}

ssize_t signals_read(int fd, void *buffer, size_t capacity)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    for (;;) {
        int found = 0;
        ssize_t got = 0;

        if (caught_signal != 0) {
            errno = EINTR;
            return -1;
        }
        found = poll(&ready, 1, POLL_MS);
        if (found < 0 && errno != EINTR && errno != EAGAIN) {
            return -1;
        }
        got = found > 0 ? read(fd, buffer, capacity) : -1;
        if (got >= 0 || (found > 0 && errno != EINTR && errno != EAGAIN)) {
            return got;
        }
    }
}

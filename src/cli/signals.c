#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t caught_signal;
static cpk_cancel *cancel_of_run;

static void handle_signal(int signal_number)
{
    if (caught_signal != 0) {
        _exit(128 + signal_number);
    }
    caught_signal = signal_number;
    cpk_cancel_request(cancel_of_run);
}

void signals_install(cpk_cancel *cancel)
{
    struct sigaction action = {.sa_handler = handle_signal}; /* no SA_RESTART: a waiting read() must wake up */

    cancel_of_run = cancel;
    sigemptyset(&action.sa_mask);
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

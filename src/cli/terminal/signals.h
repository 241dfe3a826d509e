/* Handles Ctrl-C and SIGTERM. The first signal requests the cancel token and ends the program shortly after, even if it
 * is blocked; the second ends it immediately. Committed work is kept. */
#ifndef CLI_TERMINAL_SIGNALS_H
#define CLI_TERMINAL_SIGNALS_H

#include <contextpack/cancel.h>

#include <sys/types.h>

/* Installs the handlers, which request `cancel`, and ignores SIGPIPE. */
void signals_install(cpk_cancel *cancel);

/* From here the first signal requests the token and does not end the program, which ends in its own time. */
void signals_wait(void);

int signals_caught(void);    /* number of the received signal, or 0 */
int signals_exit_code(void); /* 128 + the signal */

/* Like read(), with or without O_NONBLOCK: waits for bytes, the end, or a signal, for which it returns -1 with EINTR.
 */
ssize_t signals_read(int fd, void *buffer, size_t capacity);

#endif

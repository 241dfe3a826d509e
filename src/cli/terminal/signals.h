/* Ctrl-C and SIGTERM: the first asks the work to stop at its next safe point and ends the program soon after if it has
 * not by then, whatever it waits for; the second ends it at once. Neither loses committed work. */
#ifndef CLI_TERMINAL_SIGNALS_H
#define CLI_TERMINAL_SIGNALS_H

#include <contextpack/cancel.h>

#include <sys/types.h>

/* From now on both signals request `cancel`, and a closed pipe is an error of write(), not the program's end. */
void signals_install(cpk_cancel *cancel);

int signals_caught(void);    /* the signal's number, 0: none yet */
int signals_exit_code(void); /* 128 + the signal */

/* read(), of a descriptor that may be without O_NONBLOCK or not: waits for bytes, for the end, or for a signal, which
 * gives -1 and EINTR. */
ssize_t signals_read(int fd, void *buffer, size_t capacity);

#endif

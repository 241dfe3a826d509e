/* Ctrl-C and SIGTERM: the first asks the work to stop at its next safe point, the second ends the program. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <contextpack/cancel.h>

/* From now on both signals request `cancel`, and a closed pipe is an error of write(), not the program's end. */
void signals_install(cpk_cancel *cancel);

int signals_caught(void);    /* the signal's number, 0: none yet */
int signals_exit_code(void); /* 128 + the signal */

#endif

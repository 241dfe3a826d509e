/* The token that this thread's calls of a built-in driver watch: the slot set_cancel, and what the drivers ask. */
#ifndef STORAGE_WATCH_H
#define STORAGE_WATCH_H

#include <contextpack/cancel.h>

/* The slot cpk_storage_driver.set_cancel. `self` is not used: a thread calls one driver at a time. */
void watch_set_cancel(void *self, const cpk_cancel *cancel);
/* The token that was given last, or NULL. */
const cpk_cancel *watch_token(void);
/* CPK_ERROR_CANCELLED if that token was requested. */
cpk_status watch_check(cpk_error **error);

#endif

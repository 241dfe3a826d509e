/* Checks of a cancellation token by long-running work. */
#ifndef BASE_CANCEL_H
#define BASE_CANCEL_H

#include <contextpack/cancel.h>

/* CPK_ERROR_CANCELLED if cancellation was requested. A NULL token is never cancelled. */
cpk_status cancel_check(const cpk_cancel *cancel, cpk_error **error);

#endif

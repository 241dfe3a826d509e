/* Where long work notices that it should stop. */
#ifndef BASE_CANCEL_H
#define BASE_CANCEL_H

#include <contextpack/cancel.h>

/* CPK_ERROR_CANCELLED when the token is requested; NULL never is. */
cpk_status cancel_check(const cpk_cancel *cancel, cpk_error **error);

#endif

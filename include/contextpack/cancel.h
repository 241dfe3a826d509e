#ifndef CONTEXTPACK_CANCEL_H
#define CONTEXTPACK_CANCEL_H

#include <contextpack/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A flag that stops long calls at the next safe point; nothing that was committed is lost. A database statement that
 * runs when the token is requested, and a wait for a lock of the database, end within a second.
 * Synchronised: any thread may request; the token must outlive the calls it was given to.
 */
typedef struct cpk_cancel cpk_cancel;

/** Makes a token that is not yet requested. Free it with cpk_cancel_free(). Since 0.1. */
CPK_API cpk_status cpk_cancel_create(cpk_cancel **cancel, cpk_error **error);

/** Asks every call that holds the token to stop. Safe in a signal handler. NULL is allowed. Since 0.1. */
CPK_API void cpk_cancel_request(cpk_cancel *cancel);

/** 1 once requested, else 0; 0 for NULL. Since 0.1. */
CPK_API int32_t cpk_cancel_requested(const cpk_cancel *cancel);

/** Makes a requested token usable again, between calls. NULL is allowed. Since 0.1. */
CPK_API void cpk_cancel_reset(cpk_cancel *cancel);

/** Releases the token. NULL is allowed. Since 0.1. */
CPK_API void cpk_cancel_free(cpk_cancel *cancel);

#ifdef __cplusplus
}
#endif
#endif

#ifndef CONTEXTPACK_CANCEL_H
#define CONTEXTPACK_CANCEL_H

/**
 * Cancel tokens: stop a long call from another thread or from a signal handler.
 *
 * A call that was cancelled returns CPK_ERROR_CANCELLED. What it had committed stays; calling it again continues with
 * what is left. An example, where the token may be requested by any thread while the call runs:
 *
 *     cpk_run_options options = CPK_RUN_OPTIONS_INIT;
 *     cpk_input input = CPK_INPUT_INIT;
 *     cpk_cancel *cancel = NULL;
 *
 *     if (cpk_cancel_create(&cancel, &error) == CPK_OK) {
 *         input.path = "conversations.json";
 *         options.cancel = cancel;
 *         cpk_extract(engine, &input, NULL, NULL, &options, NULL, &error);
 *     }
 *     cpk_cancel_free(cancel);
 */

#include <contextpack/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A flag that stops the calls it was given to at their next safe point. A running database statement and a wait for a
 * database lock end within a second.
 * Synchronised: any thread may use it. The token must exist until the calls it was given to have returned.
 */
typedef struct cpk_cancel cpk_cancel;

/**
 * Creates a token that is not requested yet.
 *
 * @param cancel  out: free it with cpk_cancel_free(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  `cancel` is NULL
 *         CPK_ERROR_OUT_OF_MEMORY     no memory for the token
 * Since 0.2.
 */
CPK_API cpk_status cpk_cancel_create(cpk_cancel **cancel, cpk_error **error);

/** Asks every call that the token was given to to stop. Safe in a signal handler. NULL is allowed. Since 0.2. */
CPK_API void cpk_cancel_request(cpk_cancel *cancel);

/** 1 after cpk_cancel_request(), else 0; 0 for NULL. Since 0.2. */
CPK_API int32_t cpk_cancel_requested(const cpk_cancel *cancel);

/** Clears the request, so that the token can be used for another call. No call may be using it. NULL is allowed. Since
 * 0.2. */
CPK_API void cpk_cancel_reset(cpk_cancel *cancel);

/** Frees the token. NULL is allowed. Since 0.2. */
CPK_API void cpk_cancel_free(cpk_cancel *cancel);

#ifdef __cplusplus
}
#endif
#endif

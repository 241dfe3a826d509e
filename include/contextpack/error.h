#ifndef CONTEXTPACK_ERROR_H
#define CONTEXTPACK_ERROR_H

/**
 * Errors: what failed, in which part of the library, and whether the call can be repeated.
 *
 * Every fallible function takes a `cpk_error **` as its last argument. Pass NULL if the cpk_status is enough. Otherwise
 * start with a NULL pointer; a call that fails stores an error that the caller frees, a call that returns CPK_OK leaves
 * the pointer as it was. An example:
 *
 *     cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
 *     cpk_engine *opened = NULL;
 *
 *     options.database = "sqlite:packs.db";
 *     if (cpk_engine_open(&options, &opened, &error) != CPK_OK) {
 *         fprintf(stderr, "%s: %s%s\n", cpk_error_domain(error), cpk_error_message(error),
 *                 cpk_error_retryable(error) ? " (try again)" : "");
 *         cpk_error_free(error);
 *     }
 *     cpk_engine_close(opened);
 */

#include <contextpack/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Describes one failure. Immutable: any thread may read it. The caller owns it and frees it with cpk_error_free().
 *
 * Errors are allocated with the C library's malloc, because they may outlive the engine that made them. The error for
 * CPK_ERROR_OUT_OF_MEMORY is a static object: no allocation is needed to report it. Messages never contain secrets.
 */
typedef struct cpk_error cpk_error;

/** The status code, one of CPK_ERROR_*; CPK_OK for NULL. Since 0.2. */
CPK_API cpk_status cpk_error_code(const cpk_error *error);

/** The part of the library that failed: "argument", "database", "storage", "import", ... ; never NULL. Since 0.2. */
CPK_API const char *cpk_error_domain(const cpk_error *error);

/**
 * The message for people: what failed, where, and what to do; never NULL. One line of valid UTF-8: control characters
 * in names of files and conversations are replaced by spaces. Since 0.2.
 */
CPK_API const char *cpk_error_message(const cpk_error *error);

/** The code that a database, a server or the operating system reported: an SQLSTATE, "errno 28", "HTTP 503",
 * "SQLITE_FULL"; "" when there is none; never NULL. Since 0.2. */
CPK_API const char *cpk_error_native(const cpk_error *error);

/** 1 if the same call may succeed later without a change, else 0. Since 0.2. */
CPK_API int32_t cpk_error_retryable(const cpk_error *error);

/* ---- For drivers ---- */

/**
 * Creates an error, for drivers that the host provides. All texts are copied; NULL is taken as "".
 *
 * @param code       one of CPK_ERROR_*
 * @param domain     the part that failed: "database", "storage", ...
 * @param message    one sentence for people, without secrets
 * @param native     the code that a database, a server or the operating system reported, or NULL
 * @param retryable  1 if the same call may succeed later, else 0
 * @return the error; the static out-of-memory error if there is no memory for it; never NULL
 * Since 0.2.
 */
CPK_API cpk_error *cpk_error_new(cpk_status code, const char *domain, const char *message, const char *native,
                                 int32_t retryable);

/** Frees an error. NULL is allowed. Since 0.2. */
CPK_API void cpk_error_free(cpk_error *error);

#ifdef __cplusplus
}
#endif
#endif

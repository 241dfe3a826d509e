#ifndef CONTEXTPACK_ERROR_H
#define CONTEXTPACK_ERROR_H

#include <contextpack/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What went wrong, and where: immutable once returned, owned by whoever received it.
 *
 * A call that returns CPK_OK leaves `*error` as it was; start with NULL. A call that fails sets it when the pointer
 * is given. Memory: errors come from the C library's malloc, and "out of memory" is a static object, so that
 * reporting it needs none. Messages never hold secrets.
 */
typedef struct cpk_error cpk_error;

/** One of CPK_ERROR_*; CPK_OK for NULL. Since 0.1. */
CPK_API cpk_status cpk_error_code(const cpk_error *error);

/** The part of the library that failed: "argument", "database", "storage", "import", ... ; never NULL. Since 0.1. */
CPK_API const char *cpk_error_domain(const cpk_error *error);

/**
 * One sentence for a person: what, where, and what to do; never NULL. One line of valid UTF-8: control characters in
 * the names of files and conversations became spaces. Since 0.1.
 */
CPK_API const char *cpk_error_message(const cpk_error *error);

/** The foreign code behind it (SQLSTATE, "errno 28", "HTTP 503", "SQLITE_FULL"), or "" ; never NULL. Since 0.1. */
CPK_API const char *cpk_error_native(const cpk_error *error);

/** 1 when the same call may succeed later without a change, else 0. Since 0.1. */
CPK_API int32_t cpk_error_retryable(const cpk_error *error);

/**
 * Makes an error, for drivers that hosts write. All texts are copied; NULL texts are "".
 * Returns the static out-of-memory error when there is no memory; never NULL. Since 0.1.
 */
CPK_API cpk_error *cpk_error_new(cpk_status code, const char *domain, const char *message, const char *native,
                                 int32_t retryable);

/** Releases an error. NULL is allowed. Since 0.1. */
CPK_API void cpk_error_free(cpk_error *error);

#ifdef __cplusplus
}
#endif
#endif

/* Errors in internal code: `return error_set(error, CPK_ERROR_IO, "storage", "can't open %s: %s", path, why)`. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <contextpack/error.h>

/* Sets *error, freeing an earlier one, and returns the code. `error` may be NULL. */
cpk_status error_set(cpk_error **error, cpk_status code, const char *domain, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* As error_set(), with the native error code of a lower layer and whether a retry may succeed. */
cpk_status error_set_native(cpk_error **error, cpk_status code, const char *domain, const char *native,
                            int32_t retryable, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* For a failed system call: chooses the code from errno (NOT_FOUND, PERMISSION_DENIED, NO_SPACE, OUT_OF_MEMORY, else
 * IO). The message is "<formatted text>: <strerror>". */
cpk_status error_set_errno(cpk_error **error, int error_number, const char *domain, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

cpk_status error_out_of_memory(cpk_error **error);

/* Puts "<prefix>: " before the message of *error. Returns `code`. */
cpk_status error_prefix(cpk_error **error, cpk_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Frees *error and sets it to NULL, for an error that was handled. */
void error_clear(cpk_error **error);

/* For loops over rows of many users: 1 if the failure concerns only the current row, so that the loop continues; 0 if
 * other rows would fail the same way (no memory, cancelled, disk, storage or network failure). */
int32_t error_is_of_one_row(cpk_status status);

/* Moves `problem`, which the caller owns, to *error and returns its code; frees it if `error` is NULL. */
cpk_status error_give(cpk_error **error, cpk_error *problem);

/* Returns from the calling function with the status of `expression` unless it is CPK_OK. */
#define CPK_TRY(expression)                                                                                            \
    do {                                                                                                               \
        cpk_status try_status_ = (expression);                                                                         \
        if (try_status_ != CPK_OK) {                                                                                   \
            return try_status_;                                                                                        \
        }                                                                                                              \
    } while (0)

/* As CPK_TRY for functions with a `cpk_status status` and a `cleanup:` label. */
#define CPK_TRY_CLEANUP(expression)                                                                                    \
    do {                                                                                                               \
        status = (expression);                                                                                         \
        if (status != CPK_OK) {                                                                                        \
            goto cleanup;                                                                                              \
        }                                                                                                              \
    } while (0)

#endif

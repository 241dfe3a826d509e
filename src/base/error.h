/* How internal code reports: `return error_set(error, CPK_ERROR_IO, "storage", "can't open %s: %s", path, why)`. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <contextpack/error.h>

/* Sets *error when error is not NULL (an older error in it is freed first) and returns the code. */
cpk_status error_set(cpk_error **error, cpk_status code, const char *domain, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same, with the foreign code behind it and whether a retry may help. */
cpk_status error_set_native(cpk_error **error, cpk_status code, const char *domain, const char *native,
                            int32_t retryable, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* An operating-system failure: picks the code (NOT_FOUND, PERMISSION_DENIED, NO_SPACE, else IO) from errno and
 * says "<what>: <reason>", where the format gives <what>. */
cpk_status error_set_errno(cpk_error **error, int error_number, const char *domain, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

cpk_status error_out_of_memory(cpk_error **error);

/* Puts "<prefix>: " before the message of an error in flight and returns its code. */
cpk_status error_prefix(cpk_error **error, cpk_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Frees what is there and forgets it: for an error that was handled. */
void error_clear(cpk_error **error);

/* For work on everybody's rows: 1 when the failure is of the row at hand, so that the others are worked on; 0 when it
 * would meet them, too (no memory, cancelled, a broken disk, storage or network). */
int32_t error_is_of_one_row(cpk_status status);

/* Makes a problem, which is owned, the caller's error and returns its code. `error` may be NULL. */
cpk_status error_give(cpk_error **error, cpk_error *problem);

/* Returns from the function when an expression that gives a cpk_status fails. */
#define CPK_TRY(expression)                                                                                            \
    do {                                                                                                               \
        cpk_status try_status_ = (expression);                                                                         \
        if (try_status_ != CPK_OK) {                                                                                   \
            return try_status_;                                                                                        \
        }                                                                                                              \
    } while (0)

/* The same for functions with a `cleanup:` label and a `cpk_status status`. */
#define CPK_TRY_CLEANUP(expression)                                                                                    \
    do {                                                                                                               \
        status = (expression);                                                                                         \
        if (status != CPK_OK) {                                                                                        \
            goto cleanup;                                                                                              \
        }                                                                                                              \
    } while (0)

#endif

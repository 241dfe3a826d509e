/* What every public call does first: arguments are checked, option structs of older and newer callers are read. */
#ifndef API_CHECK_H
#define API_CHECK_H

#include "base/error.h"
#include "base/sized.h"

#include <contextpack/session.h>

/* `*out` is NULL unless the call succeeds; a missing out is the caller's mistake. */
#define CPK_CHECK_OUT(out, error)                                                                                      \
    do {                                                                                                               \
        if ((out) == NULL) {                                                                                           \
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "%s must not be NULL", #out);              \
        }                                                                                                              \
        *(out) = NULL;                                                                                                 \
    } while (0)

#define CPK_CHECK_ARG(condition, name, error)                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "%s is missing or out of range", name);    \
        }                                                                                                              \
    } while (0)

/* Reads a caller's struct into ours, whose first member is its size: a shorter one is continued with zeros, a longer
 * one is accepted when what we do not know is zero. given NULL leaves ours as it is. */
#define params_read(ours, our_bytes, given, name, error)                                                               \
    params_read_bounded(ours, our_bytes, STRUCT_BOUNDS(*(ours)), given, name, error)

cpk_status params_read_bounded(void *ours, size_t our_bytes, uint64_t bounds, const void *given, const char *name,
                               cpk_error **error);

/* A caller's struct that the call will fill: its struct_size must end where a field does. */
#define CPK_CHECK_ANSWER(given, name, error)                                                                           \
    CPK_CHECK_ARG((given)->struct_size >= sizeof(uint32_t) &&                                                          \
                      sized_ends((given)->struct_size, sizeof *(given), STRUCT_BOUNDS(*(given))),                      \
                  name ".struct_size", error)

/* Writes ours into a caller's struct of any size, which keeps its own struct_size. */
void params_write(void *given, const void *ours, size_t our_bytes);

/* Zeroes a caller's struct and writes its size: the function twin of the INIT macros. */
void params_init(void *params, size_t struct_size);

/* What calls that analyse check of their options, beyond what is read. */
cpk_status check_analysis(const cpk_run_options *options, cpk_error **error);

/* NULL is fine; else UTF-8 of at most max_bytes. */
cpk_status check_text(const char *text, size_t max_bytes, const char *name, cpk_error **error);

/* A text that must be there, too. */
cpk_status check_id(const char *text, const char *name, cpk_error **error);

/* NULL is fine; else a JSON object of at most max_bytes. */
cpk_status check_json_object(const char *text, size_t max_bytes, const char *name, cpk_error **error);

#endif

/* Argument checks of the public functions, and reading of option structs from older and newer callers. */
#ifndef API_CHECK_H
#define API_CHECK_H

#include "base/error.h"
#include "base/sized.h"
#include "engine/op_context.h"

#include <contextpack/session.h>

/* Sets *out, which is required, to NULL: its value if the call fails. */
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

/* sized_read() for an optional argument: if `source` is NULL, *target is unchanged. */
#define params_read(target, target_bytes, source, name, error)                                                         \
    params_read_into(&SIZED_TARGET(target, target_bytes), source, name, error)

cpk_status params_read_into(const struct sized_target *target, const void *source, const char *name, cpk_error **error);

/* Checks a caller's struct that the call fills: struct_size must be the end of a field. */
#define CPK_CHECK_OUT_STRUCT(out, name, error)                                                                         \
    CPK_CHECK_ARG((out)->struct_size >= sizeof(uint32_t) &&                                                            \
                      sized_ends((out)->struct_size, sizeof *(out), STRUCT_BOUNDS(*(out))),                            \
                  name ".struct_size", error)

/* Copies *source to a caller's struct, as far as it fits; struct_size of *target is unchanged. */
void params_write(void *target, const void *source, size_t source_bytes);

/* Sets a caller's struct to zeros and its struct_size: what the INIT macros do, for callers without macros. */
void params_init(void *params, size_t struct_size);

/* Reads the caller's options, which may be NULL, and starts an operation: end it with op_end() if this succeeds. */
cpk_status call_begin(struct op_context *op, cpk_session *session, const cpk_run_options *options, cpk_error **error);

/* As call_begin(), for operations that analyse: also checks the options that only these use. */
cpk_status call_begin_analysis(struct op_context *op, cpk_session *session, const cpk_run_options *options,
                               cpk_error **error);

/* Checks an optional text: NULL, or valid UTF-8 of at most max_bytes. */
cpk_status check_text(const char *text, size_t max_bytes, const char *name, cpk_error **error);

/* Checks a required identifier: valid UTF-8, not empty. */
cpk_status check_id(const char *text, const char *name, cpk_error **error);

/* Checks an optional text: NULL, or a JSON object of at most max_bytes that a column of either database can hold. */
cpk_status check_json_object(const char *text, size_t max_bytes, const char *name, cpk_error **error);

#endif

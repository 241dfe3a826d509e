/* Decodes the data that React Router writes into pages (turbo-stream, version 2): a pool of values that name each other
 * by index. A part of it is written as JSON. */
#ifndef EXTRACT_SHARES_TURBO_STREAM_H
#define EXTRACT_SHARES_TURBO_STREAM_H

#include "base/context.h"
#include "base/json/json_view.h"

#include <contextpack/backend/extractor.h>

/* A promise that a later line resolves. */
struct turbo_promise {
    int64_t id;
    int64_t index;
};

struct turbo_stream {
    const struct context *context;
    const cpk_sink *sink; /* asked for cancellation */
    struct buffer text;   /* the values of all lines as one array */
    struct json_doc doc;
    struct json_view *values;
    size_t value_count;
    struct turbo_promise *promises;
    size_t promise_count;
    size_t promise_capacity;
};

void turbo_stream_init(struct turbo_stream *stream, const struct context *context, const cpk_sink *sink);
void turbo_stream_free(struct turbo_stream *stream);

/* Reads the lines; value_count is 0 if the text is no such stream. A line that is not JSON ends it.
 * CPK_ERROR_LIMIT_EXCEEDED, CPK_ERROR_OUT_OF_MEMORY. */
cpk_status turbo_stream_read(struct turbo_stream *stream, const char *text, size_t length, cpk_error **error);

/* The value at an index, after promises; NONE for null, undefined and wrong indices. */
struct json_view turbo_value(const struct turbo_stream *stream, int64_t index);
/* A member of an object of the pool; *index is its index. 0 if there is none. */
int32_t turbo_member(const struct turbo_stream *stream, struct json_view object, const char *name, int64_t *index);

/* Appends a value as JSON; `left_out` (may be NULL) names members of the value itself, ending with NULL.
 * CPK_ERROR_LIMIT_EXCEEDED names import.max_conversation_bytes, import.max_json_depth or import.max_json_values: values
 * may be shared, so that the JSON is longer than the stream. */
cpk_status turbo_append_json(const struct turbo_stream *stream, struct json_view value, const char *const *left_out,
                             struct buffer *target, cpk_error **error);
/* The same for an object's members, without the braces. */
cpk_status turbo_append_members(const struct turbo_stream *stream, struct json_view object, const char *const *left_out,
                                struct buffer *target, cpk_error **error);

#endif

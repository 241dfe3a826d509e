/* Splits a stream of server-sent events (WHATWG HTML, 9.2) into events, whatever pieces it comes in. */
#ifndef ANALYZE_MODELS_SSE_H
#define ANALYZE_MODELS_SSE_H

#include "base/buffer.h"

#include <contextpack/error.h>

#define SSE_EVENT_NAME_BYTES 64

/* One event. `data` is the lines of its data, joined by '\n', NUL-terminated; valid during the call. */
struct sse_event {
    const char *name; /* "" if it has none */
    const char *data;
    size_t length;
};

/* Non-zero stops the stream. */
typedef int32_t (*sse_event_fn)(void *user, const struct sse_event *event);

struct sse {
    sse_event_fn on_event;
    void *user;
    size_t max_bytes; /* of one line and of one event's data */
    struct buffer line;
    struct buffer data;
    char name[SSE_EVENT_NAME_BYTES];
    int32_t has_data;   /* the event has a line of data, perhaps an empty one */
    int32_t is_started; /* a byte order mark can only stand at the start */
    int32_t after_cr;   /* a line feed here belongs to the last line's end */
};

void sse_init(struct sse *sse, const cpk_allocator *allocator, size_t max_bytes, sse_event_fn on_event, void *user);
void sse_free(struct sse *sse);
/* CPK_ERROR_CANCELLED: on_event stopped; CPK_ERROR_LIMIT_EXCEEDED: a line or an event is longer than max_bytes;
 * CPK_ERROR_OUT_OF_MEMORY. Makes no error object. */
cpk_status sse_add(struct sse *sse, const char *bytes, size_t length);
/* The stream ended: an event without the empty line that ends it counts, as several servers send their last one so. */
cpk_status sse_end(struct sse *sse);

#endif

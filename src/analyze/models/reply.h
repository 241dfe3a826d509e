/* What a model's server sends back: pieces of an answer as events, or all of it as one document. */
#ifndef ANALYZE_MODELS_REPLY_H
#define ANALYZE_MODELS_REPLY_H

#include "analyze/models/failure.h"
#include "analyze/models/model_options.h"
#include "analyze/models/sse.h"

/* Why the model stopped. NONE: it did not say so, so that the answer may be cut off. */
enum reply_finish {
    REPLY_NONE,
    REPLY_STOP,
    REPLY_LENGTH,
    REPLY_FILTERED,
    REPLY_REFUSED,
    REPLY_OVERFLOW, /* the context was full before the answer was whole */
};

struct reply {
    enum model_protocol protocol;
    const cpk_allocator *allocator;
    size_t max_bytes;
    struct sse sse;
    struct buffer text;
    struct buffer form; /* JSON that filled in the form of a forced tool; used instead of the text */
    struct buffer body; /* a response that is no stream of events */
    struct json_doc doc;
    struct model_usage usage;
    enum reply_finish finish;
    int32_t is_document; /* 1: `body` is being filled; 0: events; -1: not known yet */
    int32_t is_done;     /* the stream was ended by the server's last word */
    int32_t has_failed;  /* an error came inside the response: */
    struct failure failure;
    int32_t is_malformed; /* an event or the document was not what the protocol says */
    int32_t is_too_long;
    int32_t is_out_of_memory;
};

void reply_init(struct reply *reply, enum model_protocol protocol, const cpk_allocator *allocator, size_t max_bytes);
void reply_free(struct reply *reply);

/* Takes bytes of a response with status 200. `content_type` may be NULL; the first bytes decide when it says nothing.
 * Returns 0, or -1 when nothing more of it is of use: see has_failed and the flags. */
int32_t reply_add(struct reply *reply, const char *content_type, const void *bytes, size_t length);
/* All of it has come. */
void reply_end(struct reply *reply);

/* 1 if the answer is whole as far as the server said so. */
int32_t reply_is_complete(const struct reply *reply);
/* The answer as the model wrote it. */
const struct buffer *reply_answer(const struct reply *reply);

#endif

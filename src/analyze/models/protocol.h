/* Writes the request for one question: URL, headers and body of both protocols. */
#ifndef ANALYZE_MODELS_PROTOCOL_H
#define ANALYZE_MODELS_PROTOCOL_H

#include "analyze/models/failure.h"
#include "analyze/models/model_options.h"
#include "net/http_message.h"

#define PROTOCOL_HEADERS_MAX  8
#define PROTOCOL_BEARER_BYTES 4200

/* Parameters that a server may not know. All are sent until an answer says that one is not supported. */
enum {
    FEATURE_SCHEMA = 1,          /* the answer is kept to a JSON schema; Anthropic: by a tool that must be used */
    FEATURE_OBJECT = 2,          /* the answer is kept to JSON of any kind; without FEATURE_SCHEMA only */
    FEATURE_STREAM = 4,          /* the answer comes in pieces */
    FEATURE_STREAM_USAGE = 8,    /* the pieces end with the usage */
    FEATURE_TEMPERATURE = 16,    /* temperature */
    FEATURE_SEED = 32,           /* seed */
    FEATURE_COMPLETION_MAX = 64, /* max_completion_tokens, instead of max_tokens */
    FEATURE_CACHE = 128,         /* cache_control of the system prompt */
    FEATURE_MAX_TOKENS = 256,    /* a limit of the answer */
    FEATURE_SYSTEM = 512,        /* a message of the role system; otherwise the prompt stands before the text */
};

struct protocol_headers {
    struct http_header items[PROTOCOL_HEADERS_MAX];
    size_t count;
    char bearer[PROTOCOL_BEARER_BYTES]; /* wipe it */
};

int32_t protocol_features(const struct model_options *options);
void protocol_write_url(const struct model_options *options, struct buffer *url);
void protocol_set_headers(const struct model_options *options, const char *key, struct protocol_headers *headers);
/* The buffer's `failed` says whether there was memory. */
void protocol_write_body(const struct model_options *options, int32_t features, const cpk_analyzer_request *request,
                         struct buffer *body);
/* The features to try after a rejected request; the same ones if it was rejected for another reason. */
int32_t protocol_next_features(const struct failure *failure, int32_t features, int32_t has_schema);

#endif

/* What a URI "openai:MODEL?NAME=VALUE&..." or "anthropic:MODEL?..." says. */
#ifndef ANALYZE_MODELS_MODEL_OPTIONS_H
#define ANALYZE_MODELS_MODEL_OPTIONS_H

#include "analyze/models/price.h"

#define MODEL_NAME_BYTES 256
#define MODEL_URL_BYTES  1024
#define MODEL_WORD_BYTES 128

enum model_protocol { MODEL_OPENAI, MODEL_ANTHROPIC };

/* How an answer is kept to a JSON schema; each falls back to the next one. */
enum model_format { MODEL_FORMAT_SCHEMA, MODEL_FORMAT_OBJECT, MODEL_FORMAT_TEXT };

struct model_options {
    enum model_protocol protocol;
    enum model_format format;
    char name[MODEL_NAME_BYTES];
    char base_url[MODEL_URL_BYTES]; /* without a '/' at the end */
    char api_version[MODEL_WORD_BYTES];
    char organization[MODEL_WORD_BYTES];
    char project[MODEL_WORD_BYTES];
    int32_t is_default_url;
    int32_t is_local; /* the base URL is of this machine */
    int32_t is_azure; /* the key goes into the header api-key */
    int32_t is_streamed;
    int32_t has_seed;
    int64_t seed;
    int64_t temperature_milli; /* thousandths; -1: not sent */
    int64_t max_output_tokens; /* 0: not set */
    int64_t concurrency;       /* 0: the setting models.concurrency */
    struct model_price price;
};

/* 1 if the URI is one of a model. */
int32_t model_options_match(const char *uri);
/* CPK_ERROR_INVALID_ARGUMENT; messages do not repeat values, which may be secret. `prices` is the setting
 * models.prices, for a model without a price in the URI. */
cpk_status model_options_parse(const struct context *context, const char *uri, struct model_options *options,
                               cpk_error **error);

#endif

/* Prices of tokens, and what an answer costs, in whole numbers. */
#ifndef ANALYZE_MODELS_PRICE_H
#define ANALYZE_MODELS_PRICE_H

#include "base/context.h"

#define PRICE_UNSET (-1)
#define PRICE_MAX   INT64_C(1000000000) /* 1,000 dollars a million tokens */

enum price_kind { PRICE_INPUT, PRICE_CACHED, PRICE_CACHE_WRITE, PRICE_OUTPUT, PRICE_REASONING, PRICE_KINDS };

/* Millionths of a dollar for a million tokens; PRICE_UNSET where nothing is said. */
struct model_price {
    int64_t micros[PRICE_KINDS];
};

/* What one answer used. input_tokens includes the cached and the cache-written ones, output_tokens the reasoning. */
struct model_usage {
    int64_t input_tokens;
    int64_t cached_tokens;
    int64_t cache_write_tokens;
    int64_t output_tokens;
    int64_t reasoning_tokens;
};

void price_clear(struct model_price *price); /* all unset */
/* The kind of a name: input, cached, cache_write, output, reasoning; PRICE_KINDS if it is none. */
enum price_kind price_find(const char *name, size_t length);
/* Reads dollars for a million tokens, "0.15": at most six decimal places. Returns 0 if the text is not such a number.
 */
int32_t price_read(const char *text, size_t length, int64_t *micros);
/* Fills what is unset from the entry of a model, or of "*", in the setting models.prices. */
cpk_status price_fill(const struct context *context, const char *model, struct model_price *price, cpk_error **error);
/* Cached and cache-written tokens cost the input's price, and reasoning the output's, where they have none. */
int64_t price_cost_micros(const struct model_price *price, const struct model_usage *usage);

#endif

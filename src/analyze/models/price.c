#include "analyze/models/price.h"

#include "base/error.h"
#include "base/json/json_view.h"

#include <string.h>

#define DOMAIN      "analyzer"
#define DEPTH_MAX   4
#define VALUES_MAX  20000
#define TOKENS_MAX  INT64_C(1000000000)
#define PLACES      6
#define PER_MILLION INT64_C(1000000)

static const char *const NAMES[PRICE_KINDS] = {"input", "cached", "cache_write", "output", "reasoning"};

void price_clear(struct model_price *price)
{
    for (size_t i = 0; i < PRICE_KINDS; i++) {
        price->micros[i] = PRICE_UNSET;
    }
}

enum price_kind price_find(const char *name, size_t length)
{
    size_t kind = 0;

    while (kind < PRICE_KINDS && (strlen(NAMES[kind]) != length || memcmp(NAMES[kind], name, length) != 0)) {
        kind++;
    }
    return (enum price_kind)kind;
}

int32_t price_read(const char *text, size_t length, int64_t *micros)
{
    int64_t value = 0;
    size_t places = 0;
    size_t digits = 0;
    int32_t has_point = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.' && !has_point) {
            has_point = 1;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || places == PLACES || value > PRICE_MAX) {
            return 0;
        }
        value = value * 10 + (text[i] - '0');
        places += has_point != 0;
        digits++;
    }
    for (; places < PLACES && value <= PRICE_MAX; places++) {
        value *= 10;
    }
    *micros = value;
    return digits > 0 && value <= PRICE_MAX;
}

static cpk_status set_prices_error(cpk_error **error, const char *why)
{
    return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                     "the setting models.prices %s; it is JSON like {\"gpt-4o-mini\": {\"input\": 0.15, \"cached\": "
                     "0.075, \"output\": 0.6}}, in dollars for a million tokens",
                     why);
}

/* Numbers keep their spelling, so that no price goes through a floating point number. */
static int32_t read_member(struct json_view view, int64_t *micros)
{
    size_t start = view.start;
    size_t end = view.end;

    if (view.type == JSON_VIEW_STRING && end - start >= 2) {
        start++;
        end--;
    } else if (view.type != JSON_VIEW_NUMBER) {
        return 0;
    }
    return price_read(view.doc->text + start, end - start, micros);
}

static cpk_status read_entry(struct json_view entry, struct model_price *price, cpk_error **error)
{
    struct json_iter iter;

    if (entry.type != JSON_VIEW_OBJECT) {
        return set_prices_error(error, "has a model without prices");
    }
    json_iter_init(&iter, entry);
    while (json_iter_next(&iter)) {
        size_t kind = 0;
        int64_t micros;

        while (kind < PRICE_KINDS && !json_is_text(iter.name, NAMES[kind])) {
            kind++;
        }
        if (kind == PRICE_KINDS || !read_member(iter.value, &micros)) {
            return set_prices_error(error, "has a price that is not input, cached, cache_write, output or reasoning "
                                           "with a number of at most six decimal places, below 1000");
        }
        if (price->micros[kind] == PRICE_UNSET) {
            price->micros[kind] = micros;
        }
    }
    return CPK_OK;
}

static cpk_status read_table(const struct json_doc *doc, const char *model, struct model_price *price,
                             cpk_error **error)
{
    struct json_view root = json_doc_root(doc);
    struct json_view found;

    if (root.type != JSON_VIEW_OBJECT) {
        return set_prices_error(error, "is not an object");
    }
    found = json_get(root, model);
    if (found.type == JSON_VIEW_NONE) {
        found = json_get(root, "*");
    }
    return found.type == JSON_VIEW_NONE ? CPK_OK : read_entry(found, price, error);
}

cpk_status price_fill(const struct context *context, const char *model, struct model_price *price, cpk_error **error)
{
    const char *text = context_text_setting(context, TEXT_SETTING_MODELS_PRICES);
    struct json_doc doc;
    cpk_status status;

    if (text[0] == '\0') {
        return CPK_OK;
    }
    json_doc_init(&doc, &context->allocator);
    status = json_doc_read(&doc, text, strlen(text), DEPTH_MAX, VALUES_MAX);
    if (status == CPK_OK) {
        status = read_table(&doc, model, price, error);
    } else if (status == CPK_ERROR_OUT_OF_MEMORY) {
        status = error_out_of_memory(error);
    } else {
        status = set_prices_error(error, "is not JSON");
    }
    json_doc_free(&doc);
    return status;
}

static int64_t price_or(const struct model_price *price, enum price_kind kind, enum price_kind other)
{
    int64_t micros = price->micros[kind] != PRICE_UNSET ? price->micros[kind] : price->micros[other];

    return micros != PRICE_UNSET ? micros : 0;
}

static int64_t clamp(int64_t tokens, int64_t maximum)
{
    return tokens < 0 ? 0 : tokens > maximum ? maximum : tokens;
}

int64_t price_cost_micros(const struct model_price *price, const struct model_usage *usage)
{
    int64_t input = clamp(usage->input_tokens, TOKENS_MAX);
    int64_t cached = clamp(usage->cached_tokens, input);
    int64_t written = clamp(usage->cache_write_tokens, input - cached);
    int64_t output = clamp(usage->output_tokens, TOKENS_MAX);
    int64_t reasoning = clamp(usage->reasoning_tokens, output);
    /* At most 2 * 10^18: no sum overflows. */
    int64_t sum = (input - cached - written) * price_or(price, PRICE_INPUT, PRICE_INPUT) +
                  cached * price_or(price, PRICE_CACHED, PRICE_INPUT) +
                  written * price_or(price, PRICE_CACHE_WRITE, PRICE_INPUT) +
                  (output - reasoning) * price_or(price, PRICE_OUTPUT, PRICE_OUTPUT) +
                  reasoning * price_or(price, PRICE_REASONING, PRICE_OUTPUT);

    return (sum + PER_MILLION / 2) / PER_MILLION;
}

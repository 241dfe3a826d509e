#include "analyze/models/model_options.h"

#include "base/error.h"
#include "net/url.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN          "analyzer"
#define OPENAI_SCHEME   "openai:"
#define CLAUDE_SCHEME   "anthropic:"
#define OPENAI_URL      "https://api.openai.com/v1"
#define CLAUDE_URL      "https://api.anthropic.com"
#define CLAUDE_VERSION  "2023-06-01"
#define AZURE_SUFFIX    ".azure.com"
#define CLAUDE_TOKENS   8192 /* the messages API needs a limit */
#define OUTPUT_MAX      INT64_C(10000000)
#define CONCURRENCY_MAX 256

static cpk_status set_uri_error(cpk_error **error, const char *why)
{
    return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the analyzer openai:MODEL?NAME=VALUE %s", why);
}

static int32_t starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

int32_t model_options_match(const char *uri)
{
    return starts_with(uri, OPENAI_SCHEME) || starts_with(uri, CLAUDE_SCHEME);
}

static int32_t hex_value(char digit)
{
    static const char DIGITS[] = "0123456789abcdef";
    const char *found = digit != '\0' ? strchr(DIGITS, digit | 0x20) : NULL;

    return found != NULL ? (int32_t)(found - DIGITS) : -1;
}

/* Percent-decodes into a field. Control characters and what does not fit are refused. */
static int32_t decode(char *target, size_t capacity, const char *text, size_t length)
{
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        char byte = text[i];

        if (byte == '%') {
            int32_t high = i + 2 < length ? hex_value(text[i + 1]) : -1;
            int32_t low = high >= 0 ? hex_value(text[i + 2]) : -1;

            if (low < 0) {
                return 0;
            }
            byte = (char)(high * 16 + low);
            i += 2;
        }
        if ((unsigned char)byte < 0x20 || byte == 0x7f || used + 1 >= capacity) {
            return 0;
        }
        target[used++] = byte;
    }
    target[used] = '\0';
    return 1;
}

/* A whole number from 0 to `maximum`, or -1. */
static int64_t read_number(const char *text, int64_t maximum)
{
    int64_t value = 0;

    if (text[0] == '\0' || strlen(text) > 18 || text[strspn(text, "0123456789")] != '\0') {
        return -1;
    }
    for (; *text != '\0'; text++) {
        value = value * 10 + (*text - '0');
    }
    return value <= maximum ? value : -1;
}

static cpk_status read_url(struct model_options *options, const char *value, cpk_error **error)
{
    size_t length = strlen(value);

    while (length > 0 && value[length - 1] == '/') {
        length--;
    }
    if (length == 0 || length >= sizeof options->base_url || strpbrk(value, "?#") != NULL) {
        return set_uri_error(error, "needs a base_url like https://HOST/v1, without a query");
    }
    memcpy(options->base_url, value, length);
    options->base_url[length] = '\0';
    return CPK_OK;
}

static cpk_status read_word(char *target, const char *value, cpk_error **error)
{
    if (value[0] == '\0' || strlen(value) >= MODEL_WORD_BYTES) {
        return set_uri_error(error, "has a value that is empty or too long");
    }
    memcpy(target, value, strlen(value) + 1);
    return CPK_OK;
}

static cpk_status read_count(int64_t *target, const char *value, int64_t maximum, const char *why, cpk_error **error)
{
    *target = read_number(value, maximum);
    return *target >= 0 ? CPK_OK : set_uri_error(error, why);
}

static cpk_status read_temperature(struct model_options *options, const char *value, cpk_error **error)
{
    int64_t micros;

    if (strcmp(value, "default") == 0) {
        options->temperature_milli = -1;
        return CPK_OK;
    }
    if (!price_read(value, strlen(value), &micros) || micros > 2000000) {
        return set_uri_error(error, "needs a temperature from 0 to 2, or temperature=default");
    }
    options->temperature_milli = micros / 1000;
    return CPK_OK;
}

static cpk_status read_format(struct model_options *options, const char *value, cpk_error **error)
{
    static const char *const FORMATS[] = {"json_schema", "json_object", "text"};

    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS[0]; i++) {
        if (strcmp(value, FORMATS[i]) == 0) {
            options->format = (enum model_format)i;
            return CPK_OK;
        }
    }
    return set_uri_error(error, "needs format=json_schema, format=json_object or format=text");
}

static cpk_status read_switch(int32_t *target, const char *value, cpk_error **error)
{
    if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0) {
        return set_uri_error(error, "needs stream=0 or stream=1");
    }
    *target = value[0] == '1';
    return CPK_OK;
}

static cpk_status read_price(struct model_options *options, const char *name, const char *value, cpk_error **error)
{
    enum price_kind kind = price_find(name, strlen(name));

    if (kind == PRICE_KINDS || !price_read(value, strlen(value), &options->price.micros[kind])) {
        return set_uri_error(error,
                             "needs prices (price_input, price_cached, price_cache_write, price_output, "
                             "price_reasoning) in dollars for a million tokens, with at most six decimal places");
    }
    return CPK_OK;
}

static cpk_status read_option(struct model_options *options, const char *name, const char *value, cpk_error **error)
{
    if (strcmp(name, "base_url") == 0) {
        return read_url(options, value, error);
    }
    if (strcmp(name, "api_version") == 0) {
        return read_word(options->api_version, value, error);
    }
    if (strcmp(name, "organization") == 0) {
        return read_word(options->organization, value, error);
    }
    if (strcmp(name, "project") == 0) {
        return read_word(options->project, value, error);
    }
    if (strcmp(name, "max_output_tokens") == 0) {
        return read_count(&options->max_output_tokens, value, OUTPUT_MAX, "needs a number as max_output_tokens", error);
    }
    if (strcmp(name, "concurrency") == 0) {
        return read_count(&options->concurrency, value, CONCURRENCY_MAX, "needs a concurrency of at most 256", error);
    }
    if (strcmp(name, "seed") == 0) {
        options->has_seed = 1;
        return read_count(&options->seed, value, INT64_MAX, "needs a whole number as seed", error);
    }
    if (strcmp(name, "temperature") == 0) {
        return read_temperature(options, value, error);
    }
    if (strcmp(name, "format") == 0) {
        return read_format(options, value, error);
    }
    if (strcmp(name, "stream") == 0) {
        return read_switch(&options->is_streamed, value, error);
    }
    if (starts_with(name, "price_")) {
        return read_price(options, name + strlen("price_"), value, error);
    }
    return set_uri_error(error,
                         "knows only base_url, api_version, organization, project, max_output_tokens, temperature, "
                         "seed, concurrency, format, stream and price_* after the '?'; keys come from OPENAI_API_KEY, "
                         "ANTHROPIC_API_KEY or the settings models.*_api_key");
}

static cpk_status read_query(struct model_options *options, const char *query, cpk_error **error)
{
    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        const char *equal = memchr(query, '=', length);
        char name[32];
        char value[MODEL_URL_BYTES];

        if (equal == NULL || (size_t)(equal - query) >= sizeof name) {
            return read_option(options, "", "", error);
        }
        memcpy(name, query, (size_t)(equal - query));
        name[equal - query] = '\0';
        if (!decode(value, sizeof value, equal + 1, length - (size_t)(equal + 1 - query))) {
            return set_uri_error(error, "has an invalid value after the '?'");
        }
        CPK_TRY(read_option(options, name, value, error));
        query += length + (query[length] == '&');
    }
    return CPK_OK;
}

static int32_t ends_with(const char *text, const char *suffix)
{
    size_t length = strlen(text);
    size_t wanted = strlen(suffix);

    return length >= wanted && strcmp(text + length - wanted, suffix) == 0;
}

static int32_t host_is_local(const char *host)
{
    static const char *const HOSTS[] = {"127.0.0.1", "[::1]", "::1", "localhost"};

    for (size_t i = 0; i < sizeof HOSTS / sizeof HOSTS[0]; i++) {
        if (strcmp(host, HOSTS[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Without TLS the texts and the key could be read on their way: http:// leads to this machine only. */
static cpk_status check_url(struct model_options *options, cpk_error **error)
{
    struct url_parts parts;

    if (url_split(options->base_url, &parts, NULL) != CPK_OK) {
        return set_uri_error(error, "needs a base_url like https://HOST/v1, without a user or password");
    }
    options->is_local = host_is_local(parts.host);
    if (!parts.is_https && !options->is_local) {
        return set_uri_error(error, "needs an https:// base_url; http:// only on this machine (127.0.0.1)");
    }
    options->is_azure =
        options->protocol == MODEL_OPENAI && (options->api_version[0] != '\0' || ends_with(parts.host, AZURE_SUFFIX));
    return CPK_OK;
}

static void set_defaults(struct model_options *options)
{
    const int32_t is_openai = options->protocol == MODEL_OPENAI;

    options->is_default_url = options->base_url[0] == '\0';
    if (options->is_default_url) {
        snprintf(options->base_url, sizeof options->base_url, "%s", is_openai ? OPENAI_URL : CLAUDE_URL);
    }
    if (!is_openai && options->api_version[0] == '\0') {
        snprintf(options->api_version, sizeof options->api_version, CLAUDE_VERSION);
    }
    if (!is_openai && options->max_output_tokens == 0) {
        options->max_output_tokens = CLAUDE_TOKENS;
    }
}

cpk_status model_options_parse(const struct context *context, const char *uri, struct model_options *options,
                               cpk_error **error)
{
    const char *text = strchr(uri, ':') + 1;
    size_t length = strcspn(text, "?");

    memset(options, 0, sizeof *options);
    price_clear(&options->price);
    options->protocol = starts_with(uri, CLAUDE_SCHEME) ? MODEL_ANTHROPIC : MODEL_OPENAI;
    options->is_streamed = 1;
    if (length == 0 || !decode(options->name, sizeof options->name, text, length)) {
        return set_uri_error(error, "needs a model's name of at most 255 bytes, like openai:gpt-4o-mini");
    }
    if (text[length] == '?') {
        CPK_TRY(read_query(options, text + length + 1, error));
    }
    set_defaults(options);
    CPK_TRY(check_url(options, error));
    return price_fill(context, options->name, &options->price, error);
}

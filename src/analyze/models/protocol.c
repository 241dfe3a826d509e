#include "analyze/models/protocol.h"

#include "base/json/json.h"

#include <stdio.h>
#include <string.h>

#define SCHEMA_NAME "answer"
#define FORM_USE    "Gives the answer. Fill in every field from the text; leave out what it does not say."

int32_t protocol_features(const struct model_options *options)
{
    int32_t features = FEATURE_TEMPERATURE | FEATURE_MAX_TOKENS | FEATURE_SYSTEM;

    if (options->format == MODEL_FORMAT_SCHEMA) {
        features |= FEATURE_SCHEMA | FEATURE_OBJECT;
    } else if (options->format == MODEL_FORMAT_OBJECT) {
        features |= FEATURE_OBJECT;
    }
    if (options->is_streamed) {
        features |= FEATURE_STREAM;
    }
    if (options->protocol == MODEL_ANTHROPIC) {
        return features | FEATURE_CACHE;
    }
    if (options->is_default_url || options->is_azure) {
        features |= FEATURE_COMPLETION_MAX;
    }
    return features | FEATURE_STREAM_USAGE | FEATURE_SEED;
}

void protocol_write_url(const struct model_options *options, struct buffer *url)
{
    size_t length = strlen(options->base_url);

    buffer_append(url, options->base_url, length);
    if (options->protocol == MODEL_ANTHROPIC) {
        const int32_t has_version = length > 3 && strcmp(options->base_url + length - 3, "/v1") == 0;

        buffer_append_text(url, has_version ? "/messages" : "/v1/messages");
        return;
    }
    buffer_append_text(url, "/chat/completions");
    if (options->api_version[0] != '\0') {
        buffer_append_format(url, "?api-version=%s", options->api_version);
    }
}

static void add_header(struct protocol_headers *headers, const char *name, const char *value)
{
    if (value[0] != '\0' && headers->count < PROTOCOL_HEADERS_MAX) {
        headers->items[headers->count++] = (struct http_header){name, value};
    }
}

void protocol_set_headers(const struct model_options *options, const char *key, struct protocol_headers *headers)
{
    headers->count = 0;
    headers->bearer[0] = '\0';
    add_header(headers, "Content-Type", "application/json");
    add_header(headers, "Accept", options->is_streamed ? "text/event-stream, application/json" : "application/json");
    if (options->protocol == MODEL_ANTHROPIC) {
        add_header(headers, "x-api-key", key);
        add_header(headers, "anthropic-version", options->api_version);
        return;
    }
    if (options->is_azure) {
        add_header(headers, "api-key", key);
    } else if (key[0] != '\0') {
        snprintf(headers->bearer, sizeof headers->bearer, "Bearer %s", key);
        add_header(headers, "Authorization", headers->bearer);
    }
    add_header(headers, "OpenAI-Organization", options->organization);
    add_header(headers, "OpenAI-Project", options->project);
}

/* Inserts a text that is JSON already. */
static void write_raw(struct json_writer *writer, const char *json)
{
    if (writer->comma) {
        buffer_append_byte(writer->target, ',');
    }
    buffer_append_text(writer->target, json);
    writer->comma = 1;
}

static void write_field(struct json_writer *writer, const char *name, const char *value)
{
    json_write_key(writer, name);
    json_write_string(writer, value);
}

static void write_temperature(struct json_writer *writer, int64_t milli)
{
    char number[32];

    snprintf(number, sizeof number, "%lld.%03lld", (long long)(milli / 1000), (long long)(milli % 1000));
    json_write_key(writer, "temperature");
    write_raw(writer, milli == 0 ? "0" : number);
}

static int64_t output_limit(const struct model_options *options, const cpk_analyzer_request *request)
{
    int64_t limit = request->max_output_tokens;

    if (limit <= 0 || (options->max_output_tokens > 0 && options->max_output_tokens < limit)) {
        limit = options->max_output_tokens;
    }
    return limit;
}

static const char *schema_name(const cpk_analyzer_request *request)
{
    return request->response_name != NULL ? request->response_name : SCHEMA_NAME;
}

static void write_common(struct json_writer *writer, const struct model_options *options, int32_t features,
                         const cpk_analyzer_request *request)
{
    const int64_t limit = output_limit(options, request);

    write_field(writer, "model", options->name);
    if (limit > 0 && (features & FEATURE_MAX_TOKENS) != 0) {
        json_write_key(writer, features & FEATURE_COMPLETION_MAX ? "max_completion_tokens" : "max_tokens");
        json_write_int64(writer, limit);
    }
    if (options->temperature_milli >= 0 && (features & FEATURE_TEMPERATURE) != 0) {
        write_temperature(writer, options->temperature_milli);
    }
    if ((features & FEATURE_STREAM) != 0) {
        json_write_key(writer, "stream");
        json_write_bool(writer, 1);
    }
}

static void write_message(struct json_writer *writer, const char *role, const char *first, const char *text,
                          size_t length)
{
    json_write_begin_object(writer);
    write_field(writer, "role", role);
    json_write_key(writer, "content");
    if (first == NULL) {
        json_write_text(writer, text, length);
    } else {
        json_write_begin_array(writer);
        json_write_begin_object(writer);
        write_field(writer, "type", "text");
        write_field(writer, "text", first);
        json_write_end_object(writer);
        json_write_begin_object(writer);
        write_field(writer, "type", "text");
        json_write_key(writer, "text");
        json_write_text(writer, text, length);
        json_write_end_object(writer);
        json_write_end_array(writer);
    }
    json_write_end_object(writer);
}

/* --- chat completions --- */

static void write_schema(struct json_writer *writer, const cpk_analyzer_request *request)
{
    json_write_begin_object(writer);
    write_field(writer, "type", "json_schema");
    json_write_key(writer, "json_schema");
    json_write_begin_object(writer);
    write_field(writer, "name", schema_name(request));
    json_write_key(writer, "strict");
    json_write_bool(writer, 1);
    json_write_key(writer, "schema");
    write_raw(writer, request->response_schema);
    json_write_end_object(writer);
    json_write_end_object(writer);
}

static void write_format(struct json_writer *writer, int32_t features, const cpk_analyzer_request *request)
{
    if (request->response_schema == NULL || (features & (FEATURE_SCHEMA | FEATURE_OBJECT)) == 0) {
        return;
    }
    json_write_key(writer, "response_format");
    if ((features & FEATURE_SCHEMA) != 0) {
        write_schema(writer, request);
        return;
    }
    json_write_begin_object(writer);
    write_field(writer, "type", "json_object");
    json_write_end_object(writer);
}

static void write_openai(struct json_writer *writer, const struct model_options *options, int32_t features,
                         const cpk_analyzer_request *request)
{
    const int32_t has_system = (features & FEATURE_SYSTEM) != 0;

    json_write_begin_object(writer);
    write_common(writer, options, features, request);
    if (options->has_seed && (features & FEATURE_SEED) != 0) {
        json_write_key(writer, "seed");
        json_write_int64(writer, options->seed);
    }
    if ((features & FEATURE_STREAM) != 0 && (features & FEATURE_STREAM_USAGE) != 0) {
        json_write_key(writer, "stream_options");
        json_write_begin_object(writer);
        json_write_key(writer, "include_usage");
        json_write_bool(writer, 1);
        json_write_end_object(writer);
    }
    write_format(writer, features, request);
    json_write_key(writer, "messages");
    json_write_begin_array(writer);
    if (has_system) {
        write_message(writer, "system", NULL, request->system_prompt, strlen(request->system_prompt));
    }
    write_message(writer, "user", has_system ? NULL : request->system_prompt, request->text, request->text_length);
    json_write_end_array(writer);
    json_write_end_object(writer);
}

/* --- messages --- */

/* The prompt is the same for all chunks: the server may keep what it has read of it. */
static void write_system(struct json_writer *writer, int32_t features, const char *prompt)
{
    json_write_key(writer, "system");
    json_write_begin_array(writer);
    json_write_begin_object(writer);
    write_field(writer, "type", "text");
    write_field(writer, "text", prompt);
    if ((features & FEATURE_CACHE) != 0) {
        json_write_key(writer, "cache_control");
        json_write_begin_object(writer);
        write_field(writer, "type", "ephemeral");
        json_write_end_object(writer);
    }
    json_write_end_object(writer);
    json_write_end_array(writer);
}

static void write_form(struct json_writer *writer, const cpk_analyzer_request *request)
{
    json_write_key(writer, "tools");
    json_write_begin_array(writer);
    json_write_begin_object(writer);
    write_field(writer, "name", schema_name(request));
    write_field(writer, "description", FORM_USE);
    json_write_key(writer, "input_schema");
    write_raw(writer, request->response_schema);
    json_write_end_object(writer);
    json_write_end_array(writer);
    json_write_key(writer, "tool_choice");
    json_write_begin_object(writer);
    write_field(writer, "type", "tool");
    write_field(writer, "name", schema_name(request));
    json_write_end_object(writer);
}

static void write_anthropic(struct json_writer *writer, const struct model_options *options, int32_t features,
                            const cpk_analyzer_request *request)
{
    json_write_begin_object(writer);
    write_common(writer, options, features, request);
    if (request->system_prompt[0] != '\0') {
        write_system(writer, features, request->system_prompt);
    }
    if (request->response_schema != NULL && (features & FEATURE_SCHEMA) != 0) {
        write_form(writer, request);
    }
    json_write_key(writer, "messages");
    json_write_begin_array(writer);
    write_message(writer, "user", NULL, request->text, request->text_length);
    json_write_end_array(writer);
    json_write_end_object(writer);
}

void protocol_write_body(const struct model_options *options, int32_t features, const cpk_analyzer_request *request,
                         struct buffer *body)
{
    struct json_writer writer;

    json_writer_init(&writer, body);
    if (options->protocol == MODEL_OPENAI) {
        write_openai(&writer, options, features, request);
    } else {
        write_anthropic(&writer, options, features, request);
    }
}

int32_t protocol_next_features(const struct failure *failure, int32_t features, int32_t has_schema)
{
    static const struct {
        int32_t feature;
        int32_t is_format; /* only sent with a schema */
        const char *name;
    } FEATURES[] = {
        {FEATURE_SCHEMA, 1, "json_schema"},
        {FEATURE_SCHEMA, 1, "tool_choice"},
        {FEATURE_SCHEMA, 1, "tools"},
        {FEATURE_SCHEMA, 1, "response_format"},
        {FEATURE_SCHEMA, 1, "json_object"},
        {FEATURE_OBJECT, 1, "response_format"},
        {FEATURE_OBJECT, 1, "json_object"},
        {FEATURE_STREAM_USAGE, 0, "stream_options"},
        {FEATURE_STREAM_USAGE, 0, "include_usage"},
        {FEATURE_TEMPERATURE, 0, "temperature"},
        {FEATURE_SEED, 0, "seed"},
        {FEATURE_COMPLETION_MAX, 0, "max_completion_tokens"},
        {FEATURE_CACHE, 0, "cache_control"},
        {FEATURE_STREAM, 0, "stream"},
    };

    if (failure->status != 400 && failure->status != 422 && failure->status != 501) {
        return features;
    }
    if ((features & FEATURE_COMPLETION_MAX) == 0 && failure_names(failure, "max_completion_tokens")) {
        return features | FEATURE_COMPLETION_MAX; /* "use max_completion_tokens instead" */
    }
    for (size_t i = 0; i < sizeof FEATURES / sizeof FEATURES[0]; i++) {
        if ((features & FEATURES[i].feature) != 0 && (has_schema || !FEATURES[i].is_format) &&
            failure_names(failure, FEATURES[i].name)) {
            return features & ~FEATURES[i].feature;
        }
    }
    return failure_names(failure, "system") && failure_names(failure, "role") ? features & ~FEATURE_SYSTEM : features;
}

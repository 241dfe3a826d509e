#include "analyze/models/reply.h"

#include <string.h>
#include <strings.h>

#define DEPTH_MAX  128
#define VALUES_MAX 1000000
#define TOKENS_MAX INT64_C(1000000000)

static int32_t take_event(void *user, const struct sse_event *event);

void reply_init(struct reply *reply, enum model_protocol protocol, const cpk_allocator *allocator, size_t max_bytes)
{
    memset(reply, 0, sizeof *reply);
    reply->protocol = protocol;
    reply->allocator = allocator;
    reply->max_bytes = max_bytes;
    reply->is_document = -1;
    sse_init(&reply->sse, allocator, max_bytes, take_event, reply);
    buffer_init(&reply->text, allocator);
    buffer_init(&reply->form, allocator);
    buffer_init(&reply->body, allocator);
    json_doc_init(&reply->doc, allocator);
}

void reply_free(struct reply *reply)
{
    sse_free(&reply->sse);
    buffer_free(&reply->text);
    buffer_free(&reply->form);
    buffer_free(&reply->body);
    json_doc_free(&reply->doc);
}

const struct buffer *reply_answer(const struct reply *reply)
{
    return reply->form.length > 0 ? &reply->form : &reply->text;
}

int32_t reply_is_complete(const struct reply *reply)
{
    return !reply->has_failed && !reply->is_malformed && !reply->is_too_long && !reply->is_out_of_memory &&
           (reply->is_done || reply->finish != REPLY_NONE);
}

/* --- parts of both protocols --- */

static void append(struct reply *reply, struct buffer *target, struct json_view text)
{
    if (text.type != JSON_VIEW_STRING) {
        return;
    }
    if (json_text_bound(text) > reply->max_bytes - target->length) {
        reply->is_too_long = 1;
        return;
    }
    (void)json_append_text(target, text);
    reply->is_out_of_memory |= target->failed;
}

/* A text, or a list of parts that have one. */
static void append_content(struct reply *reply, struct json_view content)
{
    struct json_iter iter;

    if (content.type != JSON_VIEW_ARRAY) {
        append(reply, &reply->text, content);
        return;
    }
    json_iter_init(&iter, content);
    while (json_iter_next(&iter)) {
        append(reply, &reply->text, json_get(iter.value, "text"));
    }
}

static int64_t count(struct json_view object, const char *name)
{
    int64_t tokens = json_int64(json_get(object, name), 0);

    return tokens < 0 ? 0 : tokens > TOKENS_MAX ? TOKENS_MAX : tokens;
}

/* The later number counts: servers repeat usage with every event, and each time it is the sum so far. */
static void set_count(int64_t *target, int64_t tokens)
{
    if (tokens > 0) {
        *target = tokens;
    }
}

static void fail(struct reply *reply, struct json_view error)
{
    failure_read_event(&reply->failure, error);
    reply->has_failed = 1;
}

/* --- chat completions --- */

static void read_openai_usage(struct reply *reply, struct json_view usage)
{
    struct model_usage *used = &reply->usage;

    if (usage.type != JSON_VIEW_OBJECT) {
        return;
    }
    set_count(&used->input_tokens, count(usage, "prompt_tokens"));
    set_count(&used->output_tokens, count(usage, "completion_tokens"));
    set_count(&used->cached_tokens, count(usage, "prompt_cache_hit_tokens"));
    set_count(&used->cached_tokens, count(json_get(usage, "prompt_tokens_details"), "cached_tokens"));
    set_count(&used->reasoning_tokens, count(json_get(usage, "completion_tokens_details"), "reasoning_tokens"));
}

static void read_openai_finish(struct reply *reply, struct json_view reason)
{
    if (reason.type != JSON_VIEW_STRING || json_is_empty_text(reason)) {
        return;
    }
    if (json_is_text(reason, "error")) { /* a gateway's upstream broke off */
        reply->is_malformed = 1;
    } else if (json_is_text(reason, "length")) {
        reply->finish = REPLY_LENGTH;
    } else if (json_is_text(reason, "content_filter")) {
        reply->finish = REPLY_FILTERED;
    } else if (reply->finish == REPLY_NONE) {
        reply->finish = REPLY_STOP;
    }
}

static void read_openai_choice(struct reply *reply, struct json_view choice)
{
    static const struct json_name NAMES[] = {JSON_NAME("delta"), JSON_NAME("message"), JSON_NAME("finish_reason"),
                                             JSON_NAME("index")};
    struct json_view parts[4];
    struct json_view refusal;

    json_select(choice, NAMES, 4, parts);
    if (json_int64(parts[3], 0) != 0) {
        return; /* only one was asked for */
    }
    for (size_t i = 0; i < 2; i++) {
        append_content(reply, json_get(parts[i], "content"));
        refusal = json_get(parts[i], "refusal");
        if (!json_is_empty_text(refusal)) {
            reply->finish = REPLY_REFUSED;
        }
    }
    read_openai_finish(reply, parts[2]);
}

static void read_openai(struct reply *reply, struct json_view root)
{
    static const struct json_name NAMES[] = {JSON_NAME("error"), JSON_NAME("choices"), JSON_NAME("usage"),
                                             JSON_NAME("object")};
    struct json_view parts[4];
    struct json_iter iter;

    json_select(root, NAMES, 4, parts);
    if (parts[0].type != JSON_VIEW_NONE) {
        fail(reply, parts[0]);
        return;
    }
    if (json_is_text(parts[3], "error")) {
        fail(reply, root);
        return;
    }
    if (parts[1].type != JSON_VIEW_ARRAY && parts[2].type != JSON_VIEW_OBJECT) {
        reply->is_malformed |= reply->is_document > 0;
        return;
    }
    json_iter_init(&iter, parts[1]);
    while (json_iter_next(&iter)) {
        read_openai_choice(reply, iter.value);
    }
    read_openai_usage(reply, parts[2]);
}

/* --- messages --- */

static void read_anthropic_usage(struct reply *reply, struct json_view usage)
{
    struct model_usage *used = &reply->usage;
    int64_t cached, written, input;

    if (usage.type != JSON_VIEW_OBJECT) {
        return;
    }
    cached = count(usage, "cache_read_input_tokens");
    written = count(usage, "cache_creation_input_tokens");
    input = count(usage, "input_tokens");
    if (input + cached + written > 0) { /* their input_tokens are without the cached ones */
        used->cached_tokens = cached;
        used->cache_write_tokens = written;
        used->input_tokens = input + cached + written;
    }
    set_count(&used->output_tokens, count(usage, "output_tokens"));
}

static void read_anthropic_stop(struct reply *reply, struct json_view reason)
{
    if (reason.type != JSON_VIEW_STRING) {
        return;
    }
    if (json_is_text(reason, "max_tokens")) {
        reply->finish = REPLY_LENGTH;
    } else if (json_is_text(reason, "refusal")) {
        reply->finish = REPLY_REFUSED;
    } else if (json_is_text(reason, "model_context_window_exceeded")) {
        reply->finish = REPLY_OVERFLOW;
    } else {
        reply->finish = REPLY_STOP;
    }
}

static void read_anthropic_block(struct reply *reply, struct json_view block)
{
    if (json_is_text(json_get(block, "type"), "text")) {
        append(reply, &reply->text, json_get(block, "text"));
    }
}

/* A whole message: the filled-in form is a value, not a text. */
static void read_anthropic_message(struct reply *reply, struct json_view message)
{
    struct json_iter iter;

    json_iter_init(&iter, json_get(message, "content"));
    while (json_iter_next(&iter)) {
        read_anthropic_block(reply, iter.value);
        if (json_is_text(json_get(iter.value, "type"), "tool_use")) {
            cpk_status status = json_append_compact(&reply->form, json_get(iter.value, "input"), NULL);

            reply->is_out_of_memory |= status != CPK_OK || reply->form.failed;
        }
    }
    read_anthropic_usage(reply, json_get(message, "usage"));
    read_anthropic_stop(reply, json_get(message, "stop_reason"));
}

static void read_anthropic_delta(struct reply *reply, struct json_view delta)
{
    struct json_view type = json_get(delta, "type");

    if (json_is_text(type, "text_delta")) {
        append(reply, &reply->text, json_get(delta, "text"));
    } else if (json_is_text(type, "input_json_delta")) {
        append(reply, &reply->form, json_get(delta, "partial_json"));
    }
}

static void read_anthropic(struct reply *reply, struct json_view root)
{
    struct json_view type = json_get(root, "type");

    if (json_is_text(type, "error")) {
        fail(reply, json_get(root, "error"));
    } else if (json_is_text(type, "message")) {
        read_anthropic_message(reply, root);
    } else if (json_is_text(type, "message_start")) {
        read_anthropic_message(reply, json_get(root, "message"));
    } else if (json_is_text(type, "content_block_start")) {
        read_anthropic_block(reply, json_get(root, "content_block"));
    } else if (json_is_text(type, "content_block_delta")) {
        read_anthropic_delta(reply, json_get(root, "delta"));
    } else if (json_is_text(type, "message_delta")) {
        read_anthropic_usage(reply, json_get(root, "usage"));
        read_anthropic_stop(reply, json_get(json_get(root, "delta"), "stop_reason"));
    } else if (json_is_text(type, "message_stop")) {
        reply->is_done = 1;
    } else if (reply->is_document > 0) {
        reply->is_malformed = 1;
    }
}

/* --- pieces --- */

static void read_json(struct reply *reply, const char *text, size_t length)
{
    cpk_status status = json_doc_read(&reply->doc, text, length, DEPTH_MAX, VALUES_MAX);
    struct json_view root;

    if (status != CPK_OK) {
        reply->is_out_of_memory |= status == CPK_ERROR_OUT_OF_MEMORY;
        reply->is_malformed |= status != CPK_ERROR_OUT_OF_MEMORY;
        return;
    }
    root = json_doc_root(&reply->doc);
    if (root.type != JSON_VIEW_OBJECT) {
        reply->is_malformed = 1;
    } else if (reply->protocol == MODEL_OPENAI) {
        read_openai(reply, root);
    } else {
        read_anthropic(reply, root);
    }
}

static int32_t is_useless(const struct reply *reply)
{
    return reply->has_failed || reply->is_malformed || reply->is_too_long || reply->is_out_of_memory;
}

static int32_t take_event(void *user, const struct sse_event *event)
{
    struct reply *reply = user;

    if (reply->is_done || event->length == 0) {
        return 0; /* nothing after the last word counts */
    }
    if (strcmp(event->data, "[DONE]") == 0) {
        reply->is_done = 1;
        return 0;
    }
    read_json(reply, event->data, event->length);
    if (strcmp(event->name, "error") == 0 && !reply->has_failed && !reply->is_out_of_memory) {
        reply->is_malformed = 1; /* an error that names none */
    }
    return is_useless(reply);
}

static int32_t starts_like_events(const char *bytes, size_t length)
{
    while (length > 0 && (*bytes == '\n' || *bytes == '\r' || *bytes == ' ' || (*bytes & 0x80) != 0)) {
        bytes++; /* and a byte order mark */
        length--;
    }
    return length > 0 && (*bytes == ':' || *bytes == 'd' || *bytes == 'e' || *bytes == 'i' || *bytes == 'r');
}

/* Servers send JSON as text/plain, and streams as application/json. A page never counts. */
static int32_t choose_document(const char *content_type, const char *bytes, size_t length)
{
    if (content_type != NULL && strncasecmp(content_type, "text/event-stream", 17) == 0) {
        return 0;
    }
    return !starts_like_events(bytes, length);
}

int32_t reply_add(struct reply *reply, const char *content_type, const void *bytes, size_t length)
{
    cpk_status status;

    if (length == 0) {
        return 0;
    }
    if (reply->is_document < 0) {
        reply->is_document = choose_document(content_type, bytes, length);
    }
    if (reply->is_document) {
        reply->is_too_long |= length > reply->max_bytes - reply->body.length;
        if (!reply->is_too_long) {
            buffer_append(&reply->body, bytes, length);
            reply->is_out_of_memory |= reply->body.failed;
        }
        return is_useless(reply) ? -1 : 0;
    }
    status = sse_add(&reply->sse, bytes, length);
    reply->is_out_of_memory |= status == CPK_ERROR_OUT_OF_MEMORY;
    reply->is_too_long |= status == CPK_ERROR_LIMIT_EXCEEDED;
    return status == CPK_OK ? 0 : -1;
}

void reply_end(struct reply *reply)
{
    cpk_status status;

    if (is_useless(reply)) {
        return;
    }
    if (reply->is_document > 0) {
        read_json(reply, buffer_text(&reply->body), reply->body.length);
        return;
    }
    status = sse_end(&reply->sse);
    reply->is_out_of_memory |= status == CPK_ERROR_OUT_OF_MEMORY;
    reply->is_too_long |= status == CPK_ERROR_LIMIT_EXCEEDED;
}

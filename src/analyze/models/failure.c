#include "analyze/models/failure.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX  64
#define VALUES_MAX 100000

/* Words of many servers; compared without regard to case. */
static const char *const OVERFLOW_WORDS[] = {
    "context_length_exceeded",
    "maximum context length",
    "maximum input length",
    "model's context length",
    "context window",
    "exceed_context_size",
    "exceeds the available context size",
    "exceed context limit",
    "exceeds context",
    "prompt is too long",
    "input is too long",
    "prompt too long",
    "input length exceeds",
    "maximum prompt length",
    "max_prompt_tokens",
    "string_above_max_length",
    "request_too_large",
    "reduce the length of the messages",
    "reduce your prompt",
    "too many input tokens",
    "input token count",
    "longer than the maximum",
    NULL,
};

static const char *const QUOTA_WORDS[] = {
    "insufficient_quota",   "exceeded your current quota",
    "billing_hard_limit",   "billing_not_active",
    "insufficient_balance", "insufficient balance",
    "credit balance",       "insufficient credits",
    "out of credits",       "more credits",
    "payment required",     "spending limit",
    "billing_error",        NULL,
};

static const char *const FILTER_WORDS[] = {
    "content_filter",
    "content_policy_violation",
    "ResponsibleAIPolicyViolation",
    "content management policy",
    "requires moderation",
    "flagged by moderation",
    "safety system",
    "content policy",
    "usage policy",
    "moderation_blocked",
    NULL,
};

static const char *const OVERLOAD_WORDS[] = {
    "overloaded", "server is busy", "at capacity", "no healthy upstream", "engine is currently", NULL,
};

/* What each type of an error inside a stream would have been as a response. */
static const struct {
    const char *word;
    int32_t status;
} STREAM_STATUSES[] = {
    {"overloaded_error", 529},          {"rate_limit_error", 429},      {"rate_limit_exceeded", 429},
    {"authentication_error", 401},      {"permission_error", 403},      {"not_found_error", 404},
    {"request_too_large", 413},         {"invalid_request_error", 400}, {"BadRequestError", 400},
    {"insufficient_quota", 429},        {"billing_error", 402},         {"context_length_exceeded", 400},
    {"exceed_context_size_error", 400},
};

static int32_t has_word(const struct failure *failure, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcasestr(failure->message, *words) != NULL || strcasestr(failure->code, *words) != NULL ||
            strcasestr(failure->type, *words) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* 429 is also what OpenAI answers to one request that is above the limit of a minute. */
static int32_t is_overflow(const struct failure *failure)
{
    if (failure->status == 429) {
        return strcasestr(failure->message, "request too large") != NULL;
    }
    return failure->status == 413 || has_word(failure, OVERFLOW_WORDS);
}

static int32_t find_outcome(const struct failure *failure)
{
    const int32_t status = failure->status;

    if (status == 402 || has_word(failure, QUOTA_WORDS)) {
        return CPK_ANSWER_QUOTA_EXHAUSTED;
    }
    if (has_word(failure, FILTER_WORDS)) {
        return CPK_ANSWER_FILTERED;
    }
    if (status == 401 || status == 403 || strcmp(failure->code, "invalid_api_key") == 0) {
        return CPK_ANSWER_UNAUTHENTICATED;
    }
    if (is_overflow(failure)) {
        return CPK_ANSWER_CONTEXT_OVERFLOW;
    }
    if (status == 429) {
        return CPK_ANSWER_RATE_LIMITED;
    }
    if (status == 503 || status == 529 || (status >= 500 && has_word(failure, OVERLOAD_WORDS))) {
        return CPK_ANSWER_OVERLOADED;
    }
    return CPK_ANSWER_COMPLETE;
}

/* Copies the decoded start of a string, or the digits of a number. */
static void copy_view(char *target, size_t capacity, struct json_view view)
{
    struct buffer text;

    target[0] = '\0';
    if (view.type != JSON_VIEW_STRING && view.type != JSON_VIEW_NUMBER) {
        return;
    }
    buffer_init(&text, view.doc->allocator);
    if (view.type == JSON_VIEW_STRING) {
        json_append_start(&text, view, capacity - 1);
    } else {
        buffer_append(&text, view.doc->text + view.start, view.end - view.start);
    }
    for (size_t i = 0; i < text.length; i++) {
        text.data[i] = text.data[i] != '\0' ? text.data[i] : ' ';
    }
    if (!text.failed && text.length > 0) {
        snprintf(target, capacity, "%s", text.data);
        utf8_clean_line(target);
    }
    buffer_free(&text);
}

static struct json_view first_of(struct json_view object, const char *const *names)
{
    struct json_view found = {.type = JSON_VIEW_NONE};

    for (; *names != NULL && found.type == JSON_VIEW_NONE; names++) {
        found = json_get(object, *names);
    }
    return found;
}

/* Of a list of problems (FastAPI's "detail") the first one's words; never what it quotes of the request. */
static struct json_view first_message(struct json_view view)
{
    static const char *const NAMES[] = {"message", "msg", "detail", NULL};

    if (view.type == JSON_VIEW_ARRAY) {
        view = json_item(view, 0);
    }
    return view.type == JSON_VIEW_OBJECT ? first_of(view, NAMES) : view;
}

/* Where FastAPI found the problem: ["body", "response_format", "type"]. */
static void read_location(struct failure *failure, struct json_view location)
{
    char word[FAILURE_WORD_BYTES];
    struct json_iter iter;
    size_t used = 0;

    json_iter_init(&iter, location);
    while (json_iter_next(&iter) && used < sizeof failure->param) {
        copy_view(word, sizeof word, iter.value);
        used +=
            (size_t)snprintf(failure->param + used, sizeof failure->param - used, "%s%s", used > 0 ? "." : "", word);
    }
}

static void read_object(struct failure *failure, struct json_view error)
{
    static const char *const MESSAGES[] = {"message", "msg", "detail", "error", NULL};
    struct json_view inner = json_get(json_get(error, "innererror"), "code");

    if (error.type != JSON_VIEW_OBJECT) {
        copy_view(failure->message, sizeof failure->message, error);
        return;
    }
    copy_view(failure->message, sizeof failure->message, first_message(first_of(error, MESSAGES)));
    copy_view(failure->type, sizeof failure->type, json_get(error, "type"));
    copy_view(failure->code, sizeof failure->code, inner.type == JSON_VIEW_STRING ? inner : json_get(error, "code"));
    copy_view(failure->param, sizeof failure->param, json_get(error, "param"));
    read_location(failure, json_get(json_item(json_get(error, "detail"), 0), "loc"));
}

/* {"error": {...}}, {"error": "text"}, [{"error": ...}], or an object that is the error itself. */
static void read_root(struct failure *failure, struct json_view root)
{
    struct json_view error;

    if (root.type == JSON_VIEW_ARRAY) {
        root = json_item(root, 0);
    }
    error = json_get(root, "error");
    read_object(failure, error.type == JSON_VIEW_NONE ? root : error);
    if (error.type == JSON_VIEW_STRING) { /* the other members may say more */
        struct json_view message = first_message(json_get(root, "message"));

        if (message.type == JSON_VIEW_STRING) {
            copy_view(failure->message, sizeof failure->message, message);
        }
    }
}

/* The first line of a body that is no JSON, unless it is a page. */
static void read_plain(struct failure *failure, const char *body, size_t length)
{
    size_t used = strnlen(body, length);

    used = used < sizeof failure->message ? used : sizeof failure->message - 1;
    if (used > 0 && body[0] != '<' && body[0] != '{' && body[0] != '[') {
        memcpy(failure->message, body, used);
        failure->message[used] = '\0';
        failure->message[strcspn(failure->message, "\r\n")] = '\0';
        utf8_clean_line(failure->message);
    }
}

cpk_status failure_read(struct failure *failure, int32_t status, const char *body, size_t length,
                        const cpk_allocator *allocator)
{
    struct json_doc doc;
    cpk_status read;

    memset(failure, 0, sizeof *failure);
    failure->status = status;
    json_doc_init(&doc, allocator);
    read = json_doc_read(&doc, body, length, DEPTH_MAX, VALUES_MAX);
    if (read == CPK_OK) {
        read_root(failure, json_doc_root(&doc));
    } else if (read != CPK_ERROR_OUT_OF_MEMORY) {
        read_plain(failure, body, length);
    }
    json_doc_free(&doc);
    failure->outcome = find_outcome(failure);
    return read == CPK_ERROR_OUT_OF_MEMORY ? read : CPK_OK;
}

void failure_read_event(struct failure *failure, struct json_view error)
{
    int32_t status = 0;

    memset(failure, 0, sizeof *failure);
    read_object(failure, error);
    for (const char *at = failure->code; *at >= '0' && *at <= '9' && status < 1000; at++) {
        status = status * 10 + (*at - '0');
    }
    failure->status = status >= 400 && status <= 599 ? status : 500;
    for (size_t i = 0; i < sizeof STREAM_STATUSES / sizeof STREAM_STATUSES[0]; i++) {
        if (strcmp(failure->type, STREAM_STATUSES[i].word) == 0 ||
            strcmp(failure->code, STREAM_STATUSES[i].word) == 0) {
            failure->status = STREAM_STATUSES[i].status;
        }
    }
    failure->outcome = find_outcome(failure);
}

int32_t failure_is_transient(const struct failure *failure)
{
    const int32_t status = failure->status;

    if (failure->outcome != CPK_ANSWER_COMPLETE && failure->outcome != CPK_ANSWER_RATE_LIMITED &&
        failure->outcome != CPK_ANSWER_OVERLOADED) {
        return 0;
    }
    return status == 408 || status == 409 || status == 429 || status >= 500;
}

int32_t failure_names(const struct failure *failure, const char *parameter)
{
    return strstr(failure->param, parameter) != NULL || strstr(failure->message, parameter) != NULL;
}

const char *failure_outcome_name(int32_t outcome)
{
    static const char *const NAMES[] = {NULL,
                                        "length",
                                        "refusal",
                                        "content_filter",
                                        "context_overflow",
                                        "unauthenticated",
                                        "quota_exhausted",
                                        "rate_limited",
                                        "overloaded",
                                        "unreadable"};

    return outcome >= 0 && (size_t)outcome < sizeof NAMES / sizeof NAMES[0] ? NAMES[outcome] : NULL;
}

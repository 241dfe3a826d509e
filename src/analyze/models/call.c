#include "analyze/models/call.h"

#include "analyze/models/answer_text.h"
#include "analyze/models/model_key.h"
#include "analyze/models/protocol.h"
#include "analyze/models/reply.h"
#include "base/error.h"
#include "base/time.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DOMAIN            "analyzer"
#define KEEP_US           INT64_C(1000000) /* an empty piece so often renews the lease */
#define WRITE_BYTES       16384
#define RENEGOTIATIONS    12 /* requests with other parameters, in one call */
#define PROMPT_TOKEN_SIZE 4  /* bytes of a prompt's token, for the estimate */
#define ANSWER_TOKENS     1000

enum header {
    HEADER_CONTENT_TYPE,
    HEADER_RETRY_AFTER,
    HEADER_RETRY_AFTER_MS,
    HEADER_SHOULD_RETRY,
    HEADER_REQUESTS_LIMIT,
    HEADER_REQUESTS_LEFT,
    HEADER_REQUESTS_RESET,
    HEADER_TOKENS_LIMIT,
    HEADER_TOKENS_LEFT,
    HEADER_TOKENS_RESET,
    HEADER_COUNT
};

static const char *const HEADERS[2][HEADER_COUNT] = {
    [MODEL_OPENAI] = {"content-type", "retry-after", "retry-after-ms", "x-should-retry", "x-ratelimit-limit-requests",
                      "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", "x-ratelimit-limit-tokens",
                      "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
    [MODEL_ANTHROPIC] = {"content-type", "retry-after", "retry-after-ms", "x-should-retry",
                         "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining",
                         "anthropic-ratelimit-requests-reset", "anthropic-ratelimit-tokens-limit",
                         "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"},
};

struct call {
    struct model_server *server;
    const cpk_analyzer_request *request;
    cpk_write_fn write;
    void *write_user;
    cpk_analyzer_usage *usage;
    struct model_usage used; /* of all attempts */
    int64_t deadline_us;
    int64_t kept_us;      /* last sign to the receiver */
    int32_t is_unwanted;  /* the receiver refused it */
    int32_t attempts;     /* that failed or ended the call */
    int32_t negotiations; /* requests that were repeated with other parameters */
    cpk_error *failure;   /* of the last attempt that is repeated; owned */
    char key[MODEL_KEY_BYTES];
};

/* One request and what came of it. */
struct attempt {
    struct call *call;
    struct http_response response;
    struct reply reply;
    int32_t features;
    int64_t heard_us;   /* a byte last came */
    int32_t is_idle;    /* nothing came for too long */
    int32_t is_useless; /* the reply stopped the transfer */
    cpk_status status;  /* of the transfer */
    cpk_error *problem; /* its error, owned */
    struct failure failure;
    int64_t delay_ms; /* before the next attempt, or RETRY_NO */
};

/* --- signs of life --- */

/* Tells the receiver that the call still runs. */
static int32_t keep(void *user)
{
    struct call *call = user;
    int64_t now_us = time_monotonic_us();

    if (!call->is_unwanted && now_us - call->kept_us >= KEEP_US) {
        call->kept_us = now_us;
        call->is_unwanted = call->write(call->write_user, "", 0) != 0;
    }
    return call->is_unwanted;
}

static int32_t on_tick(void *user)
{
    struct attempt *attempt = user;
    int64_t idle_us = context_setting(attempt->call->server->context, SETTING_MODELS_IDLE_TIMEOUT_MS) * 1000;

    attempt->is_idle = time_monotonic_us() - attempt->heard_us > idle_us;
    return attempt->is_idle || keep(attempt->call);
}

static int32_t on_bytes(void *user, const void *bytes, size_t length)
{
    struct attempt *attempt = user;

    attempt->heard_us = time_monotonic_us();
    attempt->is_useless =
        reply_add(&attempt->reply, attempt->response.headers[HEADER_CONTENT_TYPE], bytes, length) != 0;
    return attempt->is_useless;
}

/* --- sending --- */

static void fill_request(struct attempt *attempt, struct http_request *request)
{
    const struct call *call = attempt->call;
    const struct context *context = call->server->context;

    memset(request, 0, sizeof *request);
    request->method = "POST";
    request->is_trusted = 1;
    request->is_repeatable = 1; /* a connection that the server closed is opened again */
    request->sink = on_bytes;
    request->sink_user = attempt;
    request->tick = on_tick;
    request->tick_user = attempt;
    request->max_body_bytes = context_setting(context, SETTING_MODELS_MAX_ANSWER_BYTES) * 16; /* with what frames it */
    request->max_body_name = "models.max_answer_bytes";
    request->total_timeout_ms = context_setting(context, SETTING_MODELS_REQUEST_TIMEOUT_MS);
    request->timeout_name = "models.request_timeout_ms";
    request->deadline_us = call->deadline_us;
    request->cancel = call->request->cancel;
    for (size_t i = 0; i < HEADER_COUNT; i++) {
        request->wanted[i] = HEADERS[call->server->options.protocol][i];
    }
}

static cpk_status send(struct attempt *attempt, cpk_error **error)
{
    const struct model_server *server = attempt->call->server;
    struct protocol_headers headers;
    struct http_request request;
    struct buffer url;
    struct buffer body;
    cpk_status status = CPK_OK;

    fill_request(attempt, &request);
    buffer_init(&url, &server->context->allocator);
    buffer_init(&body, &server->context->allocator);
    protocol_set_headers(&server->options, attempt->call->key, &headers);
    protocol_write_url(&server->options, &url);
    protocol_write_body(&server->options, attempt->features, attempt->call->request, &body);
    request.url = buffer_text(&url);
    request.headers = headers.items;
    request.header_count = headers.count;
    request.body = body.data;
    request.body_length = (int64_t)body.length;
    if (url.failed || body.failed) {
        status = error_out_of_memory(error);
    } else {
        attempt->heard_us = time_monotonic_us();
        attempt->call->usage->request_count++;
        attempt->status = http_perform(server->http, &request, &attempt->response, &attempt->problem);
    }
    explicit_bzero(&headers, sizeof headers);
    buffer_free(&url);
    buffer_free(&body);
    return status;
}

/* --- what came of it --- */

/* 1 for a transfer that was broken off because of what the reply held, or after its last word. */
static int32_t has_reply(const struct attempt *attempt)
{
    return attempt->status == CPK_OK || attempt->is_useless || attempt->reply.is_done;
}

static int32_t is_success(const struct attempt *attempt)
{
    return attempt->response.status >= 200 && attempt->response.status <= 299;
}

static void add_usage(struct call *call, const struct model_usage *used)
{
    call->used.input_tokens += used->input_tokens;
    call->used.cached_tokens += used->cached_tokens;
    call->used.cache_write_tokens += used->cache_write_tokens;
    call->used.output_tokens += used->output_tokens;
    call->used.reasoning_tokens += used->reasoning_tokens;
}

/* The outcome of a response whose status was a success. */
static void judge_reply(struct attempt *attempt)
{
    struct failure *failure = &attempt->failure;
    const struct reply *reply = &attempt->reply;

    failure->status = attempt->response.status;
    if (reply->has_failed) {
        *failure = reply->failure;
    } else if (reply->is_too_long) {
        failure->outcome = CPK_ANSWER_UNREADABLE;
        snprintf(failure->message, sizeof failure->message, "the answer is larger than models.max_answer_bytes");
    } else if (reply->is_malformed) {
        failure->outcome = CPK_ANSWER_UNREADABLE;
        snprintf(failure->message, sizeof failure->message, "the response is not one of this protocol");
    } else if (!reply_is_complete(reply)) {
        snprintf(failure->message, sizeof failure->message, "the response broke off");
    } else if (reply->finish == REPLY_LENGTH) {
        failure->outcome = CPK_ANSWER_LENGTH;
    } else if (reply->finish == REPLY_FILTERED) {
        failure->outcome = CPK_ANSWER_FILTERED;
    } else if (reply->finish == REPLY_REFUSED) {
        failure->outcome = CPK_ANSWER_REFUSED;
    } else if (reply->finish == REPLY_OVERFLOW) {
        failure->outcome = CPK_ANSWER_CONTEXT_OVERFLOW;
    } else if (reply_answer(reply)->length == 0) {
        failure->outcome = CPK_ANSWER_UNREADABLE;
        snprintf(failure->message, sizeof failure->message, "the answer is empty");
    }
}

static int32_t is_whole(const struct attempt *attempt)
{
    return is_success(attempt) && has_reply(attempt) && attempt->failure.outcome == CPK_ANSWER_COMPLETE &&
           reply_is_complete(&attempt->reply);
}

/* A response that broke off or was garbled on its way may be whole the next time. */
static int32_t is_transient(const struct attempt *attempt)
{
    if (attempt->is_idle) {
        return 1;
    }
    if (!has_reply(attempt)) {
        return attempt->response.status < 300 ? cpk_error_retryable(attempt->problem)
                                              : failure_is_transient(&attempt->failure);
    }
    if (is_success(attempt) && !attempt->reply.has_failed) {
        return attempt->failure.outcome == CPK_ANSWER_COMPLETE ||
               (attempt->reply.is_malformed && attempt->reply.is_document == 0);
    }
    return failure_is_transient(&attempt->failure);
}

/* The delay of openai-python: what the server asks for, up to two minutes, or a backoff. */
static int64_t choose_delay_ms(const struct attempt *attempt)
{
    const struct context *context = attempt->call->server->context;
    char *const *headers = attempt->response.headers;
    struct retry_policy policy = RETRY_USUAL;
    const struct retry_answer answer = {.status = is_transient(attempt) ? 500 : 400,
                                        .retry_after = headers[HEADER_RETRY_AFTER],
                                        .retry_after_ms = headers[HEADER_RETRY_AFTER_MS],
                                        .verdict =
                                            attempt->response.status >= 300 ? headers[HEADER_SHOULD_RETRY] : NULL};
    const int32_t number = attempt->call->attempts;
    uint32_t random = 0;
    double chance;
    int64_t delay_ms;

    policy.attempts = (int32_t)context_setting(context, SETTING_MODELS_MAX_ATTEMPTS);
    if (attempt->failure.outcome == CPK_ANSWER_QUOTA_EXHAUSTED ||
        attempt->failure.outcome == CPK_ANSWER_CONTEXT_OVERFLOW ||
        context_random(context, &random, sizeof random, NULL) != CPK_OK) {
        return RETRY_NO;
    }
    chance = (double)random / (double)UINT32_MAX;
    delay_ms = retry_after_answer_ms(&policy, &answer, number, context_local_now(context), chance);
    return delay_ms == 0 ? retry_delay_ms(&policy, number, chance) : delay_ms;
}

static enum throttle_feedback feedback_of(const struct attempt *attempt)
{
    if (is_success(attempt) && has_reply(attempt) && !attempt->reply.has_failed) {
        return is_whole(attempt) || !is_transient(attempt) ? THROTTLE_FINE : THROTTLE_DOWN;
    }
    if (attempt->status == CPK_ERROR_CANCELLED && !attempt->is_idle && !has_reply(attempt)) {
        return THROTTLE_NOTHING;
    }
    if (attempt->failure.outcome == CPK_ANSWER_RATE_LIMITED) {
        return THROTTLE_LIMITED;
    }
    return is_transient(attempt) ? THROTTLE_DOWN : THROTTLE_FINE;
}

static void learn_limits(const struct attempt *attempt)
{
    char *const *values = attempt->response.headers;
    const struct throttle_headers headers = {
        .requests_limit = values[HEADER_REQUESTS_LIMIT],
        .requests_left = values[HEADER_REQUESTS_LEFT],
        .requests_reset = values[HEADER_REQUESTS_RESET],
        .tokens_limit = values[HEADER_TOKENS_LIMIT],
        .tokens_left = values[HEADER_TOKENS_LEFT],
        .tokens_reset = values[HEADER_TOKENS_RESET],
    };
    struct model_server *server = attempt->call->server;

    throttle_learn(&server->throttle, &headers, context_local_now(server->context));
}

/* Errors that concern neither the server nor the network end the call at once. */
static int32_t is_own_problem(const struct attempt *attempt)
{
    switch (attempt->status) {
    case CPK_OK:
    case CPK_ERROR_NETWORK:
    case CPK_ERROR_TIMEOUT:
    case CPK_ERROR_LIMIT_EXCEEDED:
        return 0;
    case CPK_ERROR_CANCELLED:
        return !attempt->is_idle && !has_reply(attempt);
    default:
        return 1;
    }
}

static cpk_status judge(struct attempt *attempt, cpk_error **error)
{
    const struct http_response *response = &attempt->response;

    memset(&attempt->failure, 0, sizeof attempt->failure);
    if (has_reply(attempt)) {
        reply_end(&attempt->reply);
    }
    if (attempt->reply.is_out_of_memory) {
        return error_out_of_memory(error);
    }
    if (is_own_problem(attempt)) {
        cpk_error *problem = attempt->problem;

        attempt->problem = NULL;
        return error_give(error, problem);
    }
    if (response->status >= 300) {
        CPK_TRY(failure_read(&attempt->failure, response->status, buffer_text(&response->body), response->body.length,
                             &attempt->call->server->context->allocator));
    } else if (has_reply(attempt)) {
        judge_reply(attempt);
    }
    add_usage(attempt->call, &attempt->reply.usage);
    return CPK_OK;
}

/* --- errors --- */

static const char *outcome_reason(int32_t outcome)
{
    switch (outcome) {
    case CPK_ANSWER_LENGTH:
        return "the answer was cut off at the limit of its length";
    case CPK_ANSWER_REFUSED:
        return "the model declined to answer";
    case CPK_ANSWER_FILTERED:
        return "the server's content filter stopped the request or the answer";
    case CPK_ANSWER_CONTEXT_OVERFLOW:
        return "the text does not fit the model's context";
    case CPK_ANSWER_UNAUTHENTICATED:
        return "the server does not accept the key, or not for this model";
    case CPK_ANSWER_QUOTA_EXHAUSTED:
        return "the account at the server has nothing left to spend";
    case CPK_ANSWER_RATE_LIMITED:
        return "the server allows no more requests for now";
    case CPK_ANSWER_OVERLOADED:
        return "the server is overloaded";
    case CPK_ANSWER_UNREADABLE:
        return "the answer can't be read";
    default:
        return "the request failed";
    }
}

/* A server that can't be used at all ends the run; anything else fails the chunk. */
static cpk_status status_of(const struct failure *failure)
{
    switch (failure->outcome) {
    case CPK_ANSWER_UNAUTHENTICATED:
        return CPK_ERROR_UNAUTHENTICATED;
    case CPK_ANSWER_QUOTA_EXHAUSTED:
        return CPK_ERROR_PERMISSION_DENIED;
    case CPK_ANSWER_RATE_LIMITED:
    case CPK_ANSWER_OVERLOADED:
        return CPK_ERROR_NETWORK;
    case CPK_ANSWER_COMPLETE:
        break;
    default:
        return CPK_ERROR_ANALYZER;
    }
    if (failure->status == 404) {
        return CPK_ERROR_INVALID_ARGUMENT;
    }
    return failure->status >= 300 && failure->status < 500 && failure->status != 408 && failure->status != 409
               ? CPK_ERROR_ANALYZER
               : CPK_ERROR_NETWORK;
}

/* What the server says may repeat the key. */
static void hide_key(char *message, const char *key)
{
    char *found = key[0] != '\0' ? strstr(message, key) : NULL;

    for (; found != NULL; found = strstr(found, key)) {
        memset(found, '*', strlen(key));
    }
}

static cpk_status set_failure_error(struct attempt *attempt, cpk_error **error)
{
    struct failure *failure = &attempt->failure;
    const struct call *call = attempt->call;
    const char *name = failure_outcome_name(failure->outcome);
    const char *reason = failure->status == 404 && name == NULL
                             ? "the server knows no such model or address: check the analyzer's model and base_url"
                             : outcome_reason(failure->outcome);
    char native[32];

    hide_key(failure->message, call->key);
    if (failure->outcome == CPK_ANSWER_UNAUTHENTICATED) {
        failure->message[0] = '\0'; /* servers quote a part of the key */
    }
    snprintf(native, sizeof native, "HTTP %d", failure->status);
    return error_set_native(error, status_of(failure), DOMAIN, name != NULL ? name : native, is_transient(attempt),
                            "HTTP %d from %s: %s%s%s (request %d)", failure->status, call->server->options.base_url,
                            reason, failure->message[0] != '\0' ? ": " : "", failure->message,
                            (int)call->usage->request_count);
}

static cpk_status set_error(struct attempt *attempt, cpk_error **error)
{
    cpk_error *problem = attempt->problem;

    if (attempt->is_idle) {
        return error_set_native(error, CPK_ERROR_TIMEOUT, DOMAIN, "curl 28", 1,
                                "%s: the server sent nothing within models.idle_timeout_ms", attempt->response.shown);
    }
    if (attempt->response.status >= 300 || has_reply(attempt)) {
        return set_failure_error(attempt, error);
    }
    attempt->problem = NULL;
    return error_give(error, problem);
}

/* --- the loop --- */

static void attempt_init(struct attempt *attempt, struct call *call)
{
    const struct model_server *server = call->server;

    memset(attempt, 0, sizeof *attempt);
    attempt->call = call;
    attempt->delay_ms = RETRY_NO;
    attempt->features = atomic_load(&call->server->features);
    reply_init(&attempt->reply, server->options.protocol, &server->context->allocator,
               (size_t)context_setting(server->context, SETTING_MODELS_MAX_ANSWER_BYTES));
}

static void attempt_free(struct attempt *attempt)
{
    http_response_free(&attempt->response);
    reply_free(&attempt->reply);
    cpk_error_free(attempt->problem);
}

static cpk_status enter(struct call *call, cpk_error **error)
{
    const cpk_analyzer_request *request = call->request;
    const int64_t answer = request->max_output_tokens > 0 ? request->max_output_tokens : ANSWER_TOKENS;
    const struct throttle_wish wish = {
        .tokens = request->text_tokens + (int64_t)(strlen(request->system_prompt) / PROMPT_TOKEN_SIZE) + answer,
        .deadline_us = call->deadline_us,
        .cancel = request->cancel,
        .tick = keep,
        .tick_user = call,
    };
    cpk_status status;

    status = throttle_enter(&call->server->throttle, &wish, error);
    if ((status == CPK_ERROR_BUSY || status == CPK_ERROR_TIMEOUT) && call->failure != NULL) {
        cpk_error *failure = call->failure; /* says more than that it may not be repeated */

        call->failure = NULL;
        return error_give(error, failure);
    }
    return status;
}

/* 1 if the server rejected a parameter that the call can do without; other calls leave it out from now on. */
static int32_t renegotiate(struct attempt *attempt)
{
    struct call *call = attempt->call;
    int32_t next;

    if (attempt->response.status < 300 || attempt->failure.outcome != CPK_ANSWER_COMPLETE ||
        call->negotiations >= RENEGOTIATIONS) {
        return 0;
    }
    next = protocol_next_features(&attempt->failure, attempt->features, call->request->response_schema != NULL);
    if (next == attempt->features) {
        return 0;
    }
    call->negotiations++;
    context_log(call->server->context, CPK_LOG_INFO, DOMAIN, "%s: a parameter of the request is not supported there",
                attempt->response.shown);
    atomic_store(&call->server->features, next);
    return 1;
}

/* Sends once. *again 1: send again at once, or after attempt->delay_ms if that is not RETRY_NO. */
static cpk_status try_once(struct attempt *attempt, int32_t *again, cpk_error **error)
{
    struct call *call = attempt->call;
    struct throttle *throttle = &call->server->throttle;
    cpk_status status;

    *again = 0;
    CPK_TRY(enter(call, error));
    status = send(attempt, error);
    if (status == CPK_OK) {
        status = judge(attempt, error);
    }
    if (status != CPK_OK) {
        throttle_leave(throttle, THROTTLE_NOTHING);
        return status;
    }
    learn_limits(attempt);
    throttle_leave(throttle, feedback_of(attempt));
    if (is_whole(attempt) || (*again = renegotiate(attempt)) != 0) {
        return CPK_OK;
    }
    call->attempts++;
    attempt->delay_ms = choose_delay_ms(attempt);
    if (attempt->delay_ms != RETRY_NO && attempt->delay_ms < (call->deadline_us - time_monotonic_us()) / 1000) {
        *again = 1;
        (void)set_error(attempt, &call->failure);
        if (attempt->failure.outcome == CPK_ANSWER_RATE_LIMITED) {
            throttle_pause(throttle, attempt->delay_ms);
        }
        return CPK_OK;
    }
    return set_error(attempt, error);
}

static cpk_status wait_ms(struct call *call, int64_t delay_ms, cpk_error **error)
{
    while (delay_ms > 0) {
        int64_t slice_ms = delay_ms < 200 ? delay_ms : 200;

        CPK_TRY(http_wait_ms(slice_ms, call->request->cancel, error));
        if (keep(call) != 0) {
            return error_set(error, CPK_ERROR_CANCELLED, DOMAIN, "the answer was refused by its receiver");
        }
        delay_ms -= slice_ms;
    }
    return CPK_OK;
}

/* --- the answer --- */

static cpk_status write_all(struct call *call, const char *text, size_t length, cpk_error **error)
{
    while (length > 0) {
        size_t piece = length < WRITE_BYTES ? length : WRITE_BYTES;

        if (call->write(call->write_user, text, piece) != 0) {
            return error_set(error, CPK_ERROR_CANCELLED, DOMAIN, "the answer was refused by its receiver");
        }
        text += piece;
        length -= piece;
    }
    return CPK_OK;
}

/* Valid UTF-8 without NULs, whatever the model and the server made of it. */
static cpk_status clean(const struct buffer *answer, struct buffer *target, cpk_error **error)
{
    size_t kept = 0;

    utf8_append_repaired(target, buffer_text(answer), answer->length);
    if (target->failed) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < target->length; i++) {
        if (target->data[i] != '\0') {
            target->data[kept++] = target->data[i];
        }
    }
    target->length = kept;
    return CPK_OK;
}

static cpk_status extract(const struct call *call, struct buffer *text, struct buffer *json, cpk_error **error)
{
    int32_t found;

    if (answer_text_find_json(buffer_text(text), text->length, json, &found) != CPK_OK || json->failed) {
        return error_out_of_memory(error);
    }
    if (!found) {
        call->usage->outcome = CPK_ANSWER_UNREADABLE;
        return error_set_native(error, CPK_ERROR_ANALYZER, DOMAIN, "unreadable", 0,
                                "the answer of %s has no JSON, which was asked for", call->server->options.name);
    }
    return CPK_OK;
}

static cpk_status write_answer(struct call *call, const struct reply *reply, cpk_error **error)
{
    const cpk_allocator *allocator = &call->server->context->allocator;
    struct buffer text;
    struct buffer json;
    cpk_status status;

    buffer_init(&text, allocator);
    buffer_init(&json, allocator);
    CPK_TRY_CLEANUP(clean(reply_answer(reply), &text, error));
    if (call->request->response_schema != NULL && reply->finish != REPLY_LENGTH) {
        CPK_TRY_CLEANUP(extract(call, &text, &json, error));
        CPK_TRY_CLEANUP(write_all(call, json.data, json.length, error));
    } else {
        const char *start = buffer_text(&text);
        size_t length = text.length;

        answer_text_trim(&start, &length);
        CPK_TRY_CLEANUP(write_all(call, start, length, error));
    }
cleanup:
    buffer_free(&text);
    buffer_free(&json);
    return status;
}

static void report(const struct call *call)
{
    cpk_analyzer_usage *usage = call->usage;

    usage->input_tokens = call->used.input_tokens;
    usage->output_tokens = call->used.output_tokens;
    usage->cached_input_tokens = call->used.cached_tokens;
    usage->reasoning_output_tokens = call->used.reasoning_tokens;
    usage->cost_micros = price_cost_micros(&call->server->options.price, &call->used);
}

/* The part of an answer that was cut off is written, too: the receiver may use it. */
static cpk_status write_cut_answer(struct call *call, const struct attempt *attempt)
{
    return attempt->failure.outcome == CPK_ANSWER_LENGTH && attempt->response.status < 300
               ? write_answer(call, &attempt->reply, NULL)
               : CPK_OK;
}

static cpk_status ask(struct call *call, cpk_error **error)
{
    int32_t again = 1;
    cpk_status status = CPK_OK;

    while (again && status == CPK_OK) {
        struct attempt attempt;

        attempt_init(&attempt, call);
        status = try_once(&attempt, &again, error);
        if (status == CPK_OK && !again) {
            status = write_answer(call, &attempt.reply, error);
        } else if (status == CPK_OK && attempt.delay_ms != RETRY_NO) {
            status = wait_ms(call, attempt.delay_ms, error);
        } else if (status != CPK_OK) {
            call->usage->outcome = attempt.failure.outcome;
            (void)write_cut_answer(call, &attempt);
        }
        attempt_free(&attempt);
    }
    return status;
}

cpk_status call_model(struct model_server *server, const cpk_analyzer_request *request, cpk_write_fn write,
                      void *write_user, cpk_analyzer_usage *usage, cpk_error **error)
{
    struct call call = {.server = server, .request = request, .write = write, .write_user = write_user, .usage = usage};
    cpk_status status;

    call.kept_us = time_monotonic_us();
    call.deadline_us = call.kept_us + context_setting(server->context, SETTING_MODELS_TOTAL_TIMEOUT_MS) * 1000;
    status = model_key_read(server->context, &server->options, call.key, error);
    if (status == CPK_OK) {
        status = ask(&call, error);
        report(&call);
    } else {
        usage->outcome = CPK_ANSWER_UNAUTHENTICATED;
    }
    cpk_error_free(call.failure);
    explicit_bzero(call.key, sizeof call.key);
    return status;
}

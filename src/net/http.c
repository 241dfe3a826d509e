#include "net/http.h"

#include "base/cancel.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/time.h"
#include "net/http_attempt.h"
#include "net/libcurl.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define HANDLES_IDLE_MAX 16 /* for trusted and for other URLs each */
#define SLEEP_SLICE_MS   50

struct http {
    const struct context *context;
    struct guard guard;
    pthread_mutex_t lock;
    struct http_attempt_handle *idle[2]; /* by is_trusted: a user's URL never reuses a trusted connection */
    int32_t idle_count[2];
};

/* Initializes libcurl once for all engines. Never cleaned up, because the host may use libcurl, too. A failure (out of
 * memory) is not remembered: the next client tries again. */
static cpk_status init_library(cpk_error **error)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static int32_t is_started;
    CURLcode code = CURLE_OK;

    CPK_TRY(libcurl_load(error));
    pthread_mutex_lock(&lock);
    if (!is_started) {
        code = curl_global_init(CURL_GLOBAL_DEFAULT);
        is_started = code == CURLE_OK;
    }
    pthread_mutex_unlock(&lock);
    if (code == CURLE_OUT_OF_MEMORY) {
        return error_out_of_memory(error);
    }
    return code == CURLE_OK ? CPK_OK
                            : error_set_native(error, CPK_ERROR_INTERNAL, "net", "", 1, "can't initialize libcurl: %s",
                                               curl_easy_strerror(code));
}

cpk_status http_create(const struct context *context, struct http **client, cpk_error **error)
{
    struct http *created;
    cpk_status status;

    CPK_TRY(init_library(error));
    created = memory_allocate_zeroed(&context->allocator, sizeof *created);
    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->context = context;
    status = guard_init(&created->guard, context, error);
    if (status != CPK_OK) {
        guard_free(&created->guard);
        memory_release(&context->allocator, created, sizeof *created);
        return status;
    }
    pthread_mutex_init(&created->lock, NULL);
    *client = created;
    return CPK_OK;
}

void http_drop_idle(struct http *client)
{
    for (size_t kind = 0; kind < 2; kind++) {
        struct http_attempt_handle *handle;

        pthread_mutex_lock(&client->lock);
        handle = client->idle[kind];
        client->idle[kind] = NULL;
        client->idle_count[kind] = 0;
        pthread_mutex_unlock(&client->lock);
        while (handle != NULL) {
            struct http_attempt_handle *next = handle->next;

            http_attempt_handle_free(client->context, handle);
            handle = next;
        }
    }
}

void http_free(struct http *client)
{
    if (client == NULL) {
        return;
    }
    http_drop_idle(client);
    pthread_mutex_destroy(&client->lock);
    guard_free(&client->guard);
    memory_release(&client->context->allocator, client, sizeof *client);
}

/* Takes the most recently used handle: its connections are most likely still open. */
static cpk_status handle_acquire(struct http *client, size_t kind, struct http_attempt_handle **handle,
                                 cpk_error **error)
{
    pthread_mutex_lock(&client->lock);
    *handle = client->idle[kind];
    if (*handle != NULL) {
        client->idle[kind] = (*handle)->next;
        client->idle_count[kind]--;
    }
    pthread_mutex_unlock(&client->lock);
    return *handle != NULL ? CPK_OK : http_attempt_handle_create(client->context, handle, error);
}

static void handle_release(struct http *client, size_t kind, struct http_attempt_handle *handle)
{
    pthread_mutex_lock(&client->lock);
    if (client->idle_count[kind] < HANDLES_IDLE_MAX) {
        handle->next = client->idle[kind];
        client->idle[kind] = handle;
        client->idle_count[kind]++;
        handle = NULL;
    }
    pthread_mutex_unlock(&client->lock);
    http_attempt_handle_free(client->context, handle);
}

static cpk_status set_limit_error(const struct http_attempt *attempt, cpk_error **error)
{
    const struct http_request *request = attempt->request;

    if (attempt->has_long_headers) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "net",
                         "%s: the headers of the response are longer than %d bytes", attempt->response->shown,
                         HTTP_HEADER_BYTES_MAX);
    }
    return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "net", "%s: the response is larger than %s",
                     attempt->response->shown,
                     request->max_body_name != NULL ? request->max_body_name : "net.max_response_bytes");
}

static cpk_status set_timeout_error(const struct http_attempt *attempt, cpk_error **error)
{
    const struct http_request *request = attempt->request;

    if (attempt->is_idle && request->idle_timeout_name != NULL) {
        return error_set_native(error, CPK_ERROR_TIMEOUT, "net", "curl 28", 1,
                                "%s: nothing was sent or received within %s", attempt->response->shown,
                                request->idle_timeout_name);
    }
    return error_set_native(error, CPK_ERROR_TIMEOUT, "net", "curl 28", 1, "%s: no response within %s",
                            attempt->response->shown,
                            !attempt->has_started && attempt->connect_ms < attempt->total_ms ? "net.connect_timeout_ms"
                            : request->timeout_name != NULL                                  ? request->timeout_name
                                                                                             : "net.timeout_ms");
}

/* Converts a failed attempt to the caller's error. */
static cpk_status set_attempt_error(const struct http_attempt *attempt, cpk_error **error)
{
    const char *shown = attempt->response->shown;
    char native[32];
    int32_t is_final = attempt->code == CURLE_PEER_FAILED_VERIFICATION || attempt->code == CURLE_SSL_CACERT_BADFILE;

    if (attempt->is_cancelled || attempt->is_sink_full) {
        return error_set(error, CPK_ERROR_CANCELLED, "net", "%s: cancelled", shown);
    }
    if (attempt->is_refused) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, "net",
                         "%s: the address is not public; setting net.allow_addresses can allow it", shown);
    }
    if (attempt->is_too_large) {
        return set_limit_error(attempt, error);
    }
    if (attempt->code == CURLE_OUT_OF_MEMORY || attempt->is_out_of_memory || attempt->response->body.failed) {
        return error_out_of_memory(error);
    }
    if (attempt->code == CURLE_OPERATION_TIMEDOUT) {
        return set_timeout_error(attempt, error);
    }
    snprintf(native, sizeof native, "curl %d", (int)attempt->code);
    return error_set_native(error, CPK_ERROR_NETWORK, "net", native, !is_final, "%s: %s", shown,
                            attempt->reason[0] != '\0' ? attempt->reason : curl_easy_strerror(attempt->code));
}

static int32_t may_repeat(const struct http_attempt *attempt)
{
    const struct http_request *request = attempt->request;

    if (attempt->is_cancelled || attempt->is_refused || attempt->is_too_large || attempt->is_sink_full ||
        attempt->has_sunk || attempt->is_out_of_memory || attempt->response->body.failed) {
        return 0;
    }
    return request->is_repeatable || !attempt->has_started;
}

/* Rewinds a body that was partly sent. Returns 0 if that is not possible. */
static int32_t rewind_reader(const struct http_attempt *attempt)
{
    const struct http_body_reader *reader = attempt->request->reader;

    return reader == NULL || attempt->sent_bytes == 0 || (reader->rewind != NULL && reader->rewind(reader->user) == 0);
}

static int32_t code_is_transient(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return 1;
    default:
        return 0;
    }
}

/* Returns the delay before the next attempt in milliseconds, or RETRY_NO. */
static int64_t next_delay_ms(const struct http_attempt *attempt)
{
    const struct retry_policy *policy = attempt->request->retry != NULL ? attempt->request->retry : &RETRY_NEVER;
    const struct retry_answer answer = {
        .status = attempt->response->status,
        .retry_after = attempt->retry_after[0] != '\0' ? attempt->retry_after : NULL,
        .retry_after_ms = attempt->retry_after_ms[0] != '\0' ? attempt->retry_after_ms : NULL,
        .verdict = attempt->verdict[0] != '\0' ? attempt->verdict : NULL,
    };
    uint32_t random = 0;
    double chance;

    if (!may_repeat(attempt) || (attempt->code != CURLE_OK && !code_is_transient(attempt->code)) ||
        context_random(attempt->context, &random, sizeof random, NULL) != CPK_OK) {
        return RETRY_NO;
    }
    chance = (double)random / (double)UINT32_MAX;
    if (attempt->code != CURLE_OK) {
        return retry_delay_ms(policy, attempt->response->attempts, chance);
    }
    return retry_after_answer_ms(policy, &answer, attempt->response->attempts, context_local_now(attempt->context),
                                 chance);
}

cpk_status http_wait_ms(int64_t delay_ms, const cpk_cancel *cancel, cpk_error **error)
{
    while (delay_ms > 0) {
        int64_t slice_ms = delay_ms < SLEEP_SLICE_MS ? delay_ms : SLEEP_SLICE_MS;
        const struct timespec slice = {.tv_sec = 0, .tv_nsec = (long)slice_ms * 1000000};

        CPK_TRY(cancel_check(cancel, error));
        nanosleep(&slice, NULL);
        delay_ms -= slice_ms;
    }
    return cancel_check(cancel, error);
}

/* Resets the response before an attempt. */
static void clear_response(const struct context *context, struct http_response *response)
{
    buffer_clear(&response->body);
    response->status = 0;
    for (size_t i = 0; i < HTTP_WANTED_MAX; i++) {
        memory_release_text(&context->allocator, response->headers[i]);
        response->headers[i] = NULL;
    }
}

/* 1 if the next attempt would begin after the deadline. */
static int32_t is_too_late(const struct http_request *request, int64_t delay_ms)
{
    return request->deadline_us > 0 && delay_ms >= (request->deadline_us - time_monotonic_us()) / 1000;
}

/* Makes one attempt. *delay_ms: the delay before the next one, or RETRY_NO. */
static cpk_status send_once(struct http *client, const struct http_request *request, struct http_response *response,
                            int64_t *delay_ms, cpk_error **error)
{
    struct http_attempt attempt = {
        .context = client->context, .guard = &client->guard, .request = request, .response = response};
    size_t kind = request->is_trusted ? 1 : 0;
    int64_t start_us = time_monotonic_us();
    struct http_attempt_handle *handle;
    cpk_status status;

    *delay_ms = RETRY_NO;
    clear_response(client->context, response);
    response->attempts++;
    CPK_TRY(handle_acquire(client, kind, &handle, error));
    status = http_attempt_run(&attempt, handle, error);
    handle_release(client, kind, handle);
    CPK_TRY(status);
    *delay_ms = next_delay_ms(&attempt);
    if (*delay_ms != RETRY_NO && (is_too_late(request, *delay_ms) || !rewind_reader(&attempt))) {
        *delay_ms = RETRY_NO;
    }
    context_log(client->context, CPK_LOG_DEBUG, "net", "%s: %s %d in %lld ms, attempt %d", response->shown,
                attempt.code == CURLE_OK ? "HTTP" : "curl",
                attempt.code == CURLE_OK ? response->status : (int)attempt.code,
                (long long)(time_monotonic_us() - start_us) / 1000, response->attempts);
    return attempt.code == CURLE_OK ? CPK_OK : set_attempt_error(&attempt, error);
}

/* Validates method and URL and sets response->shown. */
static cpk_status check_request(const struct http_request *request, struct http_response *response, cpk_error **error)
{
    const char *method = request->method != NULL ? request->method : "GET";
    char shown[URL_SHOWN_MAX];

    if (method[0] == '\0' || strlen(method) > 16 || method[strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "net", "an HTTP method must be one word in upper case");
    }
    CPK_TRY(url_check(request->url, shown, error));
    snprintf(response->shown, sizeof response->shown, "%s %.*s", method, (int)(sizeof response->shown - 20), shown);
    return CPK_OK;
}

cpk_status http_perform(struct http *client, const struct http_request *request, struct http_response *response,
                        cpk_error **error)
{
    cpk_status status;
    int64_t delay_ms;

    memset(response, 0, sizeof *response);
    buffer_init(&response->body, &client->context->allocator);
    if (request->memory != NULL) {
        response->body = *request->memory;
        buffer_init(request->memory, &client->context->allocator);
    }
    CPK_TRY(check_request(request, response, error));
    CPK_TRY(cancel_check(request->cancel, error));
    for (;;) {
        status = send_once(client, request, response, &delay_ms, error);
        if (delay_ms == RETRY_NO) {
            return status;
        }
        CPK_TRY(http_wait_ms(delay_ms, request->cancel, error));
        error_clear(error);
    }
}

void http_response_free(struct http_response *response)
{
    if (response->body.allocator == NULL) {
        return;
    }
    for (size_t i = 0; i < HTTP_WANTED_MAX; i++) {
        memory_release_text(response->body.allocator, response->headers[i]);
        response->headers[i] = NULL;
    }
    buffer_free(&response->body);
}

cpk_status http_expect_success(const struct http_response *response, cpk_error **error)
{
    char native[32];
    int32_t is_transient = response->status == 408 || response->status == 429 || response->status >= 500;

    if (response->status >= 200 && response->status <= 299) {
        return CPK_OK;
    }
    snprintf(native, sizeof native, "HTTP %d", response->status);
    return error_set_native(error, CPK_ERROR_NETWORK, "net", native, is_transient,
                            "%s: the server responded with status %d", response->shown, response->status);
}

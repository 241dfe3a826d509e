#include "storage/s3/client.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/time.h"
#include "storage/s3/answer.h"
#include "storage/s3/encode.h"
#include "storage/watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN          "storage"
#define SERVICE         "s3"
#define OWN_HEADERS     6
#define SKEW_US_MAX     INT64_C(240000000) /* S3 refuses 15 minutes */
#define BUDGET_MAX      500                /* shared by all requests, so that retries can't multiply an outage */
#define BUDGET_RETRY    5
#define BUDGET_TIMEOUT  10
#define BACKOFF_MS      100
#define BACKOFF_MAX_MS  5000
#define RETRY_AFTER_MAX 60000

static const char *const wanted_headers[CLIENT_HEADER_COUNT] = {
    [CLIENT_ETAG] = "ETag",
    [CLIENT_CONTENT_RANGE] = "Content-Range",
    [CLIENT_CONTENT_LENGTH] = "Content-Length",
    [CLIENT_LAST_MODIFIED] = "Last-Modified",
    [CLIENT_DATE] = "Date",
    [CLIENT_RETRY_AFTER] = "Retry-After",
    [CLIENT_SHA256] = "x-amz-meta-contextpack-sha256",
    [CLIENT_PART_BYTES] = "x-amz-meta-contextpack-part-bytes",
    [CLIENT_ENCRYPTION] = "x-amz-server-side-encryption",
    [CLIENT_REGION] = "x-amz-bucket-region",
};

struct client {
    const struct context *context;
    struct location location;
    struct credentials *credentials;
    struct http *http;
    atomic_int_least64_t skew_us; /* the server's clock less this machine's */
    pthread_mutex_t lock;
    int32_t budget;       /* guarded by the lock */
    int64_t memory_bytes; /* taken for parts; guarded by the lock */
};

cpk_status client_create(const struct context *context, const struct location *location, struct client **client,
                         cpk_error **error)
{
    struct client *created = memory_allocate_zeroed(&context->allocator, sizeof *created);
    cpk_status status;

    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->context = context;
    created->location = *location;
    created->budget = BUDGET_MAX;
    pthread_mutex_init(&created->lock, NULL);
    status = credentials_create(context, NULL, NULL, &created->credentials, error);
    if (status == CPK_OK) {
        status = http_create(context, &created->http, error);
    }
    if (status != CPK_OK) {
        client_free(created);
        return status;
    }
    *client = created;
    return CPK_OK;
}

void client_free(struct client *client)
{
    if (client != NULL) {
        http_free(client->http);
        credentials_free(client->credentials);
        pthread_mutex_destroy(&client->lock);
        memory_release(&client->context->allocator, client, sizeof *client);
    }
}

const struct context *client_context(const struct client *client)
{
    return client->context;
}

const struct location *client_location(const struct client *client)
{
    return &client->location;
}

void client_answer_free(struct client_answer *answer)
{
    http_response_free(&answer->response);
}

/* One signed request: its texts live until request_free(). */
struct signed_request {
    struct buffer path;
    struct buffer url;
    struct buffer authorization;
    char time[SIGN_TIME_BYTES];
    struct http_header headers[CLIENT_HEADERS_MAX + OWN_HEADERS];
    size_t header_count;
};

static void request_init(struct signed_request *request, const struct client *client)
{
    const cpk_allocator *allocator = &client->context->allocator;

    request->header_count = 0;
    buffer_init(&request->path, allocator);
    buffer_init(&request->url, allocator);
    buffer_init(&request->authorization, allocator);
}

static void request_free(struct signed_request *request)
{
    buffer_free(&request->path);
    buffer_free(&request->url);
    buffer_free(&request->authorization);
}

static void add_header(struct signed_request *request, const char *name, const char *value)
{
    request->headers[request->header_count++] = (struct http_header){name, value};
}

static struct sign_scope make_scope(struct client *client)
{
    struct sign_scope scope = {client->location.region, SERVICE, ""};

    sign_format_time(context_local_now(client->context) + atomic_load(&client->skew_us), scope.time);
    return scope;
}

static void append_url(const struct client *client, const struct signed_request *request, struct buffer *url)
{
    buffer_append_format(url, "%s://%s", client->location.is_https ? "https" : "http", client->location.host);
    encode_percent(url, buffer_text(&request->path), request->path.length, 1);
}

/* Builds URL and headers of one attempt. `hash` is the body's. */
static cpk_status sign_call(struct client *client, const struct client_call *call, const struct credentials_key *key,
                            const char *hash, struct signed_request *request, cpk_error **error)
{
    const struct sign_key sign_key = {key->id, key->secret, key->token};
    const struct sign_scope scope = make_scope(client);
    struct sign_request to_sign = {.method = call->method,
                                   .parameters = call->parameters,
                                   .parameter_count = call->parameter_count,
                                   .payload_hash = hash};

    memcpy(request->time, scope.time, sizeof request->time);
    location_append_path(&client->location, call->key, &request->path);
    append_url(client, request, &request->url);
    if (call->parameter_count > 0) {
        buffer_append_byte(&request->url, '?');
        CPK_TRY(sign_append_query(&request->url, call->parameters, call->parameter_count, error));
    }
    add_header(request, "host", client->location.host);
    add_header(request, "x-amz-content-sha256", hash);
    add_header(request, "x-amz-date", request->time);
    if (key->token[0] != '\0') {
        add_header(request, "x-amz-security-token", key->token);
    }
    for (size_t i = 0; i < call->header_count && i < CLIENT_HEADERS_MAX; i++) {
        request->headers[request->header_count++] = call->headers[i];
    }
    to_sign.path = buffer_text(&request->path);
    to_sign.headers = request->headers;
    to_sign.header_count = request->header_count;
    CPK_TRY(sign_header(&to_sign, &sign_key, &scope, &request->authorization, error));
    add_header(request, "authorization", request->authorization.data);
    return request->url.failed || request->path.failed ? error_out_of_memory(error) : CPK_OK;
}

/* What one call remembers between its attempts. */
struct progress {
    const char *hash;    /* of the body */
    int64_t deadline_us; /* of all attempts */
    int32_t attempt;     /* from 1 */
    int32_t has_corrected_skew;
    int32_t has_renewed_key;
    int64_t stale; /* generation of a refused key */
};

static cpk_status send_once(struct client *client, const struct client_call *call, const struct credentials_key *key,
                            const struct progress *progress, struct http_response *response, cpk_error **error)
{
    struct signed_request request;
    cpk_status status;

    request_init(&request, client);
    status = sign_call(client, call, key, progress->hash, &request, error);
    if (status == CPK_OK) {
        struct http_request message = {
            .method = call->method,
            .url = request.url.data,
            .is_trusted = 1, /* the operator's own setting */
            .is_repeatable = !call->is_once,
            .headers = request.headers,
            .header_count = request.header_count,
            .body = call->body,
            .body_length = (int64_t)call->body_length,
            .memory = call->memory,
            .max_body_bytes = call->max_answer_bytes,
            .idle_timeout_ms = context_setting(client->context, SETTING_S3_TIMEOUT_MS),
            .total_timeout_ms = context_setting(client->context, SETTING_S3_TOTAL_TIMEOUT_MS),
            .deadline_us = progress->deadline_us,
            .timeout_name = "s3.total_timeout_ms",
            .idle_timeout_name = "s3.timeout_ms",
            .cancel = watch_token(),
        };

        memcpy((void *)message.wanted, (const void *)wanted_headers, sizeof wanted_headers);
        status = http_perform(client->http, &message, response, error);
    }
    request_free(&request);
    return status;
}

static int32_t is_one_of(const char *code, const char *const *codes)
{
    for (; *codes != NULL; codes++) {
        if (strcmp(code, *codes) == 0) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_transient(const struct client_answer *answer)
{
    static const char *const codes[] = {"SlowDown",
                                        "InternalError",
                                        "ServiceUnavailable",
                                        "RequestTimeout",
                                        "IncompleteBody",
                                        "BadDigest",
                                        "OperationAborted",
                                        "RequestTimeoutException",
                                        "ConditionalRequestConflict",
                                        "Throttling",
                                        "ThrottlingException",
                                        "XAmzContentSHA256Mismatch",
                                        NULL};
    int32_t status = answer->response.status;

    return is_one_of(answer->code, codes) || status == 408 || status == 429 || (status >= 500 && status != 501);
}

/* Returns 1 if the key was refused: another one may be there by now. A HEAD's answer has no code. */
static int32_t is_key_refused(const struct client_answer *answer)
{
    static const char *const codes[] = {"ExpiredToken",         "InvalidAccessKeyId",   "InvalidToken",
                                        "TokenRefreshRequired", "InvalidClientTokenId", NULL};

    return is_one_of(answer->code, codes) || (answer->response.status == 403 && answer->code[0] == '\0');
}

/* Takes the server's clock from its Date header. Returns 1 if the offset changed by more than S3 tolerates. */
static int32_t correct_skew(struct client *client, const struct client_answer *answer)
{
    int64_t server_us = retry_parse_date(answer->response.headers[CLIENT_DATE]);
    int64_t old_us = atomic_load(&client->skew_us);
    int64_t skew_us;

    if (answer->response.status != 403 || server_us == CPK_TIME_UNKNOWN ||
        (answer->code[0] != '\0' && strcmp(answer->code, "RequestTimeTooSkewed") != 0)) {
        return 0;
    }
    skew_us = server_us - context_local_now(client->context);
    if (llabs(skew_us - old_us) < SKEW_US_MAX) {
        return 0;
    }
    atomic_store(&client->skew_us, skew_us);
    context_log(client->context, CPK_LOG_WARNING, DOMAIN,
                "the clock of this machine differs from the storage server's by %lld s; requests are signed with the "
                "server's time",
                (long long)(skew_us / 1000000));
    return 1;
}

/* Takes from the budget of retries. Returns 0 if it is used up. */
static int32_t budget_take(struct client *client, int32_t cost)
{
    int32_t granted;

    pthread_mutex_lock(&client->lock);
    granted = client->budget >= cost;
    client->budget -= granted ? cost : 0;
    pthread_mutex_unlock(&client->lock);
    return granted;
}

static void budget_return(struct client *client)
{
    pthread_mutex_lock(&client->lock);
    client->budget += client->budget < BUDGET_MAX;
    pthread_mutex_unlock(&client->lock);
}

int32_t client_take_memory(struct client *client, int64_t bytes)
{
    int32_t granted;

    pthread_mutex_lock(&client->lock);
    granted = bytes <= context_setting(client->context, SETTING_S3_MEMORY_BYTES) - client->memory_bytes;
    client->memory_bytes += granted ? bytes : 0;
    pthread_mutex_unlock(&client->lock);
    return granted;
}

void client_give_memory(struct client *client, int64_t bytes)
{
    pthread_mutex_lock(&client->lock);
    client->memory_bytes -= bytes;
    pthread_mutex_unlock(&client->lock);
}

static cpk_status status_of(const struct client_answer *answer)
{
    static const char *const unauthenticated[] = {"ExpiredToken",          "InvalidAccessKeyId",   "InvalidToken",
                                                  "SignatureDoesNotMatch", "TokenRefreshRequired", NULL};
    static const char *const full[] = {"QuotaExceeded", "InsufficientStorage", NULL};

    if (is_one_of(answer->code, unauthenticated)) {
        return CPK_ERROR_UNAUTHENTICATED;
    }
    if (is_one_of(answer->code, full)) {
        return CPK_ERROR_NO_SPACE;
    }
    switch (answer->response.status) {
    case 401:
    case 403:
        return CPK_ERROR_PERMISSION_DENIED;
    case 404:
        return strcmp(answer->code, "NoSuchBucket") == 0 ? CPK_ERROR_STORAGE : CPK_ERROR_NOT_FOUND;
    case 409:
    case 412:
        return CPK_ERROR_CONFLICT;
    default:
        return CPK_ERROR_STORAGE;
    }
}

static cpk_status set_answer_error(const struct client *client, const struct client_answer *answer, cpk_error **error)
{
    const char *region = answer->response.headers[CLIENT_REGION];
    char native[CLIENT_CODE_BYTES + 16];

    snprintf(native, sizeof native, "HTTP %d%s%s", answer->response.status, answer->code[0] != '\0' ? " " : "",
             answer->code);
    if (region != NULL && strcmp(region, client->location.region) != 0 && answer->response.status < 404) {
        return error_set_native(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, native, 0,
                                "the bucket %s is in the region %.60s, not in %s: set region=%.60s",
                                client->location.bucket, region, client->location.region, region);
    }
    return error_set_native(error, status_of(answer), DOMAIN, native, is_transient(answer),
                            "%s: the storage server responded with status %d%s%s%s%s", answer->response.shown,
                            answer->response.status, answer->code[0] != '\0' ? ", " : "", answer->code,
                            answer->message[0] != '\0' ? ": " : "", answer->message);
}

/* Returns the delay before the next attempt in milliseconds, or RETRY_NO. */
static int64_t next_delay_ms(struct client *client, const struct progress *progress, const struct client_answer *answer,
                             cpk_status status, const cpk_error *problem)
{
    const struct retry_policy policy = {.attempts = (int32_t)context_setting(client->context, SETTING_S3_MAX_ATTEMPTS),
                                        .server_errors = 1,
                                        .statuses = {200, 400, 408, 409, 429},
                                        .backoff_ms = BACKOFF_MS,
                                        .backoff_max_ms = BACKOFF_MAX_MS,
                                        .retry_after_max_ms = RETRY_AFTER_MAX};
    const struct retry_answer given = {.status = answer->response.status,
                                       .retry_after = answer->response.headers[CLIENT_RETRY_AFTER]};
    uint32_t random = 0;
    double chance;
    int64_t delay_ms;

    if ((status == CPK_OK ? !is_transient(answer) : !cpk_error_retryable(problem)) ||
        context_random(client->context, &random, sizeof random, NULL) != CPK_OK) {
        return RETRY_NO;
    }
    chance = (double)random / (double)UINT32_MAX;
    delay_ms = status == CPK_OK ? retry_after_answer_ms(&policy, &given, progress->attempt,
                                                        context_local_now(client->context), chance)
                                : retry_delay_ms(&policy, progress->attempt, chance);
    if (delay_ms != RETRY_NO && time_monotonic_us() + delay_ms * 1000 >= progress->deadline_us) {
        return RETRY_NO;
    }
    if (delay_ms != RETRY_NO && !budget_take(client, status == CPK_ERROR_TIMEOUT ? BUDGET_TIMEOUT : BUDGET_RETRY)) {
        return RETRY_NO;
    }
    return delay_ms;
}

/* Returns 1 if the request may be sent again at once: the clock was corrected, or another key may be there. */
static int32_t may_repeat_at_once(struct client *client, struct progress *progress, const struct client_answer *answer,
                                  int64_t generation)
{
    if (!progress->has_corrected_skew && correct_skew(client, answer)) {
        progress->has_corrected_skew = 1;
        return 1;
    }
    if (!progress->has_renewed_key && is_key_refused(answer)) {
        progress->has_renewed_key = 1;
        progress->stale = generation;
        return 1;
    }
    return 0;
}

/* Makes one attempt. *delay_ms: before the next one, or RETRY_NO. */
static cpk_status attempt_call(struct client *client, const struct client_call *call, struct progress *progress,
                               struct client_answer *answer, int64_t *delay_ms, cpk_error **error)
{
    struct credentials_key key;
    cpk_error *problem = NULL;
    cpk_status status;
    int32_t is_good;

    *delay_ms = RETRY_NO;
    progress->attempt++;
    http_response_free(&answer->response);
    memset(answer, 0, sizeof *answer);
    CPK_TRY(credentials_get(client->credentials, progress->stale, &key, error));
    progress->stale = 0;
    status = send_once(client, call, &key, progress, &answer->response, &problem);
    is_good = status == CPK_OK && answer->response.status >= 200 && answer->response.status <= 299;
    if (status == CPK_OK && (!is_good || call->checks_body)) {
        is_good &= !answer_read_error(&client->context->allocator, &answer->response.body, answer->code,
                                      sizeof answer->code, answer->message, sizeof answer->message);
    }
    if (is_good && call->check != NULL) {
        status = call->check(call->check_user, answer, &problem);
        is_good = status == CPK_OK;
    }
    if (is_good) {
        budget_return(client);
    } else if (status == CPK_OK && may_repeat_at_once(client, progress, answer, key.generation)) {
        *delay_ms = 0;
    } else {
        *delay_ms = next_delay_ms(client, progress, answer, status, problem);
    }
    credentials_wipe(&key);
    if (status == CPK_ERROR_STORAGE && *delay_ms != RETRY_NO) {
        http_drop_idle(client->http); /* one of these connections is out of step */
    }
    if (status != CPK_OK) {
        return error_give(error, problem);
    }
    return is_good ? CPK_OK : set_answer_error(client, answer, error);
}

static cpk_status hash_body(const struct client *client, const struct client_call *call,
                            char hex[HASH_SHA256_HEX_BYTES], cpk_error **error)
{
    struct hash_sha256 hash;

    if (client->location.is_unsigned_body) {
        snprintf(hex, HASH_SHA256_HEX_BYTES, "%s", SIGN_UNSIGNED_PAYLOAD);
        return CPK_OK;
    }
    if (call->body_sha256 != NULL) {
        snprintf(hex, HASH_SHA256_HEX_BYTES, "%s", call->body_sha256);
        return CPK_OK;
    }
    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, call->body != NULL ? call->body : "", call->body_length);
    return hash_sha256_finish_hex(&hash, CPK_OK, hex, error);
}

cpk_status client_perform(struct client *client, const struct client_call *call, struct client_answer *answer,
                          cpk_error **error)
{
    char hash[HASH_SHA256_HEX_BYTES];
    struct progress progress = {.hash = hash};
    int64_t total_ms =
        call->total_ms > 0 ? call->total_ms : context_setting(client->context, SETTING_S3_TOTAL_TIMEOUT_MS);
    int64_t delay_ms;
    cpk_status status;

    memset(answer, 0, sizeof *answer);
    progress.deadline_us = time_monotonic_us() + total_ms * 1000;
    CPK_TRY(hash_body(client, call, hash, error));
    for (;;) {
        status = attempt_call(client, call, &progress, answer, &delay_ms, error);
        if (status == CPK_OK || delay_ms == RETRY_NO) {
            return status;
        }
        CPK_TRY(http_wait_ms(delay_ms, watch_token(), error));
        error_clear(error);
    }
}

cpk_status client_presign(struct client *client, const char *method, const char *key, int64_t expires_s,
                          struct buffer *url, cpk_error **error)
{
    const struct sign_scope scope = make_scope(client);
    struct signed_request request;
    struct credentials_key credentials;
    cpk_status status;

    CPK_TRY(credentials_get(client->credentials, 0, &credentials, error));
    request_init(&request, client);
    location_append_path(&client->location, key, &request.path);
    add_header(&request, "host", client->location.host);
    append_url(client, &request, url);
    buffer_append_byte(url, '?');
    if (request.path.failed || url->failed) {
        status = error_out_of_memory(error);
    } else {
        const struct sign_key sign_key = {credentials.id, credentials.secret, credentials.token};
        const struct sign_request to_sign = {.method = method,
                                             .path = request.path.data,
                                             .headers = request.headers,
                                             .header_count = request.header_count,
                                             .payload_hash = SIGN_UNSIGNED_PAYLOAD};

        status = sign_query(&to_sign, &sign_key, &scope, expires_s, url, error);
    }
    request_free(&request);
    credentials_wipe(&credentials);
    return status;
}

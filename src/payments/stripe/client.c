#include "payments/stripe/client.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DOMAIN            "stripe"
#define KEY_BYTES_MAX     512
#define BASE_BYTES_MAX    256
#define URL_BYTES         4096
#define REQUEST_ID_HEADER "Request-Id"

/* As in Stripe's libraries: retries conflicts and server errors, unless Stripe-Should-Retry says otherwise. 429
 * is not retried: the rate limit would still apply. */
static const struct retry_policy RETRY = {
    .attempts = 3,
    .server_errors = 1,
    .statuses = {409},
    .backoff_ms = 500,
    .backoff_max_ms = 8000,
    .retry_after_max_ms = 60000,
    .verdict_header = "Stripe-Should-Retry",
};

static const char *base_url(const struct context *context)
{
    const char *set = context_text_setting(context, TEXT_SETTING_STRIPE_API_BASE);

    return set[0] != '\0' ? set : CLIENT_API_BASE;
}

static int32_t starts_with(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

/* The key must not be sent over a network without TLS. */
static int32_t is_this_machine(const char *url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://[::1]", "http://localhost"};

    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        char after = starts_with(url, hosts[i]) ? url[strlen(hosts[i])] : 'x';

        if (after == '\0' || after == ':' || after == '/') {
            return 1;
        }
    }
    return 0;
}

cpk_status client_check(const struct context *context, cpk_error **error)
{
    const char *key = context_text_setting(context, TEXT_SETTING_STRIPE_SECRET_KEY);
    const char *base = base_url(context);

    if (key[0] == '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "there is no key for Stripe: set stripe.secret_key to a secret or restricted key");
    }
    if (strlen(key) > KEY_BYTES_MAX || key[strcspn(key, " \t\r\n")] != '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "stripe.secret_key holds white space or is too long");
    }
    if (strlen(base) > BASE_BYTES_MAX || (!starts_with(base, "https://") && !is_this_machine(base)) ||
        strchr(base, '@') != NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "stripe.api_base must be an https:// URL, or http:// on this machine (127.0.0.1)");
    }
    return CPK_OK;
}

static cpk_status code_of(int32_t status)
{
    switch (status) {
    case 400:
        return CPK_ERROR_INVALID_ARGUMENT;
    case 401:
    case 403:
        return CPK_ERROR_PERMISSION_DENIED;
    case 402:
    case 409:
        return CPK_ERROR_CONFLICT;
    case 404:
        return CPK_ERROR_NOT_FOUND;
    case 429:
        return CPK_ERROR_BUSY;
    default:
        return CPK_ERROR_NETWORK;
    }
}

static void add_word(struct buffer *text, const char *before, const char *word)
{
    if (word != NULL) {
        buffer_append_format(text, "%s%s", before, word);
    }
}

/* Returns Stripe's request id, for its support, if it has the expected form; otherwise NULL. */
static const char *clean_request_id(const struct http_response *response)
{
    const char *id = response->headers[0];

    return id != NULL && strlen(id) <= 64 &&
                   id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] == '\0'
               ? id
               : NULL;
}

static cpk_status refused(const struct context *context, const struct http_response *response, struct arena *arena,
                          cpk_error **error)
{
    int32_t is_retryable = response->status == 409 || response->status == 429 || response->status >= 500;
    char native[32];
    struct problem problem;
    struct buffer words;
    cpk_status code;

    CPK_TRY(problem_parse(buffer_text(&response->body), response->body.length, arena, &problem, error));
    snprintf(native, sizeof native, "HTTP %d", response->status);
    buffer_init(&words, &context->allocator);
    add_word(&words, ", ", problem.type);
    add_word(&words, ", ", problem.code);
    add_word(&words, ", ", problem.decline_code);
    add_word(&words, ", parameter ", problem.param);
    add_word(&words, ", request ", clean_request_id(response));
    add_word(&words, ": ", response->status == 401 ? "is stripe.secret_key right?" : problem.message);
    code = words.failed ? error_out_of_memory(error)
                        : error_set_native(error, code_of(response->status), DOMAIN, native, is_retryable,
                                           "Stripe refused %s (HTTP %d)%s", response->shown, response->status,
                                           buffer_text(&words));
    buffer_free(&words);
    return code;
}

/* Authenticates and sends; any status but success is an error. The response always needs http_response_free(). */
static cpk_status exchange(const struct client_request *request, struct http_request *http_request, const char *path,
                           struct http_response *response, cpk_error **error)
{
    const struct context *context = request->context;
    const char *version = context_text_setting(context, TEXT_SETTING_STRIPE_API_VERSION);
    const char *base = base_url(context);
    char bearer[KEY_BYTES_MAX + 8];
    char url[URL_BYTES];
    const struct http_header headers[] = {
        {"Authorization", bearer},
        {"Stripe-Version", version[0] != '\0' ? version : CLIENT_API_VERSION},
        {"Content-Type", "application/x-www-form-urlencoded"},
        {"Idempotency-Key", request->idempotency_key},
    };
    size_t base_length = strlen(base);
    cpk_status status;
    int length;

    CPK_TRY(client_check(context, error));
    if (base[base_length - 1] == '/') {
        base_length--;
    }
    length = snprintf(url, sizeof url, "%.*s%s", (int)base_length, base, path);
    if (length < 0 || (size_t)length >= sizeof url) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "a request to Stripe has too long a URL");
    }
    snprintf(bearer, sizeof bearer, "Bearer %s", context_text_setting(context, TEXT_SETTING_STRIPE_SECRET_KEY));
    http_request->url = url;
    http_request->cancel = request->cancel;
    http_request->is_trusted = 1;
    http_request->is_repeatable = 1;
    http_request->headers = headers;
    http_request->header_count = request->idempotency_key != NULL ? 4 : 2; /* a GET has neither body nor key */
    http_request->wanted[0] = REQUEST_ID_HEADER;
    http_request->retry = &RETRY;
    status = http_perform(request->http, http_request, response, error);
    if (status == CPK_OK && (response->status < 200 || response->status > 299)) {
        status = refused(context, response, request->arena, error);
    }
    explicit_bzero(bearer, sizeof bearer);
    return status;
}

cpk_status client_post(const struct client_request *request, struct answer *answer, cpk_error **error)
{
    struct http_request http_request = {
        .method = "POST",
        .body = buffer_text(request->form),
        .body_length = (int64_t)request->form->length,
    };
    struct http_response response;
    cpk_status status;

    if (request->form->failed) {
        return error_out_of_memory(error);
    }
    memset(&response, 0, sizeof response);
    CPK_TRY_CLEANUP(exchange(request, &http_request, request->path, &response, error));
    status = answer_parse(buffer_text(&response.body), response.body.length, request->arena, answer, error);
cleanup:
    http_response_free(&response);
    return status;
}

cpk_status client_list(const struct client_request *request, struct answer_list *list, cpk_error **error)
{
    struct http_request http_request = {.method = "GET"};
    struct http_response response;
    struct buffer target;
    cpk_status status;

    memset(list, 0, sizeof *list);
    memset(&response, 0, sizeof response);
    buffer_init(&target, &request->context->allocator);
    buffer_append_format(&target, "%s?%s", request->path, buffer_text(request->form));
    if (request->form->failed || target.failed) {
        status = error_out_of_memory(error);
        goto cleanup;
    }
    CPK_TRY_CLEANUP(exchange(request, &http_request, buffer_text(&target), &response, error));
    status = answer_list_parse(buffer_text(&response.body), response.body.length, list, error);
cleanup:
    http_response_free(&response);
    buffer_free(&target);
    return status;
}

/* The HTTP client against a server on loopback. */
#include "support/net_certificate.h"
#include "support/net_peer.h"
#include "support/test.h"

#include "base/json/json.h"
#include "base/time.h"
#include "net/http.h"

#include <pthread.h>
#include <time.h>

struct fixture {
    struct context context;
    struct peer peer;
    struct http *client;
    char url[256];
    char log[65536];
    cpk_error *error;
};

static const struct retry_policy QUICK = {
    .attempts = 3,
    .server_errors = 1,
    .statuses = {408, 409, 429},
    .backoff_ms = 2,
    .backoff_max_ms = 8,
    .retry_after_max_ms = 2000,
    .verdict_header = "X-Should-Retry",
};

static void keep_log(void *user, int32_t level, const char *domain, const char *message)
{
    struct fixture *fixture = user;
    size_t used = strlen(fixture->log);

    (void)level;
    snprintf(fixture->log + used, sizeof fixture->log - used, "%s: %s\n", domain, message);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    context_init(&fixture->context);
    fixture->context.log = keep_log;
    fixture->context.log_user = fixture;
    fixture->context.log_level = CPK_LOG_DEBUG;
    peer_folder(&fixture->peer);
    peer_start(&fixture->peer, NULL, NULL);
    assert_ok(http_create(&fixture->context, &fixture->client, &fixture->error), fixture->error);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    http_free(fixture->client);
    peer_stop(&fixture->peer);
    rmdir(fixture->peer.folder);
    context_free(&fixture->context);
    cpk_error_free(fixture->error);
    free(fixture);
    return 0;
}

static void set_text(struct fixture *fixture, const char *name, const char *value)
{
    assert_ok(settings_set_text(&fixture->context.settings, &fixture->context.allocator, name, value, NULL), NULL);
}

/* A repeatable, trusted request to the server. */
static struct http_request request_to(struct fixture *fixture, const char *path)
{
    struct http_request request = {.url = fixture->url, .is_trusted = 1, .is_repeatable = 1, .retry = &QUICK};

    snprintf(fixture->url, sizeof fixture->url, "http://127.0.0.1:%d%s", fixture->peer.port, path);
    return request;
}

static cpk_status perform(struct fixture *fixture, const struct http_request *request, struct http_response *response)
{
    cpk_error_free(fixture->error);
    fixture->error = NULL;
    return http_perform(fixture->client, request, response, &fixture->error);
}

static void expect_answer(struct fixture *fixture, const struct http_request *request, int32_t status, const char *body)
{
    struct http_response response;

    assert_ok(perform(fixture, request, &response), fixture->error);
    assert_int_equal(response.status, status);
    assert_string_equal(buffer_text(&response.body), body);
    http_response_free(&response);
}

static void expect_failure(struct fixture *fixture, const struct http_request *request, cpk_status code,
                           const char *text)
{
    struct http_response response;

    if (perform(fixture, request, &response) != code) {
        fail_msg("%s: %s", request->url, cpk_error_message(fixture->error));
    }
    if (strstr(cpk_error_message(fixture->error), text) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", text, cpk_error_message(fixture->error));
    }
    http_response_free(&response);
}

static void expect_hits(struct fixture *fixture, const char *name, const char *expected)
{
    char path[64];
    struct http_request request;

    snprintf(path, sizeof path, "/hits/%s", name);
    request = request_to(fixture, path);
    expect_answer(fixture, &request, 200, expected);
}

/* Sends to /echo and returns what the server received. */
static struct json_object *echo(struct fixture *fixture, struct http_request *request, struct http_response *response)
{
    struct json_object *said;

    assert_ok(perform(fixture, request, response), fixture->error);
    assert_int_equal(response->status, 200);
    assert_ok(json_parse(response->body.data, response->body.length, 8, &said, NULL), NULL);
    return said;
}

static void request_arrives_unchanged(void **state)
{
    struct fixture *fixture = *state;
    const struct http_header headers[] = {{"Authorization", "Bearer hunter2"}, {"X-Empty", ""}};
    struct http_request request = request_to(fixture, "/echo/a/../b%2f?key=hunter3");
    struct http_response response;
    struct json_object *said;
    struct json_object *seen;

    request.method = "PUT";
    request.headers = headers;
    request.header_count = 2;
    request.body = "a\0b";
    request.body_length = 3;
    request.wanted[0] = "x-one";
    request.wanted[1] = "X-TWO";
    request.wanted[2] = "X-Three";
    said = echo(fixture, &request, &response);
    seen = json_member(said, "headers");
    assert_string_equal(json_member_text(said, "method"), "PUT");
    assert_string_equal(json_member_text(said, "path"), "/echo/a/../b%2f?key=hunter3");
    assert_memory_equal(json_member_text(said, "body"), "a\0b", 3);
    assert_string_equal(json_member_text(seen, "authorization"), "Bearer hunter2");
    assert_string_equal(json_member_text(seen, "x-empty"), "");
    assert_string_equal(json_member_text(seen, "user-agent"), "contextpack/" CPK_VERSION);
    assert_string_equal(json_member_text(seen, "content-length"), "3");
    assert_null(json_member_text(seen, "content-type"));
    assert_null(json_member_text(seen, "expect"));
    assert_string_equal(response.headers[0], "first");
    assert_string_equal(response.headers[1], "");
    assert_null(response.headers[2]);
    json_object_put(said);
    http_response_free(&response);
    assert_non_null(strstr(fixture->log, "net: PUT http://127.0.0.1:"));
    assert_null(strstr(fixture->log, "hunter"));
}

static void each_method_is_sent(void **state)
{
    static const char *const METHODS[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++) {
        struct http_request request = request_to(fixture, "/echo");
        struct http_response response;
        struct json_object *said;

        request.method = METHODS[i];
        said = echo(fixture, &request, &response);
        assert_string_equal(json_member_text(said, "method"), METHODS[i]);
        assert_string_equal(json_member_text(said, "body"), "");
        json_object_put(said);
        http_response_free(&response);
        request.body = "text";
        request.body_length = 4;
        said = echo(fixture, &request, &response);
        assert_string_equal(json_member_text(said, "method"), METHODS[i]);
        assert_string_equal(json_member_text(said, "body"), "text");
        json_object_put(said);
        http_response_free(&response);
    }
    for (int i = 0; i < 2; i++) { /* no body; the connection stays usable */
        struct http_request request = request_to(fixture, "/echo");

        request.method = "HEAD";
        expect_answer(fixture, &request, 200, "");
    }
}

struct text_reader {
    const char *text;
    size_t at;
    int rewinds;
};

static int64_t read_text(void *user, void *data, size_t capacity)
{
    struct text_reader *reader = user;
    size_t left = strlen(reader->text) - reader->at;
    size_t taken = left < 3 ? left : 3;

    taken = taken < capacity ? taken : capacity;
    memcpy(data, reader->text + reader->at, taken);
    reader->at += taken;
    return (int64_t)taken;
}

static int32_t rewind_text(void *user)
{
    struct text_reader *reader = user;

    reader->at = 0;
    reader->rewinds++;
    return 0;
}

static void body_reader_is_rewound_for_a_retry(void **state)
{
    struct fixture *fixture = *state;
    struct text_reader text = {"streamed body", 0, 0};
    struct http_body_reader reader = {&text, read_text, rewind_text};
    struct http_request request = request_to(fixture, "/flaky/reader/2/503");

    request.method = "POST";
    request.reader = &reader;
    request.body_length = 13;
    expect_answer(fixture, &request, 200, "done streamed body");
    assert_int_equal(text.rewinds, 2);
    text.at = 0;
    request.body_length = 14; /* more than the reader provides */
    expect_failure(fixture, &request, CPK_ERROR_NETWORK, "POST http://127.0.0.1");
    text.at = 0;
    reader.rewind = NULL;
    request = request_to(fixture, "/flaky/reader2/1/503");
    request.method = "POST";
    request.reader = &reader;
    request.body_length = 13;
    expect_answer(fixture, &request, 503, "not yet");
}

static void server_errors_are_retried(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/flaky/a/2/503");

    expect_answer(fixture, &request, 200, "done ");
    expect_hits(fixture, "a", "3 1"); /* one connection */
    request = request_to(fixture, "/flaky/b/9/500");
    expect_answer(fixture, &request, 500, "not yet");
    expect_hits(fixture, "b", "3 1");
    request = request_to(fixture, "/flaky/c/1/400");
    expect_answer(fixture, &request, 400, "not yet");
    request = request_to(fixture, "/flaky/d/1/400?should=true");
    expect_answer(fixture, &request, 200, "done ");
    request = request_to(fixture, "/flaky/e/1/503?should=false");
    expect_answer(fixture, &request, 503, "not yet");
    request = request_to(fixture, "/flaky/f/1/429?after=3"); /* more than 2 s */
    expect_answer(fixture, &request, 429, "not yet");
    expect_hits(fixture, "f", "1 1");
    request = request_to(fixture, "/flaky/g/1/503");
    request.retry = NULL;
    expect_answer(fixture, &request, 503, "not yet");
    request = request_to(fixture, "/drop/h/2");
    expect_answer(fixture, &request, 200, "done ");
    expect_hits(fixture, "h", "3 3");
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void retry_after_is_obeyed(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/flaky/a/1/429?after=1");
    int64_t start_ms = now_ms();

    expect_answer(fixture, &request, 200, "done ");
    assert_true(now_ms() - start_ms >= 1000);
    request = request_to(fixture, "/flaky/b/1/429?after=2&after_ms=200");
    start_ms = now_ms();
    expect_answer(fixture, &request, 200, "done ");
    assert_in_range(now_ms() - start_ms, 200, 1900);
}

static void non_repeatable_request_is_sent_once(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/flaky/a/1/503");

    request.method = "POST";
    request.is_repeatable = 0;
    expect_answer(fixture, &request, 503, "not yet");
    expect_hits(fixture, "a", "1 1");
    request = request_to(fixture, "/drop/b/1");
    request.method = "POST";
    request.is_repeatable = 0;
    expect_failure(fixture, &request, CPK_ERROR_NETWORK, "POST ");
    assert_true(cpk_error_retryable(fixture->error));
    expect_hits(fixture, "b", "1 1");
    request = request_to(fixture, "/drop/b/1");
    request.is_repeatable = 0;
    expect_answer(fixture, &request, 200, "done ");
    request = request_to(fixture, "/flaky/c/0/200");
    request.is_repeatable = 0;
    expect_answer(fixture, &request, 200, "done ");
    expect_answer(fixture, &request, 200, "done ");
    expect_hits(fixture, "c", "2 2"); /* a new connection each time */
}

static void malformed_response_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/partial?key=hunter2");

    expect_failure(fixture, &request, CPK_ERROR_NETWORK, "/partial");
    assert_null(strstr(cpk_error_message(fixture->error), "hunter2"));
    assert_string_equal(cpk_error_native(fixture->error), "curl 18");
    request = request_to(fixture, "/endless");
    request.max_body_bytes = 1000000;
    request.max_body_name = "some.setting";
    expect_failure(fixture, &request, CPK_ERROR_LIMIT_EXCEEDED, "some.setting");
    request.max_body_bytes = 0;
    request.max_body_name = NULL;
    fixture->context.settings.values[SETTING_NET_MAX_RESPONSE_BYTES] = 100000;
    expect_failure(fixture, &request, CPK_ERROR_LIMIT_EXCEEDED, "net.max_response_bytes");
    request = request_to(fixture, "/headers/90");
    expect_answer(fixture, &request, 200, "");
    request = request_to(fixture, "/echo/exact");
    request.max_body_bytes = 1024;
    expect_answer(fixture, &(struct http_request){.url = request.url, .is_trusted = 1, .method = "HEAD"}, 200, "");
}

static void interim_response_is_skipped(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/interim");
    struct http_response response;

    request.wanted[0] = "X-One";
    request.wanted[1] = "X-Two";
    assert_ok(perform(fixture, &request, &response), fixture->error);
    assert_int_equal(response.status, 200);
    assert_string_equal(response.headers[0], "late");
    assert_null(response.headers[1]);
    http_response_free(&response);
}

static void timeouts_are_enforced(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/slow/3000");
    int64_t start_ms = now_ms();

    request.total_timeout_ms = 100;
    request.retry = NULL;
    expect_failure(fixture, &request, CPK_ERROR_TIMEOUT, "net.timeout_ms");
    assert_true(cpk_error_retryable(fixture->error));
    fixture->context.settings.values[SETTING_NET_TIMEOUT_MS] = 100;
    request.total_timeout_ms = 0;
    expect_failure(fixture, &request, CPK_ERROR_TIMEOUT, "net.timeout_ms");
    assert_true(now_ms() - start_ms < 2000);
    fixture->context.settings.values[SETTING_NET_TIMEOUT_MS] = 60000;
    start_ms = now_ms();
    request.retry = &QUICK; /* all attempts together */
    request.deadline_us = time_monotonic_us() + 300000;
    expect_failure(fixture, &request, CPK_ERROR_TIMEOUT, "net.timeout_ms");
    assert_true(now_ms() - start_ms < 800);
    request.deadline_us = 1; /* over before it begins */
    expect_failure(fixture, &request, CPK_ERROR_TIMEOUT, "net.timeout_ms");
}

static void refused_connection_is_retried_and_reported(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = {.url = "http://127.0.0.1:1/", .is_trusted = 1, .retry = &QUICK};

    expect_failure(fixture, &request, CPK_ERROR_NETWORK, "GET http://127.0.0.1:1/");
    assert_string_equal(cpk_error_native(fixture->error), "curl 7");
    assert_true(cpk_error_retryable(fixture->error));
    assert_non_null(strstr(fixture->log, "attempt 3")); /* nothing was sent: retried although not repeatable */
}

static void *cancel_soon(void *user)
{
    nanosleep(&(struct timespec){.tv_sec = 0, .tv_nsec = 150000000}, NULL);
    cpk_cancel_request(user);
    return NULL;
}

static void cancel_ends_a_request(void **state)
{
    struct fixture *fixture = *state;
    static const char *const PATHS[] = {"/slow/5000", "/flaky/a/9/503?after=2"};
    cpk_cancel *cancel;

    assert_ok(cpk_cancel_create(&cancel, NULL), NULL);
    for (size_t i = 0; i < 2; i++) {
        struct http_request request = request_to(fixture, PATHS[i]);
        int64_t start_ms = now_ms();
        pthread_t thread;

        request.cancel = cancel;
        assert_int_equal(pthread_create(&thread, NULL, cancel_soon, cancel), 0);
        expect_failure(fixture, &request, CPK_ERROR_CANCELLED, "cancelled");
        assert_in_range(now_ms() - start_ms, 100, 1500);
        pthread_join(thread, NULL);
        expect_failure(fixture, &request, CPK_ERROR_CANCELLED, "cancelled"); /* before it starts */
        cpk_cancel_reset(cancel);
    }
    cpk_cancel_free(cancel);
}

struct sunk {
    size_t bytes;
    size_t most;
};

static int32_t sink(void *user, const void *data, size_t length)
{
    struct sunk *sunk = user;

    (void)data;
    sunk->bytes += length;
    return sunk->bytes > sunk->most;
}

static void sink_receives_only_successful_bodies(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/flaky/a/1/503");
    struct sunk sunk = {0, SIZE_MAX};

    request.sink = sink;
    request.sink_user = &sunk;
    expect_answer(fixture, &request, 200, "");
    assert_int_equal(sunk.bytes, 5); /* "done ", without the body of the failed attempt */
    request = request_to(fixture, "/status/404");
    request.sink = sink;
    request.sink_user = &sunk;
    expect_answer(fixture, &request, 404, "the body of a failure");
    sunk = (struct sunk){0, 100000};
    request = request_to(fixture, "/endless");
    request.sink = sink;
    request.sink_user = &sunk;
    expect_failure(fixture, &request, CPK_ERROR_CANCELLED, "cancelled");
    sunk = (struct sunk){0, SIZE_MAX};
    request = request_to(fixture, "/partial");
    request.sink = sink;
    request.sink_user = &sunk;
    expect_failure(fixture, &request, CPK_ERROR_NETWORK, "/partial");
    assert_int_equal(sunk.bytes, 10); /* no retry after bytes went to the sink */
}

static void redirect_is_not_followed(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/status/302");
    struct http_response response;

    request.wanted[0] = "Location";
    assert_ok(perform(fixture, &request, &response), fixture->error);
    assert_int_equal(response.status, 302);
    assert_string_equal(response.headers[0], "http://127.0.0.1:1/elsewhere");
    assert_int_equal(http_expect_success(&response, &fixture->error), CPK_ERROR_NETWORK);
    assert_string_equal(cpk_error_native(fixture->error), "HTTP 302");
    assert_false(cpk_error_retryable(fixture->error));
    response.status = 503;
    assert_int_equal(http_expect_success(&response, &fixture->error), CPK_ERROR_NETWORK);
    assert_true(cpk_error_retryable(fixture->error));
    response.status = 204;
    assert_ok(http_expect_success(&response, NULL), NULL);
    http_response_free(&response);
}

static void proxy_of_the_environment_is_ignored(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/status/200");

    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
    expect_answer(fixture, &request, 200, "the body of a failure");
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

static void invalid_request_is_rejected(void **state)
{
    static const char *const URLS[] = {
        "",
        "127.0.0.1/",
        "example.org",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://",
        "http:///path",
        "http://user@127.0.0.1/",
        "http://user:hunter2@127.0.0.1/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\r\nX: y",
        "http://127.0.0.1\\@example.org/",
        "javascript:alert(1)",
        "dict://127.0.0.1:1/",
        "http://127.0.0.1:99999/",
        "//127.0.0.1/",
    };
    static const struct http_header HEADERS[] = {
        {"X-A", "b\r\nX-C: d"}, {"X-A", "b\nc"}, {"X A", "b"}, {"", "b"}, {"X-A:", "b"}, {"X-A", NULL}, {NULL, "b"},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof URLS / sizeof URLS[0]; i++) {
        struct http_request request = {.url = URLS[i], .is_trusted = 1};

        expect_failure(fixture, &request, CPK_ERROR_INVALID_ARGUMENT, "URL");
        assert_null(strstr(cpk_error_message(fixture->error), "hunter2"));
    }
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
        struct http_request request = request_to(fixture, "/echo");

        request.headers = &HEADERS[i];
        request.header_count = 1;
        expect_failure(fixture, &request, CPK_ERROR_INVALID_ARGUMENT, "header");
    }
    expect_failure(fixture, &(struct http_request){.url = "http://127.0.0.1/", .method = "GET / HTTP/1.1\r\n"},
                   CPK_ERROR_INVALID_ARGUMENT, "method");
}

static void untrusted_url_to_a_private_address_is_refused(void **state)
{
    static const char *const HOSTS[] = {
        "127.0.0.1",
        "localhost",
        "127.1",
        "0177.1",
        "0x7f.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "0",
        "0.0.0.0",
        "[::]",
        ("127\xe3\x80\x82"
         "1"),
        "\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1",
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof HOSTS / sizeof HOSTS[0]; i++) {
        struct http_request request = {.url = fixture->url, .is_repeatable = 1};
        struct http_response response;
        cpk_status status;

        snprintf(fixture->url, sizeof fixture->url, "http://%s:%d/flaky/user/0/200", HOSTS[i], fixture->peer.port);
        status = perform(fixture, &request, &response);
        if (status == CPK_OK) {
            fail_msg("%s was reached", HOSTS[i]);
        }
        http_response_free(&response);
    }
    expect_hits(fixture, "user", "0 0");
    snprintf(fixture->url, sizeof fixture->url, "http://127.0.0.1:%d/", fixture->peer.port);
    expect_failure(fixture, &(struct http_request){.url = fixture->url, .retry = &QUICK}, CPK_ERROR_PERMISSION_DENIED,
                   "net.allow_addresses");
    assert_null(strstr(fixture->log, "attempt 2"));
    expect_failure(fixture, &(struct http_request){.url = "http://169.254.169.254/latest"}, CPK_ERROR_PERMISSION_DENIED,
                   "net.allow_addresses");
}

static void allowed_address_is_reachable_for_untrusted_urls(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/flaky/user/0/200");

    http_free(fixture->client);
    set_text(fixture, "net.allow_addresses", "127.0.0.1");
    assert_ok(http_create(&fixture->context, &fixture->client, &fixture->error), fixture->error);
    request.is_trusted = 0;
    expect_answer(fixture, &request, 200, "done ");
    expect_answer(fixture, &request, 200, "done ");
    expect_hits(fixture, "user", "2 1");
    snprintf(fixture->url, sizeof fixture->url, "http://127.0.0.2:%d/", fixture->peer.port);
    expect_failure(fixture, &(struct http_request){.url = fixture->url}, CPK_ERROR_PERMISSION_DENIED,
                   "net.allow_addresses");
    set_text(fixture, "net.allow_addresses", "everything");
    http_free(fixture->client);
    fixture->client = NULL;
    assert_int_equal(http_create(&fixture->context, &fixture->client, NULL), CPK_ERROR_INVALID_ARGUMENT);
}

/* An untrusted URL must not reuse a connection that a trusted one opened. */
static void trusted_connection_is_not_reused_for_untrusted_url(void **state)
{
    struct fixture *fixture = *state;
    struct http_request request = request_to(fixture, "/flaky/shared/0/200");

    expect_answer(fixture, &request, 200, "done ");
    request.is_trusted = 0;
    expect_failure(fixture, &request, CPK_ERROR_PERMISSION_DENIED, "net.allow_addresses");
    expect_hits(fixture, "shared", "1 1");
}

#define THREADS  8
#define REQUESTS 40

static void *many_requests(void *user)
{
    struct fixture *fixture = user;
    char url[128];
    struct http_request request = {.url = url, .is_trusted = 1, .is_repeatable = 1};
    intptr_t good = 0;

    snprintf(url, sizeof url, "http://127.0.0.1:%d/flaky/many/0/200", fixture->peer.port);
    for (int i = 0; i < REQUESTS; i++) {
        struct http_response response;

        good += http_perform(fixture->client, &request, &response, NULL) == CPK_OK && response.status == 200;
        http_response_free(&response);
    }
    return (void *)good;
}

static void client_is_thread_safe(void **state)
{
    struct fixture *fixture = *state;
    pthread_t threads[THREADS];
    struct http_request request;
    struct http_response response;
    int hits = 0;
    int connections = 0;

    fixture->context.log = NULL;
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, many_requests, fixture), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *good;

        pthread_join(threads[i], &good);
        assert_int_equal((intptr_t)good, REQUESTS);
    }
    request = request_to(fixture, "/hits/many");
    assert_ok(perform(fixture, &request, &response), fixture->error);
    assert_int_equal(sscanf(buffer_text(&response.body), "%d %d", &hits, &connections), 2);
    assert_int_equal(hits, THREADS * REQUESTS);
    assert_in_range(connections, 1, THREADS);
    http_response_free(&response);
}

struct tls {
    struct fixture *fixture;
    struct certificate authority;
};

/* Connects to a TLS server with a certificate for `names`, trusting `trusted` ("authority" or "other"). */
static void over_tls(struct tls *tls, const char *host, const char *names, long last_day, const char *trusted,
                     cpk_status code)
{
    struct fixture *fixture = tls->fixture;
    struct certificate server = certificate_make(&tls->authority, names, -2, last_day);
    char files[3][128];
    struct peer peer = fixture->peer;
    struct http_request request = {.url = fixture->url, .is_trusted = 1, .is_repeatable = 1};
    struct http_response response;

    certificate_write(&server, peer.folder, "server", 1);
    certificate_free(&server);
    snprintf(files[0], sizeof files[0], "%s/server.pem", peer.folder);
    snprintf(files[1], sizeof files[1], "%s/server.key", peer.folder);
    snprintf(files[2], sizeof files[2], "%s/%s.pem", peer.folder, trusted);
    peer_start(&peer, files[0], files[1]);
    set_text(fixture, "net.ca_file", files[2]);
    snprintf(fixture->url, sizeof fixture->url, "https://%s:%d/status/200", host, peer.port);
    if (perform(fixture, &request, &response) != code) {
        fail_msg("%s, %s, %s: %s", host, names, trusted, cpk_error_message(fixture->error));
    }
    if (code == CPK_OK) {
        assert_int_equal(response.status, 200);
    } else {
        if (cpk_error_retryable(fixture->error)) {
            fail_msg("%s: %s", cpk_error_native(fixture->error), cpk_error_message(fixture->error));
        }
    }
    http_response_free(&response);
    peer_stop(&peer);
}

static void invalid_certificate_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    struct tls tls = {fixture, certificate_make(NULL, "Test authority", -10, 10)};
    struct certificate other = certificate_make(NULL, "Another authority", -10, 10);
    const char *const left[] = {"authority.pem", "other.pem", "server.pem", "server.key"};

    certificate_write(&tls.authority, fixture->peer.folder, "authority", 0);
    certificate_write(&other, fixture->peer.folder, "other", 0);
    over_tls(&tls, "127.0.0.1", "IP:127.0.0.1", 2, "authority", CPK_OK);
    over_tls(&tls, "localhost", "DNS:localhost", 2, "authority", CPK_OK);
    over_tls(&tls, "127.0.0.1", "IP:127.0.0.2", 2, "authority", CPK_ERROR_NETWORK);
    over_tls(&tls, "localhost", "DNS:example.org", 2, "authority", CPK_ERROR_NETWORK);
    over_tls(&tls, "127.0.0.1", "IP:127.0.0.1", -1, "authority", CPK_ERROR_NETWORK);
    over_tls(&tls, "127.0.0.1", "IP:127.0.0.1", 2, "other", CPK_ERROR_NETWORK);
    over_tls(&tls, "127.0.0.1", "IP:127.0.0.1", 2, "missing", CPK_ERROR_NETWORK);
    certificate_free(&tls.authority);
    certificate_free(&other);
    for (size_t i = 0; i < 4; i++) {
        peer_remove(&fixture->peer, left[i]);
    }
}

#define http_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        http_test(request_arrives_unchanged),
        http_test(each_method_is_sent),
        http_test(body_reader_is_rewound_for_a_retry),
        http_test(server_errors_are_retried),
        http_test(retry_after_is_obeyed),
        http_test(non_repeatable_request_is_sent_once),
        http_test(malformed_response_is_an_error),
        http_test(interim_response_is_skipped),
        http_test(timeouts_are_enforced),
        http_test(refused_connection_is_retried_and_reported),
        http_test(cancel_ends_a_request),
        http_test(sink_receives_only_successful_bodies),
        http_test(redirect_is_not_followed),
        http_test(proxy_of_the_environment_is_ignored),
        http_test(invalid_request_is_rejected),
        http_test(untrusted_url_to_a_private_address_is_refused),
        http_test(allowed_address_is_reachable_for_untrusted_urls),
        http_test(trusted_connection_is_not_reused_for_untrusted_url),
        http_test(client_is_thread_safe),
        http_test(invalid_certificate_is_rejected),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Questions to a server that fails in every way (tests/models/fault_server.py), in both protocols. */
#include "support/net_peer.h"
#include "support/test.h"

#include "analyze/models/models.h"
#include "base/json/json.h"
#include "base/time.h"
#include "net/http.h"

#include <pthread.h>
#include <sys/resource.h>

#define KEY "sk-hunter2hunter2hunter2"
#define TEXT                                                                                                           \
    "Gr\xc3\xbc\xc3\x9f"                                                                                               \
    "e, \xe4\xb8\x96\xe7\x95\x8c \xf0\x9f\x90\x9d: keeps bees."
#define FINDINGS  "{\"findings\":[{\"text\":\"keeps bees\"}]}"
#define SCHEMA    "{\"type\":\"object\"}"
#define LOG_BYTES 262144
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GROWTH_KB_MAX (512 * 1024) /* freed memory stays in quarantine, each word has a shadow */
#else
#define GROWTH_KB_MAX (64 * 1024)
#endif

struct fixture {
    struct context context;
    struct peer peer;
    cpk_analyzer_driver driver;
    pthread_mutex_t log_mutex;
    char log[LOG_BYTES];
    cpk_error *error;
    cpk_analyzer_usage usage;
    char answer[1 << 16];
    size_t answer_length;
    int32_t pieces; /* with the empty ones */
    int32_t refuse; /* the piece that is refused; 0: none */
    cpk_cancel *cancel;
};

static void keep_log(void *user, int32_t level, const char *domain, const char *message)
{
    struct fixture *fixture = user;
    size_t used;

    (void)level;
    pthread_mutex_lock(&fixture->log_mutex);
    used = strlen(fixture->log);
    snprintf(fixture->log + used, sizeof fixture->log - used, "%s: %s\n", domain, message);
    pthread_mutex_unlock(&fixture->log_mutex);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    pthread_mutex_init(&fixture->log_mutex, NULL);
    context_init(&fixture->context);
    fixture->context.log = keep_log;
    fixture->context.log_user = fixture;
    fixture->context.log_level = CPK_LOG_DEBUG;
    peer_folder(&fixture->peer);
    peer_run(&fixture->peer, PROJECT_DIR "/tests/models/fault_server.py", NULL, NULL);
    unsetenv("OPENAI_API_KEY");
    unsetenv("ANTHROPIC_API_KEY");
    *state = fixture;
    return 0;
}

static void close_driver(struct fixture *fixture)
{
    if (fixture->driver.destroy != NULL) {
        fixture->driver.destroy(fixture->driver.self);
    }
    memset(&fixture->driver, 0, sizeof fixture->driver);
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    /* Whatever happened, the key is in no error and no line of the log. */
    assert_null(strstr(fixture->log, "hunter2"));
    close_driver(fixture);
    peer_stop(&fixture->peer);
    context_free(&fixture->context);
    cpk_error_free(fixture->error);
    scratch_remove(fixture->peer.folder);
    pthread_mutex_destroy(&fixture->log_mutex);
    free(fixture);
    return 0;
}

static void set(struct fixture *fixture, const char *name, int64_t value)
{
    assert_ok(settings_set(&fixture->context.settings, name, value, NULL), NULL);
}

static void set_text(struct fixture *fixture, const char *name, const char *value)
{
    assert_ok(settings_set_text(&fixture->context.settings, &fixture->context.allocator, name, value, NULL), NULL);
}

/* Opens "SCHEME:m?base_url=http://127.0.0.1:PORT/PATH" with more options. */
static void open_model(struct fixture *fixture, const char *scheme, const char *path, const char *options)
{
    char uri[512];

    close_driver(fixture);
    set_text(fixture, "models.openai_api_key", KEY);
    set_text(fixture, "models.anthropic_api_key", KEY);
    snprintf(uri, sizeof uri, "%s:m?base_url=http://127.0.0.1:%d/%s%s", scheme, fixture->peer.port, path, options);
    assert_ok(models_driver_create(&fixture->driver, &fixture->context, uri, &fixture->error), fixture->error);
}

static int32_t take(void *user, const void *data, size_t length)
{
    struct fixture *fixture = user;

    assert_true(fixture->answer_length + length < sizeof fixture->answer);
    memcpy(fixture->answer + fixture->answer_length, data, length);
    fixture->answer_length += length;
    fixture->answer[fixture->answer_length] = '\0';
    return ++fixture->pieces == fixture->refuse;
}

static cpk_status ask(struct fixture *fixture, const char *schema)
{
    const cpk_analyzer_request request = {.struct_size = sizeof request,
                                          .system_prompt = "Say what they \"keep\".",
                                          .text = "I keep bees.\n",
                                          .text_length = 13,
                                          .text_tokens = 5,
                                          .cancel = fixture->cancel,
                                          .response_schema = schema,
                                          .response_name = schema != NULL ? "findings" : NULL};
    cpk_status status;

    cpk_error_free(fixture->error);
    fixture->error = NULL;
    fixture->answer_length = 0;
    fixture->answer[0] = '\0';
    fixture->pieces = 0;
    memset(&fixture->usage, 0, sizeof fixture->usage);
    fixture->usage.struct_size = sizeof fixture->usage;
    status = fixture->driver.analyze(fixture->driver.self, &request, take, fixture, &fixture->usage, &fixture->error);
    if (fixture->error != NULL) {
        assert_int_equal(cpk_error_code(fixture->error), status);
        assert_null(strstr(cpk_error_message(fixture->error), "hunter2"));
    }
    return status;
}

static void expect_answer(struct fixture *fixture, const char *scheme, const char *path, const char *schema)
{
    open_model(fixture, scheme, path, "");
    assert_ok(ask(fixture, schema), fixture->error);
    assert_string_equal(fixture->answer, schema != NULL ? FINDINGS : TEXT);
    assert_int_equal(fixture->usage.outcome, CPK_ANSWER_COMPLETE);
}

static void expect_failure(struct fixture *fixture, cpk_status status, int32_t outcome, const char *native)
{
    cpk_status got = ask(fixture, NULL);

    if (got != status || fixture->usage.outcome != outcome || strcmp(cpk_error_native(fixture->error), native) != 0) {
        fail_msg("%d %d %s: %s", got, fixture->usage.outcome, cpk_error_native(fixture->error),
                 cpk_error_message(fixture->error));
    }
}

/* "HITS MOST" of a name at the server. */
static void read_hits(struct fixture *fixture, const char *name, int32_t *hits, int32_t *most)
{
    struct http *client;
    char url[128];
    struct http_request request = {.url = url, .is_trusted = 1, .is_repeatable = 1};
    struct http_response response;

    snprintf(url, sizeof url, "http://127.0.0.1:%d/hits/%s", fixture->peer.port, name);
    assert_ok(http_create(&fixture->context, &client, NULL), NULL);
    assert_ok(http_perform(client, &request, &response, NULL), NULL);
    assert_int_equal(sscanf(buffer_text(&response.body), "%d %d", hits, most), 2);
    http_response_free(&response);
    http_free(client);
}

static void expect_hits(struct fixture *fixture, const char *name, int32_t expected)
{
    int32_t hits, most;

    read_hits(fixture, name, &hits, &most);
    assert_int_equal(hits, expected);
}

static void write_file(struct fixture *fixture, const char *name, const char *content)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", fixture->peer.folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    assert_int_equal(fclose(file), 0);
}

/* --- answers --- */

static void both_protocols_answer_in_both_forms(void **state)
{
    static const char *const SCHEMES[] = {"openai", "anthropic"};
    static const char *const PATHS[] = {"ok", "document"};

    for (size_t scheme = 0; scheme < 2; scheme++) {
        for (size_t path = 0; path < 2; path++) {
            expect_answer(*state, SCHEMES[scheme], PATHS[path], NULL);
            expect_answer(*state, SCHEMES[scheme], PATHS[path], SCHEMA);
        }
    }
}

static void usage_and_cost_are_reported(void **state)
{
    struct fixture *fixture = *state;

    open_model(fixture, "openai", "ok", "&price_input=2.5&price_cached=1.25&price_output=10");
    assert_ok(ask(fixture, NULL), fixture->error);
    assert_int_equal(fixture->usage.input_tokens, 1000);
    assert_int_equal(fixture->usage.cached_input_tokens, 400);
    assert_int_equal(fixture->usage.output_tokens, 50);
    assert_int_equal(fixture->usage.reasoning_output_tokens, 20);
    assert_int_equal(fixture->usage.cost_micros, 1500 + 500 + 500);
    assert_int_equal(fixture->usage.request_count, 1);
    set_text(fixture, "models.prices", "{\"m\":{\"input\":3,\"cached\":0.3,\"cache_write\":3.75,\"output\":15}}");
    open_model(fixture, "anthropic", "ok", "");
    assert_ok(ask(fixture, NULL), fixture->error);
    assert_int_equal(fixture->usage.input_tokens, 1000);
    assert_int_equal(fixture->usage.cost_micros, 1500 + 120 + 375 + 750);
}

static struct json_object *echo(struct fixture *fixture, const char *scheme, const char *options, const char *schema)
{
    struct json_object *said;

    open_model(fixture, scheme, "echo", options);
    assert_ok(ask(fixture, schema), fixture->error);
    assert_ok(json_parse(fixture->answer, fixture->answer_length, 32, &said, NULL), NULL);
    return said;
}

static const char *member_json(struct json_object *object, const char *name)
{
    struct json_object *member = json_member(object, name);

    return member != NULL ? json_object_to_json_string_ext(member, JSON_C_TO_STRING_PLAIN) : "missing";
}

static void request_of_chat_completions_is_as_published(void **state)
{
    struct json_object *said =
        echo(*state, "openai", "&seed=7&max_output_tokens=99&organization=org-1&project=p1", SCHEMA);
    struct json_object *body = json_member(said, "body");
    struct json_object *headers = json_member(said, "headers");

    assert_string_equal(json_member_text(said, "path"), "/echo/chat/completions");
    assert_string_equal(json_member_text(headers, "authorization"), "Bearer " KEY);
    assert_string_equal(json_member_text(headers, "openai-organization"), "org-1");
    assert_string_equal(json_member_text(headers, "openai-project"), "p1");
    assert_string_equal(json_member_text(headers, "content-type"), "application/json");
    assert_string_equal(json_member_text(body, "model"), "m");
    assert_string_equal(member_json(body, "temperature"), "0");
    assert_string_equal(member_json(body, "seed"), "7");
    assert_string_equal(member_json(body, "max_tokens"), "99");
    assert_string_equal(member_json(body, "stream"), "true");
    assert_string_equal(member_json(body, "stream_options"), "{\"include_usage\":true}");
    assert_string_equal(member_json(body, "response_format"),
                        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"findings\",\"strict\":true,\"schema\":"
                        "{\"type\":\"object\"}}}");
    assert_string_equal(member_json(body, "messages"),
                        "[{\"role\":\"system\",\"content\":\"Say what they \\\"keep\\\".\"},"
                        "{\"role\":\"user\",\"content\":\"I keep bees.\\n\"}]");
    json_object_put(said);
    said = echo(*state, "openai", "&api_version=2024-10-21&temperature=0.25&stream=0", NULL);
    body = json_member(said, "body");
    headers = json_member(said, "headers");
    assert_string_equal(json_member_text(said, "path"), "/echo/chat/completions?api-version=2024-10-21");
    assert_string_equal(json_member_text(headers, "api-key"), KEY);
    assert_null(json_member_text(headers, "authorization"));
    assert_string_equal(member_json(body, "temperature"), "0.25");
    assert_string_equal(member_json(body, "stream"), "missing");
    assert_string_equal(member_json(body, "response_format"), "missing");
    json_object_put(said);
}

static void request_of_messages_is_as_published(void **state)
{
    struct json_object *said = echo(*state, "anthropic", "", NULL);
    struct json_object *body = json_member(said, "body");
    struct json_object *headers = json_member(said, "headers");

    assert_string_equal(json_member_text(said, "path"), "/echo/v1/messages");
    assert_string_equal(json_member_text(headers, "x-api-key"), KEY);
    assert_string_equal(json_member_text(headers, "anthropic-version"), "2023-06-01");
    assert_string_equal(member_json(body, "max_tokens"), "8192");
    assert_string_equal(member_json(body, "system"), "[{\"type\":\"text\",\"text\":\"Say what they \\\"keep\\\".\","
                                                     "\"cache_control\":{\"type\":\"ephemeral\"}}]");
    assert_string_equal(member_json(body, "messages"), "[{\"role\":\"user\",\"content\":\"I keep bees.\\n\"}]");
    assert_string_equal(member_json(body, "tools"), "missing");
    json_object_put(said);
}

/* --- retries --- */

static void failures_that_pass_are_repeated(void **state)
{
    static const int32_t AGAIN[] = {408, 409, 429, 500, 502, 503, 504, 529};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof AGAIN / sizeof AGAIN[0]; i++) {
        char path[128];

        snprintf(path, sizeof path, "flaky/again%d/2/%d/retry-after-ms=1", AGAIN[i], AGAIN[i]);
        expect_answer(fixture, i % 2 == 0 ? "openai" : "anthropic", path, NULL);
        assert_int_equal(fixture->usage.request_count, 3);
    }
    expect_answer(fixture, "openai", "broken/cut/2", NULL);
    expect_answer(fixture, "anthropic", "broken/cut2/2", NULL);
    expect_answer(fixture, "openai", "drop/dropped/2", NULL);
}

static void other_failures_are_not_repeated(void **state)
{
    static const int32_t FINAL[] = {301, 400, 401, 402, 403, 404, 405, 410, 413, 422};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof FINAL / sizeof FINAL[0]; i++) {
        char path[64];
        char name[64];

        snprintf(path, sizeof path, "flaky/final%d/9/%d", FINAL[i], FINAL[i]);
        open_model(fixture, "openai", path, "");
        assert_int_not_equal(ask(fixture, NULL), CPK_OK);
        assert_int_equal(cpk_error_retryable(fixture->error), 0);
        snprintf(name, sizeof name, "HTTP %d ", FINAL[i]);
        assert_non_null(strstr(cpk_error_message(fixture->error), name));
        assert_int_equal(fixture->usage.request_count, 1);
    }
}

static void retries_are_counted_once(void **state)
{
    struct fixture *fixture = *state;

    open_model(fixture, "openai", "flaky/often/9/503/retry-after-ms=1", "");
    expect_failure(fixture, CPK_ERROR_NETWORK, CPK_ANSWER_OVERLOADED, "overloaded");
    assert_int_equal(cpk_error_retryable(fixture->error), 1);
    assert_non_null(strstr(cpk_error_message(fixture->error), "HTTP 503"));
    assert_non_null(strstr(cpk_error_message(fixture->error), "not now"));
    expect_hits(fixture, "often", 3);
    set(fixture, "models.max_attempts", 1);
    expect_failure(fixture, CPK_ERROR_NETWORK, CPK_ANSWER_OVERLOADED, "overloaded");
    expect_hits(fixture, "often", 4);
}

/* The delays of openai-python's table, in milliseconds: what the server asks for, up to two minutes. */
static void server_says_when_to_come_back(void **state)
{
    static const struct {
        const char *headers;
        int32_t requests;
        int64_t least_ms, most_ms;
    } CASES[] = {
        {"retry-after=0.3", 2, 300, 370},
        {"retry-after-ms=300/retry-after=9", 2, 300, 370},
        {"retry-after=0", 2, 370, 600},
        {"retry-after=-10", 2, 370, 600},
        {"retry-after=soon", 2, 370, 600},
        {"retry-after=nan", 2, 370, 600},
        {"retry-after=Fri, 29 Sep 2023 16:26:27 GMT", 2, 370, 600},
        {"retry-after=121", 1, 0, 200},
        {"retry-after-ms=120001", 1, 0, 200},
        {"retry-after=99999999999999999999999999999999999", 1, 0, 200},
        {"x-should-retry=false", 1, 0, 200},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char path[256];
        int64_t start_us;

        snprintf(path, sizeof path, "flaky/after%zu/1/429/%s", i, CASES[i].headers);
        for (char *at = path; *at != '\0'; at++) {
            *at = *at == ' ' ? '+' : *at;
        }
        open_model(fixture, "openai", path, "");
        start_us = time_monotonic_us();
        assert_int_equal(ask(fixture, NULL) == CPK_OK, CASES[i].requests == 2);
        assert_int_equal(fixture->usage.request_count, CASES[i].requests);
        assert_true(time_monotonic_us() - start_us >= CASES[i].least_ms * 1000);
        assert_true(time_monotonic_us() - start_us <= (CASES[i].most_ms + 1500) * 1000);
    }
    expect_answer(fixture, "openai", "flaky/should/1/400/x-should-retry=true", NULL);
}

static void deadline_ends_retries(void **state)
{
    struct fixture *fixture = *state;
    int64_t start_us = time_monotonic_us();

    set(fixture, "models.total_timeout_ms", 300);
    open_model(fixture, "openai", "flaky/late/9/503/retry-after=5", "");
    expect_failure(fixture, CPK_ERROR_NETWORK, CPK_ANSWER_OVERLOADED, "overloaded");
    open_model(fixture, "openai", "headers/20000", "");
    assert_int_equal(ask(fixture, NULL), CPK_ERROR_TIMEOUT);
    assert_true(time_monotonic_us() - start_us < 3000000);
}

/* --- outcomes --- */

static void outcomes_are_told_apart(void **state)
{
    static const struct {
        int32_t http;
        const char *body;
        cpk_status status;
        int32_t outcome;
        const char *native;
    } CASES[] = {
        {401, "{\"error\":{\"message\":\"Incorrect API key provided: " KEY "\"}}", CPK_ERROR_UNAUTHENTICATED,
         CPK_ANSWER_UNAUTHENTICATED, "unauthenticated"},
        {429, "{\"error\":{\"code\":\"insufficient_quota\"}}", CPK_ERROR_PERMISSION_DENIED, CPK_ANSWER_QUOTA_EXHAUSTED,
         "quota_exhausted"},
        {400, "{\"error\":{\"code\":\"context_length_exceeded\"}}", CPK_ERROR_ANALYZER, CPK_ANSWER_CONTEXT_OVERFLOW,
         "context_overflow"},
        {400, "{\"error\":{\"code\":\"content_filter\"}}", CPK_ERROR_ANALYZER, CPK_ANSWER_FILTERED, "content_filter"},
        {404, "{\"error\":{\"message\":\"The model `m` does not exist\"}}", CPK_ERROR_INVALID_ARGUMENT,
         CPK_ANSWER_COMPLETE, "HTTP 404"},
        {418, "{\"error\":{\"message\":\"" KEY " is a teapot's\"}}", CPK_ERROR_ANALYZER, CPK_ANSWER_COMPLETE,
         "HTTP 418"},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char path[32];

        snprintf(path, sizeof path, "status/%d", CASES[i].http);
        write_file(fixture, "error", CASES[i].body);
        open_model(fixture, i % 2 == 0 ? "openai" : "anthropic", path, "");
        expect_failure(fixture, CASES[i].status, CASES[i].outcome, CASES[i].native);
        assert_int_equal(fixture->usage.request_count, 1);
    }
}

static void ends_of_answers_are_told_apart(void **state)
{
    static const struct {
        const char *stream;
        int32_t outcome;
        const char *native;
        const char *written;
    } CASES[] = {
        {"data: {\"choices\":[{\"delta\":{\"content\":\"Keeps b\"},\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n",
         CPK_ANSWER_LENGTH, "length", "Keeps b"},
        {"data: {\"choices\":[{\"delta\":{\"content\":\"K\"},\"finish_reason\":\"content_filter\"}]}\n\n",
         CPK_ANSWER_FILTERED, "content_filter", ""},
        {"data: {\"choices\":[{\"delta\":{\"refusal\":\"I can't\"},\"finish_reason\":\"stop\"}]}\n\n",
         CPK_ANSWER_REFUSED, "refusal", ""},
        {"data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n", CPK_ANSWER_UNREADABLE, "unreadable",
         ""},
        {"<html>Welcome</html>", CPK_ANSWER_UNREADABLE, "unreadable", ""},
        {"{\"a\":", CPK_ANSWER_UNREADABLE, "unreadable", ""},
        {"data: {\"error\":{\"code\":\"context_length_exceeded\"}}\n\n", CPK_ANSWER_CONTEXT_OVERFLOW,
         "context_overflow", ""},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        write_file(fixture, "stream", CASES[i].stream);
        open_model(fixture, "openai", i % 2 == 0 ? "typed/stream/text/plain" : "typed/stream/application/json", "");
        expect_failure(fixture, CPK_ERROR_ANALYZER, CASES[i].outcome, CASES[i].native);
        assert_string_equal(fixture->answer, CASES[i].written);
        assert_int_equal(fixture->usage.request_count, 1);
    }
}

static void answer_without_the_json_that_was_asked_for_is_unreadable(void **state)
{
    struct fixture *fixture = *state;

    write_file(fixture, "stream", "{\"choices\":[{\"message\":{\"content\":\"Sorry!\"},\"finish_reason\":\"stop\"}]}");
    open_model(fixture, "openai", "typed/stream/application/json", "");
    assert_int_equal(ask(fixture, SCHEMA), CPK_ERROR_ANALYZER);
    assert_int_equal(fixture->usage.outcome, CPK_ANSWER_UNREADABLE);
    write_file(fixture, "stream",
               "{\"choices\":[{\"message\":{\"content\":\"Sure:\\n```json\\n{\\\"a\\\": 1}\\n```\"},"
               "\"finish_reason\":\"stop\"}]}");
    assert_ok(ask(fixture, SCHEMA), fixture->error);
    assert_string_equal(fixture->answer, "{\"a\":1}");
}

/* --- streams --- */

static void streams_of_any_pieces_are_read(void **state)
{
    static const char *const STREAMS[] = {
        "data: {\"choices\":[{\"delta\":{\"content\":\"" TEXT "\"}}]}\n\ndata: [DONE]\n\n",
        ": comment\r\n\r\ndata: {\"choices\":\r\ndata: [{\"delta\":{\"content\":\"" TEXT
        "\"},\"finish_reason\":\"stop\"}]}\r\n\r\n",
        "\xef\xbb\xbf"
        "data:{\"choices\":[{\"delta\":{\"content\":\"" TEXT "\"},\"finish_reason\":\"stop\"}]}",
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof STREAMS / sizeof STREAMS[0]; i++) {
        write_file(fixture, "stream", STREAMS[i]);
        expect_answer(fixture, "openai", "file/stream/1/close", NULL);
        expect_answer(fixture, "openai", "file/stream/1000/close", NULL);
    }
    write_file(fixture, "stream", STREAMS[0]); /* after the last word the end does not matter */
    expect_answer(fixture, "openai", "file/stream/7/cut", NULL);
}

static void streams_that_break_off_have_failed(void **state)
{
    struct fixture *fixture = *state;

    write_file(fixture, "part", "data: {\"choices\":[{\"delta\":{\"content\":\"Keeps\"}}]}\n\n");
    open_model(fixture, "openai", "file/part/1000/close", "");
    assert_int_equal(ask(fixture, NULL), CPK_ERROR_NETWORK);
    assert_int_equal(cpk_error_retryable(fixture->error), 1);
    assert_non_null(strstr(cpk_error_message(fixture->error), "broke off"));
    assert_string_equal(fixture->answer, "");
    expect_hits(fixture, "part", 3);
    open_model(fixture, "openai", "file/part/1000/cut", "");
    assert_int_equal(ask(fixture, NULL), CPK_ERROR_NETWORK);
    expect_hits(fixture, "part", 6);
    write_file(fixture, "over", "data: {\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n");
    open_model(fixture, "openai", "file/over/1000/close", "");
    expect_failure(fixture, CPK_ERROR_NETWORK, CPK_ANSWER_OVERLOADED, "overloaded");
    expect_hits(fixture, "over", 3);
}

static void silence_has_a_limit(void **state)
{
    struct fixture *fixture = *state;
    int64_t start_us = time_monotonic_us();

    set(fixture, "models.idle_timeout_ms", 300);
    set(fixture, "models.max_attempts", 1);
    write_file(fixture, "part", "data: {\"choices\":[{\"delta\":{\"content\":\"Keeps\"}}]}\n\n");
    open_model(fixture, "openai", "file/part/1000/hang", "");
    expect_failure(fixture, CPK_ERROR_TIMEOUT, CPK_ANSWER_COMPLETE, "curl 28");
    assert_non_null(strstr(cpk_error_message(fixture->error), "models.idle_timeout_ms"));
    set(fixture, "models.request_timeout_ms", 300);
    open_model(fixture, "openai", "headers/20000", "");
    assert_int_equal(ask(fixture, NULL), CPK_ERROR_TIMEOUT);
    assert_true(time_monotonic_us() - start_us < 4000000);
    set(fixture, "models.request_timeout_ms", 60000);
    set(fixture, "models.idle_timeout_ms", 60000);
    expect_answer(fixture, "openai", "headers/200", NULL);
    expect_answer(fixture, "anthropic", "body/20", NULL);
}

static void memory_stays_bounded(void **state)
{
    static const char *const KINDS[] = {"line", "events", "document", "error"};
    struct fixture *fixture = *state;
    struct rusage before, after;

    getrusage(RUSAGE_SELF, &before);
    set(fixture, "models.max_answer_bytes", 1 << 20);
    set(fixture, "models.max_attempts", 1);
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        char path[32];

        snprintf(path, sizeof path, "huge/%s", KINDS[i]);
        open_model(fixture, "openai", path, "");
        assert_int_not_equal(ask(fixture, NULL), CPK_OK);
        assert_non_null(strstr(cpk_error_message(fixture->error), i == 3 ? "HTTP 500" : "models.max_answer_bytes"));
    }
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < GROWTH_KB_MAX);
}

/* --- servers that know less --- */

static void parameters_that_are_rejected_are_left_out(void **state)
{
    struct fixture *fixture = *state;

    open_model(fixture, "openai", "reject/json_schema/stream_options/temperature/seed", "&seed=1");
    assert_ok(ask(fixture, SCHEMA), fixture->error);
    assert_string_equal(fixture->answer, FINDINGS);
    assert_int_equal(fixture->usage.request_count, 5);
    assert_ok(ask(fixture, SCHEMA), fixture->error); /* it is remembered */
    assert_int_equal(fixture->usage.request_count, 1);
    open_model(fixture, "openai", "reject/response_format", "");
    assert_int_equal(ask(fixture, SCHEMA), CPK_ERROR_ANALYZER); /* without the format this server writes prose */
    assert_int_equal(fixture->usage.request_count, 3);
    open_model(fixture, "openai", "reject/max_tokens", "&max_output_tokens=5");
    assert_int_equal(ask(fixture, NULL), CPK_ERROR_ANALYZER); /* a limit that was asked for is not given up */
    open_model(fixture, "anthropic", "reject/cache_control/temperature", "");
    assert_ok(ask(fixture, NULL), fixture->error);
    open_model(fixture, "openai", "reject/stream", "");
    assert_ok(ask(fixture, NULL), fixture->error);
}

/* --- limits --- */

struct asker {
    struct fixture *fixture;
    pthread_t thread;
    cpk_status status;
    int32_t times;
};

static int32_t ignore(void *user, const void *data, size_t length)
{
    (void)user;
    (void)data;
    (void)length;
    return 0;
}

static void *ask_often(void *argument)
{
    struct asker *asker = argument;
    const cpk_analyzer_request request = {
        .struct_size = sizeof request, .system_prompt = "", .text = "x", .text_length = 1};

    for (int32_t i = 0; i < asker->times && asker->status == CPK_OK; i++) {
        cpk_analyzer_usage usage = {.struct_size = sizeof usage};

        asker->status =
            asker->fixture->driver.analyze(asker->fixture->driver.self, &request, ignore, NULL, &usage, NULL);
    }
    return NULL;
}

static void ask_at_once(struct fixture *fixture, int32_t threads, int32_t times)
{
    struct asker askers[16];

    for (int32_t i = 0; i < threads; i++) {
        askers[i] = (struct asker){.fixture = fixture, .times = times};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_often, &askers[i]), 0);
    }
    for (int32_t i = 0; i < threads; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].status, CPK_OK);
    }
}

static void concurrency_is_limited_and_adapts(void **state)
{
    struct fixture *fixture = *state;
    int32_t hits, most;

    open_model(fixture, "openai", "busy/few/99", "&concurrency=3");
    assert_int_equal(fixture->driver.concurrency(fixture->driver.self), 3);
    ask_at_once(fixture, 8, 3);
    read_hits(fixture, "few", &hits, &most);
    assert_int_equal(hits, 24);
    assert_true(most <= 3);
    set(fixture, "models.max_attempts", 20);
    open_model(fixture, "openai", "busy/many/2", "&concurrency=12");
    ask_at_once(fixture, 12, 3);
    read_hits(fixture, "many", &hits, &most);
    assert_true(hits < 36 * 4); /* few of them were refused */
}

static void limits_of_the_server_are_learned(void **state)
{
    struct fixture *fixture = *state;
    int32_t hits, refused;

    set(fixture, "models.max_attempts", 20);
    open_model(fixture, "openai", "limits/window/5/300", "");
    ask_at_once(fixture, 1, 12);
    read_hits(fixture, "window", &hits, &refused);
    assert_true(refused <= 3);
}

static void breaker_spares_a_server_that_is_down(void **state)
{
    struct fixture *fixture = *state;
    int32_t hits, most;

    set(fixture, "models.breaker_failures", 4);
    set(fixture, "models.breaker_ms", 60000);
    open_model(fixture, "openai", "flaky/down/99/500/retry-after-ms=1", "");
    assert_int_equal(ask(fixture, NULL), CPK_ERROR_NETWORK);
    assert_string_equal(cpk_error_native(fixture->error), "HTTP 500");
    assert_int_equal(ask(fixture, NULL), CPK_ERROR_NETWORK); /* the failure, not that it may not be repeated */
    assert_string_equal(cpk_error_native(fixture->error), "HTTP 500");
    expect_failure(fixture, CPK_ERROR_BUSY, CPK_ANSWER_COMPLETE, "circuit_open");
    read_hits(fixture, "down", &hits, &most);
    assert_int_equal(hits, 4);
}

/* --- stopping --- */

static void *cancel_later(void *argument)
{
    const struct timespec delay = {.tv_nsec = 200000000};

    nanosleep(&delay, NULL);
    cpk_cancel_request(argument);
    return NULL;
}

static void cancel_ends_a_call_within_a_second(void **state)
{
    static const char *const PATHS[] = {"headers/20000", "body/20000", "file/part/1000/hang",
                                        "flaky/wait/9/503/retry-after=100"};
    struct fixture *fixture = *state;

    write_file(fixture, "part", "data: {\"choices\":[{\"delta\":{\"content\":\"Keeps\"}}]}\n\n");
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        int64_t start_us = time_monotonic_us();
        pthread_t thread;

        assert_ok(cpk_cancel_create(&fixture->cancel, NULL), NULL);
        open_model(fixture, "openai", PATHS[i], "");
        assert_int_equal(pthread_create(&thread, NULL, cancel_later, fixture->cancel), 0);
        assert_int_equal(ask(fixture, NULL), CPK_ERROR_CANCELLED);
        assert_true(time_monotonic_us() - start_us < 1200000);
        pthread_join(thread, NULL);
        cpk_cancel_free(fixture->cancel);
        fixture->cancel = NULL;
    }
}

static void waiting_gives_signs_and_heeds_a_refusal(void **state)
{
    struct fixture *fixture = *state;
    int64_t start_us = time_monotonic_us();

    open_model(fixture, "openai", "headers/2400", "");
    assert_ok(ask(fixture, NULL), fixture->error);
    assert_true(fixture->pieces >= 3); /* two empty ones, and the answer */
    fixture->refuse = 1;
    start_us = time_monotonic_us();
    open_model(fixture, "openai", "headers/20000", "");
    assert_int_equal(ask(fixture, NULL), CPK_ERROR_CANCELLED);
    assert_true(time_monotonic_us() - start_us < 2000000);
    open_model(fixture, "openai", "ok", "");
    assert_int_equal(ask(fixture, NULL), CPK_ERROR_CANCELLED);
}

/* --- keys --- */

static void keys_come_from_settings_and_the_environment(void **state)
{
    struct fixture *fixture = *state;
    struct json_object *said;

    open_model(fixture, "openai", "echo", "");
    set_text(fixture, "models.openai_api_key", NULL);
    assert_ok(ask(fixture, NULL), fixture->error); /* a server of one's own may need none */
    assert_null(strstr(fixture->answer, "authorization"));
    setenv("OPENAI_API_KEY", " sk-from-env\n", 1);
    assert_ok(ask(fixture, NULL), fixture->error);
    assert_ok(json_parse(fixture->answer, fixture->answer_length, 32, &said, NULL), NULL);
    assert_string_equal(json_member_text(json_member(said, "headers"), "authorization"), "Bearer sk-from-env");
    json_object_put(said);
    setenv("OPENAI_API_KEY", "sk hunter2\r\nX: y", 1);
    expect_failure(fixture, CPK_ERROR_UNAUTHENTICATED, CPK_ANSWER_UNAUTHENTICATED, "unauthenticated");
    unsetenv("OPENAI_API_KEY");
    close_driver(fixture);
    /* The vendor's server is not asked without a key: nothing is sent. */
    assert_ok(models_driver_create(&fixture->driver, &fixture->context, "openai:gpt-4o-mini", &fixture->error),
              fixture->error);
    expect_failure(fixture, CPK_ERROR_UNAUTHENTICATED, CPK_ANSWER_UNAUTHENTICATED, "unauthenticated");
    assert_int_equal(fixture->usage.request_count, 0);
    assert_int_equal(fixture->driver.capabilities, CPK_ANALYZER_IS_MODEL | CPK_ANALYZER_IS_REMOTE);
    assert_string_equal(fixture->driver.identity(fixture->driver.self), "openai:gpt-4o-mini temperature=0.000");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_protocols_answer_in_both_forms),
        TEST(usage_and_cost_are_reported),
        TEST(request_of_chat_completions_is_as_published),
        TEST(request_of_messages_is_as_published),
        TEST(failures_that_pass_are_repeated),
        TEST(other_failures_are_not_repeated),
        TEST(retries_are_counted_once),
        TEST(server_says_when_to_come_back),
        TEST(deadline_ends_retries),
        TEST(outcomes_are_told_apart),
        TEST(ends_of_answers_are_told_apart),
        TEST(answer_without_the_json_that_was_asked_for_is_unreadable),
        TEST(streams_of_any_pieces_are_read),
        TEST(streams_that_break_off_have_failed),
        TEST(silence_has_a_limit),
        TEST(memory_stays_bounded),
        TEST(parameters_that_are_rejected_are_left_out),
        TEST(concurrency_is_limited_and_adapts),
        TEST(limits_of_the_server_are_learned),
        TEST(breaker_spares_a_server_that_is_down),
        TEST(cancel_ends_a_call_within_a_second),
        TEST(waiting_gives_signs_and_heeds_a_refusal),
        TEST(keys_come_from_settings_and_the_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "ingest/link.h"

#include "base/error.h"
#include "base/time.h"
#include "engine/engine.h"
#include "extract/html/html_gate.h"
#include "extract/import.h"
#include "ingest/byte_reader.h"
#include "ingest/link_text.h"
#include "ingest/share_link.h"
#include "ingest/spool.h"
#include "net/http.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#define ACCEPT "text/html,application/xhtml+xml,application/json;q=0.9,text/plain;q=0.9,*/*;q=0.5"

/* Response headers that are looked at. */
enum { HEADER_LOCATION, HEADER_CHALLENGE, HEADER_TYPE };

/* One link while it is fetched. */
struct link_fetch {
    const struct op_context *op;
    struct http *client;
    const char *name;
    cpk_reader *reader;
    struct share_link link;
    struct link_text text;
    const struct http_response *response; /* the current one, whose headers the body follows */
    int64_t deadline_us;                  /* of the whole, with redirects */
    int descriptor;
    int64_t size_bytes;
    cpk_error *problem; /* of writing the file */
};

static cpk_status store_text(struct link_fetch *fetch, cpk_error **error)
{
    const struct buffer *output = &fetch->text.output;

    CPK_TRY(spool_write(fetch->op->context, fetch->descriptor, fetch->size_bytes, buffer_text(output), output->length,
                        error));
    fetch->size_bytes += (int64_t)output->length;
    return CPK_OK;
}

static int32_t write_body(void *user, const void *data, size_t length)
{
    struct link_fetch *fetch = user;

    if (link_text_add(&fetch->text, fetch->response->headers[HEADER_TYPE], data, length, &fetch->problem) != CPK_OK ||
        store_text(fetch, &fetch->problem) != CPK_OK) {
        return 1;
    }
    return op_progress(fetch->op, CPK_STAGE_STORE, fetch->size_bytes, -1, &fetch->problem) != CPK_OK;
}

static cpk_status send_request(struct link_fetch *fetch, struct http_response *response, cpk_error **error)
{
    static const struct http_header HEADERS[] = {{"Accept", ACCEPT},
                                                 {"Accept-Language", "en"},
                                                 {"Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"}};
    const struct context *context = fetch->op->context;
    const char *connect_to = context_text_setting(context, TEXT_SETTING_LINK_CONNECT_TO);
    int32_t is_form = fetch->link.form.length > 0;
    const struct http_request request = {
        .method = is_form ? "POST" : "GET",
        .url = buffer_text(&fetch->link.url),
        .accepts_gzip = 1,
        .is_repeatable = 1,
        .headers = HEADERS,
        .header_count = is_form ? 3 : 2,
        .body = is_form ? fetch->link.form.data : NULL,
        .body_length = (int64_t)fetch->link.form.length,
        .wanted = {"Location", "cf-mitigated", "Content-Type"},
        .sink = write_body,
        .sink_user = fetch,
        .max_body_bytes = context_setting(context, SETTING_LINK_MAX_BYTES),
        .max_body_name = "link.max_bytes",
        .total_timeout_ms = context_setting(context, SETTING_LINK_TIMEOUT_MS),
        .deadline_us = fetch->deadline_us,
        .timeout_name = "link.timeout_ms",
        .connect_to = connect_to[0] != '\0' ? connect_to : NULL,
        .cancel = fetch->op->options.cancel,
        .retry = &RETRY_USUAL,
    };
    cpk_status status;

    fetch->response = response;
    status = http_perform(fetch->client, &request, response, error);

    if (fetch->problem != NULL) { /* why the transfer was stopped */
        cpk_error *problem = fetch->problem;

        fetch->problem = NULL;
        return error_give(error, problem);
    }
    return status;
}

/* --- Answers without content --- */

static cpk_status set_gate_error(const struct link_fetch *fetch, enum html_gate gate, cpk_error **error)
{
    return error_set_native(error, gate == HTML_GATE_DELETED ? CPK_ERROR_NOT_FOUND : CPK_ERROR_PERMISSION_DENIED,
                            "link", html_gate_code(gate), 0, "%s: %s", fetch->name, html_gate_text(gate));
}

/* What the page of an error response is. */
static cpk_status find_gate(const struct link_fetch *fetch, const struct buffer *body, enum html_gate *gate,
                            cpk_error **error)
{
    struct html_tree tree;
    cpk_status status =
        html_tree_parse(&tree, fetch->op->context, NULL, fetch->name, buffer_text(body), body->length, error);

    *gate = HTML_GATE_NONE;
    if (status == CPK_OK) {
        status = html_gate_find(&tree, gate, error);
    } else if (status == CPK_ERROR_LIMIT_EXCEEDED) {
        error_clear(error);
        status = CPK_OK;
    }
    html_tree_free(&tree);
    return status;
}

static cpk_status check_status(const struct link_fetch *fetch, const struct http_response *response, cpk_error **error)
{
    enum html_gate gate;

    if (response->status >= 200 && response->status <= 299) {
        return CPK_OK;
    }
    if (response->headers[HEADER_CHALLENGE] != NULL) {
        return set_gate_error(fetch, HTML_GATE_CHALLENGE, error);
    }
    CPK_TRY(find_gate(fetch, &response->body, &gate, error));
    if (gate == HTML_GATE_CHALLENGE) {
        return set_gate_error(fetch, gate, error);
    }
    switch (response->status) {
    case 401:
        return set_gate_error(fetch, HTML_GATE_LOGIN, error);
    case 403:
    case 451:
        return set_gate_error(fetch, gate == HTML_GATE_NONE ? HTML_GATE_PRIVATE : gate, error);
    case 404:
    case 410:
        return set_gate_error(fetch, HTML_GATE_DELETED, error);
    default:
        return http_expect_success(response, error);
    }
}

/* --- Redirects --- */

static int32_t is_redirect(const struct http_response *response)
{
    return (response->status >= 301 && response->status <= 303) || response->status == 307 || response->status == 308;
}

/* 1 for addresses where services ask for an account. */
static int32_t is_login(const struct url_parts *parts)
{
    static const char *const HOSTS[] = {"accounts.google.com", "auth.openai.com", "auth0.openai.com",
                                        "login.microsoftonline.com", "accounts.x.ai"};
    static const char *const PATHS[] = {"/login", "/signin", "/sign-in", "/log-in", "/auth/login", "/auth/log-in"};

    for (size_t i = 0; i < sizeof HOSTS / sizeof HOSTS[0]; i++) {
        if (strcmp(parts->host, HOSTS[i]) == 0) {
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        size_t length = strlen(PATHS[i]);

        if (strncasecmp(parts->path, PATHS[i], length) == 0 && strchr("/?.", parts->path[length]) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* Replaces the request by the one for the new address, which is checked as the first was. */
static cpk_status follow(struct link_fetch *fetch, const char *location, cpk_error **error)
{
    struct url_parts before;
    struct url_parts parts;
    struct share_link next;
    struct buffer url;
    cpk_status status;

    memset(&next, 0, sizeof next);
    buffer_init(&url, &fetch->op->context->allocator);
    CPK_TRY_CLEANUP(url_split(buffer_text(&fetch->link.url), &before, error));
    CPK_TRY_CLEANUP(url_join(&url, buffer_text(&fetch->link.url), location, error));
    CPK_TRY_CLEANUP(url_split(buffer_text(&url), &parts, error));
    if (is_login(&parts)) {
        CPK_TRY_CLEANUP(set_gate_error(fetch, HTML_GATE_LOGIN, error));
    }
    if (before.is_https && !parts.is_https) {
        CPK_TRY_CLEANUP(error_set(error, CPK_ERROR_PERMISSION_DENIED, "link",
                                  "%s leads from https to http, where anybody can read and change it", fetch->name));
    }
    CPK_TRY_CLEANUP(share_link_find(&next, &fetch->op->context->allocator, buffer_text(&url), &parts, error));
    if (next.provider == NULL) {
        next.provider = fetch->link.provider; /* what was asked for */
    }
    share_link_free(&fetch->link);
    fetch->link = next;
    memset(&next, 0, sizeof next);
cleanup:
    share_link_free(&next);
    buffer_free(&url);
    return status;
}

static cpk_status fetch_page(struct link_fetch *fetch, cpk_error **error)
{
    int64_t redirects_max = context_setting(fetch->op->context, SETTING_LINK_MAX_REDIRECTS);

    for (int64_t redirects = 0;; redirects++) {
        struct http_response response;
        cpk_status status = send_request(fetch, &response, error);
        int32_t goes_on = status == CPK_OK && is_redirect(&response) && response.headers[HEADER_LOCATION] != NULL;

        if (goes_on && redirects == redirects_max) {
            status = error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "link",
                               "%s is redirected more often than link.max_redirects (%lld)", fetch->name,
                               (long long)redirects_max);
        } else if (goes_on) {
            status = follow(fetch, response.headers[HEADER_LOCATION], error);
        } else if (status == CPK_OK) {
            status = check_status(fetch, &response, error);
            if (status == CPK_OK) {
                status = link_text_end(&fetch->text, response.headers[HEADER_TYPE], error);
            }
            if (status == CPK_OK) {
                status = store_text(fetch, error);
            }
        }
        http_response_free(&response);
        if (status != CPK_OK || !goes_on) {
            return status;
        }
    }
}

/* --- What was fetched --- */

struct first_message {
    char provider[32];
};

static cpk_status take_first(void *self, const cpk_message *message, cpk_error **error)
{
    struct first_message *first = self;

    strncpy(first->provider, message->provider, sizeof first->provider - 1);
    return error_set(error, CPK_ERROR_CANCELLED, "link", "seen");
}

static cpk_status ignore_note(void *self, int32_t note, const char *where, const char *text, cpk_error **error)
{
    (void)self;
    (void)note;
    (void)where;
    (void)text;
    (void)error;
    return CPK_OK;
}

static cpk_status ignore_progress(void *self, int64_t done_bytes, cpk_error **error)
{
    (void)self;
    (void)done_bytes;
    (void)error;
    return CPK_OK;
}

/* Reads up to the first message, so that a page without content makes no source. */
static cpk_status check_content(struct link_fetch *fetch, cpk_error **error)
{
    const cpk_engine *engine = fetch->op->engine;
    struct first_message first = {""};
    const cpk_sink sink = {sizeof sink, 0, &first, take_first, ignore_note, ignore_progress};
    struct import_spool spool;
    const struct import_options options = {.context = fetch->op->context,
                                           .spool = &spool,
                                           .extractors = engine->extractor_pointers,
                                           .extractor_count = engine->extractor_count,
                                           .cancel = fetch->op->options.cancel,
                                           .password = fetch->op->options.password};
    struct import_report report;
    cpk_error *problem = NULL;
    cpk_status status;

    spool_init(&spool, fetch->op);
    status = import_read(&options, fetch->reader, &sink, &report, &problem);
    byte_reader_rewind(fetch->reader);
    if (first.provider[0] == '\0') {
        const char *native = cpk_error_native(problem);

        if (status == CPK_ERROR_NO_CONTENT && native[0] != '\0') {
            status =
                error_set_native(error,
                                 strcmp(native, html_gate_code(HTML_GATE_DELETED)) == 0 ? CPK_ERROR_NOT_FOUND
                                                                                        : CPK_ERROR_PERMISSION_DENIED,
                                 "link", native, 0, "%s", cpk_error_message(problem));
            cpk_error_free(problem);
            return status;
        }
        return problem != NULL ? error_give(error, problem) : status;
    }
    cpk_error_free(problem);
    if (fetch->link.provider != NULL && strcmp(fetch->link.provider, first.provider) != 0) {
        return error_set_native(error, CPK_ERROR_NO_CONTENT, "link", "empty", 0,
                                "%s shows no conversation: it may have been deleted, or need a login; save the page in "
                                "a browser and give the file",
                                fetch->name);
    }
    return CPK_OK;
}

static cpk_status open_file(struct link_fetch *fetch, cpk_error **error)
{
    if (fetch->size_bytes == 0) {
        return error_set(error, CPK_ERROR_NO_CONTENT, "link", "%s is empty", fetch->name);
    }
    CPK_TRY(byte_reader_from_file(fetch->op->context, fetch->descriptor, fetch->name, fetch->size_bytes, fetch->reader,
                                  error));
    fetch->descriptor = -1;
    return CPK_OK;
}

cpk_status link_check(const char *url, cpk_error **error)
{
    struct url_parts parts;

    return url_split(url, &parts, error);
}

cpk_status link_open(const struct op_context *op, const char *url, const char *name, cpk_reader *reader,
                     cpk_error **error)
{
    struct link_fetch fetch = {.op = op, .name = name, .reader = reader, .descriptor = -1};
    struct url_parts parts;
    cpk_status status;

    CPK_TRY(url_split(url, &parts, error));
    fetch.deadline_us = time_monotonic_us() + context_setting(op->context, SETTING_LINK_TIMEOUT_MS) * 1000;
    link_text_init(&fetch.text, &op->context->allocator);
    CPK_TRY_CLEANUP(share_link_find(&fetch.link, &op->context->allocator, url, &parts, error));
    CPK_TRY_CLEANUP(engine_http(op->engine, &fetch.client, error));
    CPK_TRY_CLEANUP(spool_create(&fetch.descriptor, error));
    CPK_TRY_CLEANUP(fetch_page(&fetch, error));
    CPK_TRY_CLEANUP(open_file(&fetch, error));
    CPK_TRY_CLEANUP(check_content(&fetch, error));
cleanup:
    if (status != CPK_OK) {
        byte_reader_release(reader);
    }
    if (fetch.descriptor >= 0) {
        close(fetch.descriptor);
    }
    link_text_free(&fetch.text);
    share_link_free(&fetch.link);
    return status;
}

#include "net/http_attempt.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/time.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX    4 /* open connections per handle */
#define CANCEL_INTERVAL_MS 100
#define TRANSFER_BYTES     262144 /* of one call of the kernel, in each direction */
#define USER_AGENT         "contextpack/" CPK_VERSION
/* OpenSSL's X509_V_ERR_OUT_OF_MEM, which libcurl reports as an untrusted certificate. */
#define VERIFY_OUT_OF_MEMORY 17

cpk_status http_attempt_handle_create(const struct context *context, struct http_attempt_handle **handle,
                                      cpk_error **error)
{
    struct http_attempt_handle *created = memory_allocate_zeroed(&context->allocator, sizeof *created);

    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->easy = curl_easy_init();
    created->multi = curl_multi_init();
    if (created->easy == NULL || created->multi == NULL ||
        curl_multi_setopt(created->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX) != CURLM_OK) {
        http_attempt_handle_free(context, created);
        return error_out_of_memory(error);
    }
    *handle = created;
    return CPK_OK;
}

void http_attempt_handle_free(const struct context *context, struct http_attempt_handle *handle)
{
    if (handle != NULL) {
        curl_easy_cleanup(handle->easy);
        curl_multi_cleanup(handle->multi);
        memory_release(&context->allocator, handle, sizeof *handle);
    }
}

/* Checks the resolved address at connect time, so that a second DNS answer can't bypass the check. */
static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct http_attempt *attempt = user;

    (void)purpose;
    if (!attempt->request->is_trusted && !guard_allows(attempt->guard, &address->addr)) {
        attempt->is_refused = 1;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Checks the peer before each request, because a reused connection opens no socket. */
static int check_connection(void *user, char *peer, char *local, int peer_port, int local_port)
{
    struct http_attempt *attempt = user;

    (void)local;
    (void)local_port;
    if (!attempt->request->is_trusted && !guard_allows_text(attempt->guard, peer, peer_port)) {
        attempt->is_refused = 1;
        return CURL_PREREQFUNC_ABORT;
    }
    return CURL_PREREQFUNC_OK;
}

/* Returns a header line's value without surrounding spaces, or NULL if the line has another name. */
static const char *header_value(const char *line, size_t length, const char *name, size_t *value_length)
{
    size_t name_length = strlen(name);
    size_t start = name_length + 1;

    if (length < start || line[name_length] != ':' || strncasecmp(line, name, name_length) != 0) {
        return NULL;
    }
    while (start < length && (line[start] == ' ' || line[start] == '\t')) {
        start++;
    }
    while (length > start && strchr(" \t\r\n", line[length - 1]) != NULL) {
        length--;
    }
    *value_length = strnlen(line + start, length - start);
    return line + start;
}

static void copy_header(char *target, size_t capacity, const char *line, size_t length, const char *name)
{
    size_t value_length;
    const char *value = header_value(line, length, name, &value_length);

    if (value != NULL && value_length < capacity) { /* a longer value is ignored */
        memcpy(target, value, value_length);
        target[value_length] = '\0';
    }
}

static void clear_headers(struct http_attempt *attempt)
{
    for (size_t i = 0; i < HTTP_WANTED_MAX; i++) {
        memory_release_text(&attempt->context->allocator, attempt->response->headers[i]);
        attempt->response->headers[i] = NULL;
    }
    attempt->retry_after[0] = '\0';
    attempt->retry_after_ms[0] = '\0';
    attempt->verdict[0] = '\0';
}

static int32_t store_wanted(struct http_attempt *attempt, const char *line, size_t length)
{
    for (size_t i = 0; i < HTTP_WANTED_MAX && attempt->request->wanted[i] != NULL; i++) {
        size_t value_length;
        const char *value = header_value(line, length, attempt->request->wanted[i], &value_length);
        char **stored = &attempt->response->headers[i];

        if (value != NULL) {
            memory_release_text(&attempt->context->allocator, *stored);
            *stored = memory_copy_bytes(&attempt->context->allocator, value, value_length);
            if (*stored == NULL) {
                attempt->is_out_of_memory = 1;
                return 0;
            }
        }
    }
    return 1;
}

static size_t receive_header(char *line, size_t one, size_t length, void *user)
{
    struct http_attempt *attempt = user;
    const struct retry_policy *retry = attempt->request->retry;

    (void)one; /* always 1 */
    attempt->header_bytes += length;
    if (attempt->header_bytes > HTTP_HEADER_BYTES_MAX) {
        attempt->is_too_large = attempt->has_long_headers = 1;
        return 0;
    }
    if (length > 5 && memcmp(line, "HTTP/", 5) == 0) {
        clear_headers(attempt); /* the previous headers belong to an interim response */
        return length;
    }
    copy_header(attempt->retry_after, sizeof attempt->retry_after, line, length, "Retry-After");
    copy_header(attempt->retry_after_ms, sizeof attempt->retry_after_ms, line, length, "retry-after-ms");
    if (retry != NULL && retry->verdict_header != NULL) {
        copy_header(attempt->verdict, sizeof attempt->verdict, line, length, retry->verdict_header);
    }
    return store_wanted(attempt, line, length) ? length : 0;
}

static int64_t body_limit(const struct http_attempt *attempt, int32_t to_sink)
{
    if (attempt->request->max_body_bytes > 0) {
        return attempt->request->max_body_bytes;
    }
    return to_sink ? INT64_MAX : context_setting(attempt->context, SETTING_NET_MAX_RESPONSE_BYTES);
}

/* Counts received bytes, because Content-Length may be wrong. */
static size_t receive_body(char *data, size_t one, size_t length, void *user)
{
    struct http_attempt *attempt = user;
    long status = 0;
    int32_t to_sink;

    (void)one;
    curl_easy_getinfo(attempt->easy, CURLINFO_RESPONSE_CODE, &status);
    to_sink = attempt->request->sink != NULL && status >= 200 && status <= 299;
    if ((int64_t)length > body_limit(attempt, to_sink) - attempt->body_bytes) {
        attempt->is_too_large = 1;
        return 0;
    }
    attempt->body_bytes += (int64_t)length;
    if (to_sink) {
        attempt->has_sunk = 1;
        attempt->is_sink_full = attempt->request->sink(attempt->request->sink_user, data, length) != 0;
        return attempt->is_sink_full ? 0 : length;
    }
    buffer_append(&attempt->response->body, data, length);
    return attempt->response->body.failed ? 0 : length;
}

static size_t send_body(char *data, size_t one, size_t capacity, void *user)
{
    struct http_attempt *attempt = user;
    int64_t left = attempt->request->body_length - attempt->sent_bytes;
    size_t wanted = (int64_t)capacity < left ? capacity : (size_t)left;
    int64_t got;

    (void)one;
    if (wanted == 0) {
        return 0;
    }
    got = attempt->request->reader->read(attempt->request->reader->user, data, wanted);
    if (got <= 0 || (size_t)got > wanted) {
        return CURL_READFUNC_ABORT; /* fewer bytes than body_length, or an error */
    }
    attempt->sent_bytes += got;
    return (size_t)got;
}

static int rewind_body(void *user, curl_off_t offset, int origin)
{
    struct http_attempt *attempt = user;
    const struct http_body_reader *reader = attempt->request->reader;

    if (offset != 0 || origin != SEEK_SET || reader->rewind == NULL || reader->rewind(reader->user) != 0) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    attempt->sent_bytes = 0;
    return CURL_SEEKFUNC_OK;
}

static int on_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
    struct http_attempt *attempt = user;
    int64_t moved_bytes = (int64_t)now + (int64_t)up_now;

    (void)total;
    (void)up_total;
    if (moved_bytes != attempt->moved_bytes) {
        attempt->moved_bytes = moved_bytes;
        attempt->moved_us = time_monotonic_us();
    }
    attempt->is_cancelled |= cpk_cancel_requested(attempt->request->cancel);
    return attempt->is_cancelled;
}

static int32_t is_token(const char *name)
{
    return name != NULL && name[0] != '\0' &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_!#$%&'*+.^`|~")] == '\0';
}

static cpk_status add_line(struct curl_slist **list, const char *line, cpk_error **error)
{
    struct curl_slist *grown = curl_slist_append(*list, line);

    if (grown == NULL) {
        return error_out_of_memory(error);
    }
    *list = grown;
    return CPK_OK;
}

/* libcurl expects a header with an empty value as "Name;". */
static cpk_status add_header(const struct context *context, const struct http_header *header, struct curl_slist **list,
                             cpk_error **error)
{
    struct buffer line;
    cpk_status status;

    if (!is_token(header->name) || header->value == NULL || header->value[strcspn(header->value, "\r\n")] != '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "net", "a header has an invalid name or value");
    }
    buffer_init(&line, &context->allocator);
    buffer_append_format(&line, header->value[0] != '\0' ? "%s: %s" : "%s;%s", header->name, header->value);
    status = line.failed ? error_out_of_memory(error) : add_line(list, line.data, error);
    if (line.data != NULL) {
        explicit_bzero(line.data, line.length); /* may be a secret key */
    }
    buffer_free(&line);
    return status;
}

static cpk_status add_headers(const struct http_attempt *attempt, struct curl_slist **list, cpk_error **error)
{
    const struct http_request *request = attempt->request;
    int32_t has_type = 0;

    for (size_t i = 0; i < request->header_count; i++) {
        CPK_TRY(add_header(attempt->context, &request->headers[i], list, error));
        has_type |= strcasecmp(request->headers[i].name, "Content-Type") == 0;
    }
    if (!has_type) {
        CPK_TRY(add_line(list, "Content-Type:", error)); /* libcurl's default is a form's type */
    }
    return add_line(list, "Expect:", error); /* do not wait for 100 Continue */
}

/* Wipes the headers, which may contain secret keys, before freeing them. */
static void free_headers(struct curl_slist *list)
{
    for (struct curl_slist *at = list; at != NULL; at = at->next) {
        explicit_bzero(at->data, strlen(at->data));
    }
    curl_slist_free_all(list);
}

static void set_limits(struct http_attempt *attempt)
{
    const struct http_request *request = attempt->request;

    attempt->connect_ms = request->connect_timeout_ms > 0
                              ? request->connect_timeout_ms
                              : context_setting(attempt->context, SETTING_NET_CONNECT_TIMEOUT_MS);
    attempt->total_ms = request->total_timeout_ms > 0 ? request->total_timeout_ms
                                                      : context_setting(attempt->context, SETTING_NET_TIMEOUT_MS);
    if (request->deadline_us > 0) {
        int64_t left_ms = (request->deadline_us - time_monotonic_us()) / 1000;

        left_ms = left_ms > 1 ? left_ms : 1; /* 0 would be no limit */
        attempt->total_ms = left_ms < attempt->total_ms ? left_ms : attempt->total_ms;
    }
}

#define SET(option, value) (code = code == CURLE_OK ? curl_easy_setopt(easy, option, value) : code)

/* libcurl decodes what it has asked for; receive_body() counts the decoded bytes. Some servers compress unasked. */
static CURLcode set_encodings(const struct http_attempt *attempt, CURL *easy)
{
    CURLcode code = CURLE_OK;

    if (attempt->request->accepts_gzip) {
        SET(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    }
    return code;
}

static CURLcode set_policy(struct http_attempt *attempt, CURL *easy)
{
    const struct http_request *request = attempt->request;
    const char *ca_file = context_text_setting(attempt->context, TEXT_SETTING_NET_CA_FILE);
    CURLcode code = CURLE_OK;

    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, ""); /* ignore the environment's proxy, too */
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (ca_file[0] != '\0') {
        SET(CURLOPT_CAINFO, ca_file);
    }
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PATH_AS_IS, 1L); /* keep a signed path unchanged */
    SET(CURLOPT_USERAGENT, USER_AGENT);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)attempt->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, (long)attempt->total_ms);
    /* On a dead reused connection libcurl sends the request again. */
    SET(CURLOPT_FRESH_CONNECT, request->is_repeatable ? 0L : 1L);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    SET(CURLOPT_OPENSOCKETDATA, attempt);
    SET(CURLOPT_PREREQFUNCTION, check_connection);
    SET(CURLOPT_PREREQDATA, attempt);
    return code;
}

static CURLcode set_body(struct http_attempt *attempt, CURL *easy, const char *method)
{
    const struct http_request *request = attempt->request;
    CURLcode code = CURLE_OK;

    if (strcmp(method, "HEAD") == 0) {
        SET(CURLOPT_NOBODY, 1L);
        return code;
    }
    if (request->body_length > 0 || (strcmp(method, "GET") != 0 && strcmp(method, "DELETE") != 0)) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
        if (request->reader != NULL) {
            SET(CURLOPT_READFUNCTION, send_body);
            SET(CURLOPT_READDATA, attempt);
            SET(CURLOPT_SEEKFUNCTION, rewind_body);
            SET(CURLOPT_SEEKDATA, attempt);
        } else {
            SET(CURLOPT_POSTFIELDS, request->body != NULL ? request->body : "");
        }
    }
    SET(CURLOPT_CUSTOMREQUEST, method);
    return code;
}

/* Splits request->connect_to at its commas. */
static cpk_status add_connect_to(const struct http_attempt *attempt, struct curl_slist **list, cpk_error **error)
{
    const char *at = attempt->request->connect_to != NULL ? attempt->request->connect_to : "";
    char entry[600];

    for (;;) {
        size_t length;

        at += strspn(at, ", ");
        length = strcspn(at, ", ");
        if (length == 0) {
            return CPK_OK;
        }
        if (length >= sizeof entry) {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "net", "link.connect_to has an entry that is too long");
        }
        memcpy(entry, at, length);
        entry[length] = '\0';
        CPK_TRY(add_line(list, entry, error));
        at += length;
    }
}

static CURLcode set_options(struct http_attempt *attempt, CURL *easy, struct curl_slist *headers,
                            struct curl_slist *connect_to)
{
    const struct http_request *request = attempt->request;
    CURLcode code = set_policy(attempt, easy);

    code = code == CURLE_OK ? set_body(attempt, easy, request->method != NULL ? request->method : "GET") : code;
    code = code == CURLE_OK ? set_encodings(attempt, easy) : code;
    SET(CURLOPT_URL, request->url);
    SET(CURLOPT_HTTPHEADER, headers);
    if (connect_to != NULL) {
        SET(CURLOPT_CONNECT_TO, connect_to);
    }
    SET(CURLOPT_HEADERFUNCTION, receive_header);
    SET(CURLOPT_HEADERDATA, attempt);
    SET(CURLOPT_WRITEFUNCTION, receive_body);
    SET(CURLOPT_WRITEDATA, attempt);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, attempt);
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_ERRORBUFFER, attempt->reason);
    /* Only faster. libcurl refuses them for a handle that still has its buffers from a transfer that failed early. */
    (void)curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)TRANSFER_BYTES);
    (void)curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)TRANSFER_BYTES);
    return code;
}

static int32_t tick(const struct http_attempt *attempt)
{
    return attempt->request->tick != NULL && attempt->request->tick(attempt->request->tick_user) != 0;
}

/* 1 if nothing was sent or received for as long as the request allows. */
static int32_t is_idle(const struct http_attempt *attempt)
{
    int64_t limit_ms = attempt->request->idle_timeout_ms;

    return limit_ms > 0 && time_monotonic_us() - attempt->moved_us >= limit_ms * 1000;
}

/* How long libcurl may wait for the network. */
static int poll_ms(const struct http_attempt *attempt)
{
    int64_t limit_ms = attempt->request->idle_timeout_ms;

    return limit_ms > 0 && limit_ms < CANCEL_INTERVAL_MS ? (int)limit_ms : CANCEL_INTERVAL_MS;
}

/* Like curl_easy_perform(), but polls the cancel token every 100 ms. */
static CURLcode transfer(struct http_attempt *attempt, struct http_attempt_handle *handle)
{
    CURLcode code = CURLE_OK;
    int running = 1;
    int left;
    CURLMcode problem = curl_multi_add_handle(handle->multi, handle->easy);
    CURLMsg *message;

    attempt->moved_us = time_monotonic_us();
    while (problem == CURLM_OK && running > 0 && !attempt->is_cancelled && !attempt->is_idle) {
        problem = curl_multi_perform(handle->multi, &running);
        if (problem == CURLM_OK && running > 0) {
            problem = curl_multi_poll(handle->multi, NULL, 0, poll_ms(attempt), NULL);
        }
        attempt->is_cancelled = running > 0 && (cpk_cancel_requested(attempt->request->cancel) || tick(attempt));
        attempt->is_idle = running > 0 && is_idle(attempt);
    }
    if (problem != CURLM_OK) {
        code = problem == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_FAILED_INIT;
    }
    while ((message = curl_multi_info_read(handle->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            code = message->data.result;
        }
    }
    curl_multi_remove_handle(handle->multi, handle->easy);
    if (attempt->is_cancelled) {
        return CURLE_ABORTED_BY_CALLBACK;
    }
    return attempt->is_idle ? CURLE_OPERATION_TIMEDOUT : code;
}

static long get_info(CURL *easy, CURLINFO info)
{
    long value = 0;

    curl_easy_getinfo(easy, info, &value);
    return value;
}

cpk_status http_attempt_run(struct http_attempt *attempt, struct http_attempt_handle *handle, cpk_error **error)
{
    struct curl_slist *headers = NULL;
    struct curl_slist *connect_to = NULL;
    cpk_status status;

    attempt->easy = handle->easy;
    set_limits(attempt);
    CPK_TRY_CLEANUP(add_headers(attempt, &headers, error));
    CPK_TRY_CLEANUP(add_connect_to(attempt, &connect_to, error));
    attempt->code = set_options(attempt, handle->easy, headers, connect_to);
    if (attempt->code == CURLE_OK) {
        attempt->code = transfer(attempt, handle);
    }
    attempt->has_started = get_info(handle->easy, CURLINFO_REQUEST_SIZE) > 0;
    attempt->is_out_of_memory |= attempt->code == CURLE_PEER_FAILED_VERIFICATION &&
                                 get_info(handle->easy, CURLINFO_SSL_VERIFYRESULT) == VERIFY_OUT_OF_MEMORY;
    attempt->response->status = (int32_t)get_info(handle->easy, CURLINFO_RESPONSE_CODE);
cleanup:
    curl_easy_reset(handle->easy); /* keeps connections, drops pointers to this attempt */
    free_headers(headers);
    curl_slist_free_all(connect_to);
    return status;
}

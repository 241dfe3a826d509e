/* The one HTTP client, over libcurl: pooled connections, timeouts, retries, bounded answers, guarded addresses.
 * TLS is always verified; proxies, redirects, cookies and .netrc are off. Synchronised. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/buffer.h"
#include "base/context.h"
#include "net/retry.h"

#include <contextpack/cancel.h>

#define HTTP_WANTED_MAX 8

struct http;

struct http_header {
    const char *name;
    const char *value;
};

/* A body that is not in memory. */
struct http_body_reader {
    void *user;
    int64_t (*read)(void *user, void *data, size_t capacity); /* bytes; 0 at the end, negative: failed */
    int32_t (*rewind)(void *user); /* to the first byte, non-zero: failed; NULL: a retry is not possible */
};

/* Zero is a good value of all but url. */
struct http_request {
    const char *method; /* NULL: "GET" */
    const char *url;
    int32_t is_trusted;    /* the operator's configuration named the URL: the guard does not look at its address */
    int32_t is_repeatable; /* may reach the peer twice: reads, and writes with an idempotency key */
    const struct http_header *headers;
    size_t header_count;
    const void *body; /* NULL with a length of 0: none, or the reader's */
    int64_t body_length;
    const struct http_body_reader *reader; /* gives body_length bytes */
    const char *wanted[HTTP_WANTED_MAX];   /* names of the headers to keep */
    cpk_write_fn sink;                     /* takes the bytes of an answer of 200 to 299, instead of response.body */
    void *sink_user;
    int64_t max_body_bytes;     /* 0: setting net.max_response_bytes, with a sink no limit */
    const char *max_body_name;  /* the setting that an error about it names; NULL: net.max_response_bytes */
    int64_t connect_timeout_ms; /* 0: setting net.connect_timeout_ms */
    int64_t total_timeout_ms;   /* of one attempt; 0: setting net.timeout_ms */
    const cpk_cancel *cancel;
    const struct retry_policy *retry; /* NULL: RETRY_NEVER */
};

struct http_response {
    int32_t status; /* any that the peer gave: see http_expect_success() */
    int32_t attempts;
    struct buffer body;
    char *headers[HTTP_WANTED_MAX]; /* values of `wanted`, the last of each; NULL: not sent */
    char shown[256];                /* method, host and path, for messages */
};

cpk_status http_create(const struct context *context, struct http **client, cpk_error **error);
void http_free(struct http *client); /* NULL is allowed; no request is running */

/* Sends it and takes the whole answer, whatever its status. The response needs http_response_free() in any case.
 * CPK_ERROR_NETWORK, _TIMEOUT, _CANCELLED, _LIMIT_EXCEEDED, _PERMISSION_DENIED (the guard), _INVALID_ARGUMENT. */
cpk_status http_perform(struct http *client, const struct http_request *request, struct http_response *response,
                        cpk_error **error);
void http_response_free(struct http_response *response);

/* CPK_ERROR_NETWORK with "HTTP 503" as its native code unless the status is 200 to 299; the body is not told. */
cpk_status http_expect_success(const struct http_response *response, cpk_error **error);

#endif

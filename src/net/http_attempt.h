/* Sends a request once, on one libcurl handle. */
#ifndef NET_HTTP_ATTEMPT_H
#define NET_HTTP_ATTEMPT_H

#include "net/guard.h"
#include "net/http_message.h"
#include "net/url.h"

#include <curl/curl.h>

/* A libcurl handle with its connections. Confined: one thread at a time. */
struct http_attempt_handle {
    CURL *easy;
    CURLM *multi; /* owns the connections */
    struct http_attempt_handle *next;
};

#define HTTP_HEADER_BYTES_MAX 262144 /* all headers of one response */

struct http_attempt {
    const struct context *context;
    const struct guard *guard;
    const struct http_request *request;
    struct http_response *response;
    CURL *easy;         /* borrowed while the attempt runs */
    int64_t connect_ms; /* limits of this attempt, which http_attempt_run() sets */
    int64_t total_ms;
    char retry_after[64]; /* header values; "": not sent */
    char retry_after_ms[64];
    char verdict[64]; /* value of the policy's verdict_header */
    size_t header_bytes;
    int64_t body_bytes;   /* received so far */
    int64_t sent_bytes;   /* read from the body reader so far */
    int64_t moved_bytes;  /* sent and received, as libcurl counts them */
    int64_t moved_us;     /* when that number changed, by time_monotonic_us() */
    int32_t is_idle;      /* idle_timeout_ms is over */
    int32_t is_refused;   /* the guard refused the address */
    int32_t is_too_large; /* the response exceeds a limit */
    int32_t has_long_headers;
    int32_t is_sink_full; /* the sink stopped the transfer */
    int32_t is_cancelled;
    int32_t is_out_of_memory;
    int32_t has_sunk;             /* bytes went to the sink: no retry */
    int32_t has_started;          /* part of the request was sent */
    CURLcode code;                /* result of the transfer */
    char reason[CURL_ERROR_SIZE]; /* libcurl's error message or "" */
};

cpk_status http_attempt_handle_create(const struct context *context, struct http_attempt_handle **handle,
                                      cpk_error **error);
void http_attempt_handle_free(const struct context *context, struct http_attempt_handle *handle); /* NULL is allowed */

/* Sets attempt->code to the result of the transfer. Fails only if the request could not be prepared. */
cpk_status http_attempt_run(struct http_attempt *attempt, struct http_attempt_handle *handle, cpk_error **error);

#endif

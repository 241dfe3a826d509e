/* One attempt at one request on one libcurl handle. */
#ifndef NET_HTTP_ATTEMPT_H
#define NET_HTTP_ATTEMPT_H

#include "net/guard.h"
#include "net/http.h"
#include "net/url.h"

#include <curl/curl.h>

/* A libcurl handle with its connections, for one thread at a time. */
struct http_attempt_handle;

struct http_attempt_handle {
    CURL *easy;
    CURLM *multi; /* owns the connections */
    struct http_attempt_handle *next;
};

struct http_attempt {
    const struct context *context;
    const struct guard *guard;
    const struct http_request *request;
    struct http_response *response;
    CURL *easy;           /* while it runs */
    char retry_after[64]; /* "" : not sent */
    char retry_after_ms[64];
    char verdict[64];
    size_t header_bytes;
    int64_t body_bytes;   /* of the answer so far */
    int64_t sent_bytes;   /* of the reader's body so far */
    int32_t is_refused;   /* by the guard */
    int32_t is_too_large; /* the answer */
    int32_t is_sink_full; /* the sink did not want more */
    int32_t is_cancelled;
    int32_t is_out_of_memory;
    int32_t has_sunk;    /* bytes went to the sink: they can't be taken back */
    int32_t has_started; /* a byte of the request was sent */
    CURLcode code;
    char reason[CURL_ERROR_SIZE];
};

cpk_status http_attempt_handle_create(const struct context *context, struct http_attempt_handle **handle,
                                      cpk_error **error);
void http_attempt_handle_free(const struct context *context, struct http_attempt_handle *handle); /* NULL is allowed */

/* Runs it: exchange.code says how it ended; a status only when nothing could be tried. */
cpk_status http_attempt_run(struct http_attempt *attempt, struct http_attempt_handle *handle, cpk_error **error);

#endif

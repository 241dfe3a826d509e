/* Requests and responses of the HTTP client. */
#ifndef NET_HTTP_MESSAGE_H
#define NET_HTTP_MESSAGE_H

#include "base/buffer.h"
#include "net/retry.h"

#include <contextpack/cancel.h>

#define HTTP_WANTED_MAX 12

struct http_header {
    const char *name;
    const char *value;
};

/* Reads a request body that is not in memory. */
struct http_body_reader {
    void *user;
    int64_t (*read)(void *user, void *data, size_t capacity); /* bytes read; 0: end, negative: error */
    int32_t (*rewind)(void *user); /* seeks to the start; non-zero: error; NULL: the body can't be sent again */
};

/* All fields but `url` may be zero. */
struct http_request {
    const char *method; /* NULL: "GET" */
    const char *url;
    int32_t is_trusted;    /* the URL is from the operator's configuration: the guard does not check its address */
    int32_t accepts_gzip;  /* a compressed body is decompressed; limits count the decompressed bytes */
    int32_t is_repeatable; /* may be sent twice: reads, and writes with an idempotency key */
    const struct http_header *headers;
    size_t header_count;
    const void *body; /* NULL: no body, or the reader's */
    int64_t body_length;
    const struct http_body_reader *reader; /* must provide body_length bytes */
    const char *wanted[HTTP_WANTED_MAX];   /* names of response headers to store */
    struct buffer *memory;                 /* becomes the memory of response.body; NULL: new memory */
    cpk_write_fn sink;                     /* receives the body of a 2xx response instead of response.body */
    void *sink_user;
    int64_t max_body_bytes;        /* 0: setting net.max_response_bytes, or no limit with a sink */
    const char *max_body_name;     /* setting named in errors about the limit; NULL: net.max_response_bytes */
    int64_t connect_timeout_ms;    /* 0: setting net.connect_timeout_ms */
    int64_t total_timeout_ms;      /* of one attempt; 0: setting net.timeout_ms */
    int64_t idle_timeout_ms;       /* without a byte sent or received; 0: none */
    int64_t deadline_us;           /* of all attempts and the waiting between them, by time_monotonic_us(); 0: none */
    const char *timeout_name;      /* setting named in errors about it; NULL: net.timeout_ms */
    const char *idle_timeout_name; /* the same for idle_timeout_ms */
    const char *connect_to;        /* "HOST:PORT:HOST:PORT, ...": hosts to reach at another address; NULL: none */
    const cpk_cancel *cancel;
    int32_t (*tick)(void *user); /* called about ten times a second during a transfer; non-zero: cancel it; or NULL */
    void *tick_user;
    const struct retry_policy *retry; /* NULL: RETRY_NEVER */
};

struct http_response {
    int32_t status; /* any HTTP status; see http_expect_success() */
    int32_t attempts;
    struct buffer body;
    char *headers[HTTP_WANTED_MAX]; /* values of `wanted`, the last if repeated; NULL: not sent */
    char shown[256];                /* method and URL without query, for messages */
};

#endif

/* Signed requests to one bucket: attempts and delays, clock skew, renewed keys, errors. Thread-safe. */
#ifndef STORAGE_S3_CLIENT_H
#define STORAGE_S3_CLIENT_H

#include "base/context.h"
#include "net/http.h"
#include "storage/s3/credentials.h"
#include "storage/s3/location.h"
#include "storage/s3/sign.h"

#define CLIENT_PARAMETERS_MAX 8
#define CLIENT_HEADERS_MAX    12 /* of a call, besides those that the client adds */
#define CLIENT_CODE_BYTES     64

/* Headers of an answer, as indexes of response.headers. */
enum client_header {
    CLIENT_ETAG,
    CLIENT_CONTENT_RANGE,
    CLIENT_CONTENT_LENGTH,
    CLIENT_LAST_MODIFIED,
    CLIENT_DATE,
    CLIENT_RETRY_AFTER,
    CLIENT_SHA256,     /* x-amz-meta-contextpack-sha256: of the whole blob, in hexadecimal */
    CLIENT_PART_BYTES, /* x-amz-meta-contextpack-part-bytes: of a blob that was written in parts */
    CLIENT_ENCRYPTION, /* the ETag of a blob encrypted with a key of the service is not a hash */
    CLIENT_REGION,
    CLIENT_HEADER_COUNT
};

struct client;
struct client_answer;

struct client_call {
    const char *method;
    const char *key; /* the whole object name; NULL: the bucket */
    const struct sign_parameter *parameters;
    size_t parameter_count;
    const struct http_header *headers; /* all are signed */
    size_t header_count;
    const void *body;
    size_t body_length;
    const char *body_sha256;  /* in hexadecimal; NULL: computed */
    int64_t max_answer_bytes; /* 0: net.max_response_bytes */
    struct buffer *memory;    /* used for the answer's body, which then owns it; NULL: new memory */
    int64_t total_ms;         /* for all attempts; 0: s3.total_timeout_ms */
    /* Looks at a 2xx answer. After a retryable failure the call is made again on a new connection: the answer may be
     * that to another request. NULL: any answer is good. */
    cpk_status (*check)(void *user, struct client_answer *answer, cpk_error **error);
    void *check_user;
    int32_t is_once;     /* twice has an effect of its own: no connection that may be dead is reused */
    int32_t checks_body; /* a 200 whose body is <Error> is a failure */
};

struct client_answer {
    struct http_response response;
    char code[CLIENT_CODE_BYTES]; /* S3's error code; "": none was sent */
    char message[256];            /* S3's error message, or "" */
};

cpk_status client_create(const struct context *context, const struct location *location, struct client **client,
                         cpk_error **error);
void client_free(struct client *client); /* NULL is allowed */

/* Sends a request, again after transient failures. CPK_OK only for a 2xx status; otherwise answer->response.status and
 * answer->code describe it. Call client_answer_free() afterwards, also on failure.
 * CPK_ERROR_NOT_FOUND: no such key or upload; _CONFLICT: a condition does not hold; _PERMISSION_DENIED,
 * _UNAUTHENTICATED, _NO_SPACE, _STORAGE, and those of http_perform(). */
cpk_status client_perform(struct client *client, const struct client_call *call, struct client_answer *answer,
                          cpk_error **error);
void client_answer_free(struct client_answer *answer);

/* Appends a URL that anybody may send the method to until it expires. */
cpk_status client_presign(struct client *client, const char *method, const char *key, int64_t expires_s,
                          struct buffer *url, cpk_error **error);

/* Takes memory for parts, of which an engine's blobs together have s3.memory_bytes. Returns 0 if there is none left. */
int32_t client_take_memory(struct client *client, int64_t bytes);
void client_give_memory(struct client *client, int64_t bytes);

const struct context *client_context(const struct client *client);
const struct location *client_location(const struct client *client);

#endif

/* AWS Signature Version 4, in the Authorization header and in the query of presigned URLs. Pure. */
#ifndef STORAGE_S3_SIGN_H
#define STORAGE_S3_SIGN_H

#include "base/buffer.h"
#include "net/http_message.h"

#include <contextpack/error.h>

#define SIGN_TIME_BYTES       17 /* "20150830T123600Z" with the NUL */
#define SIGN_UNSIGNED_PAYLOAD "UNSIGNED-PAYLOAD"
#define SIGN_EXPIRES_S_MAX    604800 /* seven days */

struct sign_key {
    const char *id;
    const char *secret;
    const char *token; /* of a session; NULL or "": none */
};

struct sign_scope {
    const char *region;
    const char *service;        /* "s3" */
    char time[SIGN_TIME_BYTES]; /* sign_format_time() */
};

struct sign_parameter {
    const char *name; /* neither is encoded */
    const char *value;
};

/* What is signed. All headers are; "host" must be among them. */
struct sign_request {
    const char *method;
    const char *path; /* not encoded; begins with '/' */
    const struct sign_parameter *parameters;
    size_t parameter_count;
    const struct http_header *headers;
    size_t header_count;
    const char *payload_hash; /* SHA-256 of the body in hexadecimal, or SIGN_UNSIGNED_PAYLOAD */
};

void sign_format_time(int64_t time_us, char time[SIGN_TIME_BYTES]);

/* Appends the value of the Authorization header. The headers must contain x-amz-date, and x-amz-security-token if the
 * key has a token. */
cpk_status sign_header(const struct sign_request *request, const struct sign_key *key, const struct sign_scope *scope,
                       struct buffer *authorization, cpk_error **error);
/* Appends the encoded query: the request's parameters, the signature's, and the signature, which holds for expires_s
 * seconds (1 to SIGN_EXPIRES_S_MAX). */
cpk_status sign_query(const struct sign_request *request, const struct sign_key *key, const struct sign_scope *scope,
                      int64_t expires_s, struct buffer *query, cpk_error **error);
/* Appends the parameters, encoded and in the order of the canonical request. */
cpk_status sign_append_query(struct buffer *target, const struct sign_parameter *parameters, size_t count,
                             cpk_error **error);

#endif

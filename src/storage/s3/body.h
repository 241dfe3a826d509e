/* Hashes of what is written, the headers that carry them, and the ETag that the server must answer with. */
#ifndef STORAGE_S3_BODY_H
#define STORAGE_S3_BODY_H

#include "base/hash.h"
#include "storage/s3/answer.h"
#include "storage/s3/client.h"
#include "storage/s3/encode.h"

#define BODY_SHA256_BASE64_BYTES 45 /* with the NUL */

struct body_hashes {
    char md5[ENCODE_MD5_BASE64_BYTES];
    char md5_hex[ENCODE_MD5_HEX_BYTES]; /* "": there is no MD5 */
    unsigned char md5_bytes[ENCODE_MD5_BYTES];
    char sha256[HASH_SHA256_HEX_BYTES];
    char sha256_base64[BODY_SHA256_BASE64_BYTES];
};

cpk_status body_hash(struct body_hashes *hashes, const void *bytes, size_t length, cpk_error **error);

struct header_list {
    struct http_header items[CLIENT_HEADERS_MAX];
    size_t count;
};

void header_list_add(struct header_list *list, const char *name, const char *value);
/* Adds Content-MD5, and the checksum if the location has that option. */
void header_list_add_hashes(struct header_list *list, const struct client *client, const struct body_hashes *hashes);
/* A condition of a write: CPK_ERROR_CONFLICT if it does not hold. */
struct write_condition {
    int32_t is_absent; /* If-None-Match: *, there must be no such object */
    const char *etag;  /* If-Match: the object must have this ETag (without quotes); NULL: any */
};

/* Adds If-Match or If-None-Match. */
void header_list_add_condition(struct header_list *list, const struct write_condition *condition);

void body_copy_etag(char etag[ANSWER_ETAG_BYTES], const char *quoted); /* without quotes; "" for NULL */
/* CPK_ERROR_STORAGE if the server's ETag is a hash other than `expected`: it stored other bytes. An ETag of another
 * form, or of a blob that the service encrypted, says nothing. */
cpk_status body_check_etag(const struct client_answer *answer, const char *etag, const char *expected, const char *key,
                           cpk_error **error);

/* client_call.check of a request that sends a body: the answer's ETag. */
struct body_check {
    const char *key;
    const char *expected;
    char etag[ANSWER_ETAG_BYTES]; /* out: without quotes */
};
cpk_status body_check_answer(void *user, struct client_answer *answer, cpk_error **error);

#endif

/* What S3's XML answers say. The only callers of answer_xml_read(). */
#ifndef STORAGE_S3_ANSWER_H
#define STORAGE_S3_ANSWER_H

#include "base/buffer.h"

#include <contextpack/error.h>

#define ANSWER_UPLOAD_ID_BYTES 1024
#define ANSWER_TOKEN_BYTES     4096
#define ANSWER_ETAG_BYTES      128

/* Reads the code and message of an <Error>. Returns 1 if the body is one; anything else leaves the texts empty. */
int32_t answer_read_error(const cpk_allocator *allocator, const struct buffer *body, char *code, size_t code_bytes,
                          char *message, size_t message_bytes);

/* One entry of a listing; valid until the callback returns. A non-zero result stops the reading. */
struct answer_object {
    const char *key; /* the whole object name */
    int64_t size_bytes;
    int64_t modified_us; /* CPK_TIME_UNKNOWN if not sent */
};
typedef int32_t (*answer_object_fn)(void *user, const struct answer_object *object);

/* Reads an answer to ListObjectsV2 with encoding-type=url. next_token: of the next page, "" after the last one. */
cpk_status answer_read_list(const cpk_allocator *allocator, const struct buffer *body, answer_object_fn each,
                            void *user, char next_token[ANSWER_TOKEN_BYTES], cpk_error **error);

/* Reads the id of a new multipart upload. */
cpk_status answer_read_upload_id(const cpk_allocator *allocator, const struct buffer *body,
                                 char upload_id[ANSWER_UPLOAD_ID_BYTES], cpk_error **error);

/* Reads the ETag of a completed upload or a copy, with its quotes; "" if there is none. */
cpk_status answer_read_etag(const cpk_allocator *allocator, const struct buffer *body, char etag[ANSWER_ETAG_BYTES],
                            cpk_error **error);

/* Counts the unfinished uploads of a listing's first page. */
cpk_status answer_count_uploads(const cpk_allocator *allocator, const struct buffer *body, int64_t *count,
                                cpk_error **error);

/* Reads the answer to a batch delete: the first key that was not deleted, or CPK_OK. */
cpk_status answer_read_deleted(const cpk_allocator *allocator, const struct buffer *body, cpk_error **error);

#endif

/* The operations on objects of a bucket. Keys are whole object names, with the location's prefix. */
#ifndef STORAGE_S3_OBJECT_H
#define STORAGE_S3_OBJECT_H

#include "storage/s3/body.h"

#define OBJECT_PARTS_MAX  10000
#define OBJECT_DELETE_MAX 1000 /* keys of one batch */

/* Lists one key: CPK_OK, or why the bucket can't be used. The answer to a HEAD would not have the reason. */
cpk_status object_check_bucket(struct client *client, cpk_error **error);

/* What an answer says about an object. */
struct object_info {
    int64_t size_bytes; /* of the whole object */
    int64_t modified_us;
    int64_t part_bytes;                 /* of the parts it was written in; 0: unknown or in one */
    char etag[ANSWER_ETAG_BYTES];       /* without quotes */
    char sha256[HASH_SHA256_HEX_BYTES]; /* of the whole object; "": unknown */
    int32_t
        is_etag_hash; /* the ETag is an MD5, or one of the parts' MD5s: the service has not encrypted it otherwise */
};

cpk_status object_head(struct client *client, const char *key, struct object_info *info, cpk_error **error);

/* Reads up to `length` bytes from `offset`, fewer at the end. `etag`: CPK_ERROR_CONFLICT if the object has another one;
 * NULL: any. *body, which must be initialised, is set to the bytes; its memory is used again if it is large enough. */
cpk_status object_get(struct client *client, const char *key, int64_t offset, int64_t length, const char *etag,
                      struct object_info *info, struct buffer *body, cpk_error **error);

/* Writes an object in one request; `condition` may be NULL. */
cpk_status object_put(struct client *client, const char *key, const void *bytes, size_t length,
                      const struct write_condition *condition, cpk_error **error);

cpk_status object_delete(struct client *client, const char *key, cpk_error **error); /* CPK_OK if there is none */
/* Deletes up to OBJECT_DELETE_MAX keys in one request. `keys` are NUL-terminated, one behind the other. */
cpk_status object_delete_many(struct client *client, const char *keys, size_t count, cpk_error **error);
/* Copies an object of the bucket, at most 5 GiB, with its metadata. */
cpk_status object_copy(struct client *client, const char *from, const char *to, cpk_error **error);

/* Calls `each` for the keys with the prefix, in byte order; one page of 1,000 is in memory at a time. */
cpk_status object_list(struct client *client, const char *prefix, answer_object_fn each, void *user, cpk_error **error);

/* What is known of a part that was sent. */
struct object_part {
    unsigned char md5[ENCODE_MD5_BYTES];
    int32_t has_md5;
    char etag[ANSWER_ETAG_BYTES]; /* without quotes */
    char sha256[BODY_SHA256_BASE64_BYTES];
};

/* A multipart upload: create, parts of equal size (the last may be smaller), complete or abort. */
struct object_upload {
    struct client *client;
    const char *key; /* the caller's */
    char id[ANSWER_UPLOAD_ID_BYTES];
    struct buffer parts; /* struct object_part */
    size_t count;
};

cpk_status object_upload_create(struct object_upload *upload, struct client *client, const char *key,
                                int64_t part_bytes, cpk_error **error);
/* Sends the part of that number, from 0. Several threads may send parts of one upload. */
cpk_status object_upload_part(const struct object_upload *upload, int64_t number, const struct buffer *bytes,
                              struct object_part *part, cpk_error **error);
/* Keeps what object_upload_part() told, in any order; one thread only. */
cpk_status object_upload_keep(struct object_upload *upload, int64_t number, const struct object_part *part,
                              cpk_error **error);
cpk_status object_upload_complete(struct object_upload *upload, const struct write_condition *condition,
                                  cpk_error **error);
/* Deletes the parts; failures are logged. Needed after every failure, also of object_upload_complete(). */
void object_upload_abort(struct object_upload *upload);
void object_upload_free(struct object_upload *upload);

/* Counts the unfinished uploads of keys with the prefix, for tests and checks. */
cpk_status object_count_uploads(struct client *client, const char *prefix, int64_t *count, cpk_error **error);

/* Writes the ETag that S3 gives an object of parts with these MD5s: "HEX-COUNT". `md5s` is their concatenation. */
int32_t object_parts_etag(const void *md5s, size_t count, char etag[ANSWER_ETAG_BYTES]);

#endif

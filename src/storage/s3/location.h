/* Where blobs are: s3://BUCKET/PREFIX?endpoint=URL&region=NAME, and the URLs of requests. */
#ifndef STORAGE_S3_LOCATION_H
#define STORAGE_S3_LOCATION_H

#include "base/buffer.h"

#include <contextpack/backend/storage.h>

#define LOCATION_BUCKET_BYTES 64
#define LOCATION_REGION_BYTES 64
#define LOCATION_HOST_BYTES   320
#define LOCATION_SCHEME       "s3://"

struct location {
    char bucket[LOCATION_BUCKET_BYTES];
    char prefix[CPK_STORAGE_KEY_BYTES_MAX + 1]; /* "" or ends with '/' */
    char region[LOCATION_REGION_BYTES];
    char host[LOCATION_HOST_BYTES]; /* with the port, and with the bucket in virtual-host style */
    int32_t is_https;
    int32_t is_virtual;       /* the bucket is part of the host, not of the path */
    int32_t is_unsigned_body; /* UNSIGNED-PAYLOAD; only with https */
    int32_t has_checksum;     /* x-amz-checksum-sha256 is sent */
};

/* CPK_ERROR_INVALID_ARGUMENT names the wrong part, never the whole URI, which may contain a secret. */
cpk_status location_parse(const cpk_allocator *allocator, const char *uri, struct location *location,
                          cpk_error **error);
/* Appends the path of a request, not encoded: the bucket unless it is in the host, and the key. `key` is the whole
 * object name; NULL: the bucket itself. */
void location_append_path(const struct location *location, const char *key, struct buffer *path);

#endif

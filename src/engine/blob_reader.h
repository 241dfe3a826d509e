/* Reads a stored blob through cpk_reader, sequentially and at any offset, without holding it in memory. */
#ifndef ENGINE_BLOB_READER_H
#define ENGINE_BLOB_READER_H

#include "base/hash.h"
#include "storage/storage.h"

#include <contextpack/backend/extractor.h>

struct blob_reader {
    struct storage *storage;
    const char *key;
    int64_t size_bytes;
    int64_t position;            /* position of the sequential read */
    struct storage_reader *open; /* NULL: not opened yet */
    int64_t open_position;       /* position of its next byte */
    struct hash_wide check;      /* of the bytes before check_bytes, which were read in any order */
    int64_t check_bytes;
};

/* key and name must outlive the reader. */
cpk_status blob_reader_open(struct storage *storage, const char *key, const char *name, struct blob_reader *blob,
                            cpk_reader *reader, cpk_error **error);
void blob_reader_close(struct blob_reader *blob);

/* Reads what was not read yet, and sets *is_same to whether the blob has this hash_wide_finish_hex(). */
cpk_status blob_reader_check(struct blob_reader *blob, const char *hex, int32_t *is_same,
                             const cpk_allocator *allocator, cpk_error **error);

/* Maps the status of reading a blob that a row names: NOT_FOUND becomes CPK_ERROR_STORAGE. */
cpk_status blob_is_needed(cpk_status status, const char *key, cpk_error **error);

/* *has is 1 if the blob exists and has this size. */
cpk_status blob_has_size(struct storage *storage, const char *key, int64_t size_bytes, int32_t *has, cpk_error **error);

struct blob_range {
    const char *key;
    int64_t offset;
    int64_t length;
};

/* Adds a range of a blob to a hash. CPK_ERROR_NOT_FOUND if it is missing; CPK_ERROR_STORAGE if it is too short. */
cpk_status blob_hash_range(struct storage *storage, const struct blob_range *range, struct hash_sha256 *hash,
                           const cpk_allocator *allocator, cpk_error **error);

/* *has is 1 if the blob exists and its SHA-256 matches (lower-case hex; NULL matches any). */
cpk_status blob_has_hash(struct storage *storage, const char *key, const char *sha256, int32_t *has,
                         const cpk_allocator *allocator, cpk_error **error);

/* Computes the SHA-256 of a memory buffer in the form that rows store. */
cpk_status blob_hash_bytes(const void *bytes, size_t length, char hex[HASH_SHA256_HEX_BYTES], cpk_error **error);

/* Streams a whole blob that a row names. A non-zero result of `write` gives CPK_ERROR_CANCELLED. */
cpk_status blob_write_to(struct storage *storage, const char *key, cpk_write_fn write, void *user,
                         const cpk_allocator *allocator, cpk_error **error);

#endif

/* A stored blob as a cpk_reader: forward and anywhere, without holding it in memory. */
#ifndef ENGINE_BLOB_READER_H
#define ENGINE_BLOB_READER_H

#include "base/hash.h"
#include "storage/storage.h"

#include <contextpack/backend/extractor.h>

struct blob_reader {
    struct storage *storage;
    const char *key;
    int64_t size_bytes;
    int64_t position;            /* of the forward reading */
    struct storage_reader *open; /* NULL: none yet */
    int64_t open_position;       /* where its next bytes are from */
};

/* key and name must outlive the reader. */
cpk_status blob_reader_open(struct storage *storage, const char *key, const char *name, struct blob_reader *blob,
                            cpk_reader *reader, cpk_error **error);
void blob_reader_close(struct blob_reader *blob);

/* The status of reading a blob that a row names: a missing one is the storage's failure, not a wrong question. */
cpk_status blob_is_needed(cpk_status status, const char *key, cpk_error **error);

/* 1 when the blob is there and has so many bytes. */
cpk_status blob_has_size(struct storage *storage, const char *key, int64_t size_bytes, int32_t *has, cpk_error **error);

/* Adds a range of a blob to a hash. CPK_ERROR_NOT_FOUND; CPK_ERROR_STORAGE when there are fewer bytes. */
cpk_status blob_hash_range(struct storage *storage, const char *key, int64_t offset, int64_t length,
                           struct hash_sha256 *hash, const cpk_allocator *allocator, cpk_error **error);

/* 1 when the blob is there and its bytes have this SHA-256 (lower-case hex; NULL: any). */
cpk_status blob_has_hash(struct storage *storage, const char *key, const char *sha256, int32_t *has,
                         const cpk_allocator *allocator, cpk_error **error);

/* The SHA-256 of bytes in memory, as rows have it. */
cpk_status blob_hash_bytes(const void *bytes, size_t length, char hex[HASH_SHA256_HEX_BYTES], cpk_error **error);

/* Streams a whole blob that a row names. A non-zero answer of `write` is CPK_ERROR_CANCELLED. */
cpk_status blob_write_to(struct storage *storage, const char *key, cpk_write_fn write, void *user,
                         const cpk_allocator *allocator, cpk_error **error);

#endif

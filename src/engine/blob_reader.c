#include "engine/blob_reader.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#define BLOCK_BYTES ((size_t)64 * 1024)

/* Storage drivers may return short reads; a cpk_reader may do so only at the end. */
static cpk_status read_fully(struct storage_reader *reader, void *target, size_t capacity, size_t *got,
                             cpk_error **error)
{
    *got = 0;
    while (*got < capacity) {
        size_t part;

        CPK_TRY(storage_read_data(reader, (char *)target + *got, capacity - *got, &part, error));
        if (part == 0) {
            break;
        }
        *got += part;
    }
    return CPK_OK;
}

static cpk_status blob_read_at(void *self, int64_t offset, void *target, size_t capacity, size_t *got,
                               cpk_error **error)
{
    struct blob_reader *blob = self;

    if (blob->open == NULL || blob->open_position != offset) {
        storage_read_close(blob->open);
        blob->open = NULL;
        CPK_TRY(storage_read_open(blob->storage, blob->key, offset, -1, &blob->open, error));
        blob->open_position = offset;
    }
    CPK_TRY(read_fully(blob->open, target, capacity, got, error));
    blob->open_position += (int64_t)*got;
    if (offset <= blob->check_bytes && blob->open_position > blob->check_bytes) {
        hash_wide_add(&blob->check, (char *)target + (blob->check_bytes - offset),
                      (size_t)(blob->open_position - blob->check_bytes));
        blob->check_bytes = blob->open_position;
    }
    return CPK_OK;
}

static cpk_status blob_read(void *self, void *target, size_t capacity, size_t *got, cpk_error **error)
{
    struct blob_reader *blob = self;

    CPK_TRY(blob_read_at(self, blob->position, target, capacity, got, error));
    blob->position += (int64_t)*got;
    return CPK_OK;
}

cpk_status blob_reader_open(struct storage *storage, const char *key, const char *name, struct blob_reader *blob,
                            cpk_reader *reader, cpk_error **error)
{
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};

    memset(blob, 0, sizeof *blob);
    memset(reader, 0, sizeof *reader);
    CPK_TRY(storage_stat(storage, key, &info, error));
    blob->storage = storage;
    blob->key = key;
    blob->size_bytes = info.size_bytes;
    hash_wide_start(&blob->check, 0);
    reader->struct_size = sizeof *reader;
    reader->self = blob;
    reader->name = name;
    reader->size_bytes = info.size_bytes;
    reader->read = blob_read;
    reader->read_at = blob_read_at;
    return CPK_OK;
}

void blob_reader_close(struct blob_reader *blob)
{
    storage_read_close(blob->open);
    blob->open = NULL;
}

cpk_status blob_reader_check(struct blob_reader *blob, const char *hex, int32_t *is_same,
                             const cpk_allocator *allocator, cpk_error **error)
{
    char *block = memory_allocate(allocator, BLOCK_BYTES);
    char read[HASH_WIDE_HEX_BYTES];
    cpk_status status = block != NULL ? CPK_OK : error_out_of_memory(error);
    size_t got = 1;

    while (status == CPK_OK && got > 0 && blob->check_bytes < blob->size_bytes) {
        status = blob_read_at(blob, blob->check_bytes, block, BLOCK_BYTES, &got, error);
    }
    hash_wide_finish_hex(&blob->check, read);
    *is_same = status == CPK_OK && blob->check_bytes == blob->size_bytes && strcmp(read, hex) == 0;
    memory_release(allocator, block, BLOCK_BYTES);
    return status;
}

cpk_status blob_is_needed(cpk_status status, const char *key, cpk_error **error)
{
    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    return error_set(
        error, CPK_ERROR_STORAGE, "storage",
        "the storage has lost the blob \"%s\", which the database names: add the same file again, then run "
        "its source",
        key);
}

/* Treats NOT_FOUND as success: here a missing blob is a valid result. */
static cpk_status forgive_missing(cpk_status status, cpk_error **error)
{
    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    error_clear(error);
    return CPK_OK;
}

cpk_status blob_has_size(struct storage *storage, const char *key, int64_t size_bytes, int32_t *has, cpk_error **error)
{
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};
    cpk_status status = storage_stat(storage, key, &info, error);

    *has = status == CPK_OK && info.size_bytes == size_bytes;
    return forgive_missing(status, error);
}

static cpk_status hash_blocks(struct storage_reader *reader, char *block, int64_t length, struct hash_sha256 *hash,
                              cpk_error **error)
{
    int64_t done = 0;
    size_t got;

    do {
        CPK_TRY(storage_read_data(reader, block, BLOCK_BYTES, &got, error));
        hash_sha256_add(hash, block, got);
        done += (int64_t)got;
    } while (got > 0);
    if (done != length) {
        return error_set(error, CPK_ERROR_STORAGE, "storage", "the blob has %lld bytes where %lld are wanted",
                         (long long)done, (long long)length);
    }
    return CPK_OK;
}

cpk_status blob_hash_range(struct storage *storage, const struct blob_range *range, struct hash_sha256 *hash,
                           const cpk_allocator *allocator, cpk_error **error)
{
    struct storage_reader *reader = NULL;
    char *block = memory_allocate(allocator, BLOCK_BYTES);
    cpk_status status;

    if (block == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY_CLEANUP(storage_read_open(storage, range->key, range->offset, range->length, &reader, error));
    status = hash_blocks(reader, block, range->length, hash, error);
cleanup:
    storage_read_close(reader);
    memory_release(allocator, block, BLOCK_BYTES);
    return status;
}

cpk_status blob_has_hash(struct storage *storage, const char *key, const char *sha256, int32_t *has,
                         const cpk_allocator *allocator, cpk_error **error)
{
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};
    char hex[HASH_SHA256_HEX_BYTES];
    struct hash_sha256 hash;
    cpk_status status;

    *has = 0;
    status = storage_stat(storage, key, &info, error);
    if (sha256 == NULL || status != CPK_OK) {
        *has = status == CPK_OK;
        return forgive_missing(status, error);
    }
    CPK_TRY(hash_sha256_start(&hash, error));
    /* Reads at most the reported size: a faulty driver's reader may never report the end. */
    status = blob_hash_range(storage, &(struct blob_range){key, 0, info.size_bytes}, &hash, allocator, error);
    status = hash_sha256_finish_hex(&hash, status, hex, error);
    *has = status == CPK_OK && strcmp(hex, sha256) == 0;
    return forgive_missing(status, error);
}

cpk_status blob_hash_bytes(const void *bytes, size_t length, char hex[HASH_SHA256_HEX_BYTES], cpk_error **error)
{
    struct hash_sha256 hash;

    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, bytes, length);
    return hash_sha256_finish_hex(&hash, CPK_OK, hex, error);
}

static cpk_status write_blocks(struct storage_reader *reader, char *block, cpk_write_fn write, void *user,
                               cpk_error **error)
{
    size_t got;

    for (;;) {
        CPK_TRY(read_fully(reader, block, BLOCK_BYTES, &got, error));
        if (got == 0) {
            return CPK_OK;
        }
        if (write(user, block, got) != 0) {
            return error_set(error, CPK_ERROR_CANCELLED, "cancel", "cancelled by the callback");
        }
    }
}

cpk_status blob_write_to(struct storage *storage, const char *key, cpk_write_fn write, void *user,
                         const cpk_allocator *allocator, cpk_error **error)
{
    struct storage_reader *reader = NULL;
    char *block = memory_allocate(allocator, BLOCK_BYTES);
    cpk_status status;

    if (block == NULL) {
        return error_out_of_memory(error);
    }
    status = blob_is_needed(storage_read_open(storage, key, 0, -1, &reader, error), key, error);
    if (status == CPK_OK) {
        status = write_blocks(reader, block, write, user, error);
    }
    storage_read_close(reader);
    memory_release(allocator, block, BLOCK_BYTES);
    return status;
}

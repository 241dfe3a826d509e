#include "storage/s3/reader.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "storage/s3/object.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#define DOMAIN "storage"

/* The hash that the whole object must have. Only of a reader that reads all of it. */
struct check {
    int32_t by_sha256; /* of an object that was written in one request */
    int32_t by_parts;  /* of one that was written in parts: the ETag */
    struct hash_sha256 sha256;
    EVP_MD_CTX *part; /* the current part's MD5 */
    int64_t part_left_bytes;
    struct buffer md5s; /* of the parts before */
    size_t part_count;
};

struct reader {
    struct client *client;
    char *key;
    struct object_info info; /* of the object that the first request found */
    struct buffer window;    /* bytes that were received */
    size_t at;               /* of the next byte in the window */
    int64_t next;            /* offset of the first byte behind the window */
    int64_t end;             /* offset behind the last byte to read; known after the first request */
    struct check check;
};

static int64_t window_bytes(const struct reader *reader, int64_t left)
{
    int64_t part_bytes = context_setting(client_context(reader->client), SETTING_S3_PART_BYTES);

    return left < part_bytes ? left : part_bytes;
}

static void check_free(struct check *check)
{
    unsigned char digest[HASH_SHA256_BYTES];

    if (check->by_sha256) {
        hash_sha256_finish(&check->sha256, digest, NULL);
    }
    check->by_sha256 = 0;
    EVP_MD_CTX_free(check->part);
    check->part = NULL;
    if (check->by_parts) {
        buffer_free(&check->md5s);
    }
    check->by_parts = 0;
}

static cpk_status check_start(struct reader *reader, cpk_error **error)
{
    struct check *check = &reader->check;
    const struct object_info *info = &reader->info;

    if (info->sha256[0] != '\0') {
        CPK_TRY(hash_sha256_start(&check->sha256, error));
        check->by_sha256 = 1;
    } else if (info->part_bytes > 0 && info->is_etag_hash && strchr(info->etag, '-') != NULL) {
        check->part = EVP_MD_CTX_new();
        if (check->part == NULL) {
            return error_out_of_memory(error);
        }
        buffer_init(&check->md5s, &client_context(reader->client)->allocator);
        check->by_parts = EVP_DigestInit_ex(check->part, EVP_md5(), NULL) == 1; /* not in FIPS mode */
        check->part_left_bytes = info->part_bytes;
    }
    return CPK_OK;
}

/* Ends the current part's MD5 and begins the next one. */
static int32_t end_part(struct check *check, int64_t part_bytes)
{
    unsigned char digest[ENCODE_MD5_BYTES];

    if (EVP_DigestFinal_ex(check->part, digest, NULL) != 1 || EVP_DigestInit_ex(check->part, EVP_md5(), NULL) != 1) {
        return 0;
    }
    buffer_append(&check->md5s, digest, sizeof digest);
    check->part_count++;
    check->part_left_bytes = part_bytes;
    return !check->md5s.failed;
}

static int32_t check_add(struct check *check, const char *bytes, size_t length, int64_t part_bytes)
{
    if (check->by_sha256) {
        hash_sha256_add(&check->sha256, bytes, length);
    }
    while (check->by_parts && length > 0) {
        size_t piece = (int64_t)length < check->part_left_bytes ? length : (size_t)check->part_left_bytes;

        if (EVP_DigestUpdate(check->part, bytes, piece) != 1) {
            return 0;
        }
        check->part_left_bytes -= (int64_t)piece;
        bytes += piece;
        length -= piece;
        if (check->part_left_bytes == 0 && !end_part(check, part_bytes)) {
            return 0;
        }
    }
    return 1;
}

static cpk_status set_damaged_error(const struct reader *reader, cpk_error **error)
{
    return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                     "the blob \"%.200s\" is damaged: its hash is not the one that it was written with", reader->key);
}

/* Compares the hash after the last byte. */
static cpk_status check_finish(struct reader *reader, cpk_error **error)
{
    struct check *check = &reader->check;
    char hex[HASH_SHA256_HEX_BYTES];
    char etag[ANSWER_ETAG_BYTES] = "";

    if (check->by_sha256) {
        check->by_sha256 = 0;
        CPK_TRY(hash_sha256_finish_hex(&check->sha256, CPK_OK, hex, error));
        return strcasecmp(hex, reader->info.sha256) == 0 ? CPK_OK : set_damaged_error(reader, error);
    }
    if (check->by_parts) {
        if (check->part_left_bytes < reader->info.part_bytes && !end_part(check, reader->info.part_bytes)) {
            return error_out_of_memory(error);
        }
        if (!object_parts_etag(check->md5s.data, check->part_count, etag)) {
            return error_out_of_memory(error);
        }
        check_free(check);
        return strcasecmp(etag, reader->info.etag) == 0 ? CPK_OK : set_damaged_error(reader, error);
    }
    return CPK_OK;
}

/* Adds a new window to the hash, and compares it behind the last one: before its bytes are given out. */
static cpk_status verify_window(struct reader *reader, cpk_error **error)
{
    if (!check_add(&reader->check, buffer_text(&reader->window), reader->window.length, reader->info.part_bytes)) {
        return error_out_of_memory(error);
    }
    return reader->next == reader->info.size_bytes ? check_finish(reader, error) : CPK_OK;
}

static cpk_status read_first(struct reader *reader, int64_t offset, int64_t length, cpk_error **error)
{
    int64_t left = length >= 0 ? length : INT64_MAX - offset;

    left = left < INT64_MAX - offset ? left : INT64_MAX - offset;
    if (left == 0) { /* an empty range: only whether the object is there */
        CPK_TRY(object_head(reader->client, reader->key, &reader->info, error));
        reader->next = reader->end = offset;
        return CPK_OK;
    }
    CPK_TRY(object_get(reader->client, reader->key, offset, window_bytes(reader, left), NULL, &reader->info,
                       &reader->window, error));
    reader->next = offset + (int64_t)reader->window.length;
    reader->end = left < reader->info.size_bytes - offset ? offset + left : reader->info.size_bytes;
    if (reader->window.length == 0 && offset < reader->info.size_bytes) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN, "the storage server sent no bytes of \"%.200s\"",
                         reader->key);
    }
    if (offset > 0 || reader->end < reader->info.size_bytes) {
        return CPK_OK;
    }
    CPK_TRY(check_start(reader, error));
    return verify_window(reader, error);
}

static cpk_status read_next(struct reader *reader, cpk_error **error)
{
    struct object_info info;
    cpk_status status;

    buffer_free(&reader->window);
    reader->at = 0;
    status = object_get(reader->client, reader->key, reader->next, window_bytes(reader, reader->end - reader->next),
                        reader->info.etag, &info, &reader->window, error);
    if (status == CPK_ERROR_CONFLICT || status == CPK_ERROR_NOT_FOUND) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                         "the blob \"%.200s\" was replaced or removed while it was read", reader->key);
    }
    CPK_TRY(status);
    if (reader->window.length == 0) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                         "the blob \"%.200s\" is shorter than the storage server said", reader->key);
    }
    reader->next += (int64_t)reader->window.length;
    return verify_window(reader, error);
}

cpk_status reader_open(struct client *client, const char *key, int64_t offset, int64_t length, struct reader **reader,
                       cpk_error **error)
{
    const cpk_allocator *allocator = &client_context(client)->allocator;
    struct reader *opened = memory_allocate_zeroed(allocator, sizeof *opened);
    cpk_status status;

    if (opened == NULL) {
        return error_out_of_memory(error);
    }
    opened->client = client;
    opened->key = memory_copy_text(allocator, key);
    buffer_init(&opened->window, allocator);
    status = opened->key == NULL ? error_out_of_memory(error) : read_first(opened, offset, length, error);
    if (status != CPK_OK) {
        reader_close(opened);
        return status;
    }
    *reader = opened;
    return CPK_OK;
}

cpk_status reader_read(struct reader *reader, void *target, size_t capacity, size_t *got, cpk_error **error)
{
    size_t left;

    *got = 0;
    if (reader->at == reader->window.length && reader->next < reader->end) {
        CPK_TRY(read_next(reader, error));
    }
    left = reader->window.length - reader->at;
    *got = left < capacity ? left : capacity;
    if (*got > 0) {
        memcpy(target, reader->window.data + reader->at, *got);
    }
    reader->at += *got;
    return CPK_OK;
}

void reader_close(struct reader *reader)
{
    const cpk_allocator *allocator = &client_context(reader->client)->allocator;

    check_free(&reader->check);
    buffer_free(&reader->window);
    memory_release_text(allocator, reader->key);
    memory_release(allocator, reader, sizeof *reader);
}

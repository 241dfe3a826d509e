#include "storage/s3/reader.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "storage/s3/lanes.h"

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

/* The first window is received by the first request, which tells the object's size; lanes receive the others, a few of
 * them ahead of the bytes that were read. */
struct reader {
    struct client *client;
    char *key;
    struct object_info info; /* of the object that the first request found */
    struct buffer first;     /* the first window */
    struct lanes lanes;
    struct lane *lane;     /* of the current window; NULL: the first one */
    size_t at;             /* of the next byte in the window */
    int64_t next;          /* offset of the first byte behind the window */
    int64_t end;           /* offset behind the last byte to read; known after the first request */
    int64_t asked;         /* offset behind the last byte that a lane was asked for */
    int64_t windows_ahead; /* windows that may be requested before they are read; doubled as the reader reads on */
    int32_t has_failed;
    int32_t is_hashing; /* a window is a part of the object: the lanes compute its MD5 */
    struct check check;
};

static const struct buffer *window_of(const struct reader *reader)
{
    return reader->lane != NULL ? &reader->lane->bytes : &reader->first;
}

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

static int32_t add_part_md5(struct check *check, const unsigned char digest[ENCODE_MD5_BYTES])
{
    buffer_append(&check->md5s, digest, ENCODE_MD5_BYTES);
    check->part_count++;
    return !check->md5s.failed;
}

/* Ends the current part's MD5 and begins the next one. */
static int32_t end_part(struct check *check, int64_t part_bytes)
{
    unsigned char digest[ENCODE_MD5_BYTES];

    if (EVP_DigestFinal_ex(check->part, digest, NULL) != 1 || EVP_DigestInit_ex(check->part, EVP_md5(), NULL) != 1) {
        return 0;
    }
    check->part_left_bytes = part_bytes;
    return add_part_md5(check, digest);
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
    const struct buffer *window = window_of(reader);
    int32_t is_added = reader->lane != NULL && reader->is_hashing
                           ? add_part_md5(&reader->check, reader->lane->part.md5)
                           : check_add(&reader->check, buffer_text(window), window->length, reader->info.part_bytes);

    if (!is_added) {
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
                       &reader->first, error));
    reader->next = offset + (int64_t)reader->first.length;
    reader->end = left < reader->info.size_bytes - offset ? offset + left : reader->info.size_bytes;
    if (reader->first.length == 0 && offset < reader->info.size_bytes) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN, "the storage server sent no bytes of \"%.200s\"",
                         reader->key);
    }
    if (offset > 0 || reader->end < reader->info.size_bytes) {
        return CPK_OK;
    }
    CPK_TRY(check_start(reader, error));
    return verify_window(reader, error);
}

/* Runs on the threads of the lanes: receives one window. */
static cpk_status receive_lane(void *user, struct lane *lane, cpk_error **error)
{
    const struct reader *reader = user;
    int64_t length = window_bytes(reader, reader->end - lane->number);
    struct object_info info;

    CPK_TRY(
        object_get(reader->client, reader->key, lane->number, length, reader->info.etag, &info, &lane->bytes, error));
    if ((int64_t)lane->bytes.length != length) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                         "the blob \"%.200s\" is shorter than the storage server said", reader->key);
    }
    if (reader->is_hashing && !encode_md5(lane->bytes.data, lane->bytes.length, lane->part.md5)) {
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

/* Asks for the next windows, as many as may be under way at once. */
static void ask_ahead(struct reader *reader)
{
    const int64_t window = window_bytes(reader, INT64_MAX);

    while (reader->asked < reader->end && (reader->asked - reader->next) / window < reader->windows_ahead) {
        struct lane *lane = lanes_take_free(&reader->lanes);

        if (lane == NULL) {
            return;
        }
        lane->number = reader->asked;
        reader->asked += window_bytes(reader, reader->end - reader->asked);
        lanes_submit(&reader->lanes, lane);
    }
}

/* The lane that was asked for the bytes from `offset`; there is one. */
static struct lane *lane_at(struct reader *reader, int64_t offset)
{
    struct lane *lane = reader->lanes.lanes;

    while (lane->number != offset) {
        lane++;
    }
    return lane;
}

static cpk_status open_lanes(struct reader *reader, cpk_error **error)
{
    const int64_t window = window_bytes(reader, INT64_MAX);

    buffer_free(&reader->first);
    reader->asked = reader->next;
    reader->is_hashing = reader->check.by_parts && reader->info.part_bytes == window && reader->next % window == 0;
    return lanes_open(&reader->lanes, reader->client, (size_t)window, receive_lane, reader, error);
}

static cpk_status read_next(struct reader *reader, cpk_error **error)
{
    cpk_status status;

    reader->at = 0;
    if (!reader->lanes.is_open) {
        CPK_TRY(open_lanes(reader, error));
    } else if (reader->lane != NULL) {
        lanes_release(&reader->lanes, reader->lane);
        reader->lane = NULL;
    }
    reader->windows_ahead = reader->windows_ahead == 0 ? 1 : reader->windows_ahead * 2;
    if (reader->windows_ahead > LANES_MAX) {
        reader->windows_ahead = LANES_MAX;
    }
    ask_ahead(reader);
    CPK_TRY(lanes_wait(&reader->lanes, lane_at(reader, reader->next), error));
    reader->lane = lane_at(reader, reader->next);
    status = lanes_collect(&reader->lanes, reader->lane, error);
    if (status == CPK_ERROR_CONFLICT || status == CPK_ERROR_NOT_FOUND) {
        status = error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                           "the blob \"%.200s\" was replaced or removed while it was read", reader->key);
    }
    CPK_TRY(status);
    reader->next += (int64_t)reader->lane->bytes.length;
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
    buffer_init(&opened->first, allocator);
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
    const struct buffer *window;
    size_t left;

    *got = 0;
    if (reader->has_failed) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN, "an earlier read of the blob \"%.200s\" failed",
                         reader->key);
    }
    if (reader->at == window_of(reader)->length && reader->next < reader->end) {
        cpk_status status = read_next(reader, error);

        reader->has_failed = status != CPK_OK;
        CPK_TRY(status);
    }
    window = window_of(reader);
    left = window->length - reader->at;
    *got = left < capacity ? left : capacity;
    if (*got > 0) {
        memcpy(target, window->data + reader->at, *got);
    }
    reader->at += *got;
    return CPK_OK;
}

void reader_close(struct reader *reader)
{
    const cpk_allocator *allocator = &client_context(reader->client)->allocator;

    lanes_close(&reader->lanes);
    check_free(&reader->check);
    buffer_free(&reader->first);
    memory_release_text(allocator, reader->key);
    memory_release(allocator, reader, sizeof *reader);
}

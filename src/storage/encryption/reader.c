#include "storage/encryption/internal.h"

#include "base/error.h"
#include "base/memory.h"

#include <openssl/crypto.h>
#include <string.h>

#define DOMAIN "storage"

/* Frames that are read at once. */
#define STEP_FRAMES ((size_t)4)
#define STEP_BYTES  (STEP_FRAMES * FRAME_SEALED_BYTES)
/* A range is opened again if its blob was replaced between its header and its frames. */
#define OPEN_ATTEMPTS 5

struct encryption_reader {
    struct storage_reader *below;
    struct frame_cipher cipher;
    char key[CPK_STORAGE_KEY_BYTES_MAX + 1];
    uint64_t number;    /* of the next frame to decrypt */
    int64_t left_bytes; /* of the range; INT64_MAX: to the end */
    int32_t ended;      /* the last frame was decrypted */
    size_t sealed_at;   /* bytes read and not yet decrypted: sealed_at to sealed_end */
    size_t sealed_end;
    const unsigned char *plain; /* decrypted and not yet returned */
    size_t plain_length;
    unsigned char frame[FRAME_BYTES];
    unsigned char sealed[STEP_BYTES + 1]; /* and the byte that tells whether a frame is the last one */
};

static cpk_status set_damage_error(const struct encryption_reader *reader, cpk_error **error)
{
    return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                     "the encrypted blob \"%.200s\" is damaged or was changed: frame %llu is not authentic, or missing",
                     reader->key, (unsigned long long)reader->number);
}

/* Reads on until more than one frame is in memory, or the blob or the range has ended. */
static cpk_status fill(struct encryption_reader *reader, cpk_error **error)
{
    size_t held = reader->sealed_end - reader->sealed_at;
    size_t got;

    if (held > FRAME_SEALED_BYTES) {
        return CPK_OK;
    }
    memmove(reader->sealed, reader->sealed + reader->sealed_at, held);
    reader->sealed_at = 0;
    reader->sealed_end = held;
    CPK_TRY(storage_read_data(reader->below, reader->sealed + held, sizeof reader->sealed - held, &got, error));
    reader->sealed_end += got;
    return CPK_OK;
}

/* Decrypts the next frame to `target`. A frame is the last one if no byte follows it; the range that is read from below
 * is one byte longer than the frames that are wanted. */
static cpk_status decrypt_next(struct encryption_reader *reader, unsigned char *target, size_t *length,
                               cpk_error **error)
{
    size_t held;
    int32_t is_last;
    cpk_status status;

    CPK_TRY(fill(reader, error));
    held = reader->sealed_end - reader->sealed_at;
    is_last = held <= FRAME_SEALED_BYTES;
    held = is_last ? held : FRAME_SEALED_BYTES;
    if (held < AEAD_TAG_BYTES || (held == AEAD_TAG_BYTES && reader->number > 0)) {
        return set_damage_error(reader, error);
    }
    status =
        frame_open(&reader->cipher, reader->number, is_last, reader->sealed + reader->sealed_at, held, target, error);
    if (status == CPK_ERROR_INVALID_DATA) {
        return set_damage_error(reader, error);
    }
    CPK_TRY(status);
    reader->sealed_at += held;
    reader->number++;
    reader->ended = is_last;
    *length = held - AEAD_TAG_BYTES;
    return CPK_OK;
}

/* Removes what lies outside the range from a decrypted frame. */
static void clip(struct encryption_reader *reader, size_t skip)
{
    skip = skip < reader->plain_length ? skip : reader->plain_length;
    reader->plain += skip;
    reader->plain_length -= skip;
    if ((uint64_t)reader->plain_length > (uint64_t)reader->left_bytes) {
        reader->plain_length = (size_t)reader->left_bytes;
    }
}

static cpk_status decrypt_to_frame(struct encryption_reader *reader, size_t skip, cpk_error **error)
{
    reader->plain = reader->frame;
    CPK_TRY(decrypt_next(reader, reader->frame, &reader->plain_length, error));
    clip(reader, skip);
    return CPK_OK;
}

/* Length of the range of frames first to last, one byte more; -1: to the end. */
static int64_t sealed_range(int64_t first, int64_t offset, int64_t length)
{
    int64_t last;

    if (length < 0 || offset > INT64_MAX - length) {
        return -1;
    }
    last = length == 0 ? first : (offset + length - 1) / FRAME_BYTES;
    return last - first >= INT64_MAX / FRAME_SEALED_BYTES - 2 ? -1 : (last - first + 1) * FRAME_SEALED_BYTES + 1;
}

static cpk_status read_header(struct encryption *encryption, struct encryption_reader *reader, cpk_error **error)
{
    struct data_key key;
    const char *problem;
    cpk_status status;
    size_t got;

    CPK_TRY(storage_read_data(reader->below, reader->cipher.header, FRAME_HEADER_BYTES, &got, error));
    problem = frame_header_problem(reader->cipher.header, got);
    if (problem != NULL) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN, "the blob \"%.200s\" %s", reader->key, problem);
    }
    status = data_keys_find(&encryption->keys, reader->key, data_keys_scope_length(reader->key),
                            frame_header_key_id(reader->cipher.header), &key, error);
    if (status != CPK_OK) {
        error_prefix(error, status, "can't decrypt \"%.200s\"", reader->key);
    } else {
        status = frame_cipher_open(encryption->context, &reader->cipher, &key, reader->key, error);
    }
    OPENSSL_cleanse(&key, sizeof key);
    return status;
}

static void reader_reset(struct encryption_reader *reader)
{
    storage_read_close(reader->below);
    frame_cipher_end(&reader->cipher);
    memset(&reader->cipher, 0, sizeof reader->cipher);
    reader->below = NULL;
    reader->ended = 0;
    reader->sealed_at = 0;
    reader->sealed_end = 0;
    reader->plain_length = 0;
}

/* A range that starts behind the blob: verifies that the blob ends before it. */
static cpk_status check_end(struct encryption *encryption, struct encryption_reader *reader, int64_t offset,
                            cpk_error **error)
{
    cpk_blob_info info = CPK_BLOB_INFO_INIT;
    int64_t plain_bytes;

    storage_read_close(reader->below);
    reader->below = NULL;
    CPK_TRY(storage_stat(encryption->below, reader->key, &info, error));
    plain_bytes = frame_plain_bytes(info.size_bytes);
    if (plain_bytes < 0 || plain_bytes > offset) {
        return set_damage_error(reader, error);
    }
    reader->number = plain_bytes == 0 ? 0 : (uint64_t)(plain_bytes - 1) / FRAME_BYTES;
    CPK_TRY(storage_read_open(encryption->below, reader->key,
                              FRAME_HEADER_BYTES + (int64_t)reader->number * FRAME_SEALED_BYTES, -1, &reader->below,
                              error));
    CPK_TRY(decrypt_to_frame(reader, 0, error));
    if (!reader->ended) {
        return set_damage_error(reader, error);
    }
    reader->plain_length = 0;
    return CPK_OK;
}

/* Opens the frames of the range and decrypts the first one, so that a blob that was replaced since its header was read
 * is noticed before anything is returned. */
static cpk_status open_frames(struct encryption *encryption, struct encryption_reader *reader, int64_t offset,
                              int64_t length, cpk_error **error)
{
    const int64_t first = offset / FRAME_BYTES;
    int64_t range = sealed_range(first, offset, length);

    reader->number = (uint64_t)first;
    reader->left_bytes = length < 0 ? INT64_MAX : length;
    if (first == 0) {
        CPK_TRY(storage_read_open(encryption->below, reader->key, 0, range < 0 ? -1 : range + FRAME_HEADER_BYTES,
                                  &reader->below, error));
        CPK_TRY(read_header(encryption, reader, error));
        return decrypt_to_frame(reader, (size_t)offset, error);
    }
    CPK_TRY(storage_read_open(encryption->below, reader->key, 0, FRAME_HEADER_BYTES, &reader->below, error));
    CPK_TRY(read_header(encryption, reader, error));
    storage_read_close(reader->below);
    reader->below = NULL;
    if (first < (int64_t)FRAME_COUNT_MAX) {
        CPK_TRY(storage_read_open(encryption->below, reader->key, FRAME_HEADER_BYTES + first * FRAME_SEALED_BYTES,
                                  range, &reader->below, error));
        CPK_TRY(fill(reader, error));
    }
    return reader->sealed_end == 0 ? check_end(encryption, reader, offset, error)
                                   : decrypt_to_frame(reader, (size_t)(offset % FRAME_BYTES), error);
}

/* 1 if the blob's header is not the one that was read. */
static int32_t is_replaced(struct encryption *encryption, const struct encryption_reader *reader,
                           const unsigned char header[FRAME_HEADER_BYTES])
{
    unsigned char now[FRAME_HEADER_BYTES];
    struct storage_reader *below;
    size_t got = 0;
    cpk_status status = storage_read_open(encryption->below, reader->key, 0, FRAME_HEADER_BYTES, &below, NULL);

    if (status != CPK_OK) {
        return status == CPK_ERROR_NOT_FOUND;
    }
    status = storage_read_data(below, now, sizeof now, &got, NULL);
    storage_read_close(below);
    return status == CPK_OK && (got != sizeof now || memcmp(now, header, sizeof now) != 0);
}

static void reader_free(struct encryption *encryption, struct encryption_reader *reader)
{
    reader_reset(reader);
    OPENSSL_cleanse(reader->frame, sizeof reader->frame);
    memory_release(&encryption->context->allocator, reader, sizeof *reader);
}

cpk_status encryption_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader_out,
                                cpk_error **error)
{
    struct encryption *encryption = self;
    struct encryption_reader *reader;
    unsigned char header[FRAME_HEADER_BYTES];
    cpk_status status = CPK_OK;

    CPK_TRY(encryption_check_key(key, error));
    reader = memory_allocate(&encryption->context->allocator, sizeof *reader);
    if (reader == NULL) {
        return error_out_of_memory(error);
    }
    memset(reader, 0, offsetof(struct encryption_reader, frame));
    memcpy(reader->key, key, strlen(key) + 1);
    for (int32_t i = 0; i < OPEN_ATTEMPTS; i++) {
        status = open_frames(encryption, reader, offset, length, error);
        memcpy(header, reader->cipher.header, sizeof header);
        if (status != CPK_ERROR_STORAGE || offset < FRAME_BYTES || !is_replaced(encryption, reader, header)) {
            break;
        }
        reader_reset(reader);
    }
    if (status != CPK_OK) {
        reader_free(encryption, reader);
        return status;
    }
    *reader_out = reader;
    return CPK_OK;
}

cpk_status encryption_read_data(void *self, void *reader_handle, void *target, size_t capacity, size_t *got,
                                cpk_error **error)
{
    struct encryption_reader *reader = reader_handle;
    unsigned char *at = target;

    (void)self;
    *got = 0;
    while (*got < capacity && reader->left_bytes > 0) {
        size_t piece = capacity - *got;

        if (reader->plain_length > 0) {
            piece = piece < reader->plain_length ? piece : reader->plain_length;
            memcpy(at + *got, reader->plain, piece);
            reader->plain += piece;
            reader->plain_length -= piece;
        } else if (reader->ended) {
            break;
        } else if (piece >= FRAME_BYTES && reader->left_bytes >= FRAME_BYTES) {
            CPK_TRY(decrypt_next(reader, at + *got, &piece, error));
        } else {
            CPK_TRY(decrypt_to_frame(reader, 0, error));
            continue;
        }
        *got += piece;
        reader->left_bytes -= reader->left_bytes == INT64_MAX ? 0 : (int64_t)piece;
    }
    return CPK_OK;
}

void encryption_read_close(void *self, void *reader_handle)
{
    reader_free(self, reader_handle);
}

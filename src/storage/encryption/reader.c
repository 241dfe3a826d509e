#include "storage/encryption/batch.h"
#include "storage/encryption/internal.h"

#include "base/error.h"
#include "base/memory.h"

#include <openssl/crypto.h>
#include <string.h>

#define DOMAIN "storage"

/* Frames that are read before the caller has asked for more. */
#define FIRST_FRAMES ((size_t)4)
/* A range is opened again if its blob was replaced between its header and its frames. */
#define OPEN_ATTEMPTS 5

struct encryption_reader {
    struct storage_reader *below;
    struct frame_cipher cipher;
    char key[CPK_STORAGE_KEY_BYTES_MAX + 1];
    uint64_t number;      /* of the next frame to read */
    uint64_t frames_left; /* of the range, not yet read; UINT64_MAX: to the end */
    int64_t left_bytes;   /* of the range; INT64_MAX: to the end */
    int32_t has_failed;   /* nothing is returned any more */
    int32_t has_carry;    /* the byte that followed the frames read last, and told that they are not the last ones */
    unsigned char carry;
    struct batch_crew crew;
    struct frame_batch batches[2];
    size_t current; /* the batch that is decrypted and returned; the other one may have been read ahead */
    size_t slot;    /* in the current batch: frame and byte to return next */
    size_t at;
};

static cpk_status set_damage_error(const struct encryption_reader *reader, uint64_t number, cpk_error **error)
{
    return error_set(error, CPK_ERROR_STORAGE, DOMAIN,
                     "the encrypted blob \"%.200s\" is damaged or was changed: frame %llu is not authentic, or missing",
                     reader->key, (unsigned long long)number);
}

/* Sets what a batch holds from the number of sealed bytes that were read. */
static void set_extent(struct encryption_reader *reader, struct frame_batch *batch, size_t frames, size_t held)
{
    batch->first = reader->number;
    batch->ends = held <= frames * FRAME_SEALED_BYTES;
    reader->has_carry = !batch->ends;
    if (reader->has_carry) {
        held--;
        reader->carry = batch->bytes[held];
    }
    batch->count = held / FRAME_SEALED_BYTES + (held % FRAME_SEALED_BYTES != 0);
    batch->last_length = batch->count == 0 ? 0 : held - (batch->count - 1) * FRAME_SEALED_BYTES;
    reader->number += batch->count;
    reader->frames_left -= reader->frames_left == UINT64_MAX ? 0 : batch->count;
}

/* Reads the next frames, at most `frames`, which lie in the range. A frame is the last one if no byte follows it; the
 * range that is read from below is one byte longer than the frames that are wanted. */
static cpk_status fill(struct encryption *encryption, struct encryption_reader *reader, struct frame_batch *batch,
                       size_t frames, cpk_error **error)
{
    size_t held = (size_t)reader->has_carry;
    size_t got;

    frames = frames < reader->frames_left ? frames : (size_t)reader->frames_left;
    batch->count = 0;
    CPK_TRY(batch_reserve(encryption->context, batch, frames, error));
    if (reader->has_carry) {
        batch->bytes[0] = reader->carry;
    }
    CPK_TRY(storage_read_data(reader->below, batch->bytes + held, frames * FRAME_SEALED_BYTES + 1 - held, &got, error));
    set_extent(reader, batch, frames, held + got);
    return CPK_OK;
}

/* Begins to decrypt a batch that was read. */
static cpk_status begin_batch(struct encryption_reader *reader, struct frame_batch *batch, cpk_error **error)
{
    const uint64_t last = batch->first + (batch->count > 0 ? batch->count - 1 : 0);

    if (batch->last_length < AEAD_TAG_BYTES || (batch->last_length == AEAD_TAG_BYTES && last > 0)) {
        return set_damage_error(reader, last, error);
    }
    crew_post(&reader->crew, batch);
    return CPK_OK;
}

static cpk_status finish_batch(struct encryption_reader *reader, cpk_error **error)
{
    uint64_t failed;
    cpk_status status = crew_finish(&reader->crew, &failed, error);

    return status == CPK_ERROR_INVALID_DATA ? set_damage_error(reader, failed, error) : status;
}

static int32_t is_over(const struct encryption_reader *reader, const struct frame_batch *batch)
{
    return batch->ends || reader->frames_left == 0;
}

/* Makes the next batch the current one: decrypts it while the one after it is read. */
static cpk_status next_batch(struct encryption *encryption, struct encryption_reader *reader, cpk_error **error)
{
    struct frame_batch *batch = &reader->batches[1 - reader->current];
    struct frame_batch *ahead = &reader->batches[reader->current];
    cpk_status status = CPK_OK;
    cpk_status finished;

    if (batch->count == 0) {
        CPK_TRY(fill(encryption, reader, batch, BATCH_FRAMES, error));
    }
    if (!is_over(reader, batch)) {
        crew_start_thread(&reader->crew);
    }
    CPK_TRY(begin_batch(reader, batch, error));
    ahead->count = 0;
    if (!is_over(reader, batch)) {
        status = fill(encryption, reader, ahead, BATCH_FRAMES, error);
    }
    finished = finish_batch(reader, status == CPK_OK ? error : NULL);
    reader->current = 1 - reader->current;
    reader->slot = 0;
    reader->at = 0;
    return status == CPK_OK ? finished : status;
}

/* Decrypts the frames that were read when the range was opened; its first byte is `skip` bytes behind their start. */
static cpk_status decrypt_first(struct encryption_reader *reader, size_t skip, cpk_error **error)
{
    CPK_TRY(begin_batch(reader, &reader->batches[reader->current], error));
    reader->slot = 0;
    reader->at = skip;
    return finish_batch(reader, error);
}

/* Frames of a range from the one that has its first byte; UINT64_MAX: to the end. */
static uint64_t frames_in(int64_t offset, int64_t length)
{
    uint64_t last;

    if (length < 0 || offset > INT64_MAX - length) {
        return UINT64_MAX;
    }
    last = (uint64_t)(length == 0 ? offset : offset + length - 1) / FRAME_BYTES;
    return last - (uint64_t)offset / FRAME_BYTES + 1;
}

/* Bytes to read from below for that many frames, one byte more; -1: to the end. */
static int64_t sealed_range(uint64_t frames)
{
    return frames >= INT64_MAX / FRAME_SEALED_BYTES - 2 ? -1 : (int64_t)frames * FRAME_SEALED_BYTES + 1;
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
        crew_init(&reader->crew, &reader->cipher, 1);
    }
    OPENSSL_cleanse(&key, sizeof key);
    return status;
}

static void reader_reset(struct encryption_reader *reader)
{
    crew_end(&reader->crew);
    storage_read_close(reader->below);
    frame_cipher_end(&reader->cipher);
    memset(&reader->cipher, 0, sizeof reader->cipher);
    reader->below = NULL;
    reader->has_carry = 0;
    reader->batches[0].count = 0;
    reader->batches[1].count = 0;
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
        return set_damage_error(reader, reader->number, error);
    }
    reader->number = plain_bytes == 0 ? 0 : (uint64_t)(plain_bytes - 1) / FRAME_BYTES;
    CPK_TRY(storage_read_open(encryption->below, reader->key,
                              FRAME_HEADER_BYTES + (int64_t)reader->number * FRAME_SEALED_BYTES, -1, &reader->below,
                              error));
    reader->frames_left = UINT64_MAX;
    CPK_TRY(fill(encryption, reader, &reader->batches[0], 1, error));
    CPK_TRY(decrypt_first(reader, 0, error));
    if (!reader->batches[0].ends) {
        return set_damage_error(reader, reader->number, error);
    }
    reader->left_bytes = 0;
    return CPK_OK;
}

/* Opens the frames of the range and decrypts the first one, so that a blob that was replaced since its header was read
 * is noticed before anything is returned. */
static cpk_status open_frames(struct encryption *encryption, struct encryption_reader *reader, int64_t offset,
                              int64_t length, cpk_error **error)
{
    const int64_t first = offset / FRAME_BYTES;
    const uint64_t frames = frames_in(offset, length);
    const int64_t range = sealed_range(frames);
    struct frame_batch *batch = &reader->batches[0];

    reader->current = 0;
    reader->number = (uint64_t)first;
    reader->frames_left = frames;
    reader->left_bytes = length < 0 ? INT64_MAX : length;
    CPK_TRY(storage_read_open(encryption->below, reader->key, 0,
                              first > 0   ? FRAME_HEADER_BYTES
                              : range < 0 ? -1
                                          : range + FRAME_HEADER_BYTES,
                              &reader->below, error));
    CPK_TRY(read_header(encryption, reader, error));
    if (first > 0) {
        storage_read_close(reader->below);
        reader->below = NULL;
    }
    if (first > 0 && first < (int64_t)FRAME_COUNT_MAX) {
        CPK_TRY(storage_read_open(encryption->below, reader->key, FRAME_HEADER_BYTES + first * FRAME_SEALED_BYTES,
                                  range, &reader->below, error));
    }
    if (reader->below != NULL) {
        CPK_TRY(fill(encryption, reader, batch, FIRST_FRAMES, error));
    }
    return batch->count == 0 && first > 0 ? check_end(encryption, reader, offset, error)
                                          : decrypt_first(reader, (size_t)(offset % FRAME_BYTES), error);
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
    batch_end(encryption->context, &reader->batches[0]);
    batch_end(encryption->context, &reader->batches[1]);
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
    reader = memory_allocate_zeroed(&encryption->context->allocator, sizeof *reader);
    if (reader == NULL) {
        return error_out_of_memory(error);
    }
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

/* Bytes of a decrypted frame of the current batch. */
static size_t plain_length(const struct frame_batch *batch, size_t slot)
{
    return slot + 1 < batch->count ? FRAME_BYTES : batch->last_length - AEAD_TAG_BYTES;
}

/* Copies what is decrypted, at most up to the end of a frame. */
static size_t take(struct encryption_reader *reader, unsigned char *target, size_t wanted)
{
    const struct frame_batch *batch = &reader->batches[reader->current];
    const size_t length = plain_length(batch, reader->slot);
    size_t piece = reader->at < length ? length - reader->at : 0;

    piece = piece < wanted ? piece : wanted;
    piece = (uint64_t)piece < (uint64_t)reader->left_bytes ? piece : (size_t)reader->left_bytes;
    memcpy(target, batch->bytes + reader->slot * FRAME_SEALED_BYTES + reader->at, piece);
    reader->at += piece;
    reader->left_bytes -= reader->left_bytes == INT64_MAX ? 0 : (int64_t)piece;
    if (reader->at >= length) {
        reader->slot++;
        reader->at = 0;
    }
    return piece;
}

cpk_status encryption_read_data(void *self, void *reader_handle, void *target, size_t capacity, size_t *got,
                                cpk_error **error)
{
    struct encryption_reader *reader = reader_handle;
    unsigned char *at = target;

    *got = 0;
    if (reader->has_failed) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN, "an earlier read of \"%.200s\" failed", reader->key);
    }
    while (*got < capacity && reader->left_bytes > 0) {
        const struct frame_batch *batch = &reader->batches[reader->current];

        if (reader->slot < batch->count) {
            *got += take(reader, at + *got, capacity - *got);
        } else if (batch->ends) {
            break;
        } else {
            const cpk_status status = next_batch(self, reader, error);

            reader->has_failed = status != CPK_OK;
            CPK_TRY(status);
        }
    }
    return CPK_OK;
}

void encryption_read_close(void *self, void *reader_handle)
{
    reader_free(self, reader_handle);
}

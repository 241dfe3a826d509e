#include "storage/encryption/batch.h"
#include "storage/encryption/internal.h"

#include "base/error.h"
#include "base/memory.h"

#include <openssl/crypto.h>
#include <string.h>

/* Frames that are collected before any is written. */
#define FIRST_FRAMES ((size_t)1)

struct encryption_writer {
    struct storage_writer *below;
    struct frame_cipher cipher;
    struct data_key key;
    uint64_t number; /* of the next frame */
    int64_t opened_us;
    struct batch_crew crew;
    struct frame_batch batches[2];
    size_t current; /* the batch that is being filled; the other one is being encrypted, unless it is empty */
};

static void writer_free(struct encryption *encryption, struct encryption_writer *writer)
{
    crew_end(&writer->crew);
    batch_end(encryption->context, &writer->batches[0]);
    batch_end(encryption->context, &writer->batches[1]);
    frame_cipher_end(&writer->cipher);
    OPENSSL_cleanse(writer, sizeof *writer);
    memory_release(&encryption->context->allocator, writer, sizeof *writer);
}

cpk_status encryption_write_open(void *self, const char *key, int64_t size_hint, void **writer_out, cpk_error **error)
{
    struct encryption *encryption = self;
    struct encryption_writer *writer;
    cpk_status status;

    CPK_TRY(encryption_check_key(key, error));
    writer = memory_allocate_zeroed(&encryption->context->allocator, sizeof *writer);
    if (writer == NULL) {
        return error_out_of_memory(error);
    }
    writer->opened_us = context_steady_us();
    CPK_TRY_CLEANUP(data_keys_current(&encryption->keys, key, data_keys_scope_length(key), &writer->key, error));
    CPK_TRY_CLEANUP(frame_cipher_create(encryption->context, &writer->cipher, &writer->key, key, error));
    crew_init(&writer->crew, &writer->cipher, 0);
    CPK_TRY_CLEANUP(batch_reserve(encryption->context, &writer->batches[0], FIRST_FRAMES, error));
    writer->batches[0].count = 1;
    CPK_TRY_CLEANUP(storage_write_open(encryption->below, key, frame_sealed_bytes(size_hint), &writer->below, error));
    status = storage_write_data(writer->below, writer->cipher.header, FRAME_HEADER_BYTES, error);
    if (status != CPK_OK) {
        storage_write_discard(writer->below);
        goto cleanup;
    }
    *writer_out = writer;
    return CPK_OK;
cleanup:
    writer_free(encryption, writer);
    return status;
}

/* Writes the batch that was being encrypted, if there is one; `current` begins to be encrypted meanwhile. */
static cpk_status write_sealed(struct encryption_writer *writer, struct frame_batch *current, cpk_error **error)
{
    struct frame_batch *sealed = &writer->batches[1 - writer->current];
    cpk_status status = CPK_OK;
    uint64_t failed;

    if (sealed->count > 0) {
        CPK_TRY(crew_finish(&writer->crew, &failed, error));
    }
    if (current != NULL) {
        current->first = writer->number;
        writer->number += current->count;
        crew_post(&writer->crew, current);
    }
    if (sealed->count > 0) {
        const size_t before = (sealed->count - 1) * FRAME_SEALED_BYTES;

        status = storage_write_data(writer->below, sealed->bytes, before + sealed->last_length + AEAD_TAG_BYTES, error);
        sealed->count = 0;
    }
    return status;
}

/* The current batch is full, and more follows. */
static cpk_status turn(struct encryption *encryption, struct encryption_writer *writer, cpk_error **error)
{
    struct frame_batch *next = &writer->batches[1 - writer->current];

    if (writer->number > 0) {
        crew_start_thread(&writer->crew);
    }
    CPK_TRY(write_sealed(writer, &writer->batches[writer->current], error));
    CPK_TRY(batch_reserve(encryption->context, next, BATCH_FRAMES, error));
    writer->current = 1 - writer->current;
    next->count = 1;
    next->last_length = 0;
    return CPK_OK;
}

cpk_status encryption_write_data(void *self, void *writer_handle, const void *data, size_t length, cpk_error **error)
{
    struct encryption_writer *writer = writer_handle;
    const unsigned char *at = data;

    while (length > 0) {
        struct frame_batch *batch = &writer->batches[writer->current];
        size_t piece = FRAME_BYTES - batch->last_length;

        if (piece > 0) {
            piece = piece < length ? piece : length;
            memcpy(batch->bytes + (batch->count - 1) * FRAME_SEALED_BYTES + batch->last_length, at, piece);
            batch->last_length += piece;
            at += piece;
            length -= piece;
        } else if (batch->count < batch->slots) {
            batch->count++;
            batch->last_length = 0;
        } else {
            CPK_TRY(turn(self, writer, error));
        }
    }
    return CPK_OK;
}

/* Encrypts and writes what is left. */
static cpk_status write_rest(struct encryption_writer *writer, cpk_error **error)
{
    struct frame_batch *batch = &writer->batches[writer->current];

    batch->ends = 1;
    CPK_TRY(write_sealed(writer, batch, error));
    writer->current = 1 - writer->current;
    return write_sealed(writer, NULL, error);
}

/* A write that took long may end after the user's key was replaced and deleted. */
static cpk_status check_key(struct encryption *encryption, const struct encryption_writer *writer, cpk_error **error)
{
    return context_steady_us() - writer->opened_us < DATA_KEY_FRESH_US
               ? CPK_OK
               : data_keys_check(&encryption->keys, &writer->key, error);
}

cpk_status encryption_write_close(void *self, void *writer_handle, int32_t commit, cpk_error **error)
{
    struct encryption *encryption = self;
    struct encryption_writer *writer = writer_handle;
    cpk_status status = CPK_OK;

    if (commit) {
        CPK_TRY_CLEANUP(write_rest(writer, error));
        CPK_TRY_CLEANUP(check_key(encryption, writer, error));
        status = storage_write_commit(writer->below, error);
        writer->below = NULL;
    }
cleanup:
    storage_write_discard(writer->below);
    writer_free(encryption, writer);
    return status;
}

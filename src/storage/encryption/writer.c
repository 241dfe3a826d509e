#include "storage/encryption/internal.h"

#include "base/error.h"
#include "base/memory.h"

#include <openssl/crypto.h>
#include <string.h>

struct encryption_writer {
    struct storage_writer *below;
    struct frame_cipher cipher;
    struct data_key key;
    uint64_t number; /* of the next frame */
    size_t pending_length;
    int64_t opened_us;
    unsigned char pending[FRAME_BYTES]; /* a full frame waits for the next byte: it may be the last one */
    unsigned char sealed[FRAME_SEALED_BYTES];
};

static void writer_free(struct encryption *encryption, struct encryption_writer *writer)
{
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
    writer = memory_allocate(&encryption->context->allocator, sizeof *writer);
    if (writer == NULL) {
        return error_out_of_memory(error);
    }
    memset(writer, 0, offsetof(struct encryption_writer, pending));
    writer->opened_us = context_steady_us();
    CPK_TRY_CLEANUP(data_keys_current(&encryption->keys, key, data_keys_scope_length(key), &writer->key, error));
    CPK_TRY_CLEANUP(frame_cipher_create(encryption->context, &writer->cipher, &writer->key, key, error));
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

static cpk_status write_frame(struct encryption_writer *writer, const void *plain, size_t length, int32_t is_last,
                              cpk_error **error)
{
    CPK_TRY(frame_seal(&writer->cipher, writer->number, is_last, plain, length, writer->sealed, error));
    writer->number++;
    return storage_write_data(writer->below, writer->sealed, length + AEAD_TAG_BYTES, error);
}

cpk_status encryption_write_data(void *self, void *writer_handle, const void *data, size_t length, cpk_error **error)
{
    struct encryption_writer *writer = writer_handle;
    const unsigned char *at = data;

    (void)self;
    while (length > 0) {
        size_t piece = FRAME_BYTES - writer->pending_length;

        if (writer->pending_length == FRAME_BYTES) {
            CPK_TRY(write_frame(writer, writer->pending, FRAME_BYTES, 0, error));
            writer->pending_length = 0;
        } else if (writer->pending_length == 0 && length > FRAME_BYTES) {
            CPK_TRY(write_frame(writer, at, FRAME_BYTES, 0, error));
            at += FRAME_BYTES;
            length -= FRAME_BYTES;
        } else {
            piece = piece < length ? piece : length;
            memcpy(writer->pending + writer->pending_length, at, piece);
            writer->pending_length += piece;
            at += piece;
            length -= piece;
        }
    }
    return CPK_OK;
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
        CPK_TRY_CLEANUP(write_frame(writer, writer->pending, writer->pending_length, 1, error));
        CPK_TRY_CLEANUP(check_key(encryption, writer, error));
        status = storage_write_commit(writer->below, error);
        writer->below = NULL;
    }
cleanup:
    storage_write_discard(writer->below);
    writer_free(encryption, writer);
    return status;
}

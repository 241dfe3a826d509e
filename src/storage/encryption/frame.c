#include "storage/encryption/frame.h"

#include "base/error.h"
#include "base/memory.h"

#include <openssl/crypto.h>
#include <string.h>

#define DOMAIN        "storage"
#define MAGIC         "CPKENC"
#define MAGIC_BYTES   6
#define VERSION_AT    6
#define FRAME_LOG2_AT 7
#define KEY_ID_AT     8
#define SALT_AT       24
#define SALT_BYTES    32
#define NONCE_AT      56
#define NONCE_BYTES   7
#define VERSION       1
#define FRAME_LOG2    16

_Static_assert(1 << FRAME_LOG2 == FRAME_BYTES, "the header names the size of a frame");
_Static_assert(NONCE_AT + NONCE_BYTES + 1 == FRAME_HEADER_BYTES, "the header is full");

static cpk_status begin(const struct context *context, struct frame_cipher *cipher, const struct data_key *key,
                        const char *name, int32_t opens, cpk_error **error)
{
    unsigned char blob_key[HASH_SHA256_BYTES];
    cpk_status status;

    buffer_init(&cipher->associated, &context->allocator);
    buffer_append(&cipher->associated, cipher->header, FRAME_HEADER_BYTES);
    buffer_append(&cipher->associated, name, strlen(name));
    if (cipher->associated.failed) {
        return error_out_of_memory(error);
    }
    status = hash_hmac_sha256(key->bytes, DATA_KEY_BYTES, cipher->header, FRAME_HEADER_BYTES, blob_key, error);
    if (status == CPK_OK) {
        status = aead_begin(&cipher->aead, blob_key, opens, error);
    }
    if (status == CPK_OK) {
        status = aead_begin(&cipher->second, blob_key, opens, error);
    }
    OPENSSL_cleanse(blob_key, sizeof blob_key);
    return status;
}

cpk_status frame_cipher_create(const struct context *context, struct frame_cipher *cipher, const struct data_key *key,
                               const char *name, cpk_error **error)
{
    memset(cipher, 0, sizeof *cipher);
    memcpy(cipher->header, MAGIC, MAGIC_BYTES);
    cipher->header[VERSION_AT] = VERSION;
    cipher->header[FRAME_LOG2_AT] = FRAME_LOG2;
    memcpy(cipher->header + KEY_ID_AT, key->id, DATA_KEY_ID_BYTES);
    CPK_TRY(context_random(context, cipher->header + SALT_AT, SALT_BYTES + NONCE_BYTES, error));
    return begin(context, cipher, key, name, 0, error);
}

cpk_status frame_cipher_open(const struct context *context, struct frame_cipher *cipher, const struct data_key *key,
                             const char *name, cpk_error **error)
{
    return begin(context, cipher, key, name, 1, error);
}

void frame_cipher_end(struct frame_cipher *cipher)
{
    aead_end(&cipher->aead);
    aead_end(&cipher->second);
    if (cipher->associated.allocator != NULL) {
        buffer_free(&cipher->associated);
    }
}

const char *frame_header_problem(const unsigned char *header, size_t length)
{
    if (length < FRAME_HEADER_BYTES) {
        return "is shorter than the header of an encrypted blob: it is truncated, or was not encrypted";
    }
    if (memcmp(header, MAGIC, MAGIC_BYTES) != 0) {
        return "does not start like an encrypted blob: it is damaged, or was not encrypted";
    }
    if (header[VERSION_AT] != VERSION || header[FRAME_LOG2_AT] != FRAME_LOG2 || header[FRAME_HEADER_BYTES - 1] != 0) {
        return "is damaged, or was encrypted by a newer version of this library";
    }
    return NULL;
}

const unsigned char *frame_header_key_id(const unsigned char *header)
{
    return header + KEY_ID_AT;
}

static void make_nonce(const struct frame_cipher *cipher, uint64_t number, int32_t is_last,
                       unsigned char nonce[AEAD_NONCE_BYTES])
{
    memcpy(nonce, cipher->header + NONCE_AT, NONCE_BYTES);
    for (size_t i = 0; i < 4; i++) {
        nonce[NONCE_BYTES + i] = (unsigned char)(number >> (24 - 8 * i));
    }
    nonce[AEAD_NONCE_BYTES - 1] = is_last ? 1 : 0;
}

cpk_status frame_seal(const struct frame_cipher *cipher, uint64_t number, int32_t is_last, const void *plain,
                      size_t length, void *sealed, cpk_error **error)
{
    unsigned char nonce[AEAD_NONCE_BYTES];

    if (number >= FRAME_COUNT_MAX) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN, "the blob is too large to be encrypted");
    }
    make_nonce(cipher, number, is_last, nonce);
    return aead_seal(&cipher->aead,
                     &(struct aead_text){nonce, cipher->associated.data, cipher->associated.length, plain, length},
                     sealed, error);
}

cpk_status frame_open(const struct frame_cipher *cipher, uint64_t number, int32_t is_last, const void *sealed,
                      size_t length, void *plain, cpk_error **error)
{
    unsigned char nonce[AEAD_NONCE_BYTES];

    if (number >= FRAME_COUNT_MAX) {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "no blob has that many frames");
    }
    make_nonce(cipher, number, is_last, nonce);
    return aead_open(&cipher->aead,
                     &(struct aead_text){nonce, cipher->associated.data, cipher->associated.length, sealed, length},
                     plain, error);
}

int64_t frame_plain_bytes(int64_t sealed_bytes)
{
    int64_t body = sealed_bytes - FRAME_HEADER_BYTES;
    int64_t last = body % FRAME_SEALED_BYTES;

    if (body < AEAD_TAG_BYTES || (last != 0 && last < AEAD_TAG_BYTES) ||
        (last == AEAD_TAG_BYTES && body > AEAD_TAG_BYTES)) {
        return -1;
    }
    return body - (body / FRAME_SEALED_BYTES + (last != 0)) * AEAD_TAG_BYTES;
}

int64_t frame_sealed_bytes(int64_t plain_bytes)
{
    int64_t frames = plain_bytes <= 0 ? 1 : (plain_bytes - 1) / FRAME_BYTES + 1;

    if (plain_bytes < 0 || plain_bytes > (int64_t)FRAME_COUNT_MAX * FRAME_BYTES) {
        return -1;
    }
    return FRAME_HEADER_BYTES + plain_bytes + frames * AEAD_TAG_BYTES;
}

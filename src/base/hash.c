#include "base/hash.h"

#include "base/error.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static void discard(struct hash_sha256 *hash)
{
    EVP_MD_CTX_free(hash->context);
    hash->context = NULL;
}

cpk_status hash_sha256_start(struct hash_sha256 *hash, cpk_error **error)
{
    hash->failed = 0;
    hash->context = EVP_MD_CTX_new();
    if (hash->context == NULL || EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1) {
        discard(hash);
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

void hash_sha256_add(struct hash_sha256 *hash, const void *bytes, size_t length)
{
    hash->failed |= EVP_DigestUpdate(hash->context, bytes, length) != 1;
}

cpk_status hash_sha256_finish(struct hash_sha256 *hash, unsigned char digest[HASH_SHA256_BYTES], cpk_error **error)
{
    int32_t failed = hash->failed || EVP_DigestFinal_ex(hash->context, digest, NULL) != 1;

    discard(hash);
    if (failed) {
        memset(digest, 0, HASH_SHA256_BYTES);
        return error_out_of_memory(error); /* the only way for these calls to fail */
    }
    return CPK_OK;
}

cpk_status hash_sha256_finish_hex(struct hash_sha256 *hash, cpk_status status, char hex[HASH_SHA256_HEX_BYTES],
                                  cpk_error **error)
{
    unsigned char digest[HASH_SHA256_BYTES];

    hex[0] = '\0';
    if (status != CPK_OK) {
        discard(hash);
        return status;
    }
    CPK_TRY(hash_sha256_finish(hash, digest, error));
    hash_hex(digest, sizeof digest, hex);
    return CPK_OK;
}

#define HMAC_BLOCK_BYTES 64

/* Hashes a block that is the key, padded with zeros and combined with `pad`, followed by the bytes. */
static cpk_status hash_after_key(const unsigned char key[HMAC_BLOCK_BYTES], unsigned char pad, const void *bytes,
                                 size_t length, unsigned char digest[HASH_SHA256_BYTES], cpk_error **error)
{
    unsigned char block[HMAC_BLOCK_BYTES];
    struct hash_sha256 hash;

    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = (unsigned char)(key[i] ^ pad);
    }
    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, block, sizeof block);
    hash_sha256_add(&hash, bytes, length);
    return hash_sha256_finish(&hash, digest, error);
}

cpk_status hash_hmac_sha256(const void *key, size_t key_length, const void *bytes, size_t length,
                            unsigned char digest[HASH_SHA256_BYTES], cpk_error **error)
{
    unsigned char padded[HMAC_BLOCK_BYTES] = {0};
    unsigned char inner[HASH_SHA256_BYTES];

    if (key_length > HMAC_BLOCK_BYTES) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "base", "an HMAC key must not be longer than 64 bytes");
    }
    if (key_length > 0) {
        memcpy(padded, key, key_length);
    }
    CPK_TRY(hash_after_key(padded, 0x36, bytes, length, inner, error));
    return hash_after_key(padded, 0x5c, inner, sizeof inner, digest, error);
}

void hash_hex(const unsigned char *bytes, size_t length, char *hex)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[2 * length] = '\0';
}

uint64_t hash_begin(uint64_t seed)
{
    return UINT64_C(0xcbf29ce484222325) ^ seed;
}

uint64_t hash_add(uint64_t state, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < length; i++) {
        state = (state ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return state;
}

uint64_t hash_end(uint64_t state)
{
    state ^= state >> 32;
    state *= UINT64_C(0xd6e8feb86659fd93);
    state ^= state >> 32;
    return state;
}

uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t length)
{
    return hash_end(hash_add(hash_begin(seed), bytes, length));
}

#define WORD_FACTOR UINT64_C(0x9E3779B97F4A7C15)

static uint64_t mix_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * WORD_FACTOR;
    return hash ^ hash >> 32;
}

uint64_t hash_words(uint64_t seed, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t hash = mix_word(seed, length);
    uint64_t word = 0;
    size_t left = length;

    for (; left >= sizeof word; left -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = mix_word(hash, word);
    }
    word = 0;
    if (left > 0) {
        memcpy(&word, at, left);
    }
    return mix_word(mix_word(hash, word), WORD_FACTOR);
}

#define LANES 8 /* chains that the processor computes at the same time */

static uint64_t read_word(const unsigned char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

static uint64_t turn_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * WORD_FACTOR;
    return hash << 31 | hash >> 33;
}

/* Hashes whole blocks of LANES words. */
static void turn_blocks(uint64_t lanes[LANES], const unsigned char *at, size_t blocks)
{
    uint64_t a = lanes[0];
    uint64_t b = lanes[1];
    uint64_t c = lanes[2];
    uint64_t d = lanes[3];
    uint64_t e = lanes[4];
    uint64_t f = lanes[5];
    uint64_t g = lanes[6];
    uint64_t h = lanes[7];

    for (; blocks > 0; blocks--, at += HASH_WIDE_BLOCK_BYTES) {
        a = turn_word(a, read_word(at));
        b = turn_word(b, read_word(at + 8));
        c = turn_word(c, read_word(at + 16));
        d = turn_word(d, read_word(at + 24));
        e = turn_word(e, read_word(at + 32));
        f = turn_word(f, read_word(at + 40));
        g = turn_word(g, read_word(at + 48));
        h = turn_word(h, read_word(at + 56));
    }
    lanes[0] = a;
    lanes[1] = b;
    lanes[2] = c;
    lanes[3] = d;
    lanes[4] = e;
    lanes[5] = f;
    lanes[6] = g;
    lanes[7] = h;
}

void hash_wide_start(struct hash_wide *hash, uint64_t seed)
{
    for (size_t i = 0; i < LANES / 2; i++) {
        hash->lanes[i] = seed + i * WORD_FACTOR;
        hash->lanes[i + LANES / 2] = ~hash->lanes[i];
    }
    hash->length = 0;
}

void hash_wide_add(struct hash_wide *hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    size_t kept = (size_t)(hash->length % HASH_WIDE_BLOCK_BYTES);
    size_t part = HASH_WIDE_BLOCK_BYTES - kept < length ? HASH_WIDE_BLOCK_BYTES - kept : length;

    hash->length += length;
    if (kept > 0) {
        memcpy(hash->rest + kept, at, part);
        if (kept + part < HASH_WIDE_BLOCK_BYTES) {
            return;
        }
        turn_blocks(hash->lanes, hash->rest, 1);
        at += part;
        length -= part;
    }
    turn_blocks(hash->lanes, at, length / HASH_WIDE_BLOCK_BYTES);
    at += length - length % HASH_WIDE_BLOCK_BYTES;
    if (length % HASH_WIDE_BLOCK_BYTES > 0) {
        memcpy(hash->rest, at, length % HASH_WIDE_BLOCK_BYTES);
    }
}

void hash_wide_finish(struct hash_wide *hash, uint64_t result[2])
{
    const uint64_t *lanes = hash->lanes;
    size_t kept = (size_t)(hash->length % HASH_WIDE_BLOCK_BYTES);

    if (kept > 0) {
        memset(hash->rest + kept, 0, HASH_WIDE_BLOCK_BYTES - kept);
        turn_blocks(hash->lanes, hash->rest, 1);
    }
    result[0] = hash->length;
    for (size_t i = 0; i < LANES; i++) {
        result[0] = mix_word(result[0], lanes[i]);
    }
    result[1] = ~result[0];
    for (size_t i = LANES; i > 0; i--) {
        result[1] = mix_word(result[1], lanes[i - 1]);
    }
}

void hash_wide_finish_hex(struct hash_wide *hash, char hex[HASH_WIDE_HEX_BYTES])
{
    uint64_t result[2];

    hash_wide_finish(hash, result);
    snprintf(hex, HASH_WIDE_HEX_BYTES, "%016" PRIx64 "%016" PRIx64, result[0], result[1]);
}

void hash_wide(uint64_t seed, const void *bytes, size_t length, uint64_t hash[2])
{
    struct hash_wide state;

    hash_wide_start(&state, seed);
    hash_wide_add(&state, bytes, length);
    hash_wide_finish(&state, hash);
}

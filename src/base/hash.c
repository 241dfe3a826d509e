#include "base/hash.h"

#include "base/error.h"

#include <openssl/evp.h>
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

void hash_wide(uint64_t seed, const void *bytes, size_t length, uint64_t hash[2])
{
    const unsigned char *at = bytes;
    unsigned char last[LANES * 8] = {0};
    uint64_t a = seed;
    uint64_t b = seed + WORD_FACTOR;
    uint64_t c = seed + 2 * WORD_FACTOR;
    uint64_t d = seed + 3 * WORD_FACTOR;
    uint64_t e = ~a;
    uint64_t f = ~b;
    uint64_t g = ~c;
    uint64_t h = ~d;

    for (size_t left = length; left > 0; left -= left < sizeof last ? left : sizeof last, at += sizeof last) {
        if (left < sizeof last) {
            memcpy(last, at, left);
            at = last;
        }
        a = turn_word(a, read_word(at));
        b = turn_word(b, read_word(at + 8));
        c = turn_word(c, read_word(at + 16));
        d = turn_word(d, read_word(at + 24));
        e = turn_word(e, read_word(at + 32));
        f = turn_word(f, read_word(at + 40));
        g = turn_word(g, read_word(at + 48));
        h = turn_word(h, read_word(at + 56));
    }
    hash[0] = mix_word(mix_word(mix_word(mix_word(length, a), b), c), d);
    hash[0] = mix_word(mix_word(mix_word(mix_word(hash[0], e), f), g), h);
    hash[1] = mix_word(mix_word(mix_word(mix_word(~hash[0], h), g), f), e);
    hash[1] = mix_word(mix_word(mix_word(mix_word(hash[1], d), c), b), a);
}

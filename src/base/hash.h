/* SHA-256 (OpenSSL) and a fast 64-bit hash that is not resistant to chosen keys: for trusted keys only. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <contextpack/error.h>

#define HASH_SHA256_BYTES     32
#define HASH_SHA256_HEX_BYTES 65 /* with the NUL */

struct hash_sha256 {
    void *context;  /* EVP_MD_CTX; NULL if it could not be allocated */
    int32_t failed; /* an update failed: there is no digest */
};

cpk_status hash_sha256_start(struct hash_sha256 *hash, cpk_error **error);
void hash_sha256_add(struct hash_sha256 *hash, const void *bytes, size_t length);
/* Returns the digest and frees the state. On failure CPK_ERROR_OUT_OF_MEMORY and a digest of zeros. */
cpk_status hash_sha256_finish(struct hash_sha256 *hash, unsigned char digest[HASH_SHA256_BYTES], cpk_error **error);
/* As hash_sha256_finish(), in hexadecimal. `status` is the result of the updates: unless CPK_OK, it is returned. */
cpk_status hash_sha256_finish_hex(struct hash_sha256 *hash, cpk_status status, char hex[HASH_SHA256_HEX_BYTES],
                                  cpk_error **error);

/* HMAC-SHA-256 with a key of at most 64 bytes. */
cpk_status hash_hmac_sha256(const void *key, size_t key_length, const void *bytes, size_t length,
                            unsigned char digest[HASH_SHA256_BYTES], cpk_error **error);

void hash_hex(const unsigned char *bytes, size_t length, char *hex); /* lower case, 2 * length + NUL */

/* FNV-1a with a final mixing step. `seed` is 0 or the result for the preceding data. */
uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t length);
/* A hash of long texts, eight bytes at a time; other results than hash_bytes(), of little-endian words. */
uint64_t hash_words(uint64_t seed, const void *bytes, size_t length);
/* A hash of 128 bits, 64 bytes at a time, to recognise equal data. */
void hash_wide(uint64_t seed, const void *bytes, size_t length, uint64_t hash[2]);

#define HASH_WIDE_BLOCK_BYTES 64
#define HASH_WIDE_HEX_BYTES   33 /* with the NUL */

/* The same of data in parts of any length. */
struct hash_wide {
    uint64_t lanes[HASH_WIDE_BLOCK_BYTES / 8];
    unsigned char rest[HASH_WIDE_BLOCK_BYTES]; /* of a block that is not whole yet */
    uint64_t length;
};

void hash_wide_start(struct hash_wide *hash, uint64_t seed);
void hash_wide_add(struct hash_wide *hash, const void *bytes, size_t length);
void hash_wide_finish(struct hash_wide *hash, uint64_t result[2]);
void hash_wide_finish_hex(struct hash_wide *hash, char hex[HASH_WIDE_HEX_BYTES]);

/* Incremental form: hash_bytes(seed, ...) equals hash_end(hash_add(hash_begin(seed), ...)). */
uint64_t hash_begin(uint64_t seed);
uint64_t hash_add(uint64_t state, const void *bytes, size_t length);
uint64_t hash_end(uint64_t state);

#endif

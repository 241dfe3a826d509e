/* AES-256-GCM with nonces of 96 bits and tags of 128 bits, by OpenSSL. */
#ifndef STORAGE_ENCRYPTION_AEAD_H
#define STORAGE_ENCRYPTION_AEAD_H

#include <contextpack/error.h>

#define AEAD_KEY_BYTES   32
#define AEAD_NONCE_BYTES 12
#define AEAD_TAG_BYTES   16

struct aead {
    void *context; /* EVP_CIPHER_CTX */
};

/* The bytes of one call; lengths at most INT_MAX. */
struct aead_text {
    const unsigned char *nonce; /* AEAD_NONCE_BYTES; never used twice with one key to seal */
    const void *associated;     /* authenticated, not encrypted */
    size_t associated_length;
    const void *input;
    size_t length;
};

/* Sets the key of a cipher for one direction: opens 1 for aead_open(), 0 for aead_seal(). End it with aead_end() if it
 * returns CPK_OK. */
cpk_status aead_begin(struct aead *aead, const unsigned char key[AEAD_KEY_BYTES], int32_t opens, cpk_error **error);
void aead_end(struct aead *aead); /* wipes the key; a zeroed struct is allowed */

/* Encrypts text->length bytes to `output` and appends the tag: text->length + AEAD_TAG_BYTES bytes in all. `output` may
 * be the input. */
cpk_status aead_seal(const struct aead *aead, const struct aead_text *text, void *output, cpk_error **error);
/* Decrypts: text->length includes the tag. CPK_ERROR_INVALID_DATA if the bytes are not authentic; then nothing in
 * `output` may be used. `output` may be the input. */
cpk_status aead_open(const struct aead *aead, const struct aead_text *text, void *output, cpk_error **error);

#endif

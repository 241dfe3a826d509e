#include "storage/encryption/aead.h"

#include "base/error.h"

#include <limits.h>
#include <openssl/evp.h>
#include <string.h>

cpk_status aead_begin(struct aead *aead, const unsigned char key[AEAD_KEY_BYTES], int32_t opens, cpk_error **error)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    memset(aead, 0, sizeof *aead);
    /* The default nonce of GCM has 96 bits. */
    if (context == NULL || EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, NULL, !opens) != 1) {
        EVP_CIPHER_CTX_free(context);
        return error_out_of_memory(error);
    }
    aead->context = context;
    return CPK_OK;
}

void aead_end(struct aead *aead)
{
    EVP_CIPHER_CTX_free(aead->context);
    aead->context = NULL;
}

/* Processes the associated data and `length` bytes of the input. */
static int32_t run(const struct aead *aead, const struct aead_text *text, size_t length, unsigned char *output)
{
    EVP_CIPHER_CTX *context = aead->context;
    int done = 0;

    return length <= INT_MAX && text->associated_length <= INT_MAX &&
           EVP_CipherInit_ex(context, NULL, NULL, NULL, text->nonce, -1) == 1 &&
           (text->associated_length == 0 ||
            EVP_CipherUpdate(context, NULL, &done, text->associated, (int)text->associated_length) == 1) &&
           (length == 0 ||
            (EVP_CipherUpdate(context, output, &done, text->input, (int)length) == 1 && (size_t)done == length));
}

cpk_status aead_seal(const struct aead *aead, const struct aead_text *text, void *output, cpk_error **error)
{
    unsigned char *at = output;
    unsigned char nothing[AEAD_TAG_BYTES];
    int done = 0;

    if (!run(aead, text, text->length, at) || EVP_CipherFinal_ex(aead->context, nothing, &done) != 1 ||
        EVP_CIPHER_CTX_ctrl(aead->context, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_BYTES, at + text->length) != 1) {
        return error_set(error, CPK_ERROR_INTERNAL, "storage", "AES-256-GCM failed");
    }
    return CPK_OK;
}

cpk_status aead_open(const struct aead *aead, const struct aead_text *text, void *output, cpk_error **error)
{
    unsigned char tag[AEAD_TAG_BYTES];
    unsigned char nothing[AEAD_TAG_BYTES];
    size_t length = text->length - AEAD_TAG_BYTES;
    int done = 0;

    if (text->length >= AEAD_TAG_BYTES) {
        memcpy(tag, (const unsigned char *)text->input + length, sizeof tag);
        if (run(aead, text, length, output) &&
            EVP_CIPHER_CTX_ctrl(aead->context, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_BYTES, tag) == 1 &&
            EVP_CipherFinal_ex(aead->context, nothing, &done) == 1) {
            return CPK_OK;
        }
    }
    return error_set(error, CPK_ERROR_INVALID_DATA, "storage", "the encrypted bytes are not authentic");
}

/* Makes keys and tokens for tests: the signing side, which the library does not have. */
#ifndef TESTS_SUPPORT_AUTH_TOKEN_H
#define TESTS_SUPPORT_AUTH_TOKEN_H

#include "support/test.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#define TOKEN_BYTES  8192
#define TOKEN_SECRET "a secret of this test, longer than 32 bytes"
#define TOKEN_USER   "33333333-3333-4333-8333-333333333333"

static inline void token_encode(const void *data, size_t length, char *text)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *bytes = data;
    uint32_t bits = 0;
    int count = 0;

    for (size_t i = 0; i < length; i++) {
        bits = bits << 8 | bytes[i];
        count += 8;
        while (count >= 6) {
            count -= 6;
            *text++ = DIGITS[bits >> count & 63];
        }
    }
    if (count > 0) {
        *text++ = DIGITS[bits << (6 - count) & 63];
    }
    *text = '\0';
}

/* "header.payload", ready to be signed. */
static inline void token_start(const char *header, const char *payload, char *token)
{
    token_encode(header, strlen(header), token);
    strcat(token, ".");
    token_encode(payload, strlen(payload), token + strlen(token));
}

static inline void token_finish(char *token, const unsigned char *signature, size_t length)
{
    strcat(token, ".");
    token_encode(signature, length, token + strlen(token));
}

static inline void token_sign_secret(const void *secret, size_t length, const char *header, const char *payload,
                                     char *token)
{
    unsigned char signature[EVP_MAX_MD_SIZE];
    unsigned int signature_length;

    token_start(header, payload, token);
    assert_non_null(
        HMAC(EVP_sha256(), secret, (int)length, (unsigned char *)token, strlen(token), signature, &signature_length));
    token_finish(token, signature, signature_length);
}

/* ECDSA's ASN.1 as r and s of 32 bytes each. */
static inline void token_raw_signature(unsigned char *signature, size_t *length)
{
    const unsigned char *at = signature;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)*length);

    assert_non_null(pair);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, 32), 32);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + 32, 32), 32);
    ECDSA_SIG_free(pair);
    *length = 64;
}

/* With a private key: RSA and EC use SHA-256, Ed25519 its own. */
static inline void token_sign_key(EVP_PKEY *key, const char *header, const char *payload, char *token)
{
    EVP_MD_CTX *signer = EVP_MD_CTX_new();
    unsigned char signature[1024];
    size_t length = sizeof signature;
    int is_ed25519 = EVP_PKEY_get_id(key) == EVP_PKEY_ED25519;

    token_start(header, payload, token);
    assert_int_equal(EVP_DigestSignInit(signer, NULL, is_ed25519 ? NULL : EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestSign(signer, signature, &length, (unsigned char *)token, strlen(token)), 1);
    EVP_MD_CTX_free(signer);
    if (EVP_PKEY_get_id(key) == EVP_PKEY_EC) {
        token_raw_signature(signature, &length);
    }
    token_finish(token, signature, length);
}

static inline void token_number(EVP_PKEY *key, const char *name, char *text)
{
    unsigned char bytes[1024];
    BIGNUM *number = NULL;

    assert_int_equal(EVP_PKEY_get_bn_param(key, name, &number), 1);
    token_encode(bytes, (size_t)BN_bn2bin(number, bytes), text);
    BN_free(number);
}

static inline void token_coordinate(EVP_PKEY *key, const char *name, char *text)
{
    unsigned char bytes[32];
    BIGNUM *number = NULL;

    assert_int_equal(EVP_PKEY_get_bn_param(key, name, &number), 1);
    assert_int_equal(BN_bn2binpad(number, bytes, 32), 32);
    token_encode(bytes, 32, text);
    BN_free(number);
}

/* The public key as JSON; `more` are further members, as in ",\"use\":\"sig\"". */
static inline void token_jwk(EVP_PKEY *key, const char *kid, const char *more, char *json, size_t size)
{
    char one[1400];
    char two[1400];

    if (EVP_PKEY_get_id(key) == EVP_PKEY_RSA) {
        token_number(key, OSSL_PKEY_PARAM_RSA_N, one);
        token_number(key, OSSL_PKEY_PARAM_RSA_E, two);
        snprintf(json, size, "{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"%s}", kid, one, two, more);
    } else if (EVP_PKEY_get_id(key) == EVP_PKEY_EC) {
        token_coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X, one);
        token_coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y, two);
        snprintf(json, size, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"%s}", kid, one,
                 two, more);
    } else {
        unsigned char bytes[32];
        size_t length = sizeof bytes;

        assert_int_equal(EVP_PKEY_get_raw_public_key(key, bytes, &length), 1);
        token_encode(bytes, length, one);
        snprintf(json, size, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"%s\",\"x\":\"%s\"%s}", kid, one, more);
    }
}

#endif

#include "auth/jwk.h"

#include "auth/base64url.h"
#include "base/error.h"
#include "base/memory.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <string.h>

#define HS256_BYTES    32
#define P256_BYTES     32
#define ED25519_BYTES  32
#define EXPONENT_BYTES 8
#define NUMBER_BYTES   (JWK_RSA_BITS_MAX / 8 + 1)
#define PROBE_BYTES    65536
#define ATTEMPTS       2

/* A decoded number or point of a key. */
struct key_part {
    unsigned char bytes[NUMBER_BYTES];
    size_t length;
};

enum jwk_algorithm jwk_algorithm_from_name(const char *name)
{
    static const struct {
        const char *name;
        enum jwk_algorithm algorithm;
    } NAMES[] = {{"HS256", JWK_HS256}, {"RS256", JWK_RS256}, {"ES256", JWK_ES256}, {"EdDSA", JWK_EDDSA}};

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcmp(name, NAMES[i].name) == 0) {
            return NAMES[i].algorithm;
        }
    }
    return JWK_NO_ALGORITHM;
}

static cpk_status set_invalid_error(cpk_error **error, const char *why)
{
    return error_set(error, CPK_ERROR_INVALID_DATA, "auth", "invalid key: %s", why);
}

static cpk_status set_unsupported_error(cpk_error **error, const char *why)
{
    return error_set(error, CPK_ERROR_UNSUPPORTED, "auth", "the key can't be used for tokens: %s", why);
}

static cpk_status copy_secret(const struct context *context, const void *secret, size_t length, struct jwk *key,
                              cpk_error **error)
{
    key->secret = memory_allocate(&context->allocator, length);
    if (key->secret == NULL) {
        return error_out_of_memory(error);
    }
    memcpy(key->secret, secret, length);
    key->secret_length = length;
    return CPK_OK;
}

cpk_status jwk_from_secret(const struct context *context, const char *secret, struct jwk *key, cpk_error **error)
{
    size_t length = strlen(secret);

    memset(key, 0, sizeof *key);
    if (length < JWK_SECRET_BYTES_MIN) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "auth",
                         "auth.jwt_secret has %zu bytes; HS256 requires at least %d", length, JWK_SECRET_BYTES_MIN);
    }
    key->algorithm = JWK_HS256;
    return copy_secret(context, secret, length, key, error);
}

static cpk_status read_part(struct json_object *json, const char *name, size_t bytes_max, struct key_part *part,
                            cpk_error **error)
{
    unsigned char bytes[NUMBER_BYTES + 8];
    size_t length = 0;
    const char *text = json_member_text_length(json, name, &length);

    if (text == NULL || length == 0 || BASE64URL_BYTES(length) > bytes_max + 3 || bytes_max > NUMBER_BYTES - 1) {
        return set_invalid_error(error, "a member is missing or too long");
    }
    if (!base64url_decode(text, length, bytes, &part->length) || part->length > bytes_max) {
        return set_invalid_error(error, "a member is not base64url or too long");
    }
    memcpy(part->bytes, bytes, part->length);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return CPK_OK;
}

/* --- distinguishing memory failures: OpenSSL reports them like a wrong signature --- */

enum failure_cause { CAUSE_UNKNOWN, CAUSE_INPUT, CAUSE_MEMORY };

/* Classifies and clears OpenSSL's errors of the call that just failed. A wrong Ed25519 or ECDSA signature leaves none;
 * out of memory may leave none, too. */
static enum failure_cause pop_failure_cause(void)
{
    enum failure_cause cause = CAUSE_UNKNOWN;
    unsigned long code;

    while ((code = ERR_get_error()) != 0) {
        int reason = ERR_GET_REASON(code);

        if (reason == ERR_R_MALLOC_FAILURE ||
            (ERR_GET_LIB(code) == ERR_LIB_BN && reason == BN_R_TOO_MANY_TEMPORARY_VARIABLES)) {
            cause = CAUSE_MEMORY;
        } else if (cause == CAUSE_UNKNOWN && ERR_GET_LIB(code) == ERR_LIB_RSA && (reason & ERR_RFLAG_COMMON) == 0) {
            cause = CAUSE_INPUT;
        }
    }
    return cause;
}

/* Returns 1 if OpenSSL can allocate what a verification with the key needs. key may be NULL. */
static int32_t has_memory(EVP_PKEY *key)
{
    void *probe = OPENSSL_malloc(PROBE_BYTES);
    EVP_MD_CTX *verifier = EVP_MD_CTX_new();
    const EVP_MD *digest = key != NULL && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 ? NULL : EVP_sha256();
    int32_t done = probe != NULL && verifier != NULL &&
                   (key != NULL ? EVP_DigestVerifyInit(verifier, NULL, digest, NULL, key)
                                : EVP_DigestInit_ex(verifier, digest, NULL)) == 1;

    EVP_MD_CTX_free(verifier);
    OPENSSL_free(probe);
    ERR_clear_error();
    return done;
}

/* Creates key->key from parameters and validates it. Returns 0 on failure. */
static int32_t try_public(const char *type, OSSL_PARAM *params, struct jwk *key)
{
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY_CTX *checker = NULL;
    int good = maker != NULL && EVP_PKEY_fromdata_init(maker) == 1 &&
               EVP_PKEY_fromdata(maker, &key->key, EVP_PKEY_PUBLIC_KEY, params) == 1 &&
               EVP_PKEY_get_size(key->key) > 0; /* 0 if caching the size ran out of memory */

    if (good) {
        checker = EVP_PKEY_CTX_new_from_pkey(NULL, key->key, NULL);
        good = checker != NULL && EVP_PKEY_public_check(checker) == 1;
    }
    EVP_PKEY_CTX_free(checker);
    EVP_PKEY_CTX_free(maker);
    return good;
}

/* Retries once, because OpenSSL may report a valid key as invalid when out of memory. */
static cpk_status make_public(const char *type, OSSL_PARAM_BLD *builder, struct jwk *key, cpk_error **error)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder); /* empties the builder */
    enum failure_cause cause = params != NULL ? CAUSE_UNKNOWN : CAUSE_MEMORY;
    int32_t good = 0;

    ERR_clear_error();
    for (int32_t i = 0; i < ATTEMPTS && !good && cause != CAUSE_MEMORY; i++) {
        EVP_PKEY_free(key->key);
        key->key = NULL;
        good = try_public(type, params, key);
        cause = pop_failure_cause();
    }
    OSSL_PARAM_free(params);
    if (good) {
        return CPK_OK;
    }
    return cause == CAUSE_MEMORY || !has_memory(NULL) ? error_out_of_memory(error)
                                                      : set_invalid_error(error, "not a valid public key");
}

static cpk_status make_rsa(const struct key_part *modulus, const struct key_part *exponent, struct jwk *key,
                           cpk_error **error)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn(modulus->bytes, (int)modulus->length, NULL);
    BIGNUM *e = BN_bin2bn(exponent->bytes, (int)exponent->length, NULL);
    cpk_status status;

    if (builder == NULL || n == NULL || e == NULL || !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) ||
        !OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e)) {
        status = error_out_of_memory(error);
    } else if (BN_num_bits(n) < JWK_RSA_BITS_MIN || BN_num_bits(n) > JWK_RSA_BITS_MAX) {
        status = set_invalid_error(error, "RSA requires 2,048 to 8,192 bits");
    } else if (!BN_is_odd(e) || BN_is_one(e)) {
        status = set_invalid_error(error, "RSA requires an odd exponent above 1");
    } else {
        status = make_public("RSA", builder, key, error);
    }
    BN_free(e);
    BN_free(n);
    OSSL_PARAM_BLD_free(builder);
    return status;
}

static cpk_status read_rsa(struct json_object *json, struct jwk *key, cpk_error **error)
{
    struct key_part modulus = {.length = 0};
    struct key_part exponent = {.length = 0};

    CPK_TRY(read_part(json, "n", JWK_RSA_BITS_MAX / 8, &modulus, error));
    CPK_TRY(read_part(json, "e", EXPONENT_BYTES, &exponent, error));
    return make_rsa(&modulus, &exponent, key, error);
}

static cpk_status make_ec(const unsigned char *point, size_t length, struct jwk *key, cpk_error **error)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    cpk_status status;

    if (builder == NULL || !OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) ||
        !OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, length)) {
        status = error_out_of_memory(error);
    } else {
        status = make_public("EC", builder, key, error);
    }
    OSSL_PARAM_BLD_free(builder);
    return status;
}

static cpk_status read_ec(struct json_object *json, struct jwk *key, cpk_error **error)
{
    unsigned char point[1 + 2 * P256_BYTES] = {0x04}; /* uncompressed */
    struct key_part x = {.length = 0};
    struct key_part y = {.length = 0};

    CPK_TRY(read_part(json, "x", P256_BYTES, &x, error));
    CPK_TRY(read_part(json, "y", P256_BYTES, &y, error));
    if (x.length != P256_BYTES || y.length != P256_BYTES) {
        return set_invalid_error(error, "a coordinate does not have 32 bytes");
    }
    memcpy(point + 1, x.bytes, P256_BYTES);
    memcpy(point + 1 + P256_BYTES, y.bytes, P256_BYTES);
    return make_ec(point, sizeof point, key, error);
}

static cpk_status read_ed25519(struct json_object *json, struct jwk *key, cpk_error **error)
{
    struct key_part x = {.length = 0};

    CPK_TRY(read_part(json, "x", ED25519_BYTES, &x, error));
    if (x.length != ED25519_BYTES) {
        return set_invalid_error(error, "an Ed25519 key does not have 32 bytes");
    }
    key->key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x.bytes, x.length);
    ERR_clear_error();
    return key->key != NULL ? CPK_OK : error_out_of_memory(error); /* any 32 bytes are a valid key */
}

/* Rejects a key whose "use" or "key_ops" excludes verifying signatures. */
static cpk_status check_use(struct json_object *json, cpk_error **error)
{
    struct json_object *use = json_member(json, "use");
    struct json_object *operations = json_member(json, "key_ops");
    int32_t may_verify = 0;

    if (use != NULL &&
        (!json_object_is_type(use, json_type_string) || strcmp(json_object_get_string(use), "sig") != 0)) {
        return set_unsupported_error(error, "its use is not \"sig\"");
    }
    if (operations == NULL) {
        return CPK_OK;
    }
    if (!json_object_is_type(operations, json_type_array)) {
        return set_invalid_error(error, "key_ops is not a list");
    }
    for (size_t i = 0; i < json_object_array_length(operations); i++) {
        struct json_object *operation = json_object_array_get_idx(operations, i);

        may_verify |= json_object_is_type(operation, json_type_string) &&
                      strcmp(json_object_get_string(operation), "verify") == 0;
    }
    return may_verify ? CPK_OK : set_unsupported_error(error, "its key_ops lack \"verify\"");
}

/* Derives the algorithm from type and curve. Secrets ("oct") are not accepted in key sets, which are published or
 * shared: anyone who can read a secret can sign tokens. */
static enum jwk_algorithm derive_algorithm(struct json_object *json)
{
    const char *type = json_member_text(json, "kty");
    const char *curve = json_member_text(json, "crv");

    if (type == NULL) {
        return JWK_NO_ALGORITHM;
    }
    if (strcmp(type, "RSA") == 0) {
        return JWK_RS256;
    }
    if (strcmp(type, "EC") == 0 && curve != NULL && strcmp(curve, "P-256") == 0) {
        return JWK_ES256;
    }
    return strcmp(type, "OKP") == 0 && curve != NULL && strcmp(curve, "Ed25519") == 0 ? JWK_EDDSA : JWK_NO_ALGORITHM;
}

static cpk_status read_kid(const struct context *context, struct json_object *json, struct jwk *key, cpk_error **error)
{
    struct json_object *member = json_member(json, "kid");
    size_t length = 0;
    const char *kid = json_member_text_length(json, "kid", &length);

    if (member == NULL) {
        return CPK_OK;
    }
    if (kid == NULL || length > JWK_KID_BYTES_MAX || strlen(kid) != length) {
        return set_invalid_error(error, "its kid is not a text of at most 256 bytes");
    }
    key->kid = memory_copy_bytes(&context->allocator, kid, length);
    return key->kid != NULL ? CPK_OK : error_out_of_memory(error);
}

static cpk_status read_members(const struct context *context, struct json_object *json, struct jwk *key,
                               cpk_error **error)
{
    struct json_object *algorithm = json_member(json, "alg");

    key->algorithm = derive_algorithm(json);
    if (key->algorithm == JWK_NO_ALGORITHM) {
        return set_unsupported_error(
            error, "its type and curve are not RSA, EC with P-256 or OKP with Ed25519 (a secret belongs "
                   "into auth.jwt_secret)");
    }
    if (algorithm != NULL && (!json_object_is_type(algorithm, json_type_string) ||
                              jwk_algorithm_from_name(json_object_get_string(algorithm)) != key->algorithm)) {
        return set_unsupported_error(error, "its alg is not RS256, ES256 or EdDSA, or does not fit its type");
    }
    CPK_TRY(check_use(json, error));
    CPK_TRY(read_kid(context, json, key, error));
    switch (key->algorithm) {
    case JWK_RS256:
        return read_rsa(json, key, error);
    case JWK_ES256:
        return read_ec(json, key, error);
    default:
        return read_ed25519(json, key, error);
    }
}

cpk_status jwk_read(const struct context *context, struct json_object *json, struct jwk *key, cpk_error **error)
{
    cpk_status status;

    memset(key, 0, sizeof *key);
    if (!json_object_is_type(json, json_type_object)) {
        return set_invalid_error(error, "not a JSON object");
    }
    status = read_members(context, json, key, error);
    if (status != CPK_OK) {
        jwk_clear(context, key);
    }
    return status;
}

void jwk_clear(const struct context *context, struct jwk *key)
{
    memory_release_text(&context->allocator, key->kid);
    EVP_PKEY_free(key->key);
    if (key->secret != NULL) {
        OPENSSL_cleanse(key->secret, key->secret_length);
        memory_release(&context->allocator, key->secret, key->secret_length);
    }
    memset(key, 0, sizeof *key);
}

static enum jwk_verdict verify_hmac(const struct jwk *key, const char *bytes, size_t length,
                                    const unsigned char *signature, size_t signature_length)
{
    unsigned char expected[EVP_MAX_MD_SIZE];
    unsigned int expected_length = 0;
    enum jwk_verdict verdict = JWK_SIGNATURE_WRONG;

    if (HMAC(EVP_sha256(), key->secret, (int)key->secret_length, (const unsigned char *)bytes, length, expected,
             &expected_length) == NULL ||
        expected_length != HS256_BYTES) {
        verdict = JWK_NO_MEMORY;
    } else if (signature_length == HS256_BYTES && CRYPTO_memcmp(expected, signature, HS256_BYTES) == 0) {
        verdict = JWK_SIGNATURE_GOOD;
    }
    OPENSSL_cleanse(expected, sizeof expected);
    ERR_clear_error();
    return verdict;
}

static int32_t try_digest(const struct jwk *key, const EVP_MD *digest, const char *bytes, size_t length,
                          const unsigned char *signature, size_t signature_length)
{
    EVP_MD_CTX *verifier = EVP_MD_CTX_new();
    int32_t good = verifier != NULL && EVP_DigestVerifyInit(verifier, NULL, digest, NULL, key->key) == 1 &&
                   EVP_DigestVerify(verifier, signature, signature_length, (const unsigned char *)bytes, length) == 1;

    EVP_MD_CTX_free(verifier);
    return good;
}

/* The signature is wrong if OpenSSL gives a reason, or fails twice without one while memory is available. */
static enum jwk_verdict verify_digest(const struct jwk *key, const EVP_MD *digest, const char *bytes, size_t length,
                                      const unsigned char *signature, size_t signature_length)
{
    enum failure_cause cause = CAUSE_UNKNOWN;

    ERR_clear_error();
    for (int32_t i = 0; i < ATTEMPTS && cause == CAUSE_UNKNOWN; i++) {
        if (try_digest(key, digest, bytes, length, signature, signature_length)) {
            ERR_clear_error();
            return JWK_SIGNATURE_GOOD;
        }
        cause = pop_failure_cause();
    }
    if (cause == CAUSE_UNKNOWN) {
        cause = has_memory(key->key) ? CAUSE_INPUT : CAUSE_MEMORY;
    }
    return cause == CAUSE_MEMORY ? JWK_NO_MEMORY : JWK_SIGNATURE_WRONG;
}

/* Converts r and s (32 bytes each) to the ASN.1 form that OpenSSL expects. */
static enum jwk_verdict verify_ecdsa(const struct jwk *key, const char *bytes, size_t length,
                                     const unsigned char *signature, size_t signature_length)
{
    unsigned char *encoded = NULL;
    ECDSA_SIG *pair = NULL;
    BIGNUM *r = NULL;
    BIGNUM *s = NULL;
    int encoded_length = -1;
    enum jwk_verdict verdict;

    if (signature_length != 2 * P256_BYTES) {
        return JWK_SIGNATURE_WRONG;
    }
    pair = ECDSA_SIG_new();
    r = BN_bin2bn(signature, P256_BYTES, NULL);
    s = BN_bin2bn(signature + P256_BYTES, P256_BYTES, NULL);
    if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
        r = NULL; /* owned by the pair now */
        s = NULL;
        encoded_length = i2d_ECDSA_SIG(pair, &encoded);
    }
    verdict = encoded_length > 0 ? verify_digest(key, EVP_sha256(), bytes, length, encoded, (size_t)encoded_length)
                                 : JWK_NO_MEMORY; /* encoding fails only without memory */
    OPENSSL_free(encoded);
    ECDSA_SIG_free(pair);
    BN_free(r);
    BN_free(s);
    ERR_clear_error();
    return verdict;
}

enum jwk_verdict jwk_verify(const struct jwk *key, const char *bytes, size_t length, const unsigned char *signature,
                            size_t signature_length)
{
    switch (key->algorithm) {
    case JWK_HS256:
        return verify_hmac(key, bytes, length, signature, signature_length);
    case JWK_RS256:
        return signature_length == (size_t)EVP_PKEY_get_size(key->key)
                   ? verify_digest(key, EVP_sha256(), bytes, length, signature, signature_length)
                   : JWK_SIGNATURE_WRONG;
    case JWK_ES256:
        return verify_ecdsa(key, bytes, length, signature, signature_length);
    case JWK_EDDSA:
        return verify_digest(key, NULL, bytes, length, signature, signature_length);
    default:
        return JWK_SIGNATURE_WRONG;
    }
}

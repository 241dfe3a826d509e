#include "payments/stripe/signature.h"

#include "base/error.h"
#include "base/hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#define DOMAIN            "billing"
#define SIGNATURE_BYTES   64 /* SHA-256 in hex */
#define TIMESTAMP_BYTES   12 /* digits: enough up to the year 30,000 */
#define SECRET_SETTING    "stripe.webhook_secrets"
#define MICROS_PER_SECOND INT64_C(1000000)

struct span {
    const char *text;
    size_t length;
};

/* Splits off the part before the separator; `rest` becomes the part after it. */
static struct span take_part(struct span *rest, char separator)
{
    const char *end = memchr(rest->text, separator, rest->length);
    struct span part = {rest->text, end != NULL ? (size_t)(end - rest->text) : rest->length};
    size_t used = part.length + (end != NULL);

    rest->text += used;
    rest->length -= used;
    return part;
}

static int32_t span_is(struct span part, const char *text)
{
    return part.length == strlen(text) && memcmp(part.text, text, part.length) == 0;
}

static cpk_status malformed(cpk_error **error)
{
    return error_set(
        error, CPK_ERROR_PERMISSION_DENIED, DOMAIN,
        "the signature header is not of the form t=SECONDS,v1=SIGNATURE: pass Stripe-Signature as it came");
}

/* Finds the header's only `t`, as text because the signature covers its exact bytes. */
static cpk_status find_timestamp(struct span header, struct span *timestamp, int64_t *seconds, cpk_error **error)
{
    timestamp->text = NULL;
    while (header.length > 0) {
        struct span value = take_part(&header, ',');
        struct span key = take_part(&value, '=');

        if (!span_is(key, "t")) {
            continue;
        }
        if (timestamp->text != NULL || value.length == 0 || value.length > TIMESTAMP_BYTES) {
            return malformed(error);
        }
        *timestamp = value;
    }
    if (timestamp->text == NULL) {
        return malformed(error);
    }
    *seconds = 0;
    for (size_t i = 0; i < timestamp->length; i++) {
        if (timestamp->text[i] < '0' || timestamp->text[i] > '9') {
            return malformed(error);
        }
        *seconds = *seconds * 10 + (timestamp->text[i] - '0');
    }
    return CPK_OK;
}

static int32_t hmac_add_all(EVP_MAC_CTX *mac, struct span secret, struct span timestamp, const void *body,
                            size_t body_length, unsigned char digest[HASH_SHA256_BYTES])
{
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
                               OSSL_PARAM_construct_end()};
    size_t length;

    return EVP_MAC_init(mac, (const unsigned char *)secret.text, secret.length, parameters) == 1 &&
           EVP_MAC_update(mac, (const unsigned char *)timestamp.text, timestamp.length) == 1 &&
           EVP_MAC_update(mac, (const unsigned char *)".", 1) == 1 && EVP_MAC_update(mac, body, body_length) == 1 &&
           EVP_MAC_final(mac, digest, &length, HASH_SHA256_BYTES) == 1;
}

static cpk_status sign(struct span secret, struct span timestamp, const void *body, size_t body_length,
                       char signature[SIGNATURE_BYTES + 1], cpk_error **error)
{
    unsigned char digest[HASH_SHA256_BYTES];
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = algorithm != NULL ? EVP_MAC_CTX_new(algorithm) : NULL;
    int32_t done = mac != NULL && hmac_add_all(mac, secret, timestamp, body, body_length, digest);

    EVP_MAC_CTX_free(mac);
    EVP_MAC_free(algorithm);
    if (!done) {
        return error_out_of_memory(error);
    }
    hash_hex(digest, sizeof digest, signature);
    return CPK_OK;
}

/* Compares every signature in constant time; sets *found on a match (never resets it) and *any if the header
 * has a `v1`. */
static void compare_all(struct span header, const char signature[SIGNATURE_BYTES + 1], int32_t *any, int32_t *found)
{
    while (header.length > 0) {
        struct span value = take_part(&header, ',');
        struct span key = take_part(&value, '=');

        if (span_is(key, "v1")) {
            *any = 1;
            *found |= value.length == SIGNATURE_BYTES && CRYPTO_memcmp(value.text, signature, SIGNATURE_BYTES) == 0;
        }
    }
}

static cpk_status check_secret(struct span secret, cpk_error **error)
{
    for (size_t i = 0; i < secret.length; i++) {
        if ((unsigned char)secret.text[i] <= ' ') {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                             "a secret of " SECRET_SETTING " holds white space: remove it");
        }
    }
    return CPK_OK;
}

static cpk_status match_any(struct span header, struct span timestamp, const void *body, size_t body_length,
                            const char *secrets, cpk_error **error)
{
    struct span rest = {secrets, strlen(secrets)};
    int32_t tried = 0;
    int32_t any = 0;
    int32_t found = 0;

    while (rest.length > 0) {
        char signature[SIGNATURE_BYTES + 1];
        struct span secret = take_part(&rest, ',');

        if (secret.length == 0) {
            continue;
        }
        CPK_TRY(check_secret(secret, error));
        CPK_TRY(sign(secret, timestamp, body, body_length, signature, error));
        compare_all(header, signature, &any, &found);
        OPENSSL_cleanse(signature, sizeof signature);
        tried = 1;
    }
    if (!tried) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "there is no webhook secret: set " SECRET_SETTING " to the endpoint's signing secret");
    }
    if (!any) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN, "the signature header has no v1 signature");
    }
    if (!found) {
        return error_set(
            error, CPK_ERROR_PERMISSION_DENIED, DOMAIN,
            "the signature does not match: is the body exactly what came, and the secret this endpoint's?");
    }
    return CPK_OK;
}

cpk_status signature_verify(const struct delivery_signature *signature, cpk_error **error)
{
    struct span whole = {signature->header, signature->header_length};
    const char *secrets = signature->secrets != NULL ? signature->secrets : "";
    struct span timestamp = {NULL, 0};
    int64_t seconds = 0;
    int64_t apart_seconds;

    if (whole.text == NULL || whole.length == 0 || whole.length > SIGNATURE_HEADER_BYTES_MAX) {
        return malformed(error);
    }
    CPK_TRY(find_timestamp(whole, &timestamp, &seconds, error));
    CPK_TRY(match_any(whole, timestamp, signature->body, signature->body_length, secrets, error));
    apart_seconds = signature->now_us / MICROS_PER_SECOND - seconds;
    if (apart_seconds < 0) {
        apart_seconds = -apart_seconds;
    }
    if (signature->tolerance_ms > 0 && apart_seconds > signature->tolerance_ms / 1000) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN,
                         "the signature's time is %lld s away from this machine's: more than "
                         "stripe.signature_tolerance_ms allows; is the clock right, or was an old request sent again?",
                         (long long)apart_seconds);
    }
    return CPK_OK;
}

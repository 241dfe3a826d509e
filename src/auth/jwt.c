#include "auth/jwt.h"

#include "auth/base64url.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>
#include <strings.h>

#define HEADER_BYTES_MAX 4096
#define HEADER_DEPTH_MAX 8

const char *jwt_result_text(enum jwt_result result)
{
    static const char *const TEXTS[] = {
        [JWT_GOOD] = "valid",
        [JWT_MALFORMED] = "not a token",
        [JWT_UNSUPPORTED] = "unsupported algorithm, type or extension",
        [JWT_NO_KEY] = "no matching key",
        [JWT_FORGED] = "wrong signature",
        [JWT_BAD_CLAIMS] = "a claim is missing or invalid",
        [JWT_EXPIRED] = "expired",
        [JWT_TOO_EARLY] = "not valid yet",
        [JWT_WRONG_AUDIENCE] = "for another audience",
        [JWT_WRONG_ISSUER] = "from another issuer",
        [JWT_NO_MEMORY] = "out of memory",
    };

    return TEXTS[result];
}

static enum jwt_result read_type(struct json_object *header)
{
    struct json_object *type = json_member(header, "typ");

    if (type == NULL) {
        return JWT_GOOD;
    }
    return json_object_is_type(type, json_type_string) && strcasecmp(json_object_get_string(type), "JWT") == 0
               ? JWT_GOOD
               : JWT_UNSUPPORTED;
}

static enum jwt_result read_kid(struct jwt *jwt, struct json_object *header)
{
    size_t length = 0;
    const char *kid = json_member_text_length(header, "kid", &length);

    if (json_member(header, "kid") == NULL) {
        return JWT_GOOD;
    }
    if (kid == NULL || length > JWK_KID_BYTES_MAX || strlen(kid) != length) {
        return JWT_MALFORMED;
    }
    memcpy(jwt->kid, kid, length + 1);
    jwt->has_kid = 1;
    return JWT_GOOD;
}

/* Keys in the token (jwk, jku, x5c, x5u) are ignored. */
static enum jwt_result read_members(struct jwt *jwt, struct json_object *header)
{
    size_t length = 0;
    const char *algorithm = json_member_text_length(header, "alg", &length);
    enum jwt_result result;

    if (algorithm == NULL || strlen(algorithm) != length) {
        return JWT_MALFORMED;
    }
    jwt->algorithm = jwk_algorithm_from_name(algorithm);
    if (jwt->algorithm == JWK_NO_ALGORITHM || json_object_object_get_ex(header, "crit", NULL) ||
        json_object_object_get_ex(header, "b64", NULL)) {
        return JWT_UNSUPPORTED;
    }
    result = read_type(header);
    return result == JWT_GOOD ? read_kid(jwt, header) : result;
}

static enum jwt_result read_header(struct jwt *jwt, const char *text, size_t length)
{
    unsigned char bytes[BASE64URL_BYTES(HEADER_BYTES_MAX)];
    size_t byte_count;
    struct json_object *header;
    enum jwt_result result = JWT_MALFORMED;
    cpk_status status;

    if (length > HEADER_BYTES_MAX || !base64url_decode(text, length, bytes, &byte_count)) {
        return JWT_MALFORMED;
    }
    status = json_parse_strict((const char *)bytes, byte_count, HEADER_DEPTH_MAX, &header, NULL);
    if (status != CPK_OK) {
        return status == CPK_ERROR_OUT_OF_MEMORY ? JWT_NO_MEMORY : JWT_MALFORMED;
    }
    if (json_object_is_type(header, json_type_object)) {
        result = read_members(jwt, header);
    }
    json_object_put(header);
    return result;
}

static enum jwt_result read_payload(struct jwt *jwt, const char *text, size_t length)
{
    jwt->payload_capacity = BASE64URL_BYTES(length);
    jwt->payload = memory_allocate(&jwt->context->allocator, jwt->payload_capacity);
    if (jwt->payload == NULL) {
        return JWT_NO_MEMORY;
    }
    return base64url_decode(text, length, (unsigned char *)jwt->payload, &jwt->payload_length) ? JWT_GOOD
                                                                                               : JWT_MALFORMED;
}

enum jwt_result jwt_read(const struct context *context, const char *token, size_t length, struct jwt *jwt)
{
    const char *first = memchr(token, '.', length);
    const char *second;
    size_t left;
    enum jwt_result result;

    memset(jwt, 0, sizeof *jwt);
    jwt->context = context;
    if (first == NULL) {
        return JWT_MALFORMED;
    }
    left = length - (size_t)(first + 1 - token);
    second = memchr(first + 1, '.', left);
    if (second == NULL) {
        return JWT_MALFORMED;
    }
    left = length - (size_t)(second + 1 - token);
    if (left == 0 || BASE64URL_BYTES(left) > sizeof jwt->signature ||
        !base64url_decode(second + 1, left, jwt->signature, &jwt->signature_length)) {
        return JWT_MALFORMED;
    }
    jwt->signed_text = token;
    jwt->signed_length = (size_t)(second - token);
    result = read_header(jwt, token, (size_t)(first - token));
    return result == JWT_GOOD ? read_payload(jwt, first + 1, (size_t)(second - first - 1)) : result;
}

void jwt_clear(struct jwt *jwt)
{
    memory_release(&jwt->context->allocator, jwt->payload, jwt->payload_capacity);
    jwt->payload = NULL;
}

enum jwt_result jwt_verify(const struct jwt *jwt, const struct jwks *keys)
{
    enum jwt_result result = JWT_NO_KEY;
    size_t at = 0;
    const struct jwk *key;

    while ((key = jwks_next(keys, jwt->algorithm, jwt->has_kid ? jwt->kid : NULL, &at)) != NULL) {
        enum jwk_verdict verdict =
            jwk_verify(key, jwt->signed_text, jwt->signed_length, jwt->signature, jwt->signature_length);

        if (verdict != JWK_SIGNATURE_WRONG) {
            return verdict == JWK_SIGNATURE_GOOD ? JWT_GOOD : JWT_NO_MEMORY;
        }
        result = JWT_FORGED;
    }
    return result;
}

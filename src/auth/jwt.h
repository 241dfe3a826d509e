/* Parses and verifies JSON Web Tokens in compact form (RFC 7515, RFC 7519). */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include "auth/jwks.h"

/* Why a token is rejected, for the log. The sender only gets the messages of auth_check(). */
enum jwt_result {
    JWT_GOOD,
    JWT_MALFORMED,   /* not three parts of strict base64url, or the header is not valid JSON */
    JWT_UNSUPPORTED, /* unsupported algorithm, type or critical extension */
    JWT_NO_KEY,      /* no key with this kid and algorithm */
    JWT_FORGED,      /* wrong signature */
    JWT_BAD_CLAIMS,  /* a claim is missing or has the wrong type */
    JWT_EXPIRED,
    JWT_TOO_EARLY,
    JWT_WRONG_AUDIENCE,
    JWT_WRONG_ISSUER,
    JWT_NO_MEMORY,
};

const char *jwt_result_text(enum jwt_result result);

struct jwt {
    const struct context *context;
    enum jwk_algorithm algorithm;
    char kid[JWK_KID_BYTES_MAX + 1];
    int32_t has_kid;
    const char *signed_text; /* encoded header and payload; borrowed from the token */
    size_t signed_length;
    unsigned char signature[JWK_SIGNATURE_BYTES_MAX + 2];
    size_t signature_length;
    char *payload; /* untrusted until jwt_verify() returns JWT_GOOD */
    size_t payload_capacity;
    size_t payload_length;
};

/* Parses a token, which must outlive `jwt`. Call jwt_clear() afterwards, also on failure. */
enum jwt_result jwt_read(const struct context *context, const char *token, size_t length, struct jwt *jwt);
void jwt_clear(struct jwt *jwt);

/* Verifies the signature: JWT_GOOD, JWT_FORGED, JWT_NO_MEMORY, or JWT_NO_KEY if no key of the set matches. */
enum jwt_result jwt_verify(const struct jwt *jwt, const struct jwks *keys);

#endif

/* A token in its compact form (RFC 7515, RFC 7519): three parts, signed by a key whose algorithm is known beforehand.
 */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include "auth/jwks.h"

/* Why a token is not good: for the log. Whoever sent it learns only what auth.h tells. */
enum jwt_result {
    JWT_GOOD,
    JWT_MALFORMED,   /* not three parts of strict base64url, or the header is not strict JSON */
    JWT_UNSUPPORTED, /* an algorithm, type or critical extension that is not ours */
    JWT_NO_KEY,      /* no key has this kid and algorithm */
    JWT_FORGED,      /* the signature is not the key's */
    JWT_BAD_CLAIMS,  /* the payload is not an object of claims of the right types */
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
    const char *signed_text; /* header and payload as they came; borrowed from the token */
    size_t signed_length;
    unsigned char signature[JWK_SIGNATURE_BYTES_MAX + 2];
    size_t signature_length;
    char *payload; /* not to be trusted before JWT_GOOD of jwt_verify() */
    size_t payload_capacity;
    size_t payload_length;
};

/* Takes a token apart. It needs jwt_clear() whatever comes of it; the token stays where it is meanwhile. */
enum jwt_result jwt_read(const struct context *context, const char *token, size_t length, struct jwt *jwt);
void jwt_clear(struct jwt *jwt);

/* JWT_GOOD, JWT_FORGED, JWT_NO_MEMORY, or JWT_NO_KEY when no key of the set may have signed it. */
enum jwt_result jwt_verify(const struct jwt *jwt, const struct jwks *keys);

#endif

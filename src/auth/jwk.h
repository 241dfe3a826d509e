/* One key that signs tokens. Its algorithm belongs to it and not to the token: a public key can't serve as a secret,
 * and "none" is no algorithm. */
#ifndef AUTH_JWK_H
#define AUTH_JWK_H

#include "base/context.h"
#include "base/json/json.h"

#include <openssl/evp.h>

enum jwk_algorithm {
    JWK_NO_ALGORITHM,
    JWK_HS256,
    JWK_RS256,
    JWK_ES256,
    JWK_EDDSA, /* Ed25519 */
};

#define JWK_SECRET_BYTES_MIN    32
#define JWK_RSA_BITS_MIN        2048
#define JWK_RSA_BITS_MAX        8192
#define JWK_KID_BYTES_MAX       256
#define JWK_SIGNATURE_BYTES_MAX (JWK_RSA_BITS_MAX / 8)

struct jwk {
    enum jwk_algorithm algorithm;
    char *kid;             /* NULL: it has none */
    EVP_PKEY *key;         /* of RS256, ES256 and EdDSA */
    unsigned char *secret; /* of HS256 */
    size_t secret_length;
};

/* JWK_NO_ALGORITHM for all but "HS256", "RS256", "ES256" and "EdDSA". */
enum jwk_algorithm jwk_algorithm_from_name(const char *name);

/* A key of a secret, for HS256. CPK_ERROR_INVALID_ARGUMENT when it is too short. */
cpk_status jwk_from_secret(const struct context *context, const char *secret, struct jwk *key, cpk_error **error);

/* A public key from its JSON (RFC 7517). CPK_ERROR_UNSUPPORTED for one of another kind or for another use,
 * CPK_ERROR_INVALID_DATA for one that is broken or weak; the message tells why and nothing of the key. */
cpk_status jwk_read(const struct context *context, struct json_object *json, struct jwk *key, cpk_error **error);

void jwk_clear(const struct context *context, struct jwk *key); /* wipes and releases what it holds */

enum jwk_verdict { JWK_SIGNATURE_WRONG, JWK_SIGNATURE_GOOD, JWK_NO_MEMORY };

/* Whether the signature is this key's for these bytes by its own algorithm. JWK_NO_MEMORY: it could not be checked. */
enum jwk_verdict jwk_verify(const struct jwk *key, const char *bytes, size_t length, const unsigned char *signature,
                            size_t signature_length);

#endif

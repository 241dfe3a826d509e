/* A key that verifies tokens (RFC 7517). The algorithm is a property of the key, not of the token: a public key can't
 * be used as an HMAC secret, and "none" is not supported. */
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
    char *kid;             /* key id, or NULL */
    EVP_PKEY *key;         /* RS256, ES256 and EdDSA */
    unsigned char *secret; /* HS256 */
    size_t secret_length;
};

/* Returns JWK_NO_ALGORITHM unless the name is "HS256", "RS256", "ES256" or "EdDSA". */
enum jwk_algorithm jwk_algorithm_from_name(const char *name);

/* Creates an HS256 key. CPK_ERROR_INVALID_ARGUMENT: the secret is too short. */
cpk_status jwk_from_secret(const struct context *context, const char *secret, struct jwk *key, cpk_error **error);

/* Reads a public key from JSON. CPK_ERROR_UNSUPPORTED: another type or use; CPK_ERROR_INVALID_DATA: invalid or weak.
 * Messages do not contain key material. */
cpk_status jwk_read(const struct context *context, struct json_object *json, struct jwk *key, cpk_error **error);

void jwk_clear(const struct context *context, struct jwk *key); /* wipes and frees the contents */

enum jwk_verdict { JWK_SIGNATURE_WRONG, JWK_SIGNATURE_GOOD, JWK_NO_MEMORY };

/* Verifies a signature with the key's algorithm. JWK_NO_MEMORY: it could not be checked. */
enum jwk_verdict jwk_verify(const struct jwk *key, const char *bytes, size_t length, const unsigned char *signature,
                            size_t signature_length);

#endif

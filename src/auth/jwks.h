/* A key set (RFC 7517, section 5). Immutable and reference-counted, so that it can be replaced while other threads use
 * it. */
#ifndef AUTH_JWKS_H
#define AUTH_JWKS_H

#include "auth/jwk.h"

#define JWKS_BYTES_MAX (1 << 20)
#define JWKS_KEYS_MAX  64

struct jwks;

/* Parses a key set. Unusable keys are skipped and logged. CPK_ERROR_INVALID_DATA: not a key set, or no usable key.
 * `origin` names the set in messages. */
cpk_status jwks_parse(const struct context *context, const char *origin, const char *json, size_t length,
                      struct jwks **keys, cpk_error **error);
/* Creates a set of one key from auth.jwt_secret. */
cpk_status jwks_from_secret(const struct context *context, const char *secret, struct jwks **keys, cpk_error **error);

void jwks_retain(struct jwks *keys);
void jwks_release(struct jwks *keys); /* NULL is allowed */

size_t jwks_count(const struct jwks *keys);

/* Returns the next key from *at that may have signed a token with this algorithm and kid (NULL: the token has none), or
 * NULL. A key without a kid matches any. */
const struct jwk *jwks_next(const struct jwks *keys, enum jwk_algorithm algorithm, const char *kid, size_t *at);

#endif

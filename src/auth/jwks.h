/* A set of keys (RFC 7517, section 5): immutable and counted by reference, so that it may be replaced while others
 * verify with it. */
#ifndef AUTH_JWKS_H
#define AUTH_JWKS_H

#include "auth/jwk.h"

#define JWKS_BYTES_MAX (1 << 20)
#define JWKS_KEYS_MAX  64

struct jwks;

/* Keys of other kinds are left out and logged. CPK_ERROR_INVALID_DATA when it is no key set, or none of its keys is of
 * use. `origin` names it in messages. */
cpk_status jwks_parse(const struct context *context, const char *origin, const char *json, size_t length,
                      struct jwks **keys, cpk_error **error);
/* A set of one: auth.jwt_secret. */
cpk_status jwks_from_secret(const struct context *context, const char *secret, struct jwks **keys, cpk_error **error);

void jwks_retain(struct jwks *keys);
void jwks_release(struct jwks *keys); /* NULL is allowed */

size_t jwks_count(const struct jwks *keys);

/* The next key from *at on that may have signed a token of this algorithm and kid (NULL: the token names none), or
 * NULL. A key without a kid goes with any. */
const struct jwk *jwks_next(const struct jwks *keys, enum jwk_algorithm algorithm, const char *kid, size_t *at);

#endif

/* The configured keys: a secret, a file that is reloaded when it changes, a URL that is fetched periodically.
 * Thread-safe. */
#ifndef AUTH_KEYRING_H
#define AUTH_KEYRING_H

#include "auth/jwt.h"
#include "net/http.h"

struct keyring;

/* `client` fetches auth.jwks_url; NULL if that is not set. Keys are loaded on first use. CPK_ERROR_INVALID_ARGUMENT: no
 * keys are configured, or the secret is too short. */
cpk_status keyring_create(const struct context *context, struct http *client, struct keyring **ring, cpk_error **error);
void keyring_free(struct keyring *ring); /* NULL is allowed */

/* Verifies a token with every matching key, loading and fetching keys as needed. CPK_OK sets *result. Fails only if
 * keys could not be loaded: CPK_ERROR_NETWORK, _NOT_FOUND, _INVALID_DATA ... */
cpk_status keyring_verify(struct keyring *ring, const struct jwt *jwt, enum jwt_result *result, cpk_error **error);

#endif

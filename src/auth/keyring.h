/* The keys that the settings name: a secret, a file that is read again when it changes, a URL that is fetched again in
 * time. Synchronised. */
#ifndef AUTH_KEYRING_H
#define AUTH_KEYRING_H

#include "auth/jwt.h"
#include "net/http.h"

struct keyring;

/* `client` fetches auth.jwks_url; NULL when that is not set. CPK_ERROR_INVALID_ARGUMENT when no setting names a key or
 * the secret is too short. Nothing is read yet. */
cpk_status keyring_create(const struct context *context, struct http *client, struct keyring **ring, cpk_error **error);
void keyring_free(struct keyring *ring); /* NULL is allowed */

/* Verifies with every key that may have signed it; reads and fetches keys as needed. CPK_OK: *result tells. A failure
 * means that keys could not be had at all: CPK_ERROR_NETWORK, _NOT_FOUND, _INVALID_DATA ... */
cpk_status keyring_verify(struct keyring *ring, const struct jwt *jwt, enum jwt_result *result, cpk_error **error);

#endif

/* Verifies JSON Web Tokens and returns their claims. Thread-safe. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "auth/claims.h"
#include "base/buffer.h"
#include "net/http.h"

struct auth;

/* Parameters and errors as for keyring_create(). */
cpk_status auth_create(const struct context *context, struct http *client, struct auth **auth, cpk_error **error);
void auth_free(struct auth *auth); /* NULL is allowed */

/* Verifies a token, reads its claims and appends its payload (JSON) to `payload`. CPK_ERROR_UNAUTHENTICATED only says
 * "not valid", "expired" or "for another audience"; the exact reason is logged at debug level. */
cpk_status auth_check(struct auth *auth, const char *token, size_t length, struct claims *claims,
                      struct buffer *payload, cpk_error **error);

#endif

/* Who sends a token, or why they are not let in. Synchronised. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "auth/claims.h"
#include "base/buffer.h"
#include "net/http.h"

struct auth;

/* As keyring_create(). */
cpk_status auth_create(const struct context *context, struct http *client, struct auth **made, cpk_error **error);
void auth_free(struct auth *auth); /* NULL is allowed */

/* Verifies a token: what it claims, and appended to `payload` all of that as the JSON it came as.
 * CPK_ERROR_UNAUTHENTICATED tells "not valid", "expired" or "for another audience" and no more; the log's debug lines
 * tell the reason. */
cpk_status auth_check(struct auth *auth, const char *token, size_t length, struct claims *claims,
                      struct buffer *payload, cpk_error **error);

#endif

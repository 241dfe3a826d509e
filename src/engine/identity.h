/* Opens a session from a token; creates the profile on the user's first sign-in. */
#ifndef ENGINE_IDENTITY_H
#define ENGINE_IDENTITY_H

#include "engine/session.h"

/* `allow` is CPK_TOKEN_*. CPK_ERROR_UNAUTHENTICATED; CPK_ERROR_PERMISSION_DENIED (role not allowed, or account
 * deleted); CPK_ERROR_ALREADY_EXISTS (another account has the e-mail address). */
cpk_status identity_open_session(cpk_engine *engine, const char *token, uint32_t allow, cpk_session **session,
                                 cpk_error **error);

#endif

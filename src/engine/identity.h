/* From a token to a session; the first one of a user makes their profile. */
#ifndef ENGINE_IDENTITY_H
#define ENGINE_IDENTITY_H

#include "engine/session.h"

/* `allow` is CPK_TOKEN_*. CPK_ERROR_UNAUTHENTICATED, CPK_ERROR_PERMISSION_DENIED (another role, one that is not
 * allowed, or a deleted account), CPK_ERROR_ALREADY_EXISTS (another account has the e-mail address). */
cpk_status identity_open_session(cpk_engine *engine, const char *token, uint32_t allow, cpk_session **session,
                                 cpk_error **error);

#endif

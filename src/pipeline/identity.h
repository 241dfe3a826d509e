/* From a token to a session; the first one of a user makes their profile. */
#ifndef PIPELINE_IDENTITY_H
#define PIPELINE_IDENTITY_H

#include "pipeline/session.h"

/* CPK_ERROR_UNAUTHENTICATED, CPK_ERROR_PERMISSION_DENIED (another role, or a deleted account),
 * CPK_ERROR_ALREADY_EXISTS (another account has the e-mail address). */
cpk_status identity_open_session(cpk_engine *engine, const char *token, cpk_session **session, cpk_error **error);

#endif

/* Reads and checks the claims of a verified token: subject, role, audience, issuer, lifetime. */
#ifndef AUTH_CLAIMS_H
#define AUTH_CLAIMS_H

#include "auth/jwt.h"
#include "base/uuid.h"

/* Supabase's role names. */
#define CLAIMS_ROLE_USER        "authenticated"
#define CLAIMS_ROLE_SERVICE     "service_role"

#define CLAIMS_EMAIL_BYTES_MAX  320
#define CLAIMS_NAME_BYTES_MAX   200
#define CLAIMS_AVATAR_BYTES_MAX 2000

struct claims {
    char role[64];
    char subject[UUID_TEXT_BYTES];             /* "": missing or not a UUID */
    char email[CLAIMS_EMAIL_BYTES_MAX + 1];    /* "": missing or not usable, as below */
    char full_name[CLAIMS_NAME_BYTES_MAX + 1]; /* from user_metadata, which users can set: sanitized and truncated */
    char avatar_url[CLAIMS_AVATAR_BYTES_MAX + 1];
};

/* Reads and checks the payload of a token with a verified signature. exp is required; nbf and iat are checked if
 * present; aud and iss must match the settings auth.audience and auth.issuer. A service token may lack aud, as
 * Supabase's do. */
enum jwt_result claims_read(const struct jwt *jwt, struct claims *claims);

#endif

/* What a verified token says: who, for whom, from when to when. */
#ifndef AUTH_CLAIMS_H
#define AUTH_CLAIMS_H

#include "auth/jwt.h"
#include "base/uuid.h"

/* Roles as Supabase names them. */
#define CLAIMS_ROLE_USER        "authenticated"
#define CLAIMS_ROLE_SERVICE     "service_role"

#define CLAIMS_EMAIL_BYTES_MAX  320
#define CLAIMS_NAME_BYTES_MAX   200
#define CLAIMS_AVATAR_BYTES_MAX 2000

struct claims {
    char role[64];
    char subject[UUID_TEXT_BYTES];             /* "" : none, or not a UUID */
    char email[CLAIMS_EMAIL_BYTES_MAX + 1];    /* "" : none */
    char full_name[CLAIMS_NAME_BYTES_MAX + 1]; /* of user_metadata, which the user wrote: cleaned and cut; "" : none */
    char avatar_url[CLAIMS_AVATAR_BYTES_MAX + 1];
};

/* Reads and checks the payload of a token whose signature is good. exp is required, nbf and iat count when they are
 * there; aud and iss must be of the settings auth.audience and auth.issuer. A service's token may lack aud, as
 * Supabase's own do. */
enum jwt_result claims_read(const struct jwt *jwt, struct claims *claims);

#endif

/* A session: access to the engine with the rights of one principal. */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include "base/buffer.h"
#include "base/uuid.h"
#include "engine/engine.h"
#include "storage/storage.h"
#include "store/store.h"
#include "store/user.h"

#include <contextpack/session.h>

struct cpk_session {
    cpk_engine *engine;                 /* holds a reference */
    int32_t kind;                       /* CPK_ACTOR_* */
    char principal_id[UUID_TEXT_BYTES]; /* "": none (service) */
    struct buffer claims;               /* claims of the token that opened it, as JSON; may be empty */
    struct store *store;                /* with the principal's rights */
    struct store
        *work;    /* store used by processing: the service acting for this user; same as `store` for other principals */
    char *folder; /* user sessions: where the user's blobs lie, "" if that is unusable; NULL for other principals */
    char last_claim_user[UUID_TEXT_BYTES]; /* the user whose work was claimed last; "": none yet */
    struct storage *storage; /* user sessions: view limited to that folder; otherwise the engine's. NULL before
                                session_need_storage() */
};

/* A user's session is to be given the user next, with session_take_user(). */
cpk_status session_create(cpk_engine *engine, const cpk_actor *actor, cpk_session **session, cpk_error **error);
/* Checks that the session's user may work (user_check()), and keeps where their blobs lie. */
cpk_status session_take_user(cpk_session *session, const cpk_user *user, cpk_error **error);
/* Opens a session of an existing user: cpk_session_open_user() for a checked id. */
cpk_status session_open_user(cpk_engine *engine, const char *user_id, cpk_session **session, cpk_error **error);
/* Opens another session of the same principal without a query. */
cpk_status session_duplicate(const cpk_session *session, cpk_session **opened, cpk_error **error);
/* Sets session->storage, without a query; call first in every function that touches blobs. Users may write the columns
 * that name blobs (r2_*), so blobs of a user are accessed through a storage view that rejects all other keys. */
cpk_status session_need_storage(cpk_session *session, cpk_error **error);
void session_free(cpk_session *session); /* may be NULL */

#endif

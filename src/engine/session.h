/* A session: the engine as one principal sees it. */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include "base/buffer.h"
#include "base/uuid.h"
#include "engine/engine.h"
#include "storage/storage.h"
#include "store/store.h"

#include <contextpack/session.h>

struct cpk_session {
    cpk_engine *engine;                 /* kept alive */
    int32_t kind;                       /* CPK_ACTOR_* */
    char principal_id[UUID_TEXT_BYTES]; /* "": the service has none */
    struct buffer claims;               /* of the token that opened it: JSON, or empty */
    struct store *store;                /* as the principal */
    struct store *work; /* what the pipeline works through: the service for this user; the same as `store` for others */
    struct storage
        *storage; /* a user's: of their blobs alone; the engine's for others. NULL before session_need_storage() */
};

/* The principal is as given: whether the user exists is the caller's to check. */
cpk_status session_create(cpk_engine *engine, const cpk_actor *actor, cpk_session **session, cpk_error **error);
/* Another one of the same principal, without a question to the database. */
cpk_status session_duplicate(const cpk_session *session, cpk_session **opened, cpk_error **error);
/* First in every call that touches blobs. Rows name them in columns that users may write (r2_*), so what is read,
 * written, listed or removed for a user goes through a view of the storage that refuses all but their own. */
cpk_status session_need_storage(cpk_session *session, cpk_error **error);
void session_free(cpk_session *session); /* NULL is allowed */

#endif

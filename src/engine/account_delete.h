/* Account deletion: blocks new work, removes the blobs, then the rows. An interrupted deletion is resumed by
 * the next call. */
#ifndef ENGINE_ACCOUNT_DELETE_H
#define ENGINE_ACCOUNT_DELETE_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "store/deletion.h"

/* Deletes user_id, or the session's user if NULL, and stops what any process does for the user. For an account that is
 * already deleted, reports the same result again. CPK_NOTE_KEPT notes say what is kept and why. The caller frees
 * *deletion with account_deletion_free(), also after an error. */
cpk_status account_delete(cpk_session *session, const char *user_id, const struct op_context *op,
                          struct account_deletion *deletion, cpk_error **error);

#endif

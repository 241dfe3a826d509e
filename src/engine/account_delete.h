/* Deleting an account: nothing new begins, then its blobs go, then its rows; what was broken off is gone on with. */
#ifndef ENGINE_ACCOUNT_DELETE_H
#define ENGINE_ACCOUNT_DELETE_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "store/deletion.h"

/* user_id NULL: the session's own. CPK_ERROR_BUSY while a process works on something of the user's. Again, for an
 * account that is deleted already, it tells the same. Notes of CPK_NOTE_KEPT tell what stays, and why. *deletion is to
 * be freed by account_deletion_free(), whatever is returned. */
cpk_status account_delete(cpk_session *session, const char *user_id, const struct op_context *op,
                          struct account_deletion *deletion, cpk_error **error);

#endif

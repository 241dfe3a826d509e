/* All rows of a kind, a page after another, however many there are. */
#ifndef ENGINE_FOR_EACH_ROW_H
#define ENGINE_FOR_EACH_ROW_H

#include "store/export.h"
#include "store/legacy_pack.h"
#include "store/pack.h"
#include "store/user.h"

/* Takes one row, borrowed for the call; setting *item NULL keeps it, to be freed by snapshot_free(). Other calls on the
 * store are allowed. An error stops the walk. */
typedef cpk_status (*each_row_fn)(void *user, void **item, cpk_error **error);

/* What was wrong with a user whose turn failed. */
typedef void (*walk_skip_fn)(void *user, const cpk_user *profile, const cpk_error *problem);

/* All users, newest first. A user at whom `each` fails is told to `skip`, and the others have their turn all the same;
 * failures that would meet everybody end the walk (error_is_of_one_row). */
cpk_status for_each_user(struct store *store, each_row_fn each, walk_skip_fn skip, void *user, cpk_error **error);

/* Newest first. user_id as in every call on a store. */
cpk_status for_each_pack(struct store *store, const char *user_id, each_row_fn each, void *user, cpk_error **error);
cpk_status for_each_source(struct store *store, const char *user_id, const char *pack_id, each_row_fn each, void *user,
                           cpk_error **error);
cpk_status for_each_export(struct store *store, const char *user_id, const char *pack_id, each_row_fn each, void *user,
                           cpk_error **error);
cpk_status for_each_job(struct store *store, const char *user_id, each_row_fn each, void *user, cpk_error **error);
cpk_status for_each_legacy_pack(struct store *store, const char *user_id, each_row_fn each, void *user,
                                cpk_error **error);

#endif

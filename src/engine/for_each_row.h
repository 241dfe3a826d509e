/* Iterates over all rows of a resource page by page, in constant memory. */
#ifndef ENGINE_FOR_EACH_ROW_H
#define ENGINE_FOR_EACH_ROW_H

#include "store/export.h"
#include "store/job.h"
#include "store/legacy_pack.h"
#include "store/pack.h"
#include "store/source.h"
#include "store/user.h"

/* Called for each row, which is borrowed for the call; to keep it, set *item to NULL and free it with
 * record_free(). May call the store. An error ends the iteration. */
typedef cpk_status (*each_row_fn)(void *user, void **item, cpk_error **error);

/* Called for a user for whom `each` failed. */
typedef void (*user_skip_fn)(void *user, const cpk_user *profile, const cpk_error *problem);

/* All users, newest first. If `each` fails for one user, `skip` is called and the iteration goes on; errors
 * that would affect every user end it (error_is_of_one_row). */
cpk_status for_each_user(struct store *store, each_row_fn each, user_skip_fn skip, void *user, cpk_error **error);

/* Newest first. user_id as in the store functions. */
cpk_status for_each_pack(struct store *store, const char *user_id, each_row_fn each, void *user, cpk_error **error);
cpk_status for_each_source(struct store *store, const char *user_id, const char *pack_id, each_row_fn each, void *user,
                           cpk_error **error);
cpk_status for_each_export(struct store *store, const char *user_id, const char *pack_id, each_row_fn each, void *user,
                           cpk_error **error);
cpk_status for_each_job(struct store *store, const char *user_id, each_row_fn each, void *user, cpk_error **error);
cpk_status for_each_legacy_pack(struct store *store, const char *user_id, each_row_fn each, void *user,
                                cpk_error **error);

#endif

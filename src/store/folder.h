/* Storage folders as profiles and packs name them: which can be used, and which are somebody else's as well. */
#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

#include "database/statement.h"
#include "store/store.h"

#define FOLDER_BYTES_MAX 512       /* of a profile's folder */
#define FOLDER_ARCHIVE   "archive" /* where archives are kept: no user's */
#define FOLDER_CHECK     "contextpack-check"
#define FOLDER_USERS     "users" /* the library makes every new user's folder in it */

/* Why nothing can be stored in a profile's folder ("is empty"); NULL when it is fine. Slashes at its end are. */
const char *folder_problem(const char *directory);
/* 1 for a key in a folder of the library's own, which is nobody's. */
int32_t folder_is_reserved(const char *key);
/* 1 when the folder has the text as one of its parts. */
int32_t folder_has_part(const char *directory, const char *part);
/* 1 when `key` is `folder` or lies in it; neither begins or ends with a slash. "" holds everything. */
int32_t folder_holds(const char *folder, size_t folder_length, const char *key);

/* Another profile whose folder is the same (relation 0), contains it (1) or lies in it (-1). No other call on the
 * store.
 */
typedef void (*folder_neighbour_fn)(void *user, int32_t relation, const char *user_id, const char *directory);

/* The service's. Every kind of relation that there is, by a few examples. */
cpk_status store_folder_neighbours(struct store *store, const char *user_id, const char *directory,
                                   folder_neighbour_fn each, void *user, cpk_error **error);

/* Takes every profile's folder, those that lie in another behind it. No other call on the store. */
typedef cpk_status (*folder_fn)(void *user, const char *user_id, const char *directory, cpk_error **error);

cpk_status store_folder_list(struct store *store, folder_fn each, void *user, cpk_error **error);

/* Runs an insert that returns an identifier and a path in the user's folder, `tail_bytes` longer than the folder is.
 * *was_made 0: it inserted nothing. CPK_ERROR_INVALID_DATA, before anything is stored in it, for a folder that can't be
 * used: the caller rolls back. */
cpk_status store_insert_in_folder(struct statement *insert, const char *user_id, size_t tail_bytes, int32_t *was_made,
                                  cpk_error **error);

#endif

/* Checks the storage folders of profiles and packs: validity, and overlap with those of other profiles. */
#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

#include "database/statement.h"
#include "store/store.h"

#define FOLDER_BYTES_MAX 512       /* maximum length of a profile's folder */
#define FOLDER_ARCHIVE   "archive" /* folder of archives; reserved */
#define FOLDER_CHECK     "contextpack-check"
#define FOLDER_USERS     "users" /* parent of the folders that the library creates for new users */

/* Describes why a profile's folder can't be used ("is empty"), or returns NULL. Trailing slashes are allowed. */
const char *folder_problem(const char *directory);
/* Returns 1 for a key in a folder that is reserved for the library. */
int32_t folder_is_reserved(const char *key);
/* Returns 1 if the text is one of the folder's parts. */
int32_t folder_has_part(const char *directory, const char *part);
/* Returns 1 if `key` is `folder` or inside it. Neither may begin or end with a slash. "" contains everything. */
int32_t folder_holds(const char *folder, size_t folder_length, const char *key);

/* Called for another profile whose folder is the same (relation 0), contains it (1) or is inside it (-1). Must not call
 * the store. */
typedef void (*folder_neighbour_fn)(void *user, int32_t relation, const char *user_id, const char *directory);

/* Service only. Reports at least one profile for each relation that occurs. */
cpk_status store_folder_neighbours(struct store *store, const char *user_id, const char *directory,
                                   folder_neighbour_fn each, void *user, cpk_error **error);

/* Called for every profile's folder; folders inside another directly follow it. Must not call the store. */
typedef cpk_status (*folder_fn)(void *user, const char *user_id, const char *directory, cpk_error **error);

cpk_status store_folder_list(struct store *store, folder_fn each, void *user, cpk_error **error);

/* Runs an insert that returns an identifier and a path in the user's folder, which is tail_bytes longer than the
 * folder. *was_made 0: no row was inserted. CPK_ERROR_INVALID_DATA: the folder can't be used; the caller must roll
 * back. */
cpk_status store_insert_in_folder(struct statement *insert, const char *user_id, size_t tail_bytes, int32_t *was_made,
                                  cpk_error **error);

#endif

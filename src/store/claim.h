/* Finds the rows of all users that name a blob or a folder containing it, for many keys at once. */
#ifndef STORE_CLAIM_H
#define STORE_CLAIM_H

#include "base/buffer.h"
#include "store/store.h"

#define CLAIM_PROFILE    'u' /* the folder of a profile */
#define CLAIM_PACK       'p' /* the folder of a pack */
#define CLAIM_PATH       'k' /* a key, or a prefix of keys */
#define CLAIM_IDENTIFIER 'i' /* a source, export or job whose id is the name of the blobs' folder */

struct claim {
    int32_t kind;            /* CLAIM_* */
    int32_t is_own;          /* a row of the given user (and pack or job) claims it */
    int32_t is_service;      /* 1: only the service can write the row */
    const char *text;        /* as stored in the row */
    const char *other_owner; /* another user who claims it (or the same one for another pack or job), or NULL */
};

/* `claim` is borrowed for the call. Must not call the store. */
typedef cpk_status (*claim_fn)(void *user, const struct claim *claim, cpk_error **error);

/* Build a JSON array of keys and the folders that contain them, with and without leading and trailing slashes, as rows
 * may have them. `previous` (or NULL): the previous key, whose folders are already in the array. */
void claim_paths_begin(struct buffer *paths);
void claim_paths_add(struct buffer *paths, const char *previous, const char *key);
void claim_paths_end(struct buffer *paths);

/* Service only. Claims of user_id (in the pack or job pack_id unless NULL) are own claims. */
struct claim_query {
    const struct buffer *paths; /* JSON arrays */
    const struct buffer *parts;
    const struct buffer *uuids; /* the parts that are UUIDs */
    const char *user_id;
    const char *pack_id;
};

cpk_status store_claim_list(struct store *store, const struct claim_query *claims, claim_fn each, void *user,
                            cpk_error **error);

#endif

/* Claims: which rows, of anyone, name a blob or a folder that it lies in. Asked for many keys at once. */
#ifndef STORE_CLAIM_H
#define STORE_CLAIM_H

#include "base/buffer.h"
#include "store/store.h"

#define CLAIM_PROFILE    'u' /* the folder of a profile */
#define CLAIM_PACK       'p' /* the folder of a pack */
#define CLAIM_PATH       'k' /* a key, or a prefix of keys */
#define CLAIM_IDENTIFIER 'i' /* a source, an export or a job, whose blobs lie in a folder of its name */

struct claim {
    int32_t kind; /* CLAIM_* */
    int32_t is_own;
    int32_t is_service;      /* 1: only the service can have written it */
    const char *text;        /* as the row has it */
    const char *other_owner; /* another user who claims it, or NULL; the same one where it is of another pack or job */
};

/* Borrowed for the call. No other call on the store. */
typedef cpk_status (*claim_fn)(void *user, const struct claim *claim, cpk_error **error);

/* A JSON array of a key and the folders that it lies in, in the spellings that rows may have: with a slash at the end,
 * at the beginning. `previous` (or NULL): the key before it, whose folders are in the array already. */
void claim_paths_begin(struct buffer *paths);
void claim_paths_add(struct buffer *paths, const char *previous, const char *key);
void claim_paths_end(struct buffer *paths);

/* `user_id`: whose claims are own; pack_id (or a job's id) NULL: all of theirs. The service's. */
cpk_status store_claim_list(struct store *store, const struct buffer *paths, const struct buffer *parts,
                            const struct buffer *uuids, const char *user_id, const char *pack_id, claim_fn each,
                            void *user, cpk_error **error);

#endif

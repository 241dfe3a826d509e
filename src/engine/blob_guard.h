/* Which blobs may be removed. A row of anyone that names a blob, or a folder that it lies in, keeps it; so does another
 * profile's folder, and so do the library's own. What nobody names may go only where its place says whose it was.
 *
 * Blobs are listed first and rows looked for afterwards: the library writes a row before its blobs, so that the row of
 * a blob that was seen is seen, too, also one of a profile that did not exist when the listing began. */
#ifndef ENGINE_BLOB_GUARD_H
#define ENGINE_BLOB_GUARD_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/uuid.h"
#include "engine/engine.h"
#include "store/store.h"

/* Why blobs go: as left over without a row, with an account, or with a pack (or one job). */
#define GUARD_SWEEP   1
#define GUARD_ACCOUNT 2
#define GUARD_PACK    3

/* What is said of a blob. */
#define GUARD_FREE    0 /* it may go */
#define GUARD_NAMED   1 /* a row that stays names it */
#define GUARD_FOREIGN 2 /* it lies in a folder of another profile, or of the library's own */
#define GUARD_UNKNOWN 3 /* no row names it, and its place does not say that it was the user's */

struct guard_claims; /* what rows say of the keys at hand */

struct blob_guard {
    cpk_engine *engine;
    struct store *store; /* the service's, or one at work for the user */
    int32_t purpose;
    const char *user_id;                        /* whose rows do not keep a blob (but in a sweep) */
    const char *pack_id;                        /* of GUARD_PACK: only those of this pack, or job; else NULL */
    char folder[CPK_STORAGE_KEY_BYTES_MAX + 1]; /* the user's, or the pack's; "": none that can be used */
    int32_t is_named_after_owner;               /* the folder bears the user's id, or the pack's */
    int32_t is_shared;                          /* another profile has the same folder */
    int32_t contains_others;                    /* another profile's folder lies in it */
    int32_t lies_in_other;                      /* it lies in another profile's */
    char neighbour[UUID_TEXT_BYTES];            /* one of those */
    char named_by[UUID_TEXT_BYTES];             /* of the last verdict GUARD_NAMED: another user, or "" */
};

/* The texts must live as long as the guard. Asks how the folder stands to other profiles'. */
cpk_status blob_guard_init(struct blob_guard *guard, cpk_engine *engine, struct store *store, int32_t purpose,
                           const char *user_id, const char *pack_id, const char *folder, cpk_error **error);
/* 1 when everything in the folder is listed for this user alone: nobody else's lies in it. */
int32_t blob_guard_is_listed(const struct blob_guard *guard);

/* Takes one blob; verdict is GUARD_*. Non-zero stops. Calls on the store are allowed. */
typedef int32_t (*guard_blob_fn)(void *user, const struct blob_guard *guard, const char *key, const cpk_blob_info *info,
                                 int32_t verdict);

/* Every blob at `path` or below it. */
cpk_status blob_guard_list(struct blob_guard *guard, const char *path, guard_blob_fn each, void *user,
                           cpk_error **error);
/* Removes those of the keys, each with its NUL, that may still go; through `storage`, the engine's or a view of it. */
cpk_status blob_guard_remove(struct blob_guard *guard, struct storage *storage, const struct buffer *keys,
                             int64_t *removed, cpk_error **error);
/* Removes what may go at `path` and below it. */
cpk_status blob_guard_remove_path(struct blob_guard *guard, struct storage *storage, const char *path,
                                  cpk_error **error);

/* A verdict as words for people: why a blob stays. */
const char *blob_guard_reason(int32_t verdict);

#endif

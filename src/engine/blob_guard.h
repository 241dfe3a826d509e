/* Decides which blobs may be removed. A blob is kept if a row of any user names it or a folder that contains
 * it, if it lies in another profile's folder, or if it belongs to the library. A blob that no row names may be
 * removed only if its key shows whose it was.
 *
 * Blobs are listed before rows are read. The library writes a row before its blobs, so the row of every listed
 * blob is found, even if its profile was created after the listing began. */
#ifndef ENGINE_BLOB_GUARD_H
#define ENGINE_BLOB_GUARD_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/uuid.h"
#include "engine/engine.h"
#include "store/store.h"

/* Why blobs are removed: orphan collection, account deletion, or deletion of a pack (or one job). */
#define GUARD_SWEEP   1
#define GUARD_ACCOUNT 2
#define GUARD_PACK    3

/* Verdict on one blob. */
#define GUARD_FREE    0 /* may be removed */
#define GUARD_NAMED   1 /* named by a row that remains */
#define GUARD_FOREIGN 2 /* inside a folder of another profile or of the library */
#define GUARD_UNKNOWN 3 /* no row names it and its key does not show an owner */

struct guard_claims; /* claims that rows make on the current keys */

struct blob_guard {
    cpk_engine *engine;
    struct store *store; /* the service's store, or one with the user's rights */
    int32_t purpose;
    const char *user_id;                        /* rows of this user do not keep a blob, except in GUARD_SWEEP */
    const char *pack_id;                        /* GUARD_PACK: only rows of this pack or job; otherwise NULL */
    char folder[CPK_STORAGE_KEY_BYTES_MAX + 1]; /* folder of the user or pack; "": none usable */
    int32_t is_named_after_owner;               /* the folder's name contains the user's or pack's id */
    int32_t is_shared;                          /* another profile uses the same folder */
    int32_t contains_others;                    /* contains another profile's folder */
    int32_t lies_in_other;                      /* lies inside another profile's folder */
    char neighbour[UUID_TEXT_BYTES];            /* id of one such profile */
    char named_by[UUID_TEXT_BYTES];             /* after GUARD_NAMED: the other user, or "" */
};

struct blob_owner {
    const char *user_id;
    const char *pack_id; /* of a pack or job with GUARD_PACK, otherwise NULL */
    const char *folder;  /* of the user or pack; "": none */
};

/* The owner's strings must outlive the guard. Queries how the folder overlaps those of other profiles. */
cpk_status blob_guard_init(struct blob_guard *guard, cpk_engine *engine, struct store *store, int32_t purpose,
                           const struct blob_owner *owner, cpk_error **error);
/* Returns 1 if the folder belongs to this user alone, so that its whole content may be listed. */
int32_t blob_guard_is_listed(const struct blob_guard *guard);

/* Called for each blob; verdict is GUARD_*. A non-zero result stops. May call the store. */
typedef int32_t (*guard_blob_fn)(void *user, const struct blob_guard *guard, const char *key, const cpk_blob_info *info,
                                 int32_t verdict);

/* Calls each for every blob at `path` or below it. */
cpk_status blob_guard_list(struct blob_guard *guard, const char *path, guard_blob_fn each, void *user,
                           cpk_error **error);
/* Removes those of the NUL-terminated keys that may still be removed, through `storage` (the engine's or a view
 * of it). */
cpk_status blob_guard_remove(struct blob_guard *guard, struct storage *storage, const struct buffer *keys,
                             int64_t *removed, cpk_error **error);
/* Removes every removable blob at `path` and below it. */
cpk_status blob_guard_remove_path(struct blob_guard *guard, struct storage *storage, const char *path,
                                  cpk_error **error);

/* Describes a verdict in words: why a blob is kept. */
const char *blob_guard_reason(int32_t verdict);

#endif

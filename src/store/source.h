/* Sources: rows of pack_sources with our own row beside each. */
#ifndef STORE_SOURCE_H
#define STORE_SOURCE_H

#include "records/fields.h"
#include "store/snapshot.h"
#include "store/store.h"
#include "store/work.h"

#include <contextpack/source.h>

struct cpk_source {
    struct snapshot snapshot;
#define RECORD_TABLE "records/source.def"
#include "records/members.def"
};

/* Whatever case another service wrote it in. */
int32_t source_is_completed(const cpk_source *source);
/* Text and index are stored as this library makes them. */
int32_t source_is_extracted(const cpk_source *source);
/* Another service completed it: what is known of it is at r2_analyzed_path. */
int32_t source_is_of_other_service(const cpk_source *source);

/* Before this library works on a source that another service made: our row beside it. One that is there is left. */
cpk_status store_source_take_up(struct store *store, const char *user_id, const char *source_id, cpk_error **error);

struct source_params {
    const char *source_id; /* NULL: a new random one */
    const char *name;
    const char *type;
    const char *file_name;            /* or NULL */
    int64_t file_size_bytes;          /* -1: not known */
    const char *mime_type;            /* or NULL */
    const char *r2_raw_path;          /* or NULL */
    const char *sha256;               /* hex; NULL: not known, then it is never found again by content */
    const char *format;               /* or NULL */
    const char *settings_fingerprint; /* or NULL */
    const char *lease_owner;          /* NULL: nobody works on it yet */
    int64_t lease_expires_us;
};

/* A pending source. CPK_ERROR_ALREADY_EXISTS when the pack has one with these bytes: look it up and go on with it.
 * CPK_ERROR_LIMIT_EXCEEDED names pack.max_sources. */
cpk_status store_source_create(struct store *store, const char *user_id, const char *pack_id,
                               const struct source_params *params, cpk_source **source, cpk_error **error);
cpk_status store_source_get(struct store *store, const char *user_id, const char *source_id, cpk_source **source,
                            cpk_error **error);
/* *source NULL when the pack has none with these bytes. */
/* The same, with its lease: CPK_ERROR_CONFLICT when that is not free, or the user is suspended or being deleted. */
cpk_status store_source_acquire(struct store *store, const char *user_id, const char *source_id,
                                const char *lease_owner, int64_t lease_expires_us, cpk_source **source,
                                cpk_error **error);
cpk_status store_source_find_by_sha256(struct store *store, const char *user_id, const char *pack_id,
                                       const char *sha256, cpk_source **source, cpk_error **error);
/* Newest first; a page goes on after created_us and source_id of its last item. Items are cpk_source. */
cpk_status store_source_list(struct store *store, const char *user_id, const char *pack_id,
                             const struct store_page *page, struct snapshot_list **sources, cpk_error **error);
/* Neither completed nor failed, oldest first; pack_id NULL: of all packs. limit as in store_page. */
cpk_status store_source_list_unfinished(struct store *store, const char *user_id, const char *pack_id, int64_t limit,
                                        struct snapshot_list **sources, cpk_error **error);

/* In one transaction: completed, the rest of the hold given back, the lease released, the pack counted anew.
 * CPK_ERROR_CONFLICT while a chunk is not done. */
cpk_status store_source_complete(struct store *store, const char *user_id, const char *source_id,
                                 const char *lease_owner, const char *r2_analyzed_path, cpk_error **error);
/* With all our rows; an open hold is given back and the pack counted anew. Blobs are the caller's. */
cpk_status store_source_delete(struct store *store, const char *user_id, const char *source_id, cpk_error **error);

/* For work.c, inside its transaction: what the pack counts, before what the source came to changes to `tokens`, and the
 * pack's counts anew. */
cpk_status store_source_add_pack_tokens(struct store *store, const char *user_id, const char *source_id, int64_t tokens,
                                        cpk_error **error);
cpk_status store_source_recount_pack(struct store *store, const char *user_id, const char *source_id,
                                     cpk_error **error);

#endif

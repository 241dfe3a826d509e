/* Sources: rows of pack_sources, with a row of the library for each. */
#ifndef STORE_SOURCE_H
#define STORE_SOURCE_H

#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"
#include "store/work_key.h"

#include <contextpack/source.h>

struct cpk_source {
    struct record record;
#define RECORD_TABLE "records/source.def"
#include "records/members.def"
};

/* Ignores case, because other services write the status differently. */
int32_t source_is_completed(const cpk_source *source);
/* Returns 1 if text and index were stored by this library. */
int32_t source_is_extracted(const cpk_source *source);
/* Returns 1 if a source of the pack was deleted that may have brought messages of this one: its file must be read
 * again. */
int32_t source_lacks_messages(const cpk_source *source);
/* Returns 1 if another service completed the source: its findings are at r2_analyzed_path. */
int32_t source_is_of_other_service(const cpk_source *source);

/* Inserts the library's row for a source of another service, unless it exists. */
cpk_status store_source_take_up(struct store *store, const char *user_id, const char *source_id, cpk_error **error);

struct source_params {
    const char *source_id; /* NULL: a new random one */
    const char *name;
    int32_t type;                     /* CPK_SOURCE_CHAT_EXPORT ... */
    const char *file_name;            /* or NULL */
    int64_t file_size_bytes;          /* -1: unknown */
    const char *mime_type;            /* or NULL */
    const char *r2_raw_path;          /* or NULL */
    const char *sha256;               /* hex; NULL: unknown, so that it can't be found by content */
    const char *raw_check;            /* hash_wide_finish_hex() of the raw bytes; NULL: unknown */
    const char *format;               /* or NULL */
    const char *settings_fingerprint; /* or NULL */
    const char *lease_owner;          /* NULL: no lease */
    int64_t lease_expires_us;
};

/* Creates a pending source. CPK_ERROR_ALREADY_EXISTS: the pack has a source with the same content.
 * CPK_ERROR_LIMIT_EXCEEDED: pack.max_sources. */
cpk_status store_source_create(struct store *store, const char *user_id, const char *pack_id,
                               const struct source_params *params, cpk_source **source, cpk_error **error);
cpk_status store_source_get(struct store *store, const char *user_id, const char *source_id, cpk_source **source,
                            cpk_error **error);
/* Acquires the source's lease and reads the source. CPK_ERROR_CONFLICT: the lease is not free, or the user is suspended
 * or being deleted. */
cpk_status store_source_acquire(struct store *store, const struct work_key *key, int64_t lease_expires_us,
                                cpk_source **source, cpk_error **error);
/* Finds a source by content. *source is NULL if the pack has none. */
cpk_status store_source_find_by_sha256(struct store *store, const char *user_id, const char *pack_id,
                                       const char *sha256, cpk_source **source, cpk_error **error);
/* *has is 1 if the pack has a source of this size: another has no source with the same content. */
cpk_status store_source_has_size(struct store *store, const char *user_id, const char *pack_id, int64_t size_bytes,
                                 int32_t *has, cpk_error **error);
/* Newest first; the next page starts after created_us and source_id of the last item. Items are cpk_source. */
cpk_status store_source_list(struct store *store, const char *user_id, const char *pack_id,
                             const struct store_page *page, struct record_list **sources, cpk_error **error);
/* Lists sources that are neither completed nor failed, oldest first. pack_id NULL: all packs. limit as in store_page.
 */
cpk_status store_source_list_unfinished(struct store *store, const char *user_id, const char *pack_id, int64_t limit,
                                        struct record_list **sources, cpk_error **error);

/* In one transaction: sets the source completed, releases hold and lease, and recounts the pack. CPK_ERROR_CONFLICT: a
 * chunk is not done. */
cpk_status store_source_complete(struct store *store, const char *user_id, const char *source_id,
                                 const char *lease_owner, const char *r2_analyzed_path, cpk_error **error);
/* Deletes the source, releases an open hold and recounts the pack. The caller removes the blobs. Sources that may lack
 * messages afterwards are no longer completed. */
cpk_status store_source_delete(struct store *store, const char *user_id, const char *source_id, cpk_error **error);

/* For work.c; call in a transaction, before the source's tokens change to `tokens`: changes the pack's by the
 * difference. */
cpk_status store_source_add_pack_tokens(struct store *store, const char *user_id, const char *source_id, int64_t tokens,
                                        cpk_error **error);

#endif

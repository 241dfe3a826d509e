/* Exports: rows of pack_exports with our own row beside each. */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "records/fields.h"
#include "store/snapshot.h"
#include "store/store.h"

#define EXPORT_VERSION 1 /* of the documents that this library makes */

typedef struct cpk_export cpk_export;

struct cpk_export {
    struct snapshot snapshot;
#define RECORD_TABLE "records/export.def"
#include "records/members.def"
};

struct export_params {
    const char *export_id; /* a UUID; NULL: a new one */
    const char *type;
    const char *fingerprint;
    const char *r2_path;     /* NULL: <pack directory>/exports/<export_id>/<type>.md */
    const char *json_key;    /* NULL: the same with .json */
    const char *lease_owner; /* or NULL */
    int64_t lease_expires_us;
};

/* The latest of that type and fingerprint in any status, or a new one, generating (*created 1): of several at once, one
 * creates. */
cpk_status store_export_ensure(struct store *store, const char *user_id, const char *pack_id,
                               const struct export_params *params, int32_t *created, cpk_export **found,
                               cpk_error **error);
cpk_status store_export_get(struct store *store, const char *user_id, const char *export_id, cpk_export **found,
                            cpk_error **error);
/* The latest of a type, with a fingerprint (NULL: any) and in a status (NULL: any); *found NULL when there is none. */
cpk_status store_export_find(struct store *store, const char *user_id, const char *pack_id, const char *type,
                             const char *fingerprint, const char *status, cpk_export **found, cpk_error **error);
/* Newest first; a page goes on after created_us and export_id of its last item. Items are cpk_export. */
cpk_status store_export_list(struct store *store, const char *user_id, const char *pack_id,
                             const struct store_page *page, struct snapshot_list **exports, cpk_error **error);

/* The pack's documents of this type and content, whatever their status, those that are ready first; then those of any
 * other that are being made, or were, when their maker died. At most STORE_PAGE_LIMIT_MAX. */
cpk_status store_export_list_like(struct store *store, const char *user_id, const char *pack_id, const char *type,
                                  const char *fingerprint, struct snapshot_list **exports, cpk_error **error);

/* Changes under a lease (store/lease.h, OWNER_EXPORT): lease_owner NULL does not fence. A ready export stays ready. */

/* Back to generating, for one that failed or whose maker is gone; acquire its lease first. */
cpk_status store_export_restart(struct store *store, const char *user_id, const char *export_id,
                                const char *lease_owner, cpk_error **error);
/* Ready; releases the lease. *ready (may be NULL) gets the row as it is then. */
cpk_status store_export_set_ready(struct store *store, const char *user_id, const char *export_id,
                                  const char *lease_owner, int64_t token_count, int64_t file_size_bytes,
                                  cpk_export **ready, cpk_error **error);
cpk_status store_export_set_failed(struct store *store, const char *user_id, const char *export_id,
                                   const char *lease_owner, const char *message, cpk_error **error);
/* Blobs are the caller's. */
cpk_status store_export_delete(struct store *store, const char *user_id, const char *export_id, cpk_error **error);

#endif

/* Exports: rows of pack_exports, with a row of the library for each. */
#ifndef STORE_EXPORT_H
#define STORE_EXPORT_H

#include "records/fields.h"
#include "store/record.h"
#include "store/store.h"

#include <contextpack/export.h>

#define EXPORT_VERSION 1 /* version of the documents that this library creates */

struct cpk_export {
    struct record record;
#define RECORD_TABLE "records/export.def"
#include "records/members.def"
};

struct export_params {
    const char *pack_id;
    const char *export_id; /* a UUID; NULL: a new one */
    int32_t type;          /* CPK_EXPORT_COMPACT ... */
    const char *fingerprint;
    const char *r2_path;     /* NULL: <pack directory>/exports/<export_id>/<type>.md */
    const char *json_key;    /* NULL: the same with .json */
    const char *lease_owner; /* or NULL */
    int64_t lease_expires_us;
};

/* Returns the latest export of this type and fingerprint in any status, or creates one (*created 1). Of concurrent
 * calls only one creates. */
cpk_status store_export_ensure(struct store *store, const char *user_id, const struct export_params *params,
                               int32_t *created, cpk_export **found, cpk_error **error);
cpk_status store_export_get(struct store *store, const char *user_id, const char *export_id, cpk_export **found,
                            cpk_error **error);

struct export_filter {
    const char *pack_id;
    int32_t type;            /* CPK_EXPORT_COMPACT ... */
    const char *fingerprint; /* NULL: any */
    int32_t status;          /* CPK_EXPORT_READY ...; 0: any */
};

/* Finds the latest export that matches the filter. *found is NULL if there is none. */
cpk_status store_export_find(struct store *store, const char *user_id, const struct export_filter *filter,
                             cpk_export **found, cpk_error **error);
/* Newest first; the next page starts after created_us and export_id of the last item. Items are cpk_export. */
cpk_status store_export_list(struct store *store, const char *user_id, const char *pack_id,
                             const struct store_page *page, struct record_list **exports, cpk_error **error);

/* Lists the exports with the filter's type and fingerprint in any status, ready ones first, then unfinished ones with
 * other fingerprints, whose process may be dead. At most STORE_PAGE_LIMIT_MAX. */
cpk_status store_export_list_like(struct store *store, const char *user_id, const struct export_filter *filter,
                                  struct record_list **exports, cpk_error **error);

/* The following changes are made under a lease (store/lease.h, OWNER_EXPORT); lease_owner NULL: not checked. A ready
 * export can't be changed. */

/* Sets a failed or abandoned export back to generating; acquire its lease first. */
cpk_status store_export_restart(struct store *store, const char *user_id, const char *export_id,
                                const char *lease_owner, cpk_error **error);
/* Sets the export ready and releases the lease. *ready (may be NULL) receives the record. */
struct export_result {
    const char *export_id;
    const char *lease_owner; /* NULL: not checked */
    int64_t token_count;
    int64_t file_size_bytes;
};

cpk_status store_export_set_ready(struct store *store, const char *user_id, const struct export_result *result,
                                  cpk_export **ready, cpk_error **error);
cpk_status store_export_set_failed(struct store *store, const char *user_id, const char *export_id,
                                   const char *lease_owner, const char *message, cpk_error **error);
/* The caller removes the blobs. */
cpk_status store_export_delete(struct store *store, const char *user_id, const char *export_id, cpk_error **error);

#endif

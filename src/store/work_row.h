/* The library's row beside a source or V1 job, and changes of the row of pack_sources or jobs. key->kind is
 * OWNER_SOURCE or OWNER_JOB. For the files of this module; call in a transaction. */
#ifndef STORE_WORK_ROW_H
#define STORE_WORK_ROW_H

#include "database/statement.h"
#include "store/store.h"
#include "store/work_key.h"

struct work_params {
    const char *pack_id;              /* NULL for a job */
    const char *sha256;               /* or NULL */
    const char *raw_check;            /* or NULL */
    const char *format;               /* or NULL */
    const char *settings_fingerprint; /* or NULL */
    const char *lease_owner;          /* NULL: no lease */
    int64_t lease_expires_us;
};

/* Inserts the library's row, unless it exists. */
cpk_status store_work_insert(struct store *store, const struct work_key *key, const struct work_params *params,
                             cpk_error **error);
/* Runs a change of the row of pack_sources or jobs. If it returns no row: CPK_ERROR_CONFLICT with the message, or
 * CPK_ERROR_NOT_FOUND. */
cpk_status store_work_change(struct store *store, const struct work_key *key, struct statement *change,
                             const char *message, cpk_error **error);

#endif

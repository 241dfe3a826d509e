/* Account deletion: the account is marked first, so that no new work starts, then its data is deleted. A row records
 * the progress. */
#ifndef STORE_DELETION_H
#define STORE_DELETION_H

#include "base/buffer.h"
#include "store/lease.h"
#include "store/store.h"

#include <contextpack/user.h>

/* What was deleted so far, and what is kept for accounting. */
struct account_deletion {
    int64_t started_us;
    int64_t finished_us; /* CPK_TIME_UNKNOWN: not finished */
    cpk_user_deletion counts;
    struct buffer notes; /* JSON array of {"where","text"}: what was kept and why; empty: not recorded yet */
};

void account_deletion_free(struct account_deletion *deletion);

/* For the user, the service and admins. No effect if already started. */
cpk_status store_deletion_begin(struct store *store, const char *user_id, cpk_error **error);
/* In one transaction: ends submitted work, asks workers to stop, and takes all leases on the user's rows. */
cpk_status store_deletion_stop_work(struct store *store, const char *user_id, cpk_error **error);
/* CPK_ERROR_NOT_FOUND: not started. */
cpk_status store_deletion_get(struct store *store, const char *user_id, struct account_deletion *deletion,
                              cpk_error **error);
/* Call before the blobs are removed. */
cpk_status store_deletion_add_blobs(struct store *store, const char *user_id, int64_t blobs, int64_t blob_bytes,
                                    cpk_error **error);
/* Records what is kept; replaces the record of an earlier attempt. */
cpk_status store_deletion_set_kept(struct store *store, const char *user_id, int64_t kept_blobs, const char *notes,
                                   cpk_error **error);
/* In one transaction: releases holds, deletes all rows not needed for accounting, and anonymizes the profile. */
cpk_status store_deletion_erase(struct store *store, const char *user_id, cpk_error **error);

/* Called for each storage key or folder that a row of the user names; is_service 1: in a column that the user can't
 * write. Must not call the store. */
typedef cpk_status (*user_key_fn)(void *user, const char *key, int32_t is_service, cpk_error **error);

cpk_status store_user_keys(struct store *store, const char *user_id, user_key_fn each, void *user, cpk_error **error);

#endif

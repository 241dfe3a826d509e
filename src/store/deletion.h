/* The deletion of an account: marked first, so that nothing new begins, then erased; the row says how far it is. */
#ifndef STORE_DELETION_H
#define STORE_DELETION_H

#include "base/buffer.h"
#include "store/lease.h"
#include "store/store.h"

/* What was erased so far, and what accounting keeps. */
struct account_deletion {
    int64_t started_us;
    int64_t finished_us; /* CPK_TIME_UNKNOWN while it goes on */
    int64_t packs;
    int64_t sources;
    int64_t exports;
    int64_t jobs;
    int64_t legacy_packs;
    int64_t blobs;
    int64_t blob_bytes;
    int64_t kept_transactions;
    int64_t kept_attempts;
    int64_t kept_actions;
    int64_t kept_blobs;
    struct buffer notes; /* a JSON array of {"where","text"}: what was kept, and why; empty: nothing was told yet */
};

void account_deletion_free(struct account_deletion *deletion);

/* Users themselves, the service and admins. *is_new 0: it was begun before. */
cpk_status store_deletion_begin(struct store *store, const char *user_id, int32_t *is_new, cpk_error **error);
/* Takes the mark back while nothing was erased. */
cpk_status store_deletion_withdraw(struct store *store, const char *user_id, cpk_error **error);
/* CPK_ERROR_NOT_FOUND when it was not begun. */
cpk_status store_deletion_get(struct store *store, const char *user_id, struct account_deletion *deletion,
                              cpk_error **error);
/* Before the blobs go. */
cpk_status store_deletion_add_blobs(struct store *store, const char *user_id, int64_t blobs, int64_t blob_bytes,
                                    cpk_error **error);
/* What stays, in place of what an earlier try has told. */
cpk_status store_deletion_set_kept(struct store *store, const char *user_id, int64_t kept_blobs, const char *notes,
                                   cpk_error **error);
/* In one transaction: holds given back, every row but those of accounting gone, the profile without its person. */
cpk_status store_deletion_erase(struct store *store, const char *user_id, cpk_error **error);

/* Takes a storage key, or a folder of keys, that a row of the user names; is_service 1: in a column that the
 * user can't write. No other call on the store. */
typedef cpk_status (*user_key_fn)(void *user, const char *key, int32_t is_service, cpk_error **error);

cpk_status store_user_keys(struct store *store, const char *user_id, user_key_fn each, void *user, cpk_error **error);

/* How many leases of the user's are held by processes that may live. */
cpk_status store_lease_count(struct store *store, const char *user_id, lease_is_gone_fn is_gone, void *user,
                             int64_t *held, cpk_error **error);

#endif

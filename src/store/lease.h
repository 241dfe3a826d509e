/* Leases: which process works on a source or an export. The owner's text names a process (and says enough to find
 * out whether it lives); it must be unique to one run, since it fences every change made under the lease. */
#ifndef STORE_LEASE_H
#define STORE_LEASE_H

#include "store/store.h"

#define OWNER_SOURCE 1
#define OWNER_EXPORT 2
#define OWNER_JOB    3 /* of V1 */
#define OWNER_TASK   4 /* of no user: see store_task_enter(); user_id is NULL */

/* Asked about the holder of a lease that has not expired: 1 when that process is known to be gone. */
typedef int32_t (*lease_is_gone_fn)(void *user, const char *owner);

/* Takes the lease when it is free, expired, our own, or its holder is gone (is_gone may be NULL: never).
 * CPK_ERROR_BUSY; CPK_ERROR_NOT_FOUND. `id` is a source_id or an export's id. */
cpk_status store_lease_acquire(struct store *store, const char *user_id, int32_t kind, const char *id,
                               const char *owner, int64_t expires_us, lease_is_gone_fn is_gone, void *user,
                               cpk_error **error);
/* CPK_ERROR_CONFLICT when somebody else took it over. */
/* Inside a transaction: takes a lease that is free, else the transaction fails with CPK_ERROR_CONFLICT. */
cpk_status store_lease_acquire_free(struct store *store, const char *user_id, int32_t kind, const char *id,
                                    const char *owner, int64_t expires_us, cpk_error **error);
cpk_status store_lease_renew(struct store *store, const char *user_id, int32_t kind, const char *id, const char *owner,
                             int64_t expires_us, cpk_error **error);
/* Nothing to do is fine. */
cpk_status store_lease_release(struct store *store, const char *user_id, int32_t kind, const char *id,
                               const char *owner, cpk_error **error);
/* The same; CPK_ERROR_CONFLICT when it was lost before, or its row is gone. */
cpk_status store_lease_give_up(struct store *store, const char *user_id, int32_t kind, const char *id,
                               const char *owner, cpk_error **error);

/* For the other nouns, first in a changing transaction: CPK_ERROR_CONFLICT when the lease was lost. NULL: no fence. */
cpk_status store_lease_guard(struct store *store, const char *user_id, int32_t kind, const char *id, const char *owner,
                             cpk_error **error);

/* A row for work that one process at a time does, by name; one that is there stays. */
cpk_status store_task_enter(struct store *store, const char *name, cpk_error **error);

#endif

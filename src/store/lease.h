/* Leases: the process that works on a source, export, job or task. The owner is a text that identifies one run of a
 * process and allows checking whether it is alive. Every change under a lease checks it. */
#ifndef STORE_LEASE_H
#define STORE_LEASE_H

#include "store/store.h"
#include "store/work_key.h"

#define STORE_LEASE_HELD "lease held" /* native code of the error when another process holds a lease */

/* Returns 1 if the process that owns an unexpired lease is known to be dead. */
typedef int32_t (*lease_is_gone_fn)(void *user, const char *owner);

/* Acquires the lease for key->lease_owner if it is free, expired, already owned, or its owner is dead (is_gone NULL:
 * not checked). CPK_ERROR_BUSY: another process holds it; CPK_ERROR_NOT_FOUND. */
cpk_status store_lease_acquire(struct store *store, const struct work_key *key, int64_t expires_us,
                               lease_is_gone_fn is_gone, void *user, cpk_error **error);
/* Queued in a transaction, which fails with CPK_ERROR_CONFLICT unless the lease is free. */
cpk_status store_lease_acquire_free(struct store *store, const struct work_key *key, int64_t expires_us,
                                    cpk_error **error);
/* Extends the lease. CPK_ERROR_CONFLICT: another process has taken it over. */
cpk_status store_lease_renew(struct store *store, const struct work_key *key, int64_t expires_us, cpk_error **error);
/* Releases the lease; no effect if it is not owned. */
cpk_status store_lease_release(struct store *store, const struct work_key *key, cpk_error **error);
/* The same, but CPK_ERROR_CONFLICT if the lease was lost or its row was deleted. */
cpk_status store_lease_give_up(struct store *store, const struct work_key *key, cpk_error **error);

/* The first statement of a transaction that makes changes under the lease: CPK_ERROR_CONFLICT if it was lost. */
cpk_status store_lease_guard(struct store *store, const struct work_key *key, cpk_error **error);

/* Inserts the row of a task, unless it exists, so that a lease on it can be acquired. */
cpk_status store_task_enter(struct store *store, const char *name, cpk_error **error);

#endif

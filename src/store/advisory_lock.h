/* Locks by name, for operations that have no row to lock. */
#ifndef STORE_ADVISORY_LOCK_H
#define STORE_ADVISORY_LOCK_H

#include "store/store.h"

/* Kinds of locks. A transaction that needs several must acquire them in this order. */
#define ADVISORY_LOCK_CUSTOMER "customer" /* assigning a user to the customer */
#define ADVISORY_LOCK_USER     "user"     /* counting the user's attempts to pay, deleting the account */
#define ADVISORY_LOCK_NETWORK  "network"  /* counting the network's attempts to pay */

/* Waits for the lock and holds it until the end of the transaction. The names of a kind are hashed to a fixed number of
 * rows, so that rows need no clean-up and do not reveal names; different names may share a lock. */
cpk_status store_advisory_lock_acquire(struct store *store, const char *kind, const char *name, cpk_error **error);

#endif

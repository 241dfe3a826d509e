/* Gates: what only one transaction at a time may do, when there is no row of its own to lock. */
#ifndef STORE_ADVISORY_LOCK_H
#define STORE_ADVISORY_LOCK_H

#include "store/store.h"

/* Waits until no other transaction holds the gate, and holds it until the caller's ends. Names share a fixed number of
 * gates of their kind, so that none has to be swept and none tells a name. Who takes several takes them in the order of
 * this list. */
#define ADVISORY_LOCK_CUSTOMER "customer" /* whose user becomes known */
#define ADVISORY_LOCK_USER     "user"     /* whose attempts to pay are counted, or whose account is deleted */
#define ADVISORY_LOCK_NETWORK  "network"  /* whose attempts are */

cpk_status store_advisory_lock_take(struct store *store, const char *kind, const char *name, cpk_error **error);

#endif

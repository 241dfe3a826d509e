/* A store is the access of one principal (user, service or admin) to the database. Every resource of this module (user,
 * pack, source, ...) is read and changed through a store.
 *
 * Confined: one thread at a time. Calls that change several rows run in a transaction, or in the one that store_begin()
 * opened; after a failure in that one only store_rollback() is allowed.
 *
 * The parameter `user_id` is the user whose rows are meant. A user's store accepts NULL or the user's own id; the
 * service and admins must name a user. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/context.h"
#include "database/database.h"

struct store;

cpk_status store_open(const struct context *context, struct database *database, const cpk_actor *actor,
                      struct store **store, cpk_error **error);
/* Opens a store with the service's rights, limited to the rows of the principal's user. For the library's own changes
 * (chunks, holds, ledger, jobs), which row-level security does not allow users. On a database without row-level
 * security both stores share one session: only one of them may have an open transaction. Close it before `principal`.
 */
cpk_status store_open_work(struct store *principal, struct store **work, cpk_error **error);
void store_close(struct store *store); /* rolls back an open transaction; NULL is allowed */

const cpk_allocator *store_allocator(const struct store *store);
/* db_session_watch() for the store's session. */
const cpk_cancel *store_watch(struct store *store, const cpk_cancel *cancel);
cpk_status store_begin(struct store *store, cpk_error **error);         /* write transaction */
cpk_status store_begin_reading(struct store *store, cpk_error **error); /* read-only; all queries see the same state */
cpk_status store_rollback(struct store *store, cpk_error **error);
/* Commits if status is CPK_OK, otherwise rolls back; returns the final status. */
cpk_status store_end(struct store *store, cpk_status status, cpk_error **error);

/* Sets *owner to the user whose rows a call concerns, see above. The text is borrowed from `user_id` or the store. */
cpk_status store_owner(const struct store *store, const char *user_id, const char **owner, cpk_error **error);
int32_t store_actor_kind(const struct store *store);

/* A page of a list: starts after the row with this time and identifier. after_id NULL: first page. */
struct store_page {
    int64_t limit; /* rows, 1 to STORE_PAGE_LIMIT_MAX; 0: STORE_PAGE_LIMIT_DEFAULT */
    int64_t after_us;
    const char *after_id;
};

#define STORE_PAGE_LIMIT_DEFAULT 100
#define STORE_PAGE_LIMIT_MAX     1000

#endif

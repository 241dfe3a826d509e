/* The database as one principal sees it. Every noun of this room (user, pack, source, ...) works on a store.
 *
 * Confined to one thread at a time. Calls that change several rows are transactions by themselves, or parts of the
 * one that store_begin opened; when one of those fails, only store_rollback is left.
 *
 * `user_id` in the nouns' calls: whose rows are meant. A user's store takes NULL (or the same id) and refuses
 * anybody else's; the service and admins must name the user. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/context.h"
#include "database/database.h"

struct store;

cpk_status store_open(const struct context *context, struct database *database, const cpk_actor *actor,
                      struct store **store, cpk_error **error);
/* The service at work for a user whose store this is: their rows alone, and what the service may do to them. For the
 * library's own steps (chunks, holds, the ledger, jobs), which row-level security does not grant to users. Where the
 * database has no row-level security both share one connection, so that at most one has a transaction open. Close it
 * before the principal's. */
cpk_status store_open_work(struct store *principal, struct store **work, cpk_error **error);
void store_close(struct store *store); /* rolls back what is open; NULL is allowed */

const cpk_allocator *store_allocator(const struct store *store);
/* db_session_watch() for the store's session. */
const cpk_cancel *store_watch(struct store *store, const cpk_cancel *cancel);
cpk_status store_begin(struct store *store, cpk_error **error);         /* for writing */
cpk_status store_begin_reading(struct store *store, cpk_error **error); /* all that follows sees one moment */
cpk_status store_rollback(struct store *store, cpk_error **error);
/* Commits when status is CPK_OK, else rolls back; returns the status of the whole. */
cpk_status store_end(struct store *store, cpk_status status, cpk_error **error);

/* Whose rows a call means: see above. The text lives as long as `user_id` and the store. */
cpk_status store_whose(const struct store *store, const char *user_id, const char **owner, cpk_error **error);
int32_t store_actor_kind(const struct store *store);

/* Where a page of a list goes on: after the row with this time and identifier. after_id NULL: the first page. */
struct store_page {
    int64_t limit; /* rows, 1 to STORE_PAGE_LIMIT_MAX; 0: STORE_PAGE_LIMIT_DEFAULT */
    int64_t after_us;
    const char *after_id;
};

#define STORE_PAGE_LIMIT_DEFAULT 100
#define STORE_PAGE_LIMIT_MAX     1000

#endif

/* Holds: credits set aside for the chunks of one source or V1 job (`kind` is OWNER_SOURCE or OWNER_JOB, `owner_id` its
 * source_id or job_id). At most one is open for each.
 *
 * Reserve takes credits from the balance into the hold; each analysed chunk turns one of them into a usage
 * transaction (store/chunk.h); release gives back what is left. On the unlimited plan a hold is empty. */
#ifndef STORE_HOLD_H
#define STORE_HOLD_H

#include "records/fields.h"
#include "store/snapshot.h"
#include "store/store.h"

#include <contextpack/credits.h>

struct cpk_hold {
    struct snapshot snapshot;
#define RECORD_TABLE "records/hold.def"
#include "records/members.def"
};

/* Sets `credits` aside. A hold that it has open (of a run that died) is given back first, so that calling
 * this again with what is left to do is right. CPK_ERROR_INSUFFICIENT_CREDITS names what is needed and the balance.
 * *hold may be NULL. */
cpk_status store_hold_reserve(struct store *store, const char *user_id, int32_t kind, const char *owner_id,
                              int64_t credits, int64_t expires_us, struct cpk_hold **hold, cpk_error **error);
/* The same, but when the balance is short it sets aside what there is, and *credits tells how much: never 0, and never
 * more than was there when two of a user's sources ask at once. */
cpk_status store_hold_reserve_part(struct store *store, const char *user_id, int32_t kind, const char *owner_id,
                                   int64_t *credits, int64_t expires_us, cpk_error **error);
/* Inside a transaction, which fails with CPK_ERROR_ALREADY_EXISTS where a hold of that work is open. */
cpk_status store_hold_need_none(struct store *store, const char *user_id, int32_t kind, const char *owner_id,
                                cpk_error **error);
/* After that: like the two above, without a hold to give back first. */
cpk_status store_hold_reserve_first(struct store *store, const char *user_id, int32_t kind, const char *owner_id,
                                    int32_t allow_part, int64_t *credits, int64_t expires_us, cpk_error **error);
/* Gives back what is left of its open hold; nothing to do is fine. */
cpk_status store_hold_release(struct store *store, const char *user_id, int32_t kind, const char *owner_id,
                              cpk_error **error);
/* The same for all sources of a pack. */
cpk_status store_hold_release_pack(struct store *store, const char *user_id, const char *pack_id, cpk_error **error);

/* Holds of hosts' own, named by a key that is also the request's: the same key with the same request gives the hold as
 * it is now, with another one CPK_ERROR_CONFLICT. For the service. *hold may be NULL. */
struct hold_params {
    const char *key;
    int64_t credits;
    int64_t lifetime_us;
    const char *reference; /* or NULL */
};

cpk_status store_hold_open(struct store *store, const char *user_id, const struct hold_params *params,
                           struct cpk_hold **hold, cpk_error **error);
/* Spends `credits` of the hold; release_rest 1: what is left goes back. CPK_ERROR_CONFLICT when less is left. */
cpk_status store_hold_commit(struct store *store, const char *user_id, const char *hold_id, const char *key,
                             int64_t credits, int32_t release_rest, struct cpk_hold **hold, cpk_error **error);
/* Gives back what is left; nothing to do for one that is closed. */
cpk_status store_hold_close(struct store *store, const char *user_id, const char *hold_id, struct cpk_hold **hold,
                            cpk_error **error);
cpk_status store_hold_get(struct store *store, const char *user_id, const char *hold_id, struct cpk_hold **hold,
                          cpk_error **error);
/* Gives back up to `limit` holds whose time is over. Those of sources and jobs that a lease is held on stay. */
cpk_status store_hold_expire(struct store *store, int64_t limit, int64_t *expired, cpk_error **error);

#endif

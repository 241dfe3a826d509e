/* Holds: credits reserved for the chunks of one source or V1 job (key->kind OWNER_SOURCE or OWNER_JOB;
 * key->lease_owner is not used). At most one is open for each.
 *
 * Reserving moves credits from the balance to the hold; each analysed chunk converts one of them to a usage transaction
 * (store/chunk.h); releasing returns the rest to the balance. On the unlimited plan a hold is empty. */
#ifndef STORE_HOLD_H
#define STORE_HOLD_H

#include "records/fields.h"
#include "store/lease.h"
#include "store/record.h"
#include "store/store.h"

#include <contextpack/credits.h>

struct cpk_hold {
    struct record record;
#define RECORD_TABLE "records/hold.def"
#include "records/members.def"
};

/* Reserves credits. An open hold of an interrupted run is released first, so that a repeated call for the remaining
 * work is safe. CPK_ERROR_INSUFFICIENT_CREDITS: the message has the needed credits and the balance. *hold may be NULL.
 */
cpk_status store_hold_reserve(struct store *store, const struct work_key *key, int64_t credits, int64_t expires_us,
                              struct cpk_hold **hold, cpk_error **error);
/* The same, but reserves the whole balance if it is less than *credits, which receives the amount (never 0). Concurrent
 * calls never reserve more than the balance. */
cpk_status store_hold_reserve_part(struct store *store, const struct work_key *key, int64_t *credits,
                                   int64_t expires_us, cpk_error **error);
/* Queued in a transaction, which fails with CPK_ERROR_ALREADY_EXISTS if a hold is open. */
cpk_status store_hold_need_none(struct store *store, const struct work_key *key, cpk_error **error);
/* Reserves like the two above, after store_hold_need_none(): there is no hold to release first. */
cpk_status store_hold_reserve_first(struct store *store, const struct work_key *key, int32_t allow_part,
                                    int64_t *credits, int64_t expires_us, cpk_error **error);
/* Releases the open hold; no effect without one. */
cpk_status store_hold_release(struct store *store, const struct work_key *key, cpk_error **error);
/* Releases the open holds of all sources of a pack. */
cpk_status store_hold_release_pack(struct store *store, const char *user_id, const char *pack_id, cpk_error **error);

/* Holds that hosts create, identified by the key of the request: a repeated request returns the hold in its current
 * state, a different request with the same key is CPK_ERROR_CONFLICT. For the service. *hold may be NULL. */
struct hold_params {
    const char *key;
    int64_t credits;
    int64_t lifetime_us;
    const char *reference; /* or NULL */
};

cpk_status store_hold_open(struct store *store, const char *user_id, const struct hold_params *params,
                           struct cpk_hold **hold, cpk_error **error);
struct hold_spending {
    const char *hold_id;
    const char *key; /* of this request */
    int64_t credits;
    int32_t release_rest; /* 1: then releases the hold */
};

/* Spends credits of the hold. CPK_ERROR_CONFLICT: fewer credits are left. */
cpk_status store_hold_commit(struct store *store, const char *user_id, const struct hold_spending *spending,
                             struct cpk_hold **hold, cpk_error **error);
/* Releases the hold; no effect if it is closed. */
cpk_status store_hold_close(struct store *store, const char *user_id, const char *hold_id, struct cpk_hold **hold,
                            cpk_error **error);
cpk_status store_hold_get(struct store *store, const char *user_id, const char *hold_id, struct cpk_hold **hold,
                          cpk_error **error);
/* Releases up to `limit` expired holds, except those of sources and jobs with a valid lease. */
cpk_status store_hold_expire(struct store *store, int64_t limit, int64_t *expired, cpk_error **error);

#endif

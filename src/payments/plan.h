/* The user's plan as determined by payments: subscriptions and plans bought without an end. */
#ifndef PAYMENTS_PLAN_H
#define PAYMENTS_PLAN_H

#include "base/arena.h"
#include "engine/session.h"

/* Updates the profile's plan, subscription and dates from the user's payments, inside the caller's transaction.
 * A plan given by the host or an administrator is not changed; `was_revoked` says that a plan without an end
 * was just refunded. *plan (may be NULL) is CPK_PLAN_*. */
cpk_status plan_refresh(struct store *store, const struct context *context, const char *user_id, int32_t was_revoked,
                        int32_t *plan, cpk_error **error);
/* Ends the plans that expired more than plan.grace_ms ago, for at most `limit` users; *expired counts them. */
cpk_status plan_expire_all(cpk_session *session, int64_t limit, int64_t *expired, cpk_error **error);

#endif

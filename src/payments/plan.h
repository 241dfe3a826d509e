/* The plan that a user has by what they paid: subscriptions, and plans bought for good. */
#ifndef PAYMENTS_PLAN_H
#define PAYMENTS_PLAN_H

#include "base/arena.h"
#include "engine/session.h"

/* Brings the profile's plan, subscription and dates to what is known of the user's payments, inside the caller's
 * transaction. A plan that the host or an administrator gave is left as it is; `was_revoked` says that a plan bought
 * for good was just given back. *plan (may be NULL) gets "credits" or "unlimited", static. */
cpk_status plan_refresh(struct store *store, const struct context *context, const char *user_id, int32_t was_revoked,
                        const char **plan, cpk_error **error);
/* For users whose plan's time is over by more than plan.grace_ms, at most `limit`; *expired gets how many lost it. */
cpk_status plan_expire_all(cpk_session *session, int64_t limit, int64_t *expired, cpk_error **error);

#endif

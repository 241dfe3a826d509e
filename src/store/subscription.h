/* Subscriptions, the customers they belong to, and the plan that a user has by them.
 *
 * For the service. Every call is part of a transaction of the caller's. */
#ifndef STORE_SUBSCRIPTION_H
#define STORE_SUBSCRIPTION_H

#include "base/arena.h"
#include "model/payment.h"
#include "store/snapshot.h"
#include "store/store.h"

struct store_subscription {
    struct snapshot snapshot;
    const char *subscription_id;
    struct subscription facts; /* texts live in the snapshot */
};

/* The subscription, made where there is none, held back from everybody else until the transaction ends. Free with
 * snapshot_free. */
cpk_status store_subscription_open(struct store *store, const char *subscription_id,
                                   struct store_subscription **subscription, cpk_error **error);
/* `facts` may point to anything: nothing of it is kept. */
cpk_status store_subscription_save(struct store *store, const char *subscription_id, const struct subscription *facts,
                                   cpk_error **error);
/* A user's (store_subscription), at most 100: those that may give the plan first, and of these the one that lasts
 * longest. */
cpk_status store_subscription_list(struct store *store, const char *user_id, struct snapshot_list **subscriptions,
                                   cpk_error **error);

/* The first user that a customer was seen with stays theirs; subscriptions of the customer that nobody had become the
 * user's, and *adopted (may be NULL) says how many. Behind the gates of both, see store/advisory_lock.h. */
cpk_status store_customer_learn(struct store *store, const char *customer_id, const char *user_id, int64_t *adopted,
                                cpk_error **error);
/* The user of a customer, or the latest customer of a user; *found NULL when there is none. In the arena. */
cpk_status store_customer_user(struct store *store, const char *customer_id, struct arena *arena, const char **found,
                               cpk_error **error);
cpk_status store_customer_find(struct store *store, const char *user_id, struct arena *arena, const char **found,
                               cpk_error **error);

struct store_plan {
    const char *payment_plan;        /* "credits" or "unlimited" */
    const char *subscription_id;     /* or NULL */
    const char *subscription_status; /* or NULL */
    int64_t start_us;                /* or CPK_TIME_UNKNOWN */
    int64_t end_us;                  /* or CPK_TIME_UNKNOWN: until further notice */
};

/* What the profile says of plan and subscription, in the arena, held back from everybody else. CPK_ERROR_NOT_FOUND. */
cpk_status store_plan_lock(struct store *store, const char *user_id, struct arena *arena, struct store_plan *plan,
                           cpk_error **error);
cpk_status store_plan_set(struct store *store, const char *user_id, const struct store_plan *plan, cpk_error **error);

/* Takes a user whose plan's time is over; nothing may be done on the store meanwhile. */
typedef cpk_status (*plan_expired_fn)(void *user, const char *user_id, cpk_error **error);

/* Up to `limit` users on the unlimited plan whose end date is before `before_us`, the longest over first. */
cpk_status store_plan_list_expired(struct store *store, int64_t before_us, int64_t limit, int64_t skipped,
                                   plan_expired_fn each, void *user, cpk_error **error);

#endif

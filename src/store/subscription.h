/* Subscriptions, their customers, and the user's plan that results from them.
 *
 * For the service. Calls must be made in a transaction. */
#ifndef STORE_SUBSCRIPTION_H
#define STORE_SUBSCRIPTION_H

#include "base/arena.h"
#include "model/payment.h"
#include "store/record.h"
#include "store/store.h"

struct store_subscription {
    struct record record;
    const char *subscription_id;
    struct subscription facts; /* texts are in the record */
};

/* Opens a subscription, creating it if missing, and locks it until the transaction ends. Free it with record_free().
 */
cpk_status store_subscription_open(struct store *store, const char *subscription_id,
                                   struct store_subscription **subscription, cpk_error **error);
/* `facts` is only used during the call. */
cpk_status store_subscription_save(struct store *store, const char *subscription_id, const struct subscription *facts,
                                   cpk_error **error);
/* Lists a user's subscriptions (store_subscription), at most 100: those of the unlimited plan first, of these the
 * longest-lasting first. */
cpk_status store_subscription_list(struct store *store, const char *user_id, struct record_list **subscriptions,
                                   cpk_error **error);

/* Assigns the customer to a user, unless it has one, and the customer's subscriptions without a user, too; *adopted
 * (may be NULL) is their number. The caller holds the advisory locks of both, see store/advisory_lock.h. */
cpk_status store_customer_learn(struct store *store, const char *customer_id, const char *user_id, int64_t *adopted,
                                cpk_error **error);
/* Find the user of a customer, or the latest customer of a user; *found is NULL or in the arena. */
cpk_status store_customer_user(struct store *store, const char *customer_id, struct arena *arena, const char **found,
                               cpk_error **error);
cpk_status store_customer_find(struct store *store, const char *user_id, struct arena *arena, const char **found,
                               cpk_error **error);

struct store_plan {
    int32_t payment_plan;            /* CPK_PLAN_*; 0: another word */
    const char *subscription_id;     /* or NULL */
    const char *subscription_status; /* or NULL */
    int64_t start_us;                /* or CPK_TIME_UNKNOWN */
    int64_t end_us;                  /* or CPK_TIME_UNKNOWN: no end */
};

/* Reads plan and subscription of the profile into the arena and locks the profile. CPK_ERROR_NOT_FOUND. */
cpk_status store_plan_lock(struct store *store, const char *user_id, struct arena *arena, struct store_plan *plan,
                           cpk_error **error);
cpk_status store_plan_set(struct store *store, const char *user_id, const struct store_plan *plan, cpk_error **error);

/* Called for each user whose plan has ended. Must not call the store. */
typedef cpk_status (*plan_expired_fn)(void *user, const char *user_id, cpk_error **error);

/* Up to `limit` users on the unlimited plan whose end date is before before_us, earliest first, skipping `skipped`. */
struct expired_plan_query {
    int64_t before_us;
    int64_t limit;
    int64_t skipped;
};

cpk_status store_plan_list_expired(struct store *store, const struct expired_plan_query *expired, plan_expired_fn each,
                                   void *user, cpk_error **error);

#endif

#include "payments/plan.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/uuid.h"
#include "payments/stripe/subscription.h"
#include "store/payment.h"
#include "store/subscription.h"

#include <string.h>

#define EXPIRE_MAX    1000
#define MICROS_PER_MS INT64_C(1000)

static int32_t lasts_longer(const struct subscription *a, const struct subscription *b)
{
    return a->period_end_us > b->period_end_us || (a->period_end_us == b->period_end_us && a->status_us > b->status_us);
}

/* Chooses the subscription shown in the profile: an active one of the plan, otherwise the one that ends last. */
static const struct store_subscription *choose(const struct record_list *list, int64_t now_us, int64_t grace_us,
                                               int32_t *is_active)
{
    const struct store_subscription *longest = NULL;

    *is_active = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct store_subscription *subscription = list->items[i];

        if (subscription->facts.is_unlimited && subscription_is_active(&subscription->facts, now_us, grace_us)) {
            *is_active = 1;
            return subscription;
        }
        if (longest == NULL || lasts_longer(&subscription->facts, &longest->facts)) {
            longest = subscription;
        }
    }
    return longest;
}

static void describe(struct store_plan *plan, const struct store_subscription *subscription, int32_t is_active)
{
    const struct subscription *facts = &subscription->facts;

    plan->payment_plan = is_active ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS;
    plan->subscription_id = subscription->subscription_id;
    plan->subscription_status = facts->status;
    plan->start_us = facts->period_start_us;
    plan->end_us = subscription_paid_until(facts);
}

/* Changes *plan to what the user's subscriptions and lifetime payments give now. */
static void update_plan(const struct context *context, const struct record_list *subscriptions,
                        int64_t lifetime_payments, int32_t was_revoked, struct store_plan *plan)
{
    int64_t grace_us = context_setting(context, SETTING_PLAN_GRACE_MS) * MICROS_PER_MS;
    int32_t stays = plan->payment_plan == CPK_PLAN_UNLIMITED && plan->subscription_id == NULL && !was_revoked;
    int32_t is_active;
    const struct store_subscription *subscription = choose(subscriptions, context_now(context), grace_us, &is_active);

    if (subscription != NULL) {
        describe(plan, subscription, is_active);
    }
    if (!is_active && lifetime_payments > 0) {
        plan->payment_plan = CPK_PLAN_UNLIMITED;
        plan->start_us = plan->end_us = CPK_TIME_UNKNOWN;
    } else if (!is_active) {
        /* a plan not given by a subscription is not removed with one */
        plan->payment_plan = stays ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS;
    }
}

cpk_status plan_refresh(struct store *store, const struct context *context, const char *user_id, int32_t was_revoked,
                        int32_t *plan, cpk_error **error)
{
    struct record_list *list = NULL;
    struct store_plan stored;
    struct arena arena;
    int64_t lifetime_payments;
    cpk_status status;

    arena_init(&arena, &context->allocator);
    CPK_TRY_CLEANUP(store_plan_lock(store, user_id, &arena, &stored, error));
    CPK_TRY_CLEANUP(store_subscription_list(store, user_id, &list, error));
    CPK_TRY_CLEANUP(store_payment_count_unlimited(store, user_id, &lifetime_payments, error));
    update_plan(context, list, lifetime_payments, was_revoked, &stored);
    if (plan != NULL) {
        *plan = stored.payment_plan;
    }
    status = store_plan_set(store, user_id, &stored, error);
cleanup:
    record_list_free(list);
    arena_free(&arena);
    return status;
}

/* `ids` are the users of one batch, collected first because the store cannot be used during the iteration. */
struct expiry {
    cpk_session *session;
    int64_t before_us; /* plans that ended before */
    char (*ids)[UUID_TEXT_BYTES];
    size_t count;
    int64_t expired; /* users, of all batches */
    int64_t skipped;
};

static cpk_status add_user(void *user, const char *user_id, cpk_error **error)
{
    struct expiry *expiry = user;
    size_t length = user_id != NULL ? strlen(user_id) : UUID_TEXT_BYTES;

    if (length >= UUID_TEXT_BYTES) {
        return error_set(error, CPK_ERROR_DATABASE, "billing", "a user's id is no UUID");
    }
    memcpy(expiry->ids[expiry->count++], user_id, length + 1);
    return CPK_OK;
}

static cpk_status expire_one(cpk_session *session, const char *user_id, int32_t *is_expired, cpk_error **error)
{
    int32_t plan = CPK_PLAN_UNLIMITED;
    cpk_status status;

    CPK_TRY(store_begin(session->store, error));
    status = plan_refresh(session->store, &session->engine->context, user_id, 0, &plan, error);
    *is_expired = plan == CPK_PLAN_CREDITS;
    return store_end(session->store, status, error);
}

/* If a user's plan cannot be ended, logs the user and skips; the next call tries again. */
static cpk_status expire_or_skip(struct expiry *expiry, const char *user_id, cpk_error **error)
{
    cpk_error *problem = NULL;
    int32_t is_expired = 0;
    cpk_status status = expire_one(expiry->session, user_id, &is_expired, &problem);

    if (status == CPK_OK) {
        expiry->expired += is_expired;
        return CPK_OK;
    }
    if (!error_is_of_one_row(status)) {
        return error_give(error, problem);
    }
    context_log(&expiry->session->engine->context, CPK_LOG_WARNING, "billing", "the plan of user %s is not ended: %s",
                user_id, cpk_error_message(problem));
    expiry->skipped++;
    cpk_error_free(problem);
    return CPK_OK;
}

/* Runs a batch that starts after the skipped users, so that they do not block the others. */
static cpk_status expire_batch(struct expiry *expiry, int64_t limit, cpk_error **error)
{
    expiry->count = 0;
    CPK_TRY(store_plan_list_expired(expiry->session->store,
                                    &(struct expired_plan_query){expiry->before_us, limit, expiry->skipped}, add_user,
                                    expiry, error));
    for (size_t i = 0; i < expiry->count; i++) {
        CPK_TRY(expire_or_skip(expiry, expiry->ids[i], error));
    }
    return CPK_OK;
}

cpk_status plan_expire_all(cpk_session *session, int64_t limit, int64_t *expired, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    struct expiry expiry = {
        .session = session,
        .before_us = context_now(context) - context_setting(context, SETTING_PLAN_GRACE_MS) * MICROS_PER_MS,
    };
    int64_t left = limit;
    cpk_status status = CPK_OK;

    *expired = 0;
    if (limit < 1 || limit > EXPIRE_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "billing", "limit must be 1 to %d", EXPIRE_MAX);
    }
    expiry.ids = memory_allocate_zeroed(&context->allocator, (size_t)limit * sizeof expiry.ids[0]);
    if (expiry.ids == NULL) {
        return error_out_of_memory(error);
    }
    while (status == CPK_OK && left > 0) {
        const int64_t skipped_before = expiry.skipped;

        status = expire_batch(&expiry, left, error);
        left = expiry.skipped - skipped_before;
    }
    *expired = expiry.expired;
    memory_release(&context->allocator, expiry.ids, (size_t)limit * sizeof expiry.ids[0]);
    return status;
}

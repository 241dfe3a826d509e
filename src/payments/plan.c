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
static const struct store_subscription *choose(const struct snapshot_list *list, int64_t now_us, int64_t grace_us,
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

static cpk_status set_plan(struct store *store, const struct context *context, const char *user_id,
                           const struct snapshot_list *list, const struct store_plan *was, int32_t was_revoked,
                           int32_t *plan, cpk_error **error)
{
    int64_t grace_us = context_setting(context, SETTING_PLAN_GRACE_MS) * MICROS_PER_MS;
    int32_t was_unlimited = was->payment_plan == CPK_PLAN_UNLIMITED;
    struct store_plan now = *was;
    const struct store_subscription *subscription;
    int32_t is_active;
    int64_t for_good;

    CPK_TRY(store_payment_count_unlimited(store, user_id, &for_good, error));
    subscription = choose(list, context_now(context), grace_us, &is_active);
    if (subscription != NULL) {
        describe(&now, subscription, is_active);
    }
    if (!is_active && for_good > 0) {
        now.payment_plan = CPK_PLAN_UNLIMITED;
        now.start_us = now.end_us = CPK_TIME_UNKNOWN;
    } else if (!is_active) {
        /* a plan not given by a subscription is not removed with one */
        now.payment_plan =
            was_unlimited && was->subscription_id == NULL && !was_revoked ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS;
    }
    if (plan != NULL) {
        *plan = now.payment_plan;
    }
    return store_plan_set(store, user_id, &now, error);
}

cpk_status plan_refresh(struct store *store, const struct context *context, const char *user_id, int32_t was_revoked,
                        int32_t *plan, cpk_error **error)
{
    struct snapshot_list *list = NULL;
    struct store_plan was;
    struct arena arena;
    cpk_status status;

    arena_init(&arena, &context->allocator);
    status = store_plan_lock(store, user_id, &arena, &was, error);
    if (status == CPK_OK) {
        status = store_subscription_list(store, user_id, &list, error);
    }
    if (status == CPK_OK) {
        status = set_plan(store, context, user_id, list, &was, was_revoked, plan, error);
    }
    snapshot_list_free(list);
    arena_free(&arena);
    return status;
}

/* Users of one batch: collected first, because the store cannot be used during the iteration. */
struct expired_users {
    char (*ids)[UUID_TEXT_BYTES];
    size_t count;
};

static cpk_status take_expired(void *user, const char *user_id, cpk_error **error)
{
    struct expired_users *users = user;
    size_t length = user_id != NULL ? strlen(user_id) : UUID_TEXT_BYTES;

    if (length >= UUID_TEXT_BYTES) {
        return error_set(error, CPK_ERROR_DATABASE, "billing", "a user's id is no UUID");
    }
    memcpy(users->ids[users->count++], user_id, length + 1);
    return CPK_OK;
}

static cpk_status expire_one(cpk_session *session, const char *user_id, int64_t *expired, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    int32_t plan = CPK_PLAN_UNLIMITED;
    cpk_status status;

    CPK_TRY(store_begin(session->store, error));
    status = plan_refresh(session->store, context, user_id, 0, &plan, error);
    *expired += status == CPK_OK && plan == CPK_PLAN_CREDITS;
    return store_end(session->store, status, error);
}

/* If a user's plan cannot be ended, logs the user and skips; the next call tries again. */
static cpk_status expire_or_skip(cpk_session *session, const char *user_id, int64_t *expired, int64_t *skipped,
                                 cpk_error **error)
{
    cpk_error *problem = NULL;
    int64_t ended = 0;
    cpk_status status = expire_one(session, user_id, &ended, &problem);

    if (status != CPK_OK && !error_is_of_one_row(status)) {
        return error_give(error, problem);
    }
    if (status != CPK_OK) {
        context_log(&session->engine->context, CPK_LOG_WARNING, "billing", "the plan of user %s is not ended: %s",
                    user_id, cpk_error_message(problem));
        (*skipped)++;
    }
    cpk_error_free(problem);
    *expired += status == CPK_OK ? ended : 0;
    return CPK_OK;
}

/* Runs a batch that starts after the skipped users, so that they do not block the others. */
static cpk_status expire_round(cpk_session *session, int64_t before_us, int64_t limit, struct expired_users *users,
                               int64_t *expired, int64_t *skipped, cpk_error **error)
{
    users->count = 0;
    CPK_TRY(store_plan_list_expired(session->store, &(struct expired_plan_query){before_us, limit, *skipped},
                                    take_expired, users, error));
    for (size_t i = 0; i < users->count; i++) {
        CPK_TRY(expire_or_skip(session, users->ids[i], expired, skipped, error));
    }
    return CPK_OK;
}

cpk_status plan_expire_all(cpk_session *session, int64_t limit, int64_t *expired, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    int64_t before_us = context_now(context) - context_setting(context, SETTING_PLAN_GRACE_MS) * MICROS_PER_MS;
    struct expired_users users = {NULL, 0};
    int64_t skipped = 0;
    int64_t left = limit;
    cpk_status status = CPK_OK;

    *expired = 0;
    if (limit < 1 || limit > EXPIRE_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "billing", "limit must be 1 to %d", EXPIRE_MAX);
    }
    users.ids = memory_allocate_zeroed(&context->allocator, (size_t)limit * sizeof users.ids[0]);
    if (users.ids == NULL) {
        return error_out_of_memory(error);
    }
    while (status == CPK_OK && left > 0) {
        const int64_t skipped_before = skipped;

        status = expire_round(session, before_us, left, &users, expired, &skipped, error);
        left = skipped - skipped_before;
    }
    memory_release(&context->allocator, users.ids, (size_t)limit * sizeof users.ids[0]);
    return status;
}

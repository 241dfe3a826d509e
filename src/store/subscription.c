#include "store/subscription.h"

#include "store/internal.h"
#include "store/user.h"

#include <string.h>

static cpk_status subscription_read(const struct context *context, struct statement *row, void **record,
                                    cpk_error **error)
{
    struct store_subscription *read = record_create(context, row, sizeof *read);
    cpk_status status;

    *record = read;
    if (read == NULL) {
        return error_out_of_memory(error);
    }
    read->subscription_id = record_take_text(&read->record, row);
    read->facts.user_id = record_take_text(&read->record, row);
    read->facts.customer_id = record_take_text(&read->record, row);
    read->facts.status = record_take_text(&read->record, row);
    read->facts.status_us = statement_take_int64_or(row, FACT_UNKNOWN);
    read->facts.is_unlimited = (int32_t)statement_take_int64(row);
    read->facts.is_checked_out = (int32_t)statement_take_int64(row);
    read->facts.is_deleted = (int32_t)statement_take_int64(row);
    read->facts.period_start_us = statement_take_int64_or(row, FACT_UNKNOWN);
    read->facts.period_end_us = statement_take_int64_or(row, FACT_UNKNOWN);
    read->facts.ended_us = statement_take_int64_or(row, FACT_UNKNOWN);
    read->facts.cancel_at_period_end = (int32_t)statement_take_int64(row);
    read->facts.paid_end_us = statement_take_int64_or(row, FACT_UNKNOWN);
    read->facts.plan_rank = (int32_t)statement_take_int64(row);
    read->facts.plan_us = statement_take_int64_or(row, FACT_UNKNOWN);
    read->facts.checkout_end_us = statement_take_int64_or(row, FACT_UNKNOWN);
    status = statement_check(row, error);
    if (status != CPK_OK) {
        record_free(read);
        *record = NULL;
    }
    return status;
}

cpk_status store_subscription_open(struct store *store, const char *subscription_id,
                                   struct store_subscription **subscription, cpk_error **error)
{
    int64_t now_us = context_now(store->context);
    struct statement change;
    void *record = NULL;
    cpk_status status;

    CPK_TRY(store_require_service(store, "process subscriptions", error));
    statement_start(&change, store->session, STATEMENT_SUBSCRIPTION_INSERT);
    statement_bind_text(&change, 1, subscription_id);
    statement_bind_int64(&change, 2, now_us);
    CPK_TRY(statement_run(&change, NULL, error));
    statement_start(&change, store->session, STATEMENT_SUBSCRIPTION_LOCK);
    statement_bind_text(&change, 1, subscription_id);
    statement_bind_int64(&change, 2, now_us);
    status = store_read_one(store, &change, subscription_read, &record, "no such subscription", error);
    *subscription = record;
    return status;
}

cpk_status store_subscription_save(struct store *store, const char *subscription_id, const struct subscription *facts,
                                   cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_SUBSCRIPTION_UPDATE);
    statement_bind_text(&change, 1, subscription_id);
    statement_bind_text(&change, 2, facts->user_id);
    statement_bind_text(&change, 3, facts->customer_id);
    statement_bind_text(&change, 4, facts->status);
    statement_bind_time(&change, 5, facts->status_us);
    statement_bind_int64(&change, 6, facts->is_unlimited);
    statement_bind_int64(&change, 7, facts->is_checked_out);
    statement_bind_int64(&change, 8, facts->is_deleted);
    statement_bind_time(&change, 9, facts->period_start_us);
    statement_bind_time(&change, 10, facts->period_end_us);
    statement_bind_time(&change, 11, facts->ended_us);
    statement_bind_int64(&change, 12, facts->cancel_at_period_end);
    statement_bind_time(&change, 13, facts->paid_end_us);
    statement_bind_int64(&change, 14, facts->plan_rank);
    statement_bind_time(&change, 15, facts->plan_us);
    statement_bind_time(&change, 16, facts->checkout_end_us);
    statement_bind_int64(&change, 17, context_now(store->context));
    return store_change_one(&change, CPK_ERROR_NOT_FOUND, "no such subscription", error);
}

cpk_status store_subscription_list(struct store *store, const char *user_id, struct record_list **subscriptions,
                                   cpk_error **error)
{
    struct statement query;

    *subscriptions = NULL;
    CPK_TRY(store_require_service(store, "list subscriptions", error));
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_SUBSCRIPTION_LIST);
    statement_bind_text(&query, 1, user_id);
    return store_read_list(store, &query, subscription_read, subscriptions, error);
}

cpk_status store_customer_learn(struct store *store, const char *customer_id, const char *user_id, int64_t *adopted,
                                cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_require_service(store, "process customers", error));
    statement_start(&change, store->session, STATEMENT_CUSTOMER_LEARN);
    statement_bind_text(&change, 1, customer_id);
    statement_bind_text(&change, 2, user_id);
    statement_bind_int64(&change, 3, context_now(store->context));
    CPK_TRY(statement_run(&change, NULL, error));
    statement_start(&change, store->session, STATEMENT_CUSTOMER_ADOPT_SUBSCRIPTIONS);
    statement_bind_text(&change, 1, customer_id);
    statement_bind_text(&change, 2, user_id);
    return statement_run(&change, adopted, error);
}

/* Reads the text column of a query with one parameter. *found is NULL if there is no row. */
static cpk_status find_text(struct store *store, enum statement_id id, const char *key, struct arena *arena,
                            const char **found, cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    *found = NULL;
    CPK_TRY(store_require_service(store, "find customers", error));
    statement_start(&query, store->session, id);
    statement_bind_text(&query, 1, key);
    CPK_TRY(statement_step(&query, &has_row, error));
    if (has_row) {
        *found = arena_copy_text(arena, statement_take_text(&query, NULL));
        CPK_TRY(statement_check(&query, error));
    }
    statement_finish(&query);
    return has_row && *found == NULL ? error_out_of_memory(error) : CPK_OK;
}

cpk_status store_customer_user(struct store *store, const char *customer_id, struct arena *arena, const char **found,
                               cpk_error **error)
{
    return find_text(store, STATEMENT_CUSTOMER_GET_USER, customer_id, arena, found, error);
}

cpk_status store_customer_find(struct store *store, const char *user_id, struct arena *arena, const char **found,
                               cpk_error **error)
{
    return find_text(store, STATEMENT_CUSTOMER_FIND, user_id, arena, found, error);
}

static cpk_status plan_take(struct statement *row, struct arena *arena, struct store_plan *plan, cpk_error **error)
{
    const char *payment_plan = statement_take_text(row, NULL);
    const char *subscription_id = statement_take_text(row, NULL);

    plan->payment_plan = payment_plan != NULL ? user_plan_code(payment_plan) : CPK_PLAN_CREDITS;
    plan->subscription_id = arena_copy_text(arena, subscription_id);
    CPK_TRY(statement_check(row, error));
    return subscription_id != NULL && plan->subscription_id == NULL ? error_out_of_memory(error) : CPK_OK;
}

cpk_status store_plan_lock(struct store *store, const char *user_id, struct arena *arena, struct store_plan *plan,
                           cpk_error **error)
{
    struct statement change;
    int32_t has_row;
    cpk_status status;

    memset(plan, 0, sizeof *plan);
    plan->start_us = plan->end_us = CPK_TIME_UNKNOWN;
    CPK_TRY(store_require_service(store, "change plans", error));
    statement_start(&change, store->session, STATEMENT_USER_LOCK);
    statement_bind_text(&change, 1, user_id);
    statement_bind_time(&change, 2, context_now(store->context));
    CPK_TRY(statement_step(&change, &has_row, error));
    status = has_row ? plan_take(&change, arena, plan, error)
                     : error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no user has the id %s", user_id);
    statement_finish(&change);
    return status;
}

cpk_status store_plan_set(struct store *store, const char *user_id, const struct store_plan *plan, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_require_service(store, "change plans", error));
    statement_start(&change, store->session, STATEMENT_USER_SET_SUBSCRIPTION);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, user_plan_word(plan->payment_plan));
    statement_bind_text(&change, 3, plan->subscription_id);
    statement_bind_text(&change, 4, plan->subscription_status);
    statement_bind_time(&change, 5, plan->start_us);
    statement_bind_time(&change, 6, plan->end_us);
    statement_bind_time(&change, 7, context_now(store->context));
    return store_change_one(&change, CPK_ERROR_NOT_FOUND, "no such user", error);
}

cpk_status store_plan_list_expired(struct store *store, const struct expired_plan_query *expired, plan_expired_fn each,
                                   void *user, cpk_error **error)
{
    struct statement query;
    int32_t has_row;
    cpk_status status;

    CPK_TRY(store_require_service(store, "list expired plans", error));
    statement_start(&query, store->session, STATEMENT_SUBSCRIPTION_LIST_EXPIRED);
    statement_bind_time(&query, 1, expired->before_us);
    statement_bind_int64(&query, 2, expired->limit);
    statement_bind_int64(&query, 3, expired->skipped);
    for (;;) {
        const char *user_id;

        CPK_TRY_CLEANUP(statement_step(&query, &has_row, error));
        if (!has_row) {
            break;
        }
        user_id = statement_take_text(&query, NULL);
        CPK_TRY_CLEANUP(statement_check(&query, error));
        CPK_TRY_CLEANUP(each(user, user_id, error));
    }
cleanup:
    statement_finish(&query);
    return status;
}

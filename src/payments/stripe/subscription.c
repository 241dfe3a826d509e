#include "payments/stripe/subscription.h"
#include "model/words.h"

#include <string.h>

#define DAY_US   (INT64_C(86400) * 1000000)
#define MONTH_US (31 * DAY_US)
#define YEAR_US  (366 * DAY_US)

/* In the order of SUBSCRIPTION_STATUS_WORDS, which is that of a subscription's life. */
enum subscription_status {
    STATUS_UNKNOWN, /* a word that Stripe did not have yet: counts as not paying */
    STATUS_INCOMPLETE,
    STATUS_TRIALING,
    STATUS_ACTIVE,
    STATUS_PAST_DUE,
    STATUS_UNPAID,
    STATUS_PAUSED,
    STATUS_CANCELED,
    STATUS_INCOMPLETE_EXPIRED
};

static enum subscription_status status_of(const char *word)
{
    static const char *const known[] = {SUBSCRIPTION_STATUS_WORDS, NULL};

    return (enum subscription_status)word_find(known, word);
}

static void learn_period(struct subscription *subscription, const struct event *event)
{
    if (event->period_end_us == FACT_UNKNOWN) {
        return;
    }
    if (subscription->period_end_us == FACT_UNKNOWN || event->period_end_us > subscription->period_end_us) {
        subscription->period_end_us = event->period_end_us;
        subscription->period_start_us = event->period_start_us;
    }
}

/* Authority of an event about the plan: events of the subscription itself rank highest, updates first. */
static int32_t plan_rank(const struct event *event)
{
    switch (event->kind) {
    case EVENT_SUBSCRIPTION_UPDATED:
    case EVENT_SUBSCRIPTION_DELETED:
        return 3;
    case EVENT_SUBSCRIPTION_CREATED:
        return 2;
    default:
        return 1;
    }
}

/* Updates the plan; of two values of the same second, the lesser plan wins. */
static void learn_plan(struct subscription *subscription, const struct event *event)
{
    const int32_t rank = plan_rank(event);
    int32_t is_newer = rank > subscription->plan_rank ||
                       (rank == subscription->plan_rank && event->created_us > subscription->plan_us);

    if (event->plan == PLAN_UNSAID) {
        return;
    }
    if (is_newer) {
        subscription->is_unlimited = event->plan == PLAN_UNLIMITED;
        subscription->plan_rank = rank;
        subscription->plan_us = event->created_us;
    } else if (rank == subscription->plan_rank && event->created_us == subscription->plan_us) {
        subscription->is_unlimited &= event->plan == PLAN_UNLIMITED;
    }
}

/* Sets the first period, until an event gives its exact end. */
static void learn_checkout(struct subscription *subscription, const struct event *event)
{
    int64_t length_us = event->interval != NULL && strcmp(event->interval, "year") == 0 ? YEAR_US : MONTH_US;

    subscription->is_checked_out = 1;
    if (event->created_us != FACT_UNKNOWN && event->created_us <= INT64_MAX - length_us &&
        event->created_us + length_us > subscription->checkout_end_us) {
        subscription->checkout_end_us = event->created_us + length_us;
    }
}

static void learn_status(struct subscription *subscription, const struct event *event)
{
    int32_t is_newer;

    if (event->status == NULL) {
        return;
    }
    is_newer =
        subscription->status == NULL || event->created_us > subscription->status_us ||
        (event->created_us == subscription->status_us && status_of(event->status) > status_of(subscription->status));
    if (is_newer && (!subscription->is_deleted || event->kind == EVENT_SUBSCRIPTION_DELETED)) {
        subscription->status = event->status;
        subscription->status_us = event->created_us;
        subscription->cancel_at_period_end = event->cancel_at_period_end;
    }
}

static void learn_end(struct subscription *subscription, const struct event *event)
{
    if (event->kind == EVENT_SUBSCRIPTION_DELETED) {
        subscription->is_deleted = 1;
        subscription->status = event->status != NULL ? event->status : "canceled";
        subscription->status_us = event->created_us;
        subscription->cancel_at_period_end = event->cancel_at_period_end;
    }
    if (event->ended_us != FACT_UNKNOWN &&
        (subscription->ended_us == FACT_UNKNOWN || event->ended_us > subscription->ended_us)) {
        subscription->ended_us = event->ended_us;
    }
}

void subscription_learn(struct subscription *subscription, const struct event *event)
{
    if (subscription->user_id == NULL) {
        subscription->user_id = event->user_id;
    }
    if (subscription->customer_id == NULL) {
        subscription->customer_id = event->customer_id;
    }
    learn_plan(subscription, event);
    switch (event->kind) {
    case EVENT_CHECKOUT_COMPLETED:
        if (!event->is_unpaid) {
            learn_checkout(subscription, event);
        }
        break;
    case EVENT_CHECKOUT_ASYNC_SUCCEEDED:
        learn_checkout(subscription, event);
        break;
    case EVENT_INVOICE_PAID:
        if (event->is_part_paid) {
            break;
        }
        learn_period(subscription, event);
        if (event->period_end_us > subscription->paid_end_us) { /* FACT_UNKNOWN is the smallest value */
            subscription->paid_end_us = event->period_end_us;
        }
        break;
    case EVENT_SUBSCRIPTION_CREATED:
    case EVENT_SUBSCRIPTION_UPDATED:
    case EVENT_SUBSCRIPTION_DELETED:
        learn_period(subscription, event);
        learn_status(subscription, event);
        learn_end(subscription, event);
        break;
    default: /* a failed invoice has no effect itself: the subscription's own event follows */
        break;
    }
}

/* Start of the unpaid period: Stripe opens the next period before its invoice is paid. */
static int64_t late_since(const struct subscription *subscription)
{
    int64_t since_us = subscription->status_us < subscription->period_end_us ? subscription->period_start_us
                                                                             : subscription->period_end_us;

    return subscription->paid_end_us > since_us ? subscription->paid_end_us : since_us;
}

/* End of the first period if no event gives one: a month, or a year if bought, from the checkout or the status. */
static int64_t first_end(const struct subscription *subscription)
{
    if (subscription->checkout_end_us != FACT_UNKNOWN || subscription->status_us == FACT_UNKNOWN) {
        return subscription->checkout_end_us;
    }
    return subscription->status_us > INT64_MAX - MONTH_US ? INT64_MAX : subscription->status_us + MONTH_US;
}

int64_t subscription_paid_until(const struct subscription *subscription)
{
    if (subscription->ended_us != FACT_UNKNOWN) {
        return subscription->ended_us;
    }
    if (subscription->is_deleted) {
        return subscription->status_us;
    }
    if (subscription->period_end_us == FACT_UNKNOWN) {
        return first_end(subscription);
    }
    return status_of(subscription->status) == STATUS_PAST_DUE ? late_since(subscription) : subscription->period_end_us;
}

/* When the plan ends if no other event comes; FACT_UNKNOWN: not known. */
static int64_t active_until(const struct subscription *subscription, int64_t grace_us)
{
    int64_t until_us = subscription_paid_until(subscription);
    int32_t is_over = subscription->ended_us != FACT_UNKNOWN || subscription->is_deleted;

    return is_over || until_us == FACT_UNKNOWN || subscription->cancel_at_period_end || until_us > INT64_MAX - grace_us
               ? until_us
               : until_us + grace_us;
}

int32_t subscription_is_active(const struct subscription *subscription, int64_t now_us, int64_t grace_us)
{
    int64_t until_us = active_until(subscription, grace_us);
    const enum subscription_status status = status_of(subscription->status);
    int32_t is_good = subscription->status == NULL
                          ? subscription->is_checked_out
                          : status == STATUS_ACTIVE || status == STATUS_TRIALING || status == STATUS_PAST_DUE;

    return is_good && !subscription->is_deleted && (until_us == FACT_UNKNOWN || now_us < until_us);
}

/* What a payment and a subscription come to must not depend on the order or the number of their events. */
#include "payments/stripe/payment.h"
#include "payments/stripe/subscription.h"

#include "support/test.h"

#define USER       "00000000-0000-4000-8000-000000000001"
#define SECOND_US  INT64_C(1000000)
#define DAY_US     (INT64_C(86400) * SECOND_US)
#define EVENTS_MAX 6

static struct event blank(enum event_kind kind, int64_t created_us)
{
    struct event event = {.kind = kind, .id = "evt", .type = "x", .created_us = created_us};

    event.credits = event.price = event.amount = event.amount_refunded = FACT_UNKNOWN;
    event.amount_due = event.subtotal = event.total = FACT_UNKNOWN;
    event.period_start_us = event.period_end_us = event.ended_us = FACT_UNKNOWN;
    return event;
}

static struct event checkout(enum event_kind kind, const char *payment_status)
{
    struct event event = blank(kind, SECOND_US);

    event.user_id = USER;
    event.credits = 100;
    event.amount = 999;
    event.payment_status = payment_status;
    event.is_unpaid = payment_status != NULL && strcmp(payment_status, "unpaid") == 0;
    return event;
}

/* Calls `each` with every order of 0 .. count-1. */
static void permute(size_t *order, size_t used, size_t count,
                    void (*each)(const size_t *order, size_t count, void *user), void *user)
{
    if (used == count) {
        each(order, count, user);
        return;
    }
    for (size_t i = used; i < count; i++) {
        size_t held = order[used];

        order[used] = order[i];
        order[i] = held;
        permute(order, used + 1, count, each, user);
        order[i] = order[used];
        order[used] = held;
    }
}

static void each_order(size_t count, void (*each)(const size_t *order, size_t count, void *user), void *user)
{
    size_t order[EVENTS_MAX];

    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    permute(order, 0, count, each, user);
}

struct payment_story {
    const struct event *events;
    struct payment_credits want;
    size_t orders;
};

static void tell_payment(const size_t *order, size_t count, void *user)
{
    struct payment_story *story = user;

    for (int32_t times = 1; times <= 3; times++) {
        struct payment payment;
        struct payment_credits got;

        payment_init(&payment);
        for (size_t i = 0; i < count; i++) {
            for (int32_t t = 0; t < times; t++) {
                payment_learn(&payment, &story->events[order[i]]);
            }
        }
        got = payment_target(&payment);
        assert_int_equal(got.purchase, story->want.purchase);
        assert_int_equal(got.refund, story->want.refund);
        assert_int_equal(got.dispute, story->want.dispute);
    }
    story->orders++;
}

static void payment_is_independent_of_event_order(void **state)
{
    const struct event failed = blank(EVENT_PAYMENT_FAILED, SECOND_US);
    const struct event bought[] = {failed, checkout(EVENT_CHECKOUT_COMPLETED, "paid")};
    const struct event later[] = {checkout(EVENT_CHECKOUT_COMPLETED, "unpaid"),
                                  checkout(EVENT_CHECKOUT_ASYNC_SUCCEEDED, "paid")};
    const struct event never[] = {checkout(EVENT_CHECKOUT_COMPLETED, "unpaid"),
                                  checkout(EVENT_CHECKOUT_ASYNC_FAILED, "unpaid"), failed};
    const struct event told_twice[] = {failed, checkout(EVENT_CHECKOUT_COMPLETED, "unpaid"),
                                       checkout(EVENT_CHECKOUT_ASYNC_SUCCEEDED, "paid"), failed,
                                       checkout(EVENT_CHECKOUT_COMPLETED, "unpaid")};
    struct payment_story stories[] = {
        {bought, {100, 0, 0}, 0}, {later, {100, 0, 0}, 0}, {never, {0, 0, 0}, 0}, {told_twice, {100, 0, 0}, 0}};

    (void)state;
    each_order(2, tell_payment, &stories[0]);
    each_order(2, tell_payment, &stories[1]);
    each_order(3, tell_payment, &stories[2]);
    each_order(5, tell_payment, &stories[3]);
    assert_int_equal(stories[3].orders, 120);
}

static void refunded_credits_are_capped_and_rounded_down(void **state)
{
    struct payment payment;
    const struct event paid = checkout(EVENT_CHECKOUT_COMPLETED, "paid");
    struct payment_credits got;

    (void)state;
    payment_init(&payment);
    payment_learn(&payment, &paid);
    payment.amount_refunded = 9; /* 0.9 credits */
    assert_int_equal(payment_target(&payment).refund, 0);
    payment.amount_refunded = 10;
    assert_int_equal(payment_target(&payment).refund, -1);
    payment.amount_refunded = 998;
    assert_int_equal(payment_target(&payment).refund, -99);
    payment.amount_refunded = 5000;
    assert_int_equal(payment_target(&payment).refund, -100);
    payment.amount_refunded = 500;
    payment.amount_disputed = 999;
    got = payment_target(&payment);
    assert_int_equal(got.purchase + got.refund + got.dispute, 0);
    payment.amount = INT64_MAX;
    payment.amount_refunded = INT64_MAX / 2;
    payment.amount_disputed = 0;
    payment.credits = 1000000000;
    assert_in_range(-payment_target(&payment).refund, 499999990, 500000000);
    payment.amount = 0; /* a coupon for all of it */
    assert_int_equal(payment_target(&payment).refund, 0);
    payment.amount = 1000;
    payment.credits = 100;
    payment.amount_refunded = 333;
    payment.amount_disputed = 667; /* all of the money in two parts is all of the credits */
    assert_int_equal(payment_target(&payment).refund, -33);
    assert_int_equal(payment_target(&payment).dispute, -67);
}

static struct event invoice(enum event_kind kind, int64_t paid, int32_t is_part_paid)
{
    struct event event = blank(kind, SECOND_US);

    event.subscription_id = "sub_1";
    event.user_id = USER;
    event.credits = 100;
    event.amount = paid;
    event.amount_due = 1000;
    event.is_part_paid = is_part_paid;
    return event;
}

static void invoice_paid_in_parts_grants_parts(void **state)
{
    const struct event events[] = {invoice(EVENT_INVOICE_FAILED, 1000, 0), invoice(EVENT_INVOICE_PAID, 255, 1),
                                   invoice(EVENT_INVOICE_PAID, 1000, 0)};
    struct payment_story story = {events, {100, 0, 0}, 0};
    struct payment payment;

    (void)state;
    payment_init(&payment);
    payment_learn(&payment, &events[0]);
    assert_int_equal(payment_target(&payment).purchase, 0);
    payment_learn(&payment, &events[1]);
    assert_int_equal(payment_target(&payment).purchase, 25);
    payment.amount_parts = 500; /* another part, told by an event of its own */
    assert_int_equal(payment_target(&payment).purchase, 50);
    payment.amount_refunded = 500;
    assert_int_equal(payment_target(&payment).refund, -50);
    payment_learn(&payment, &events[2]);
    assert_int_equal(payment_target(&payment).purchase, 100);
    assert_int_equal(payment_target(&payment).refund, -50);
    each_order(3, tell_payment, &story);
}

static void payment_without_user_is_unclaimed(void **state)
{
    struct event paid = checkout(EVENT_CHECKOUT_COMPLETED, "paid");
    struct payment payment;

    (void)state;
    payment_init(&payment);
    paid.user_id = NULL;
    assert_false(payment_is_unclaimed(&payment));
    payment_learn(&payment, &paid);
    assert_true(payment_is_unclaimed(&payment));
    payment.amount_refunded = 999; /* nothing is left to credit */
    assert_false(payment_is_unclaimed(&payment));
    payment.amount_refunded = 0;
    payment.user_id = USER;
    assert_false(payment_is_unclaimed(&payment));

    payment_init(&payment);
    paid.credits = FACT_UNKNOWN;
    payment_learn(&payment, &paid); /* something else that the merchant sells */
    assert_false(payment_is_unclaimed(&payment));
    paid.plan = PLAN_UNLIMITED;
    payment_learn(&payment, &paid);
    assert_true(payment_is_unclaimed(&payment));
    assert_true(payment_gives_plan(&payment));
    payment.amount_disputed = 999;
    assert_false(payment_gives_plan(&payment));
}

static void two_records_of_one_payment_merge(void **state)
{
    struct payment with_refund;
    struct payment with_user;
    const struct event paid = checkout(EVENT_CHECKOUT_COMPLETED, "paid");

    (void)state;
    payment_init(&with_refund);
    payment_init(&with_user);
    with_refund.amount_refunded = 999;
    payment_learn(&with_user, &paid);
    assert_int_equal(payment_target(&with_refund).purchase, 0);
    payment_merge(&with_refund, &with_user);
    assert_int_equal(payment_target(&with_refund).purchase, 100);
    assert_int_equal(payment_target(&with_refund).refund, -100);
}

static struct event subscription_event(enum event_kind kind, int64_t day, const char *status, int64_t end_day)
{
    struct event event = blank(kind, day * DAY_US);

    event.subscription_id = "sub_1";
    event.status = status;
    event.plan = PLAN_UNLIMITED;
    event.user_id = USER;
    if (end_day > 0) {
        event.period_start_us = (end_day - 30) * DAY_US;
        event.period_end_us = end_day * DAY_US;
    }
    return event;
}

struct subscription_story {
    const struct event *events;
    const char *status;
    int64_t period_end_us;
    int64_t ended_us;
    size_t orders;
};

/* Nothing is known. */
static void subscription_init(struct subscription *subscription)
{
    memset(subscription, 0, sizeof *subscription);
    subscription->status_us = FACT_UNKNOWN;
    subscription->plan_us = FACT_UNKNOWN;
    subscription->checkout_end_us = FACT_UNKNOWN;
    subscription->period_start_us = FACT_UNKNOWN;
    subscription->period_end_us = FACT_UNKNOWN;
    subscription->paid_end_us = FACT_UNKNOWN;
    subscription->ended_us = FACT_UNKNOWN;
}

static void tell_subscription(const size_t *order, size_t count, void *user)
{
    struct subscription_story *story = user;

    for (int32_t times = 1; times <= 3; times++) {
        struct subscription subscription;

        subscription_init(&subscription);
        for (size_t i = 0; i < count; i++) {
            for (int32_t t = 0; t < times; t++) {
                subscription_learn(&subscription, &story->events[order[i]]);
            }
        }
        assert_string_equal(subscription.status, story->status);
        assert_int_equal(subscription.period_end_us, story->period_end_us);
        assert_int_equal(subscription.ended_us, story->ended_us);
        assert_string_equal(subscription.user_id, USER);
    }
    story->orders++;
}

static void subscription_is_independent_of_event_order(void **state)
{
    struct event cancelled = subscription_event(EVENT_SUBSCRIPTION_DELETED, 65, "canceled", 90);
    struct event story_events[EVENTS_MAX];
    struct subscription_story story = {story_events, "active", 60 * DAY_US, FACT_UNKNOWN, 0};

    (void)state;
    cancelled.ended_us = 65 * DAY_US;
    story_events[0] = subscription_event(EVENT_CHECKOUT_COMPLETED, 0, NULL, 0);
    story_events[1] = subscription_event(EVENT_SUBSCRIPTION_CREATED, 0, "incomplete", 30);
    story_events[2] = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 0, "active", 30); /* of the same second */
    story_events[3] = subscription_event(EVENT_INVOICE_PAID, 30, NULL, 60);
    story_events[4] = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 30, "active", 60);
    each_order(5, tell_subscription, &story);
    assert_int_equal(story.orders, 120);

    story_events[2] = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 61, "past_due", 90);
    story_events[5] = cancelled;
    story = (struct subscription_story){story_events, "canceled", 90 * DAY_US, 65 * DAY_US, 0};
    each_order(6, tell_subscription, &story);
    assert_int_equal(story.orders, 720);
}

static void plan_lasts_for_the_paid_period_and_the_grace(void **state)
{
    const struct event active = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 1, "active", 30);
    const struct event late = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 31, "past_due", 30);
    const struct event next_late = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 31, "past_due", 60);
    const struct event paid = subscription_event(EVENT_INVOICE_PAID, 30, NULL, 60);
    const struct event unpaid = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 40, "unpaid", 30);
    struct event ending = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 20, "active", 30);
    struct subscription subscription;

    (void)state;
    subscription_init(&subscription);
    assert_false(subscription_is_active(&subscription, 0, 0));
    subscription_learn(&subscription, &active);
    assert_true(subscription_is_active(&subscription, 29 * DAY_US, 0));
    assert_false(subscription_is_active(&subscription, 30 * DAY_US, 0));
    assert_true(subscription_is_active(&subscription, 32 * DAY_US, 3 * DAY_US));
    assert_false(subscription_is_active(&subscription, 33 * DAY_US, 3 * DAY_US));
    assert_true(subscription_is_active(&subscription, 29 * DAY_US, INT64_MAX)); /* a sum beyond the last time */
    assert_false(subscription_is_active(&subscription, 30 * DAY_US, INT64_MAX));
    subscription_learn(&subscription, &late);
    assert_true(subscription_is_active(&subscription, 32 * DAY_US, 3 * DAY_US));
    subscription_learn(&subscription, &unpaid);
    assert_false(subscription_is_active(&subscription, 1 * DAY_US, 3 * DAY_US));

    /* Stripe's next period has begun, but its invoice is not paid. */
    subscription_init(&subscription);
    subscription_learn(&subscription, &active);
    subscription_learn(&subscription, &next_late);
    assert_int_equal(subscription_paid_until(&subscription), 30 * DAY_US);
    assert_true(subscription_is_active(&subscription, 32 * DAY_US, 3 * DAY_US));
    assert_false(subscription_is_active(&subscription, 33 * DAY_US, 3 * DAY_US));
    subscription_learn(&subscription, &paid); /* it was another invoice that failed, in the midst of a paid period */
    assert_true(subscription_is_active(&subscription, 62 * DAY_US, 3 * DAY_US));
    assert_false(subscription_is_active(&subscription, 63 * DAY_US, 3 * DAY_US));

    ending.cancel_at_period_end = 1; /* no grace for who will not renew */
    subscription_init(&subscription);
    subscription_learn(&subscription, &active);
    subscription_learn(&subscription, &ending);
    assert_true(subscription_is_active(&subscription, 29 * DAY_US, 3 * DAY_US));
    assert_false(subscription_is_active(&subscription, 30 * DAY_US, 3 * DAY_US));
}

static void latest_subscription_event_decides_the_plan(void **state)
{
    struct event events[5];
    size_t order[5] = {0, 1, 2, 3, 4};

    (void)state;
    events[0] = subscription_event(EVENT_CHECKOUT_COMPLETED, 0, NULL, 0);
    events[1] = subscription_event(EVENT_SUBSCRIPTION_CREATED, 0, "active", 30);
    events[2] = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 5, "active", 30);
    events[2].plan = PLAN_CREDITS;
    events[3] = subscription_event(EVENT_SUBSCRIPTION_UPDATED, 7, "active", 30);
    events[3].plan = PLAN_UNSAID;
    events[4] = subscription_event(EVENT_INVOICE_PAID, 9, NULL, 30); /* its metadata may be older */
    for (int32_t i = 0; i < 5; i++) {
        struct subscription subscription;

        subscription_init(&subscription);
        for (int32_t j = 0; j < 5; j++) {
            subscription_learn(&subscription, &events[order[(i + j) % 5]]);
        }
        assert_int_equal(subscription.is_unlimited, 0);
        events[0].plan = PLAN_UNLIMITED;
    }
}

static void checkout_event_alone_sets_the_plan_end(void **state)
{
    struct event checkout = subscription_event(EVENT_CHECKOUT_COMPLETED, 1, NULL, 0);
    struct event year = checkout;
    struct subscription subscription;

    (void)state;
    subscription_init(&subscription);
    checkout.payment_status = "unpaid";
    checkout.is_unpaid = 1;
    subscription_learn(&subscription, &checkout);
    assert_int_equal(subscription_paid_until(&subscription), FACT_UNKNOWN);
    checkout.payment_status = "paid";
    checkout.is_unpaid = 0;
    subscription_learn(&subscription, &checkout);
    assert_int_equal(subscription_paid_until(&subscription), 32 * DAY_US);
    assert_true(subscription_is_active(&subscription, 34 * DAY_US, 3 * DAY_US));
    assert_false(subscription_is_active(&subscription, 35 * DAY_US, 3 * DAY_US));
    year.interval = "year";
    subscription_learn(&subscription, &year);
    assert_int_equal(subscription_paid_until(&subscription), 367 * DAY_US);
    subscription_init(&subscription);
    subscription.status = "active"; /* an event without a period */
    subscription.status_us = 10 * DAY_US;
    assert_int_equal(subscription_paid_until(&subscription), 41 * DAY_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invoice_paid_in_parts_grants_parts),
        cmocka_unit_test(payment_without_user_is_unclaimed),
        cmocka_unit_test(latest_subscription_event_decides_the_plan),
        cmocka_unit_test(checkout_event_alone_sets_the_plan_end),
        cmocka_unit_test(payment_is_independent_of_event_order),
        cmocka_unit_test(refunded_credits_are_capped_and_rounded_down),
        cmocka_unit_test(two_records_of_one_payment_merge),
        cmocka_unit_test(subscription_is_independent_of_event_order),
        cmocka_unit_test(plan_lasts_for_the_paid_period_and_the_grace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/test.h"

#include "base/context.h"

#define HOUR_US INT64_C(3600000000)

static int64_t fixed_clock(void *user)
{
    return *(const int64_t *)user;
}

static int64_t difference(int64_t left_us, int64_t right_us)
{
    return left_us > right_us ? left_us - right_us : right_us - left_us;
}

/* A server whose clock is an hour ahead, asked and answered with a second between. */
static void context_now_follows_the_server_clock(void **state)
{
    struct context context;
    int64_t now_us;
    int64_t server_us;

    (void)state;
    context_init(&context);
    assert_true(context_needs_time_sync(&context));
    assert_true(difference(context_now(&context), context_local_now(&context)) < HOUR_US / 60);
    now_us = context_steady_us();
    server_us = context_local_now(&context) + HOUR_US;
    context_sync_time(&context, server_us, now_us - 500000, now_us + 500000);
    assert_false(context_needs_time_sync(&context));
    /* No later than what the answer allows, so that a better one only moves time on. */
    assert_true(context_now(&context) >= server_us - 500000);
    assert_true(context_now(&context) < server_us + HOUR_US / 60);
    assert_true(difference(context_local_now(&context) + HOUR_US, context_now(&context)) < HOUR_US / 60);
    context_free(&context);
}

static int64_t shown_after(struct context *context, int64_t server_us, int64_t asked_us, int64_t answered_us)
{
    context_sync_time(context, server_us, asked_us, answered_us);
    return context->shared_offset_us;
}

static void sync_changes_the_offset_only_when_out_of_bounds(void **state)
{
    const int64_t server_us = INT64_C(1700000000000000);
    struct context context;

    (void)state;
    context_init(&context);
    assert_int_equal(shown_after(&context, server_us, 1000, 3000), server_us - 3000);
    assert_int_equal(shown_after(&context, server_us, 0, 9000), server_us - 3000);    /* a slow one tells nothing */
    assert_int_equal(shown_after(&context, server_us, 1000, 2000), server_us - 2000); /* a quick one does */
    assert_int_equal(shown_after(&context, server_us + HOUR_US, 1000, 9000), server_us + HOUR_US - 9000);
    assert_int_equal(shown_after(&context, server_us, 4000, 5000), server_us - 4000); /* another server, behind */
    assert_int_equal(shown_after(&context, 0, 0, 0), server_us - 4000);               /* no time at all */
    assert_int_equal(shown_after(&context, CPK_TIME_UNKNOWN, 0, 0), server_us - 4000);
    context_free(&context);
}

static void sync_does_not_affect_a_host_clock(void **state)
{
    int64_t shown_us = INT64_C(1600000000000000);
    struct context context;

    (void)state;
    context_init(&context);
    context.clock = fixed_clock;
    context.clock_user = &shown_us;
    assert_false(context_needs_time_sync(&context));
    context_sync_time(&context, INT64_C(1700000000000000), 0, 1);
    assert_int_equal(context_now(&context), shown_us);
    assert_int_equal(context_local_now(&context), shown_us);
    context_free(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(context_now_follows_the_server_clock),
        cmocka_unit_test(sync_changes_the_offset_only_when_out_of_bounds),
        cmocka_unit_test(sync_does_not_affect_a_host_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* When requests may start. */
#include "support/test.h"

#include "analyze/models/throttle.h"
#include "base/time.h"

static struct throttle_wish wish_of(int64_t tokens, int64_t wait_ms)
{
    return (struct throttle_wish){.tokens = tokens, .deadline_us = time_monotonic_us() + wait_ms * 1000};
}

static cpk_status enter(struct throttle *throttle, int64_t tokens, int64_t wait_ms)
{
    const struct throttle_wish wish = wish_of(tokens, wait_ms);

    return throttle_enter(throttle, &wish, NULL);
}

static void reset_times_of_servers_are_read(void **state)
{
    static const struct {
        const char *text;
        int64_t micros;
    } CASES[] = {
        {"120ms", 120000},
        {"6m0s", 360000000},
        {"1s", 1000000},
        {"1h2m3.5s", 3723500000},
        {"0s", 0},
        {"30", 30000000},
        {"1.5", 1500000},
        {"7us", 7},
        {"1m", 60000000},
        {"99999999h", 86400000000},
        {"", -1},
        {"soon", -1},
        {"-1s", -1},
        {"1x", -1},
        {"1970-01-01T00:00:10Z", 9000000},
        {"1970-01-01T00:00:00Z", 0},
        {NULL, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(throttle_parse_reset(CASES[i].text, 1000000), CASES[i].micros);
    }
}

static void concurrency_follows_what_the_server_bears(void **state)
{
    struct throttle throttle;

    (void)state;
    assert_int_equal(throttle_init(&throttle, 4, 0, 1000), 0);
    for (int32_t i = 0; i < 4; i++) {
        assert_int_equal(enter(&throttle, 1, 0), CPK_OK);
    }
    assert_int_equal(enter(&throttle, 1, 0), CPK_ERROR_TIMEOUT);
    for (int32_t i = 0; i < 4; i++) {
        throttle_leave(&throttle, i < 2 ? THROTTLE_LIMITED : THROTTLE_NOTHING);
    }
    assert_int_equal(enter(&throttle, 1, 0), CPK_OK); /* four, halved twice */
    assert_int_equal(enter(&throttle, 1, 0), CPK_ERROR_TIMEOUT);
    throttle_leave(&throttle, THROTTLE_FINE);
    assert_int_equal(enter(&throttle, 1, 0), CPK_OK);
    assert_int_equal(enter(&throttle, 1, 0), CPK_OK);
    throttle_leave(&throttle, THROTTLE_FINE);
    throttle_leave(&throttle, THROTTLE_FINE);
    for (int32_t i = 0; i < 100; i++) {
        assert_int_equal(enter(&throttle, 1, 0), CPK_OK);
        throttle_leave(&throttle, THROTTLE_FINE);
    }
    assert_true(throttle.allowed == 4);
    throttle_free(&throttle);
}

static void breaker_opens_and_tries_one_request(void **state)
{
    struct throttle throttle;
    cpk_error *error = NULL;
    struct throttle_wish wish;

    (void)state;
    assert_int_equal(throttle_init(&throttle, 8, 3, 100), 0);
    for (int32_t i = 0; i < 3; i++) {
        assert_int_equal(enter(&throttle, 1, 0), CPK_OK);
        throttle_leave(&throttle, THROTTLE_DOWN);
    }
    wish = wish_of(1, 1000);
    assert_int_equal(throttle_enter(&throttle, &wish, &error), CPK_ERROR_BUSY);
    assert_string_equal(cpk_error_native(error), "circuit_open");
    assert_int_equal(cpk_error_retryable(error), 1);
    cpk_error_free(error);
    while (throttle.open_until_us > time_monotonic_us()) {
    }
    assert_int_equal(enter(&throttle, 1, 0), CPK_OK);
    assert_int_equal(enter(&throttle, 1, 0), CPK_ERROR_TIMEOUT); /* one goes first */
    throttle_leave(&throttle, THROTTLE_DOWN);
    assert_int_equal(enter(&throttle, 1, 0), CPK_ERROR_BUSY); /* at once, not after three */
    while (throttle.open_until_us > time_monotonic_us()) {
    }
    assert_int_equal(enter(&throttle, 1, 0), CPK_OK);
    throttle_leave(&throttle, THROTTLE_FINE);
    assert_int_equal(enter(&throttle, 1, 0), CPK_OK);
    throttle_leave(&throttle, THROTTLE_FINE);
    throttle_free(&throttle);
}

static void limits_of_headers_are_kept(void **state)
{
    const struct throttle_headers headers = {"2", "1", "200ms", "1000", "900", "200ms"};
    struct throttle throttle;
    int64_t start_us;

    (void)state;
    assert_int_equal(throttle_init(&throttle, 8, 0, 1000), 0);
    throttle_learn(&throttle, &headers, 0);
    assert_int_equal(enter(&throttle, 950, 0), CPK_ERROR_TIMEOUT);
    assert_int_equal(enter(&throttle, 800, 0), CPK_OK);
    assert_int_equal(enter(&throttle, 10, 0), CPK_ERROR_TIMEOUT); /* no request is left */
    start_us = time_monotonic_us();
    assert_int_equal(enter(&throttle, 10, 5000), CPK_OK);
    assert_in_range(time_monotonic_us() - start_us, 100000, 1000000);
    assert_int_equal(enter(&throttle, 5000, 5000), CPK_OK); /* above the whole limit: the server decides */
    throttle_free(&throttle);
}

static int32_t refuse(void *user)
{
    ++*(int32_t *)user;
    return 1;
}

static void waiting_ends_when_it_is_not_wanted(void **state)
{
    struct throttle throttle;
    struct throttle_wish wish;
    cpk_cancel *cancel = NULL;
    int32_t ticks = 0;

    (void)state;
    assert_int_equal(throttle_init(&throttle, 1, 0, 1000), 0);
    throttle_pause(&throttle, 60000);
    wish = wish_of(1, 60000);
    wish.tick = refuse;
    wish.tick_user = &ticks;
    assert_int_equal(throttle_enter(&throttle, &wish, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(ticks, 1);
    assert_ok(cpk_cancel_create(&cancel, NULL), NULL);
    cpk_cancel_request(cancel);
    wish = wish_of(1, 60000);
    wish.cancel = cancel;
    assert_int_equal(throttle_enter(&throttle, &wish, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(enter(&throttle, 1, 20), CPK_ERROR_TIMEOUT);
    cpk_cancel_free(cancel);
    throttle_free(&throttle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reset_times_of_servers_are_read),
        cmocka_unit_test(concurrency_follows_what_the_server_bears),
        cmocka_unit_test(breaker_opens_and_tries_one_request),
        cmocka_unit_test(limits_of_headers_are_kept),
        cmocka_unit_test(waiting_ends_when_it_is_not_wanted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Retry decisions and delays. */
#include "support/test.h"

#include "net/retry.h"

static int64_t after(const struct retry_policy *policy, int32_t status, const char *seconds, const char *ms,
                     int32_t attempt)
{
    const struct retry_answer answer = {status, seconds, ms, NULL};

    return retry_after_answer_ms(policy, &answer, attempt, INT64_C(1700000000000000), 0);
}

static void delay_doubles_up_to_a_limit(void **state)
{
    struct retry_policy many = RETRY_USUAL;

    (void)state;
    many.attempts = 100;
    assert_int_equal(retry_delay_ms(&many, 1, 0), 500);
    assert_int_equal(retry_delay_ms(&many, 2, 0), 1000);
    assert_int_equal(retry_delay_ms(&many, 3, 0), 2000);
    assert_int_equal(retry_delay_ms(&many, 4, 0), 4000);
    assert_int_equal(retry_delay_ms(&many, 5, 0), 8000);
    assert_int_equal(retry_delay_ms(&many, 6, 0), 8000);
    assert_int_equal(retry_delay_ms(&many, 99, 0), 8000);
    assert_int_equal(retry_delay_ms(&many, 100, 0), RETRY_NO);
    assert_int_equal(retry_delay_ms(&many, 1, 1), 375);
    assert_int_equal(retry_delay_ms(&many, 9, 1), 6000);
    assert_int_equal(retry_delay_ms(&RETRY_NEVER, 1, 0), RETRY_NO);
    assert_int_equal(retry_delay_ms(&(struct retry_policy){0}, 1, 0), RETRY_NO);
}

static void status_decides_about_a_retry(void **state)
{
    static const int32_t AGAIN[] = {408, 409, 429, 500, 502, 503, 504, 529};
    static const int32_t FINAL[] = {200, 201, 204, 301, 304, 400, 401, 402, 403, 404, 410, 422};

    (void)state;
    for (size_t i = 0; i < sizeof AGAIN / sizeof AGAIN[0]; i++) {
        assert_int_equal(after(&RETRY_USUAL, AGAIN[i], NULL, NULL, 1), 500);
        assert_int_equal(after(&RETRY_USUAL, AGAIN[i], NULL, NULL, 3), RETRY_NO);
    }
    for (size_t i = 0; i < sizeof FINAL / sizeof FINAL[0]; i++) {
        assert_int_equal(after(&RETRY_USUAL, FINAL[i], NULL, NULL, 1), RETRY_NO);
        assert_int_equal(after(&RETRY_USUAL, FINAL[i], "1", NULL, 1), RETRY_NO);
    }
}

static void retry_after_sets_the_delay(void **state)
{
    const struct retry_policy *usual = &RETRY_USUAL;

    (void)state;
    assert_int_equal(after(usual, 429, "3", NULL, 1), 3000);
    assert_int_equal(after(usual, 429, "1.5", NULL, 2), 1500);
    assert_int_equal(after(usual, 503, "0", NULL, 1), 0);
    assert_int_equal(after(usual, 503, "120", NULL, 1), 120000);
    assert_int_equal(after(usual, 503, "121", NULL, 1), RETRY_NO);
    assert_int_equal(after(usual, 503, "99999999999999999999999999", NULL, 1), RETRY_NO);
    assert_int_equal(after(usual, 429, "9", "25", 1), 25);
    assert_int_equal(after(usual, 429, "200", "25.2", 1), 26);
    assert_int_equal(after(usual, 429, "3", "soon", 1), 3000);
    assert_int_equal(after(usual, 429, "Tue, 14 Nov 2023 22:13:30 GMT", NULL, 1), 10000);
    assert_int_equal(after(usual, 429, "Tue, 14 Nov 2023 22:13:10 GMT", NULL, 1), 0);
    assert_int_equal(after(usual, 429, "Tue, 14 Nov 2023 23:13:30 GMT", NULL, 1), RETRY_NO);
    assert_int_equal(after(usual, 429, "Tue, 14 Nov 2023 22:13:30 CET", NULL, 1), 500);
    assert_int_equal(after(usual, 429, "Tue, 14 anF 2023 22:13:30 GMT", NULL, 1), 500);
    assert_int_equal(after(usual, 429, "Tue, 14 Nov 2023 25:13:30 GMT", NULL, 1), 500);
    assert_int_equal(after(usual, 429, "-5", NULL, 1), 500);
    assert_int_equal(after(usual, 429, "nan", NULL, 1), 500);
    assert_int_equal(after(usual, 429, "1e9", NULL, 1), 500);
    assert_int_equal(after(usual, 429, "1.2.3", NULL, 1), 500);
    assert_int_equal(after(usual, 429, "", NULL, 1), 500);
}

static void verdict_header_overrides_the_status(void **state)
{
    struct retry_policy policy = RETRY_USUAL;
    struct retry_answer answer = {.status = 400, .verdict = "true"};

    (void)state;
    policy.verdict_header = "Stripe-Should-Retry";
    assert_int_equal(retry_after_answer_ms(&policy, &answer, 1, 0, 0), 500);
    assert_int_equal(retry_after_answer_ms(&policy, &answer, 3, 0, 0), RETRY_NO);
    answer = (struct retry_answer){.status = 500, .verdict = "false"};
    assert_int_equal(retry_after_answer_ms(&policy, &answer, 1, 0, 0), RETRY_NO);
    answer.verdict = "perhaps";
    assert_int_equal(retry_after_answer_ms(&policy, &answer, 1, 0, 0), 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delay_doubles_up_to_a_limit),
        cmocka_unit_test(status_decides_about_a_retry),
        cmocka_unit_test(retry_after_sets_the_delay),
        cmocka_unit_test(verdict_header_overrides_the_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

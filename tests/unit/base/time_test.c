#include "support/test.h"

#include "base/time.h"

static void assert_iso(const char *text, int64_t expected)
{
    assert_int_equal(time_parse_iso(text, strlen(text)), expected);
}

static void iso_times_are_parsed(void **state)
{
    (void)state;
    assert_iso("1970-01-01", 0);
    assert_iso("2024-02-29T12:00:00Z", INT64_C(1709208000000000));
    assert_iso("2024-02-29T14:00:00+02:00", INT64_C(1709208000000000));
    assert_iso("2024-02-29T04:00:00.25-0800", INT64_C(1709208000250000));
    assert_iso("2024-02-29 12:00:00", INT64_C(1709208000000000));
    assert_iso("2024-02-29T12:00:00.123456789Z", INT64_C(1709208000123456));
    assert_iso("1969-12-31T23:59:59Z", -1000000);
}

static void invalid_times_are_rejected(void **state)
{
    static const char *const wrong[] = {
        "",
        "2024",
        "2024-13-01",
        "2024-00-01",
        "2024-01-32",
        "2024-01-01T",
        "2024-01-01T25:00:00Z",
        "2024-01-01T10:00:00+",
        "2024-01-01T10:00:00Zx",
        "yesterday",
        "2024-01-01T10:61",
        "0000-06-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_iso(wrong[i], CPK_TIME_UNKNOWN);
    }
}

static void formatted_times_parse_back(void **state)
{
    char text[TIME_TEXT_BYTES];

    (void)state;
    for (int64_t days = -20000; days < 60000; days += 13) {
        int64_t time_us = days * INT64_C(86400000000) + days * 977;

        time_format_iso(time_us, text);
        assert_iso(text, time_us);
    }
    time_format_minute(INT64_C(1709208000000000), text);
    assert_string_equal(text, "2024-02-29 12:00");
    time_format_date(CPK_TIME_UNKNOWN, text);
    assert_string_equal(text, "");
}

static void unit_of_a_number_is_detected(void **state)
{
    (void)state;
    assert_int_equal(time_from_number(1709208000.25), INT64_C(1709208000250000));
    assert_int_equal(time_from_number(1709208000250.0), INT64_C(1709208000250000));
    assert_int_equal(time_from_number(1709208000250000.0), INT64_C(1709208000250000));
    assert_int_equal(time_from_number(0), CPK_TIME_UNKNOWN);
    assert_int_equal(time_from_number(-5), CPK_TIME_UNKNOWN);
    assert_int_equal(time_from_number(1e300), CPK_TIME_UNKNOWN);
}

static void arithmetic_saturates(void **state)
{
    static const int64_t times[] = {CPK_TIME_UNKNOWN, INT64_MIN + 1, -5, 0, 7, INT64_MAX - 1, INT64_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        for (size_t k = 0; k < sizeof times / sizeof times[0]; k++) {
            assert_true(time_between(times[i], times[k]) >= 0);
            assert_true(time_between(times[i], times[k]) == 0 || (times[i] != CPK_TIME_UNKNOWN && times[k] > times[i]));
            assert_true((time_add(times[i], times[k]) == CPK_TIME_UNKNOWN) == (times[i] == CPK_TIME_UNKNOWN));
        }
    }
    assert_int_equal(time_between(-5, 7), 12);
    assert_int_equal(time_between(INT64_MIN + 1, INT64_MAX), INT64_MAX);
    assert_int_equal(time_add(7, -5), 2);
    assert_int_equal(time_add(7, INT64_MAX), INT64_MAX);
    assert_true(time_is_shown(0) && !time_is_shown(INT64_MAX) && !time_is_shown(CPK_TIME_UNKNOWN));
    assert_true(!time_is_plausible(0) && time_is_plausible(INT64_C(1709208000000000)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_saturates),         cmocka_unit_test(iso_times_are_parsed),
        cmocka_unit_test(invalid_times_are_rejected),   cmocka_unit_test(formatted_times_parse_back),
        cmocka_unit_test(unit_of_a_number_is_detected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

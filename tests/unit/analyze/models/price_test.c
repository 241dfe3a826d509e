/* Prices and costs. */
#include "support/test.h"

#include "analyze/models/price.h"

static void prices_are_read_exactly(void **state)
{
    static const struct {
        const char *text;
        int64_t micros; /* -1: refused */
    } CASES[] = {{"0.15", 150000},    {"3", 3000000},  {"0", 0},
                 {".5", 500000},      {"0.000001", 1}, {"1000", 1000000000},
                 {"1000.000001", -1}, {"1001", -1},    {"0.0000001", -1},
                 {"-1", -1},          {"", -1},        {".", -1},
                 {"1.2.3", -1},       {"1e3", -1},     {"99999999999999999999", -1}};

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        int64_t micros = -1;

        if (!price_read(CASES[i].text, strlen(CASES[i].text), &micros)) {
            micros = -1;
        }
        if (micros != CASES[i].micros) {
            fail_msg("%s: %lld", CASES[i].text, (long long)micros);
        }
    }
}

static void cached_and_reasoning_tokens_have_their_own_price(void **state)
{
    struct model_price price = {{2500000, 1250000, PRICE_UNSET, 10000000, PRICE_UNSET}};
    struct model_usage usage = {
        .input_tokens = 1000, .cached_tokens = 400, .output_tokens = 50, .reasoning_tokens = 20};

    (void)state;
    assert_int_equal(price_cost_micros(&price, &usage), (600 * 25 + 400 * 125 / 10 + 50 * 100) / 10);
    price.micros[PRICE_REASONING] = 20000000;
    assert_int_equal(price_cost_micros(&price, &usage), (600 * 25 + 400 * 125 / 10 + 30 * 100 + 20 * 200) / 10);
    price.micros[PRICE_CACHE_WRITE] = 5000000;
    usage.cache_write_tokens = 100;
    assert_int_equal(price_cost_micros(&price, &usage),
                     (500 * 25 + 400 * 125 / 10 + 100 * 50 + 30 * 100 + 20 * 200) / 10);
    price_clear(&price);
    assert_int_equal(price_cost_micros(&price, &usage), 0);
}

static void impossible_numbers_do_not_overflow(void **state)
{
    const struct model_price most = {{PRICE_MAX, PRICE_MAX, PRICE_MAX, PRICE_MAX, PRICE_MAX}};
    const struct model_usage wrong = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    const struct model_usage negative = {-1, -1, -1, -1, INT64_MIN};
    const struct model_usage tiny = {.input_tokens = 1};
    const struct model_price cheap = {{500000, PRICE_UNSET, PRICE_UNSET, PRICE_UNSET, PRICE_UNSET}};

    (void)state;
    assert_int_equal(price_cost_micros(&most, &wrong), INT64_C(2000000000000));
    assert_int_equal(price_cost_micros(&most, &negative), 0);
    assert_int_equal(price_cost_micros(&cheap, &tiny), 1); /* half a millionth is rounded up */
}

static void table_of_prices_is_a_setting(void **state)
{
    static const char *const WRONG[] = {
        "[]", "{", "{\"m\": 3}", "{\"m\": {\"input\": -1}}", "{\"m\": {\"out\": 1}}", "{\"m\": {\"input\": 1e2}}"};
    struct context context;
    struct model_price price;
    cpk_error *error = NULL;

    (void)state;
    context_init(&context);
    price_clear(&price);
    price.micros[PRICE_OUTPUT] = 7;
    assert_ok(settings_set_text(&context.settings, &context.allocator, "models.prices",
                                "{\"m/1\": {\"input\": 0.1, \"cached\": \"0.025\", \"output\": 9},"
                                " \"*\": {\"input\": 1, \"reasoning\": 2}}",
                                &error),
              error);
    assert_ok(price_fill(&context, "m/1", &price, &error), error);
    assert_int_equal(price.micros[PRICE_INPUT], 100000);
    assert_int_equal(price.micros[PRICE_CACHED], 25000);
    assert_int_equal(price.micros[PRICE_OUTPUT], 7); /* the URI's is above the table */
    price_clear(&price);
    assert_ok(price_fill(&context, "other", &price, &error), error);
    assert_int_equal(price.micros[PRICE_INPUT], 1000000);
    assert_int_equal(price.micros[PRICE_REASONING], 2000000);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        assert_ok(settings_set_text(&context.settings, &context.allocator, "models.prices", WRONG[i], &error), error);
        price_clear(&price);
        assert_int_equal(price_fill(&context, "m", &price, &error), CPK_ERROR_INVALID_ARGUMENT);
        assert_non_null(strstr(cpk_error_message(error), "models.prices"));
        cpk_error_free(error);
        error = NULL;
    }
    context_free(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_are_read_exactly),
        cmocka_unit_test(cached_and_reasoning_tokens_have_their_own_price),
        cmocka_unit_test(impossible_numbers_do_not_overflow),
        cmocka_unit_test(table_of_prices_is_a_setting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

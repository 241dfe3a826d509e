/* The setting billing.packages: what is taken, what is refused, and what things cost. */
#include "support/test.h"

#include "base/memory.h"
#include "payments/stripe/package.h"

#define SMALL "{\"id\":\"small\",\"currency\":\"usd\",\"credits\":100,\"price\":999}"

static cpk_status read(const char *setting, struct arena *arena, struct package_list *packages, cpk_error **error)
{
    arena_init(arena, &memory_default);
    return package_list_read(setting, arena, packages, error);
}

static void packages_setting_is_read(void **state)
{
    const struct package *found;
    struct package_list packages;
    struct arena arena;
    cpk_error *error = NULL;

    (void)state;
    assert_ok(read("[" SMALL ",{\"id\":\"pro\",\"name\":\"Pro\",\"currency\":\"eur\",\"unlimited\":true,"
                   "\"interval\":\"month\",\"price_id\":\"price_1\"},{\"id\":\"forever\",\"currency\":\"jpy\","
                   "\"unlimited\":true,\"price\":30000}]",
                   &arena, &packages, &error),
              error);
    assert_int_equal(packages.count, 3);
    found = package_find(&packages, "small");
    assert_string_equal(found->name, "small");
    assert_int_equal(found->credits, 100);
    assert_int_equal(found->price, 999);
    assert_null(found->interval);
    found = package_find(&packages, "pro");
    assert_string_equal(found->name, "Pro");
    assert_string_equal(found->interval, "month");
    assert_string_equal(found->price_id, "price_1");
    assert_int_equal(found->is_unlimited, 1);
    assert_null(package_find(&packages, "big"));
    arena_free(&arena);
    assert_ok(read("", &arena, &packages, &error), error);
    assert_int_equal(packages.count, 0);
    assert_ok(read(NULL, &arena, &packages, &error), error);
    assert_int_equal(packages.count, 0);
}

static void invalid_packages_setting_names_the_error(void **state)
{
    static const struct {
        const char *setting;
        const char *message;
    } cases[] = {
        {"{", "not JSON"},
        {"{}", "must be a JSON array"},
        {"[7]", "no JSON object"},
        {"[" SMALL "," SMALL "]", "two of that id"},
        {"[{\"id\":\"a\",\"id\":\"b\",\"currency\":\"usd\",\"credits\":1,\"price\":1}]", "says a name twice"},
        {"[{\"currency\":\"usd\",\"credits\":1,\"price\":1}]", "needs an id"},
        {"[{\"id\":\"a\",\"currency\":\"USD\",\"credits\":1,\"price\":1}]", "three lower-case letters"},
        {"[{\"id\":\"a\",\"credits\":1,\"price\":1}]", "three lower-case letters"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credits\":1,\"price\":9.99}]", "whole numbers"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credits\":\"1\",\"price\":9}]", "whole numbers"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credit\":1,\"price\":9}]", "a member that packages don't have"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"price\":9}]", "one of credits, tiers and unlimited"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credits\":1,\"unlimited\":true,\"price\":9}]", "one of credits"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credits\":1}]", "needs a price"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credits\":1,\"price\":-1}]", "out of range"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credits\":1,\"price\":9,\"price_id\":\"price_1\"}]",
         "instead of a price"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credits\":1,\"price_id\":\"\"}]", "must not be empty"},
        {"[{\"id\":\"a\",\"currency\":\"kwd\",\"credits\":1,\"price\":5124}]", "no amount that Stripe charges"},
        {"[{\"id\":\"a\",\"currency\":\"isk\",\"credits\":1,\"price\":50}]", "no amount that Stripe charges"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credits\":9999999999,\"price\":1}]", "out of range"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"credits\":1,\"price\":1,\"interval\":\"week\"}]", "interval"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"tiers\":[{\"from_credits\":5,\"unit_price_micros\":1},"
         "{\"from_credits\":5,\"unit_price_micros\":1}]}]",
         "ascending"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"tiers\":[{\"from_credits\":0,\"unit_price_micros\":1}]}]", "ascending"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"tiers\":[{\"from_credits\":1,\"unit_price_micros\":0.5}]}]",
         "whole numbers"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"tiers\":[{\"from_credits\":1,\"unit_price_micros\":0}]}]",
         "at least 1"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"tiers\":[{\"from_credits\":1}]}]", "at least 1"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"tiers\":[{\"from_credits\":1,\"unit_price_micros\":null}]}]",
         "at least 1"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"tiers\":[{\"from_credits\":1,\"unit_price_micros\":9223372036854775807}"
         "]}]",
         "at least 1"},
        {"[{\"id\":\"a\",\"currency\":\"usd\",\"price\":1,\"tiers\":[{\"from_credits\":1,\"unit_price_micros\":1}]}]",
         "or tiers instead"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cpk_error *error = NULL;
        struct package_list packages;
        struct arena arena;

        if (read(cases[i].setting, &arena, &packages, &error) != CPK_ERROR_INVALID_ARGUMENT ||
            strstr(cpk_error_message(error), cases[i].message) == NULL ||
            strstr(cpk_error_message(error), "billing.packages") == NULL) {
            fail_msg("%s: %s", cases[i].setting, cpk_error_message(error));
        }
        cpk_error_free(error);
        arena_free(&arena);
    }
}

static struct package tiered(const char *currency)
{
    struct package package = {.id = "bulk", .name = "bulk", .currency = currency, .tier_count = 3};

    package.tiers[0] = (struct package_tier){10, 100000};
    package.tiers[1] = (struct package_tier){100, 83335};
    package.tiers[2] = (struct package_tier){1000000, INT64_C(1000000000000)};
    return package;
}

static void tier_price_applies_to_all_credits_and_rounds_once(void **state)
{
    static const struct {
        const char *currency;
        int64_t credits;
        int64_t price; /* -1: refused */
    } cases[] = {
        {"usd", 9, -1},       {"usd", 10, 100},        {"usd", 99, 990},
        {"usd", 100, 833},                        /* 8.3335: half a cent and less goes down */
        {"usd", 300, 2500},                       /* 25.0005 */
        {"usd", 102, 850},                        /* 8.50017 */
        {"jpy", 15, 2},                           /* 1.5: half of one goes up */
        {"jpy", 14, 1},       {"kwd", 100, 8330}, /* 8.3335: Stripe takes tens of the third decimal only */
        {"isk", 15, 200},                         /* 1.5: whole crowns, with two decimals that are 00 */
        {"usd", 1000000, -1}, {"usd", 1000000000, -1}, {"usd", 1000000001, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct package package = tiered(cases[i].currency);
        cpk_error *error = NULL;
        int64_t granted = -1;
        int64_t price = -1;
        cpk_status status = package_price(&package, cases[i].credits, &granted, &price, &error);

        if (cases[i].price < 0 ? status != CPK_ERROR_INVALID_ARGUMENT
                               : status != CPK_OK || price != cases[i].price || granted != cases[i].credits) {
            fail_msg("%lld credits in %s: %lld", (long long)cases[i].credits, cases[i].currency, (long long)price);
        }
        cpk_error_free(error);
    }
}

/* Stripe sells what costs nothing without asking for a card. */
static void positive_price_is_never_rounded_to_zero(void **state)
{
    static const char *const currencies[] = {"usd", "jpy", "kwd", "isk"};
    static const int64_t least[] = {1, 1, 10, 100};

    (void)state;
    for (size_t i = 0; i < sizeof currencies / sizeof currencies[0]; i++) {
        struct package package = {.id = "bulk", .name = "bulk", .currency = currencies[i], .tier_count = 1};
        int64_t granted = 0;
        int64_t price = 0;

        package.tiers[0] = (struct package_tier){1, 1};
        assert_ok(package_price(&package, 4, &granted, &price, NULL), NULL);
        assert_int_equal(price, least[i]);
        package.tiers[0].unit_price_micros = 0;
        assert_int_equal(package_price(&package, 4, &granted, &price, NULL), CPK_ERROR_INVALID_ARGUMENT);
    }
}

static void fixed_package_rejects_another_credit_count(void **state)
{
    struct package package = {.id = "small", .name = "small", .currency = "usd", .credits = 100, .price = 999};
    int64_t granted = 0;
    int64_t price = 0;

    (void)state;
    assert_ok(package_price(&package, 0, &granted, &price, NULL), NULL);
    assert_int_equal(granted, 100);
    assert_int_equal(price, 999);
    assert_ok(package_price(&package, 100, &granted, &price, NULL), NULL);
    assert_int_equal(package_price(&package, 99, &granted, &price, NULL), CPK_ERROR_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packages_setting_is_read),
        cmocka_unit_test(invalid_packages_setting_names_the_error),
        cmocka_unit_test(tier_price_applies_to_all_credits_and_rounds_once),
        cmocka_unit_test(positive_price_is_never_rounded_to_zero),
        cmocka_unit_test(fixed_package_rejects_another_credit_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

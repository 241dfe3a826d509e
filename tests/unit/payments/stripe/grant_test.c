/* How many credits the invoices of a subscription bring. */
#include "base/memory.h"
#include "payments/stripe/grant.h"

#include "support/test.h"

#define PACKAGES                                                                                                       \
    "[{\"id\":\"team\",\"currency\":\"usd\",\"credits\":5000,\"price\":4900,\"interval\":\"month\"},"                  \
    "{\"id\":\"small\",\"currency\":\"usd\",\"credits\":100,\"price_id\":\"price_small\",\"interval\":\"month\"},"     \
    "{\"id\":\"pro\",\"currency\":\"usd\",\"unlimited\":true,\"price_id\":\"price_pro\",\"interval\":\"year\"}]"

#define TEAM  "{\"user_id\":\"u\",\"credits\":\"5000\",\"package_id\":\"team\"}"
#define BARE  "{\"user_id\":\"u\",\"credits\":\"5000\"}"
#define CYCLE "\"billing_reason\":\"subscription_cycle\""

struct invoice_case {
    const char *name;
    const char *type;
    const char *metadata;
    const char *members;
    int64_t credits;
};

#define PAID "invoice.paid"

static const struct invoice_case CASES[] = {
    {"a new period", PAID, TEAM, CYCLE ",\"amount_paid\":4900", 5000},
    {"the first one", PAID, TEAM, "\"billing_reason\":\"subscription_create\",\"amount_paid\":4900", 5000},
    {"no reason is said", PAID, TEAM, "\"amount_paid\":4900", 5000},
    {"a proration", PAID, TEAM, "\"billing_reason\":\"subscription_update\",\"amount_paid\":4900", 0},
    {"by hand", PAID, TEAM, "\"billing_reason\":\"manual\",\"amount_paid\":4900", 0},
    {"by a threshold", PAID, TEAM, "\"billing_reason\":\"subscription_threshold\",\"amount_paid\":4900", 0},
    {"a trial", PAID, TEAM, "\"billing_reason\":\"subscription_create\",\"amount_paid\":0", 0},
    {"half of the price", PAID, TEAM, CYCLE ",\"amount_paid\":2450", 2500},
    {"more than the price", PAID, TEAM, CYCLE ",\"amount_paid\":9800", 5000},
    {"a price in the metadata", PAID, "{\"credits\":\"5000\",\"price\":\"9800\"}", CYCLE ",\"amount_paid\":4900", 2500},
    {"no price known", PAID, BARE, CYCLE ",\"amount_paid\":1", 5000},
    {"no price known, nothing paid", PAID, BARE, CYCLE ",\"amount_paid\":0", 0},
    {"another currency", PAID, TEAM, CYCLE ",\"amount_paid\":700,\"currency\":\"jpy\"", 5000},
    {"a coupon for half", PAID, TEAM,
     CYCLE ",\"amount_paid\":2450,\"subtotal\":4900,\"total\":2450,\"lines\":{\"data\":[{\"amount\":4900}]}", 5000},
    {"a coupon for all", PAID, TEAM,
     CYCLE ",\"amount_paid\":0,\"subtotal\":4900,\"total\":0,\"lines\":{\"data\":[{\"amount\":4900}]}", 5000},
    {"a trial with lines", PAID, TEAM,
     "\"billing_reason\":\"subscription_create\",\"amount_paid\":0,\"subtotal\":0,\"total\":0,\"lines\":{\"data\":"
     "[{\"amount\":0}]}",
     0},
    {"taxes on top", PAID, TEAM,
     CYCLE ",\"amount_paid\":2915,\"subtotal\":2450,\"total\":2915,\"lines\":{\"data\":[{\"amount\":2450}]}", 2500},
    {"from the customer's balance", PAID, TEAM,
     CYCLE
     ",\"amount_paid\":0,\"amount_due\":0,\"subtotal\":4900,\"total\":4900,\"lines\":{\"data\":[{\"amount\":4900}]}",
     0},
    {"half from the customer's balance", PAID, TEAM,
     CYCLE ",\"amount_paid\":2450,\"subtotal\":4900,\"total\":4900,\"lines\":{\"data\":[{\"amount\":4900}]}", 2500},
    {"a fee beside a trial", PAID, TEAM,
     "\"billing_reason\":\"subscription_create\",\"amount_paid\":4900,\"subtotal\":4900,\"total\":4900,\"lines\":{"
     "\"data\":["
     "{\"amount\":0,\"type\":\"subscription\"},{\"amount\":4900,\"type\":\"invoiceitem\"}]}",
     0},
    {"prorations of the period before", PAID, TEAM,
     CYCLE
     ",\"amount_paid\":4910,\"subtotal\":4910,\"total\":4910,\"lines\":{\"data\":[{\"amount\":4900},{\"amount\":10,"
     "\"parent\":{\"type\":\"subscription_item_details\",\"subscription_item_details\":{\"proration\":true}}}]}",
     5000},
    {"money back for the period before", PAID, TEAM,
     CYCLE
     ",\"amount_paid\":2450,\"subtotal\":2450,\"total\":2450,\"lines\":{\"data\":[{\"amount\":4900},{\"amount\":-2450,"
     "\"proration\":true}]}",
     2500},
    {"three seats", PAID, TEAM, CYCLE ",\"amount_paid\":14700,\"lines\":{\"data\":[{\"amount\":14700,\"quantity\":3}]}",
     15000},
    {"three seats, no price known", PAID, BARE,
     CYCLE ",\"amount_paid\":14700,\"lines\":{\"data\":[{\"amount\":14700,\"quantity\":3,\"pricing\":{"
           "\"unit_amount_decimal\":\"4900\"}}]}",
     15000},
    {"the price of the line", PAID, "{}",
     CYCLE ",\"amount_paid\":900,\"lines\":{\"data\":[{\"amount\":900,\"pricing\":{\"price_details\":{\"price\":"
           "\"price_small\"}}}]}",
     100},
    {"the price of the line, before 2025-03-31", PAID, TEAM,
     CYCLE
     ",\"amount_paid\":1800,\"lines\":{\"data\":[{\"amount\":1800,\"quantity\":2,\"type\":\"subscription\",\"price\":{"
     "\"id\":\"price_small\",\"unit_amount\":900}}]}",
     200},
    {"paid elsewhere", PAID, TEAM, CYCLE ",\"amount_paid\":0,\"amount_due\":4900,\"paid_out_of_band\":true", 5000},
    {"not paid yet", "invoice.payment_failed", TEAM, CYCLE ",\"amount_paid\":0,\"amount_due\":4900", 5000},
    {"no credits are said", PAID, "{\"user_id\":\"u\"}", CYCLE ",\"amount_paid\":4900", FACT_UNKNOWN},
};

static void parse(const char *type, const char *metadata, const char *members, struct arena *arena, struct event *event)
{
    cpk_error *error = NULL;
    char body[2048];

    snprintf(body, sizeof body,
             "{\"id\":\"evt\",\"object\":\"event\",\"type\":\"%s\",\"created\":1,\"data\":{\"object\":{\"id\":\"in_1\","
             "\"parent\":{\"subscription_details\":{\"subscription\":\"sub_1\",\"metadata\":%s}},%s}}}",
             type, metadata, members);
    assert_ok(event_parse(body, strlen(body), arena, event, &error), error);
}

static void partial_invoice_grants_a_proportional_part(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const struct invoice_case *invoice = &CASES[i];
        struct package_list packages;
        cpk_error *error = NULL;
        int64_t credits;
        struct event event;
        struct arena arena;

        arena_init(&arena, &memory_default);
        assert_ok(package_list_read(PACKAGES, &arena, &packages, &error), error);
        parse(invoice->type, invoice->metadata, invoice->members, &arena, &event);
        grant_resolve(&event, &packages);
        credits = grant_of_invoice(&event);
        if (credits != invoice->credits) {
            fail_msg("%s: %lld, not %lld", invoice->name, (long long)credits, (long long)invoice->credits);
        }
        arena_free(&arena);
    }
}

static void billed_price_decides_the_plan(void **state)
{
    struct package_list packages;
    cpk_error *error = NULL;
    struct event event;
    struct arena arena;

    (void)state;
    arena_init(&arena, &memory_default);
    assert_ok(package_list_read(PACKAGES, &arena, &packages, &error), error);
    parse(PAID, "{\"unlimited\":\"true\",\"package_id\":\"pro\"}",
          "\"lines\":{\"data\":[{\"price\":{\"id\":\"price_small\"}}]}", &arena, &event);
    grant_resolve(&event, &packages);
    assert_int_equal(event.plan, PLAN_CREDITS);
    assert_string_equal(event.package_id, "small");
    parse(PAID, TEAM, "\"lines\":{\"data\":[{\"price\":{\"id\":\"price_pro\"}}]}", &arena, &event);
    grant_resolve(&event, &packages);
    assert_int_equal(event.plan, PLAN_UNLIMITED);
    assert_string_equal(event.interval, "year");
    parse(PAID, "{\"package_id\":\"pro\"}", "\"lines\":{\"data\":[{\"price\":{\"id\":\"price_of_before\"}}]}", &arena,
          &event);
    grant_resolve(&event, &packages);
    assert_int_equal(event.plan, PLAN_UNLIMITED);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partial_invoice_grants_a_proportional_part),
        cmocka_unit_test(billed_price_decides_the_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

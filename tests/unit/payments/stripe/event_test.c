#include "payments/stripe/event.h"

#include "base/memory.h"
#include "support/test.h"

#define USER "00000000-0000-4000-8000-000000000001"
#define EVENT(type, object)                                                                                            \
    "{\"id\":\"evt_1\",\"object\":\"event\",\"api_version\":\"2025-03-31.basil\",\"created\":1700000000,"              \
    "\"livemode\":true,\"type\":\"" type "\",\"data\":{\"object\":" object "}}"

static struct arena test_arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&test_arena, &memory_default);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&test_arena);
    return 0;
}

static void parse(const char *body, struct event *event)
{
    cpk_error *error = NULL;

    assert_ok(event_parse(body, strlen(body), &test_arena, event, &error), error);
}

static void checkout_event_names_the_purchase(void **state)
{
    struct event event;

    (void)state;
    parse(EVENT("checkout.session.completed",
                "{\"id\":\"cs_1\",\"object\":\"checkout.session\",\"mode\":\"payment\",\"payment_status\":\"paid\","
                "\"payment_intent\":\"pi_1\",\"customer\":\"cus_1\",\"amount_total\":999,\"currency\":\"usd\","
                "\"customer_details\":{\"email\":\"a@example.com\"},\"metadata\":{\"user_id\":\"" USER
                "\",\"credits\":\"100\",\"package_id\":\"small\"}}"),
          &event);
    assert_int_equal(event.kind, EVENT_CHECKOUT_COMPLETED);
    assert_string_equal(event.id, "evt_1");
    assert_int_equal(event.created_us, INT64_C(1700000000000000));
    assert_int_equal(event.is_live, 1);
    assert_string_equal(event.session_id, "cs_1");
    assert_string_equal(event.payment_intent_id, "pi_1");
    assert_string_equal(event.customer_id, "cus_1");
    assert_string_equal(event.customer_email, "a@example.com");
    assert_string_equal(event.payment_status, "paid");
    assert_string_equal(event.user_id, USER);
    assert_string_equal(event.package_id, "small");
    assert_int_equal(event.credits, 100);
    assert_int_equal(event.amount, 999);
    assert_int_equal(event.plan, PLAN_CREDITS);
    assert_null(event.subscription_id);
}

static void both_shapes_of_a_subscription_are_read(void **state)
{
    struct event event;

    (void)state;
    parse(EVENT("customer.subscription.updated",
                "{\"id\":\"sub_1\",\"status\":\"active\",\"customer\":{\"id\":\"cus_1\",\"object\":\"customer\"},"
                "\"current_period_start\":1700000000,\"current_period_end\":1702592000,\"cancel_at_period_end\":true,"
                "\"metadata\":{\"user_id\":\"" USER "\",\"unlimited\":\"true\"}}"),
          &event);
    assert_int_equal(event.kind, EVENT_SUBSCRIPTION_UPDATED);
    assert_string_equal(event.subscription_id, "sub_1");
    assert_string_equal(event.customer_id, "cus_1");
    assert_string_equal(event.status, "active");
    assert_int_equal(event.period_end_us, INT64_C(1702592000000000));
    assert_int_equal(event.cancel_at_period_end, 1);
    assert_int_equal(event.plan, PLAN_UNLIMITED);
    assert_int_equal(event.ended_us, FACT_UNKNOWN);

    parse(EVENT("customer.subscription.deleted",
                "{\"id\":\"sub_1\",\"status\":\"canceled\",\"ended_at\":1701000000,\"items\":{\"data\":["
                "{\"current_period_start\":1700000000,\"current_period_end\":1702592000},"
                "{\"current_period_start\":1700000000,\"current_period_end\":1702000000}]}}"),
          &event);
    assert_int_equal(event.kind, EVENT_SUBSCRIPTION_DELETED);
    assert_int_equal(event.period_start_us, INT64_C(1700000000000000));
    assert_int_equal(event.period_end_us, INT64_C(1702592000000000));
    assert_int_equal(event.ended_us, INT64_C(1701000000000000));
}

static void both_shapes_of_an_invoice_are_read(void **state)
{
    struct event event;

    (void)state;
    parse(EVENT("invoice.payment_succeeded",
                "{\"id\":\"in_1\",\"subscription\":\"sub_1\",\"payment_intent\":\"pi_1\",\"charge\":\"ch_1\","
                "\"amount_paid\":2000,\"currency\":\"eur\",\"billing_reason\":\"subscription_cycle\","
                "\"subscription_details\":{\"metadata\":{\"user_id\":\"" USER "\"}},"
                "\"lines\":{\"data\":[{\"period\":{\"start\":1700000000,\"end\":1702592000}}]}}"),
          &event);
    assert_int_equal(event.kind, EVENT_INVOICE_PAID);
    assert_string_equal(event.invoice_id, "in_1");
    assert_string_equal(event.subscription_id, "sub_1");
    assert_string_equal(event.payment_intent_id, "pi_1");
    assert_string_equal(event.charge_id, "ch_1");
    assert_string_equal(event.user_id, USER);
    assert_int_equal(event.amount, 2000);
    assert_int_equal(event.period_end_us, INT64_C(1702592000000000));

    parse(EVENT("invoice.paid",
                "{\"id\":\"in_2\",\"amount_paid\":2000,\"parent\":{\"type\":\"subscription_details\","
                "\"subscription_details\":{\"subscription\":\"sub_2\",\"metadata\":{\"user_id\":\"" USER
                "\",\"unlimited\":\"true\"}}},\"payments\":{\"data\":[{\"payment\":{\"type\":\"payment_intent\","
                "\"payment_intent\":\"pi_2\"}}]}}"),
          &event);
    assert_int_equal(event.kind, EVENT_INVOICE_PAID);
    assert_string_equal(event.subscription_id, "sub_2");
    assert_string_equal(event.payment_intent_id, "pi_2");
    assert_string_equal(event.user_id, USER);
    assert_int_equal(event.plan, PLAN_UNLIMITED);

    parse(EVENT("invoice.paid",
                "{\"id\":\"in_4\",\"amount_paid\":1000,\"payments\":{\"data\":[{\"id\":\"inpay_1\",\"amount_paid\":600,"
                "\"status\":\"paid\",\"payment\":{\"type\":\"payment_intent\",\"payment_intent\":\"pi_1\"}},{\"id\":"
                "\"inpay_2\",\"amount_paid\":400,\"status\":\"paid\",\"payment\":{\"type\":\"charge\",\"charge\":"
                "\"ch_2\"}},{\"id\":\"inpay_3\",\"amount_paid\":null,\"status\":\"open\",\"payment\":{"
                "\"payment_intent\":\"pi_3\"}}]}}"),
          &event);
    assert_int_equal(event.part_count, 3);
    assert_string_equal(event.part_ids[1], "ch_2");
    assert_int_equal(event.movement_count, 2);
    assert_string_equal(event.movements[0].kind, MOVEMENT_PAID);
    assert_string_equal(event.movements[0].subject_id, "pi_1");
    assert_int_equal(event.movements[1].amount, 400);

    parse(
        EVENT("invoice_payment.paid",
              "{\"id\":\"inpay_1\",\"amount_paid\":600,\"status\":\"paid\",\"invoice\":\"in_4\",\"payment\":{\"type\":"
              "\"payment_intent\",\"payment_intent\":\"pi_1\"}}"),
        &event);
    assert_int_equal(event.kind, EVENT_INVOICE_PAYMENT_PAID);
    assert_string_equal(event.invoice_id, "in_4");
    assert_string_equal(event.payment_intent_id, "pi_1");
    assert_int_equal(event.movements[0].amount, 600);

    parse(EVENT("invoice.payment_failed", "{\"id\":\"in_3\",\"amount_paid\":0,\"amount_due\":2000}"), &event);
    assert_int_equal(event.kind, EVENT_INVOICE_FAILED);
    assert_int_equal(event.amount, 2000);
}

static void refunds_and_disputes_name_their_payment(void **state)
{
    struct event event;

    (void)state;
    parse(EVENT("charge.refunded",
                "{\"id\":\"ch_1\",\"payment_intent\":\"pi_1\",\"amount\":999,\"amount_refunded\":500}"),
          &event);
    assert_int_equal(event.kind, EVENT_CHARGE_REFUNDED);
    assert_string_equal(event.charge_id, "ch_1");
    assert_string_equal(event.payment_intent_id, "pi_1");
    assert_int_equal(event.amount, 999);
    assert_int_equal(event.amount_refunded, 500);

    parse(EVENT("charge.dispute.funds_withdrawn",
                "{\"id\":\"dp_1\",\"charge\":\"ch_1\",\"payment_intent\":\"pi_1\",\"amount\":999,\"status\":\"lost\"}"),
          &event);
    assert_int_equal(event.kind, EVENT_DISPUTE_WITHDRAWN);
    assert_string_equal(event.object_id, "dp_1");
    assert_string_equal(event.charge_id, "ch_1");
    assert_string_equal(event.payment_intent_id, "pi_1");
    assert_string_equal(event.status, "lost");

    assert_int_equal(event.movement_count, 1);
    assert_string_equal(event.movements[0].kind, MOVEMENT_DISPUTE_OUT);

    parse(EVENT("charge.dispute.closed", "{\"id\":\"dp_1\",\"charge\":\"ch_1\",\"amount\":999,\"status\":\"lost\"}"),
          &event);
    assert_string_equal(event.movements[0].kind, MOVEMENT_DISPUTE_LOST);
    parse(EVENT("charge.dispute.closed",
                "{\"id\":\"dp_1\",\"charge\":\"ch_1\",\"amount\":999,\"status\":\"warning_closed\"}"),
          &event);
    assert_int_equal(event.movement_count, 0);

    parse(EVENT("charge.refunded",
                "{\"id\":\"ch_1\",\"amount\":999,\"amount_refunded\":300,\"refunds\":{\"data\":[{\"id\":\"re_1\","
                "\"amount\":"
                "300,\"status\":\"succeeded\",\"created\":1700000000},{\"id\":\"re_0\",\"amount\":100,\"status\":"
                "\"failed\"}]}}"),
          &event);
    assert_int_equal(event.movement_count, 3);
    assert_string_equal(event.movements[0].kind, MOVEMENT_CHARGE);
    assert_int_equal(event.movements[0].total, 999);
    assert_string_equal(event.movements[1].kind, MOVEMENT_REFUND);
    assert_string_equal(event.movements[1].subject_id, "re_1");
    assert_string_equal(event.movements[1].charge_id, "ch_1");
    assert_int_equal(event.movements[1].created_us, INT64_C(1700000000000000));
    assert_string_equal(event.movements[2].kind, MOVEMENT_REFUND_FAILED);

    parse(EVENT("refund.updated", "{\"id\":\"re_1\",\"charge\":\"ch_1\",\"payment_intent\":\"pi_1\",\"amount\":300,"
                                  "\"status\":\"canceled\"}"),
          &event);
    assert_int_equal(event.kind, EVENT_REFUND);
    assert_string_equal(event.movements[0].kind, MOVEMENT_REFUND_FAILED);
    assert_string_equal(event.movements[0].payment_intent_id, "pi_1");

    parse(EVENT("payment_intent.payment_failed",
                "{\"id\":\"pi_3\",\"amount\":999,\"last_payment_error\":{\"code\":\"card_declined\",\"decline_code\":"
                "\"insufficient_funds\",\"message\":\"x\",\"payment_method\":{\"card\":{\"last4\":\"4242\"}}}}"),
          &event);
    assert_int_equal(event.kind, EVENT_PAYMENT_FAILED);
    assert_string_equal(event.failure, "insufficient_funds");
}

static void unknown_events_are_accepted(void **state)
{
    struct event event;

    (void)state;
    parse(EVENT("radar.early_fraud_warning.created", "{\"id\":\"issfr_1\"}"), &event);
    assert_int_equal(event.kind, EVENT_OTHER);
    assert_string_equal(event.object_id, "issfr_1");
    parse("{\"id\":\"evt_test_webhook\",\"object\":\"event\",\"type\":\"x\"}", &event);
    assert_int_equal(event.kind, EVENT_OTHER);
    assert_int_equal(event.created_us, FACT_UNKNOWN);
    assert_int_equal(event.credits, FACT_UNKNOWN);
}

static void invalid_metadata_is_ignored(void **state)
{
    static const char *const credits[] = {"\"-5\"",
                                          "\"+5\"",
                                          "\" 5\"",
                                          "\"5 \"",
                                          "\"5.0\"",
                                          "\"\"",
                                          "\"0x5\"",
                                          "5",
                                          "null",
                                          "[]",
                                          "\"99999999999999999999\""};
    char body[512];
    struct event event;

    (void)state;
    for (size_t i = 0; i < sizeof credits / sizeof credits[0]; i++) {
        snprintf(body, sizeof body,
                 EVENT("checkout.session.completed", "{\"id\":\"cs\",\"metadata\":{\"credits\":%s}}"), credits[i]);
        parse(body, &event);
        assert_int_equal(event.credits, FACT_UNKNOWN);
    }
}

static void non_events_are_rejected(void **state)
{
    static const char *const bodies[] = {
        "",
        "} I am not valid JSON; 123][",
        "[]",
        "null",
        "{}",
        "{\"type\":\"x\",\"object\":\"event\"}",
        "{\"id\":5,\"object\":\"event\",\"type\":\"x\"}",
        "{\"id\":\"evt_234\",\"object\":\"v2.core.event\",\"type\":\"v1.billing.meter.error_report_triggered\"}",
        "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"x\"} {}",
    };
    struct event event;

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        if (event_parse(bodies[i], strlen(bodies[i]), &test_arena, &event, NULL) != CPK_ERROR_INVALID_DATA) {
            fail_msg("taken for an event: %s", bodies[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checkout_event_names_the_purchase),
        cmocka_unit_test(both_shapes_of_a_subscription_are_read),
        cmocka_unit_test(both_shapes_of_an_invoice_are_read),
        cmocka_unit_test(refunds_and_disputes_name_their_payment),
        cmocka_unit_test(unknown_events_are_accepted),
        cmocka_unit_test(invalid_metadata_is_ignored),
        cmocka_unit_test(non_events_are_rejected),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

/* Webhook logs: one row for each event, updated by later deliveries; read by the service only. */
#include "support/store_fixture.h"

#include "store/webhook_log.h"

static void write_log(struct fixture *fixture, const char *webhook_id, enum webhook_log_status status,
                      const char *message)
{
    const struct webhook_log_params params = {.webhook_id = webhook_id,
                                              .event_type = "checkout",
                                              .stripe_event_type = "checkout.session.completed",
                                              .payload_bytes = 1234,
                                              .is_signed = 1,
                                              .status = status,
                                              .error_message = message,
                                              .processed_data = "{\"credits\":5}"};

    assert_ok(store_webhook_log_write(fixture->service, &params, &fixture->error), fixture->error);
}

static struct record_list *list_logs(struct fixture *fixture, const char *webhook_id, enum webhook_log_status status,
                                     const struct store_page *page)
{
    struct record_list *list;

    assert_ok(store_webhook_log_list(fixture->service, webhook_id, status, page, &list, &fixture->error),
              fixture->error);
    return list;
}

static void log_survives_a_round_trip(void **state)
{
    struct fixture *fixture = *state;
    struct record_list *list;
    const cpk_webhook_log *log;

    write_log(fixture, "evt_1", WEBHOOK_LOG_PROCESSING, NULL);
    list = list_logs(fixture, NULL, WEBHOOK_LOG_ANY, NULL);
    assert_int_equal(list->count, 1);
    log = list->items[0];
    assert_int_equal(strlen(log->id), 36);
    assert_string_equal(log->webhook_id, "evt_1");
    assert_string_equal(log->event_type, "checkout");
    assert_string_equal(log->stripe_event_type, "checkout.session.completed");
    assert_int_equal(log->payload_bytes, 1234);
    assert_int_equal(log->signature_present, 1);
    assert_string_equal(log->status, "processing");
    assert_null(log->error_message);
    assert_json(log->processed_data, "{\"credits\":5}");
    assert_true(log->created_us > INT64_C(1700000000000000));
    assert_true(log->created_us == log->updated_us);
    record_list_free(list);
}

static void optional_columns_may_be_null(void **state)
{
    struct fixture *fixture = *state;
    const struct webhook_log_params params = {
        .webhook_id = "evt_1", .event_type = "other", .status = WEBHOOK_LOG_COMPLETED};
    struct record_list *list;
    const cpk_webhook_log *log;

    assert_ok(store_webhook_log_write(fixture->service, &params, &fixture->error), fixture->error);
    list = list_logs(fixture, NULL, WEBHOOK_LOG_ANY, NULL);
    log = list->items[0];
    assert_null(log->stripe_event_type);
    assert_null(log->error_message);
    assert_null(log->processed_data);
    assert_int_equal(log->payload_bytes, 0);
    assert_int_equal(log->signature_present, 0);
    record_list_free(list);
}

static void second_delivery_updates_the_row(void **state)
{
    struct fixture *fixture = *state;
    struct record_list *list;
    const cpk_webhook_log *log;

    write_log(fixture, "evt_1", WEBHOOK_LOG_FAILED, "no such package");
    write_log(fixture, "evt_2", WEBHOOK_LOG_PROCESSING, NULL);
    write_log(fixture, "evt_1", WEBHOOK_LOG_COMPLETED, NULL);
    list = list_logs(fixture, "evt_1", WEBHOOK_LOG_ANY, NULL);
    assert_int_equal(list->count, 1);
    log = list->items[0];
    assert_string_equal(log->status, "completed");
    assert_null(log->error_message);
    assert_true(log->updated_us > log->created_us);
    record_list_free(list);
    list = list_logs(fixture, NULL, WEBHOOK_LOG_ANY, NULL);
    assert_int_equal(list->count, 2);
    record_list_free(list);
}

static void logs_are_filtered_by_event_and_status(void **state)
{
    struct fixture *fixture = *state;
    struct record_list *list;

    write_log(fixture, "evt_1", WEBHOOK_LOG_FAILED, "no such package");
    write_log(fixture, "evt_2", WEBHOOK_LOG_COMPLETED, NULL);
    write_log(fixture, "evt_3", WEBHOOK_LOG_FAILED, "no such user");
    list = list_logs(fixture, NULL, WEBHOOK_LOG_FAILED, NULL);
    assert_int_equal(list->count, 2);
    assert_string_equal(((const cpk_webhook_log *)list->items[0])->error_message, "no such user");
    assert_string_equal(((const cpk_webhook_log *)list->items[1])->error_message, "no such package");
    record_list_free(list);
    list = list_logs(fixture, "evt_1", WEBHOOK_LOG_FAILED, NULL);
    assert_int_equal(list->count, 1);
    record_list_free(list);
    list = list_logs(fixture, "evt_2", WEBHOOK_LOG_FAILED, NULL);
    assert_int_equal(list->count, 0);
    record_list_free(list);
}

/* Reads all logs two at a time and checks that each appears once, newest first. */
static void check_pages(struct fixture *fixture, enum webhook_log_status status)
{
    struct store_page page = {.limit = 2};
    char after[64];
    int expected = 5;

    for (;;) {
        struct record_list *list = list_logs(fixture, NULL, status, &page);
        size_t count = list->count;

        for (size_t i = 0; i < count; i++) {
            const cpk_webhook_log *log = list->items[i];
            char id[16];

            snprintf(id, sizeof id, "evt_%d", expected--);
            assert_string_equal(log->webhook_id, id);
            page.after_us = log->created_us;
            snprintf(after, sizeof after, "%s", log->id);
            page.after_id = after;
        }
        record_list_free(list);
        if (count < 2) {
            break;
        }
    }
    assert_int_equal(expected, 0);
}

static void each_log_is_on_one_page(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 1; i <= 5; i++) {
        char id[16];

        snprintf(id, sizeof id, "evt_%d", i);
        write_log(fixture, id, WEBHOOK_LOG_FAILED, "no such package");
    }
    check_pages(fixture, WEBHOOK_LOG_ANY);
    check_pages(fixture, WEBHOOK_LOG_FAILED);
}

static void page_limit_out_of_range_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    const struct store_page page = {.limit = STORE_PAGE_LIMIT_MAX + 1};
    struct record_list *list;

    assert_int_equal(store_webhook_log_list(fixture->service, NULL, WEBHOOK_LOG_ANY, &page, &list, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    assert_null(list);
}

static void user_session_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    const struct webhook_log_params params = {
        .webhook_id = "evt_1", .event_type = "other", .status = WEBHOOK_LOG_COMPLETED};
    struct record_list *list;

    assert_fails(store_webhook_log_write(fixture->alice, &params, &fixture->error), CPK_ERROR_PERMISSION_DENIED,
                 "write webhook logs", fixture);
    assert_fails(store_webhook_log_list(fixture->alice, NULL, WEBHOOK_LOG_ANY, NULL, &list, &fixture->error),
                 CPK_ERROR_PERMISSION_DENIED, "read webhook logs", fixture);
    assert_null(list);
    list = list_logs(fixture, NULL, WEBHOOK_LOG_ANY, NULL);
    assert_int_equal(list->count, 0);
    record_list_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(log_survives_a_round_trip),       fixture_test(optional_columns_may_be_null),
        fixture_test(second_delivery_updates_the_row), fixture_test(logs_are_filtered_by_event_and_status),
        fixture_test(each_log_is_on_one_page),         fixture_test(page_limit_out_of_range_is_rejected),
        fixture_test(user_session_is_rejected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

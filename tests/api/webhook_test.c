/* Outcomes of a webhook: refused, ignored, failed and retried, of a deleted account; and what is stored of it. */
#include "support/person.h"
#include "support/scratch.h"
#include "support/signed_event.h"
#include "support/tables.h"

#include <pthread.h>
#include <unistd.h>

#define SECRET    "whsec_test_secret"
#define OLD       "whsec_of_yesterday"
#define NOW_S     INT64_C(1760000000)
#define SECOND_US INT64_C(1000000)
#define USER_7    "00000000-0000-4000-8000-000000000007"
#define DENIED    CPK_ERROR_PERMISSION_DENIED

/* All that the library said: its log and its errors. */
static char said[1 << 20];
static size_t said_length;

static void say(const char *text)
{
    size_t length = strlen(text);

    if (said_length + length + 1 < sizeof said) {
        memcpy(said + said_length, text, length + 1);
        said_length += length;
        said[said_length++] = '\n';
        said[said_length] = '\0';
    }
}

static void deliver_meanwhile(const char *message);

static void take_log(void *user, int32_t level, const char *domain, const char *message)
{
    (void)user;
    (void)level;
    (void)domain;
    say(message);
    deliver_meanwhile(message);
}

static int64_t clock_us(void *user)
{
    (void)user;
    return NOW_S * SECOND_US;
}

struct bench {
    char folder[SCRATCH_PATH_BYTES];
    char database[SCRATCH_PATH_BYTES + BACKEND_URI_BYTES];
    struct person person;
    struct tables tables;
};

static void open_settings(struct bench *bench, const cpk_text_setting *settings, size_t count,
                          const cpk_setting *number)
{
    cpk_engine_options options = person_options();
    char path[SCRATCH_PATH_BYTES + 32];
    cpk_error *error = NULL;

    scratch_make(bench->folder);
    snprintf(path, sizeof path, "sqlite:%s/test.db", bench->folder);
    if (!backend_is_postgres()) {
        options.database = path;
    }
    snprintf(bench->database, sizeof bench->database, "%s", options.database);
    options.text_settings = settings;
    options.text_setting_count = count;
    options.settings = number;
    options.setting_count = number != NULL;
    options.clock = clock_us;
    options.log = take_log;
    options.log_level = CPK_LOG_DEBUG;
    said[0] = '\0';
    said_length = 0;
    assert_ok(person_create(&bench->person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_true(tables_open(&bench->tables, options.database));
}

static void open_with(struct bench *bench, const char *secrets)
{
    const cpk_text_setting setting = {"stripe.webhook_secrets", secrets};

    open_settings(bench, &setting, 1, NULL);
}

static void close_bench(struct bench *bench)
{
    int64_t drifted = -1;
    cpk_error *error = NULL;

    assert_ok(cpk_credits_audit(bench->person.service, NULL, NULL, &drifted, &error), error);
    assert_int_equal(drifted, 0);
    tables_close(&bench->tables);
    person_free(&bench->person);
    scratch_remove(bench->folder);
}

static void expect_rows(struct bench *bench, const char *sql, int64_t rows)
{
    int64_t found = tables_number(&bench->tables, sql);

    if (bench->tables.problem[0] != '\0' || found != rows) {
        fail_msg("%s: %lld, not %lld %s", sql, (long long)found, (long long)rows, bench->tables.problem);
    }
}

static void run_sql(struct bench *bench, const char *sql)
{
    expect_rows(bench, sql, 0);
}

/* What it came to: a status, or (over 100) an outcome. */
#define OUTCOME(outcome) (100 + (outcome))

static int32_t receive(struct bench *bench, const char *body, size_t length, const char *header)
{
    cpk_webhook_result *result = NULL;
    cpk_error *error = NULL;
    int32_t came_to = cpk_stripe_webhook(bench->person.service, body, length, header, &result, &error);

    if (came_to == CPK_OK) {
        came_to = OUTCOME(cpk_webhook_result_outcome(result));
        say(cpk_webhook_result_json(result));
    } else {
        say(cpk_error_message(error));
    }
    cpk_webhook_result_free(result);
    cpk_error_free(error);
    return came_to;
}

static int32_t deliver(struct bench *bench, const char *secret, const char *body)
{
    char header[SIGNED_HEADER_BYTES];

    signed_header(secret, NOW_S, body, header);
    return receive(bench, body, strlen(body), header);
}

static const char *event(const char *id, const char *type, const char *object)
{
    static char body[4096];

    snprintf(body, sizeof body,
             "{\"id\":\"evt_%s\",\"object\":\"event\",\"type\":\"%s\",\"created\":1760000000,\"data\":{\"object\":%s}}",
             id, type, object);
    return body;
}

static const char *checkout(const char *user_id, const char *status)
{
    static char object[1024];

    snprintf(object, sizeof object,
             "{\"id\":\"cs_1\",\"mode\":\"payment\",\"payment_status\":\"%s\",\"payment_intent\":\"pi_1\",\"customer\":"
             "\"cus_1\",\"amount_total\":1000,\"currency\":\"usd\",\"customer_details\":{\"email\":"
             "\"buyer@example.com\"},\"metadata\":{\"user_id\":\"%s\",\"credits\":\"100\"}}",
             status, user_id);
    return object;
}

static void make_user(struct bench *bench, const char *id)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_error *error = NULL;

    params.id = id;
    params.email = "seventh@example.com";
    assert_ok(cpk_user_create(bench->person.service, &params, NULL, &error), error);
}

static int64_t balance_of(struct bench *bench, const char *id)
{
    int64_t balance = -1;
    cpk_error *error = NULL;

    assert_ok(cpk_credits_balance(bench->person.service, id, &balance, NULL, &error), error);
    return balance;
}

/* ---- the cases of Stripe's own libraries: stripe-node test/Webhook.spec.ts, stripe-python tests/test_webhook.py */

static const char PAYLOAD[] = "{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}";
static const char PYTHON_PAYLOAD[] = "{\n  \"id\": \"evt_test_webhook_2\",\n  \"object\": \"event\",\n  \"data\": { "
                                     "\"object\": { \"id\": \"rdr_123\", \"object\": \"terminal.reader\" } }\n}";
static const char V2_PAYLOAD[] = "{\n  \"id\": \"evt_234\",\n  \"object\": \"v2.core.event\",\n  \"type\": "
                                 "\"v1.billing.meter.error_report_triggered\",\n  \"livemode\": true,\n  \"created\": "
                                 "\"2022-02-15T00:27:45.330Z\"\n}";

static int32_t payload(struct bench *bench, const char *header)
{
    return receive(bench, PAYLOAD, sizeof PAYLOAD - 1, header);
}

/* A header signed at another time, or with another scheme. */
static const char *header_of(int64_t at_s, const char *scheme, const char *more)
{
    static char whole[2 * SIGNED_HEADER_BYTES];
    char header[SIGNED_HEADER_BYTES];

    signed_header(SECRET, at_s, PAYLOAD, header);
    snprintf(whole, sizeof whole, "t=%lld,%s=%s%s", (long long)at_s, scheme, strstr(header, "v1=") + 3, more);
    return whole;
}

static void signature_headers_of_stripes_tests(void **state)
{
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    assert_int_equal(payload(&bench, NULL), DENIED);
    assert_int_equal(payload(&bench, ""), DENIED);
    assert_int_equal(payload(&bench, "bad_header"), DENIED);
    assert_int_equal(payload(&bench, "I'm not even a real signature header"), DENIED);
    assert_int_equal(payload(&bench, header_of(NOW_S, "v0", "")), DENIED);
    assert_int_equal(payload(&bench, "t=1760000000,v1=bad_signature"), DENIED);
    assert_int_equal(payload(&bench, header_of(NOW_S - 315, "v1", "")), DENIED);
    assert_int_equal(payload(&bench, header_of(NOW_S + 315, "v1", "")), DENIED);
    assert_int_equal(payload(&bench, header_of(12345, "v1", "")), DENIED);
    assert_int_equal(receive(&bench, "", 0, "bad_header"), DENIED);
    assert_int_equal(receive(&bench, NULL, 0, "bad_header"), DENIED);
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs", 0);
    assert_int_equal(payload(&bench, header_of(NOW_S - 9, "v1", "")), OUTCOME(CPK_WEBHOOK_IGNORED));
    assert_int_equal(payload(&bench, header_of(NOW_S, "v1", ",v1=potato")), OUTCOME(CPK_WEBHOOK_REPEATED));
    assert_int_equal(payload(&bench, header_of(NOW_S, "v1", ",v1=bad_signature")), OUTCOME(CPK_WEBHOOK_REPEATED));
    close_bench(&bench);
}

static void event_bodies_of_stripes_tests(void **state)
{
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    assert_int_equal(deliver(&bench, SECRET, PAYLOAD), OUTCOME(CPK_WEBHOOK_IGNORED));
    assert_int_equal(deliver(&bench, SECRET, PYTHON_PAYLOAD), OUTCOME(CPK_WEBHOOK_IGNORED));
    assert_int_equal(deliver(&bench, SECRET, "} I am not valid JSON; 123]["), CPK_ERROR_INVALID_DATA);
    assert_int_equal(deliver(&bench, SECRET, "this is not valid JSON"), CPK_ERROR_INVALID_DATA);
    assert_int_equal(deliver(&bench, SECRET, ""), CPK_ERROR_INVALID_DATA);
    assert_int_equal(deliver(&bench, SECRET, V2_PAYLOAD), CPK_ERROR_INVALID_DATA);
    assert_non_null(strstr(said, "thin events (v2) are not supported"));
    close_bench(&bench);
}

static void secret_with_white_space_is_a_settings_error(void **state)
{
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET " ");
    assert_int_equal(deliver(&bench, SECRET, PAYLOAD), CPK_ERROR_INVALID_ARGUMENT);
    close_bench(&bench);
}

static void body_with_any_flipped_bit_is_rejected(void **state)
{
    const char *body = event("bits", "checkout.session.completed", checkout(USER_7, "paid"));
    char header[SIGNED_HEADER_BYTES];
    char changed[2048];
    size_t length = strlen(body);
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    make_user(&bench, USER_7);
    signed_header(SECRET, NOW_S, body, header);
    for (size_t bit = 0; bit < length * 8; bit++) {
        memcpy(changed, body, length);
        changed[bit / 8] = (char)(changed[bit / 8] ^ (1 << bit % 8));
        assert_int_equal(receive(&bench, changed, length, header), DENIED);
    }
    for (size_t bit = 0; bit < strlen(header) * 8; bit++) {
        memcpy(changed, header, sizeof header);
        changed[bit / 8] = (char)(changed[bit / 8] ^ (1 << bit % 8));
        assert_int_equal(receive(&bench, body, length, changed), DENIED);
    }
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs", 0);
    assert_int_equal(receive(&bench, body, length, header), OUTCOME(CPK_WEBHOOK_PROCESSED));
    close_bench(&bench);
}

static void secrets_rotate(void **state)
{
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET "," OLD);
    assert_int_equal(deliver(&bench, OLD, event("1", "ping", "{}")), OUTCOME(CPK_WEBHOOK_IGNORED));
    assert_int_equal(deliver(&bench, SECRET, event("2", "ping", "{}")), OUTCOME(CPK_WEBHOOK_IGNORED));
    assert_int_equal(deliver(&bench, "whsec_of_others", event("3", "ping", "{}")), DENIED);
    close_bench(&bench);
    open_with(&bench, SECRET);
    assert_int_equal(deliver(&bench, OLD, event("1", "ping", "{}")), DENIED);
    close_bench(&bench);
}

/* ---- logs */

static void unknown_events_are_logged_and_accepted(void **state)
{
    const char *body = event("new", "treasury.moon_landing", "{\"id\":\"moon_1\"}");
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    assert_int_equal(deliver(&bench, SECRET, body), OUTCOME(CPK_WEBHOOK_IGNORED));
    assert_int_equal(deliver(&bench, SECRET, body), OUTCOME(CPK_WEBHOOK_REPEATED));
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs", 1);
    expect_rows(&bench,
                "SELECT count(*) FROM webhook_logs WHERE webhook_id = 'evt_new' AND status = 'completed' AND "
                "stripe_event_type = 'treasury.moon_landing' AND error_message IS NULL",
                1);
    expect_rows(&bench, "SELECT payload_size FROM webhook_logs", (int64_t)strlen(body));
    close_bench(&bench);
}

static void a_failed_event_is_logged_with_its_reason_and_tried_again(void **state)
{
    const char *body = event("early", "checkout.session.completed", checkout(USER_7, "paid"));
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    for (int32_t i = 0; i < 2; i++) {
        assert_int_equal(deliver(&bench, SECRET, body), CPK_ERROR_NOT_FOUND);
        expect_rows(&bench, "SELECT count(*) FROM webhook_logs", 1);
        expect_rows(&bench,
                    "SELECT count(*) FROM webhook_logs WHERE webhook_id = 'evt_early' AND status = 'failed' AND "
                    "processed_data IS NULL AND error_message LIKE '%no user has the id " USER_7 "%'",
                    1);
        expect_rows(&bench, "SELECT count(*) FROM @stripe_events", 0);
        expect_rows(&bench, "SELECT count(*) FROM @payments", 0);
    }
    make_user(&bench, USER_7);
    assert_int_equal(deliver(&bench, SECRET, body), OUTCOME(CPK_WEBHOOK_PROCESSED));
    assert_int_equal(deliver(&bench, SECRET, body), OUTCOME(CPK_WEBHOOK_REPEATED));
    assert_int_equal(balance_of(&bench, USER_7), 110);
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs", 1);
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs WHERE status = 'completed' AND error_message IS NULL", 1);
    close_bench(&bench);
}

/* The ledger's entry is refused in the middle of the effect: nothing of it stays. */
static void database_failure_leaves_the_event_retryable(void **state)
{
    const char *body = event("full", "checkout.session.completed", checkout(USER_7, "paid"));
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    make_user(&bench, USER_7);
    if (bench.tables.postgres != NULL) {
        run_sql(&bench,
                "ALTER TABLE credit_transactions ADD CONSTRAINT no_more CHECK (transaction_type <> 'purchase')");
    } else {
        run_sql(&bench, "CREATE TRIGGER no_more BEFORE INSERT ON credit_transactions WHEN NEW.transaction_type = "
                        "'purchase' BEGIN SELECT RAISE(ABORT, 'no more of them'); END");
    }
    assert_true(deliver(&bench, SECRET, body) < 100);
    assert_int_equal(balance_of(&bench, USER_7), 10);
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs WHERE status = 'failed' AND error_message LIKE '%no%more%'",
                1);
    expect_rows(&bench, "SELECT count(*) FROM @payment_keys", 0);
    run_sql(&bench, bench.tables.postgres != NULL ? "ALTER TABLE credit_transactions DROP CONSTRAINT no_more"
                                                  : "DROP TRIGGER no_more");
    assert_int_equal(deliver(&bench, SECRET, body), OUTCOME(CPK_WEBHOOK_PROCESSED));
    assert_int_equal(balance_of(&bench, USER_7), 110);
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs WHERE status <> 'completed'", 0);
    close_bench(&bench);
}

/* Another delivery succeeds between the failure of one and its log: the log has the final outcome of the event. */
static struct bench *meanwhile_bench;
static const char *meanwhile_body;

static void deliver_meanwhile(const char *message)
{
    struct bench *bench = meanwhile_bench;
    char header[SIGNED_HEADER_BYTES];
    cpk_session *other = NULL;
    cpk_error *error = NULL;

    if (bench == NULL || strstr(message, "failed") == NULL) {
        return;
    }
    meanwhile_bench = NULL;
    assert_ok(cpk_session_open_service(bench->person.engine, &other, &error), error);
    make_user(bench, USER_7);
    signed_header(SECRET, NOW_S, meanwhile_body, header);
    assert_ok(cpk_stripe_webhook(other, meanwhile_body, strlen(meanwhile_body), header, NULL, &error), error);
    cpk_session_close(other);
}

static void webhook_log_has_the_final_outcome(void **state)
{
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    meanwhile_body = event("late", "checkout.session.completed", checkout(USER_7, "paid"));
    meanwhile_bench = &bench;
    assert_int_equal(deliver(&bench, SECRET, meanwhile_body), CPK_ERROR_NOT_FOUND);
    assert_null(meanwhile_bench);
    assert_int_equal(balance_of(&bench, USER_7), 110);
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs WHERE status = 'completed' AND error_message IS NULL", 1);
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs", 1);
    close_bench(&bench);
}

/* ---- accounts that are gone */

#define SUBSCRIPTION                                                                                                   \
    "{\"id\":\"sub_1\",\"status\":\"active\",\"customer\":\"cus_1\",\"metadata\":{\"user_id\":\"" USER_7               \
    "\",\"unlimited\":\"true\"},\"items\":{\"data\":[{\"current_period_start\":1760000000,"                            \
    "\"current_period_end\":1762592000}]}}"

static void delete_user_7(struct bench *bench)
{
    cpk_error *error = NULL;

    make_user(bench, USER_7);
    assert_int_equal(deliver(bench, SECRET,
                             event("0", "invoice.payment_failed", /* pending until the customer is known */
                                   "{\"id\":\"in_0\",\"customer\":\"cus_1\",\"amount_due\":2000,\"currency\":\"usd\","
                                   "\"billing_reason\":\"subscription_cycle\"}")),
                     OUTCOME(CPK_WEBHOOK_PROCESSED));
    expect_rows(bench, "SELECT count(*) FROM @attempts WHERE customer_id = 'cus_1' AND user_id IS NULL", 1);
    assert_int_equal(deliver(bench, SECRET, event("1", "checkout.session.completed", checkout(USER_7, "paid"))),
                     OUTCOME(CPK_WEBHOOK_PROCESSED));
    assert_int_equal(deliver(bench, SECRET, event("2", "customer.subscription.updated", SUBSCRIPTION)),
                     OUTCOME(CPK_WEBHOOK_PROCESSED));
    expect_rows(bench, "SELECT count(*) FROM @customers WHERE customer_id = 'cus_1'", 1);
    expect_rows(bench, "SELECT count(*) FROM payment_attempts WHERE user_id = '" USER_7 "' AND status = 'failed'", 1);
    expect_rows(bench,
                "SELECT count(*) FROM user_profiles WHERE subscription_id = 'sub_1' AND payment_plan = "
                "'unlimited'",
                1);
    assert_ok(cpk_user_delete(bench->person.service, USER_7, NULL, &error), error);
}

/* Nothing leads from the account to the person's account at Stripe, nor to their address. */
static void expect_no_person(struct bench *bench)
{
    expect_rows(bench, "SELECT count(*) FROM @customers", 0);
    expect_rows(bench, "SELECT count(*) FROM @subscriptions WHERE customer_id IS NOT NULL", 0);
    expect_rows(bench, "SELECT count(*) FROM @attempts WHERE customer_id IS NOT NULL", 0);
    expect_rows(bench,
                "SELECT count(*) FROM user_profiles WHERE id = '" USER_7 "' AND (payment_plan <> 'credits' OR "
                "subscription_id IS NOT NULL OR plan_end_date IS NOT NULL OR email NOT LIKE 'deleted-%')",
                0);
    expect_rows(bench,
                "SELECT count(*) FROM webhook_logs WHERE CAST(processed_data AS text) LIKE '%cus_1%' OR "
                "CAST(processed_data AS text) LIKE '%@example.com%'",
                0);
}

static void deleted_account_keeps_payments_without_personal_data(void **state)
{
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    delete_user_7(&bench);
    expect_no_person(&bench);
    assert_int_equal(balance_of(&bench, USER_7), 110);
    expect_rows(&bench, "SELECT count(*) FROM @payments WHERE user_id = '" USER_7 "' AND amount = 1000", 1);
    expect_rows(&bench, "SELECT count(*) FROM credit_transactions WHERE stripe_payment_id = 'pi_1' AND credits = 100",
                1);
    expect_rows(&bench, "SELECT count(*) FROM @subscriptions WHERE user_id = '" USER_7 "'", 1);
    close_bench(&bench);
}

static void events_of_a_deleted_account_change_only_its_ledger(void **state)
{
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    delete_user_7(&bench);
    assert_int_equal(
        deliver(&bench, SECRET,
                event("3", "charge.refunded",
                      "{\"id\":\"ch_1\",\"payment_intent\":\"pi_1\",\"customer\":\"cus_1\",\"amount\":1000,"
                      "\"amount_refunded\":1000}")),
        OUTCOME(CPK_WEBHOOK_PROCESSED));
    assert_int_equal(balance_of(&bench, USER_7), 10);
    assert_int_equal(deliver(&bench, SECRET, event("4", "customer.subscription.updated", SUBSCRIPTION)),
                     OUTCOME(CPK_WEBHOOK_PROCESSED));
    assert_int_equal(deliver(&bench, SECRET,
                             event("5", "customer.subscription.deleted",
                                   "{\"id\":\"sub_1\",\"status\":\"canceled\",\"customer\":\"cus_1\"}")),
                     OUTCOME(CPK_WEBHOOK_PROCESSED));
    /* Paid by a checkout that completed late: the ledger has the payment. */
    assert_int_equal(
        deliver(&bench, SECRET,
                event("6", "checkout.session.async_payment_succeeded",
                      "{\"id\":\"cs_2\",\"mode\":\"payment\",\"payment_status\":\"paid\",\"payment_intent\":"
                      "\"pi_2\",\"customer\":\"cus_1\",\"amount_total\":500,\"metadata\":{\"user_id\":\"" USER_7
                      "\",\"credits\":\"50\"}}")),
        OUTCOME(CPK_WEBHOOK_PROCESSED));
    assert_int_equal(balance_of(&bench, USER_7), 60);
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs WHERE CAST(processed_data AS text) LIKE '%\"deleted\"%'", 4);
    expect_no_person(&bench);
    close_bench(&bench);
}

static void *deliver_beside(void *user)
{
    struct bench *bench = user;
    char header[SIGNED_HEADER_BYTES];
    cpk_session *other = NULL;
    const char *body = event("1", "checkout.session.completed", checkout(USER_7, "paid"));
    intptr_t status;

    signed_header(SECRET, NOW_S, body, header);
    status = cpk_session_open_service(bench->person.engine, &other, NULL);
    if (status == CPK_OK) {
        status = cpk_stripe_webhook(other, body, strlen(body), header, NULL, NULL);
    }
    cpk_session_close(other);
    return (void *)status;
}

static void *delete_beside(void *user)
{
    struct bench *bench = user;

    return (void *)(intptr_t)cpk_user_delete(bench->person.service, USER_7, NULL, NULL);
}

/* Waits until this many connections wait for another transaction, at most 10 seconds. */
static void await_waiting(struct bench *bench, int64_t number)
{
    int32_t tries = 1000;

    while (tables_number(&bench->tables,
                         "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'") < number &&
           tries-- > 0) {
        usleep(10000);
    }
    assert_true(tries > 0);
}

/* A delivery that has seen the account, and still has to enter its customer when the account is deleted. */
static void webhook_during_a_deletion_stores_no_personal_data(void **state)
{
    struct bench bench;
    struct tables holder;
    pthread_t delivery;
    pthread_t deletion;
    void *status = NULL;
    char sql[256];

    (void)state;
    if (!backend_is_postgres()) {
        skip(); /* there is one writer at a time */
    }
    open_with(&bench, SECRET);
    make_user(&bench, USER_7);
    assert_true(tables_open(&holder, bench.database));
    snprintf(sql, sizeof sql,
             "BEGIN; INSERT INTO @customers (customer_id, user_id, created_at) VALUES ('cus_1', '%s', 0)",
             cpk_user_id(bench.person.user));
    tables_number(&holder, sql);
    assert_string_equal(holder.problem, "");
    assert_int_equal(pthread_create(&delivery, NULL, deliver_beside, &bench), 0);
    await_waiting(&bench, 1);
    assert_int_equal(pthread_create(&deletion, NULL, delete_beside, &bench), 0);
    usleep(300000); /* it waits, or has ended */
    tables_number(&holder, "ROLLBACK");
    assert_int_equal(pthread_join(delivery, &status), 0);
    assert_int_equal((intptr_t)status, CPK_OK);
    assert_int_equal(pthread_join(deletion, &status), 0);
    assert_int_equal((intptr_t)status, CPK_OK);
    expect_no_person(&bench);
    tables_close(&holder);
    close_bench(&bench);
}

/* ---- secrets */

/* ---- where an event is from */

#define BOUGHT(id)                                                                                                     \
    "{\"id\":\"cs_" id "\",\"mode\":\"payment\",\"payment_status\":\"paid\",\"payment_intent\":\"pi_" id               \
    "\",\"amount_total\":1000,\"currency\":\"usd\",\"metadata\":{\"user_id\":\"" USER_7 "\",\"credits\":\"100\"}}"

static const char *event_from(const char *id, const char *origin)
{
    static char body[4096];

    snprintf(body, sizeof body,
             "{\"id\":\"evt_%s\",\"object\":\"event\",\"created\":1760000000,%s\"type\":\"checkout.session.completed\","
             "\"data\":{\"object\":" BOUGHT("1") "}}",
             id, origin);
    return body;
}

struct origin_case {
    const char *settings[6]; /* name and value in turn */
    const char *origin;      /* members of the event */
    int32_t outcome;
};

#define LIVE      "\"livemode\":true,"
#define TEST_MODE "\"livemode\":false,"
#define CONNECT   "\"livemode\":true,\"account\":\"acct_1\","

static const struct origin_case ORIGINS[] = {
    {{NULL}, TEST_MODE, CPK_WEBHOOK_PROCESSED},
    {{NULL}, CONNECT, CPK_WEBHOOK_PROCESSED},
    {{"stripe.secret_key", "sk_test_1"}, TEST_MODE, CPK_WEBHOOK_PROCESSED},
    {{"stripe.secret_key", "sk_live_1"}, LIVE, CPK_WEBHOOK_PROCESSED},
    {{"stripe.secret_key", "sk_live_1"}, TEST_MODE, CPK_WEBHOOK_REFUSED},
    {{"stripe.secret_key", "rk_live_1"}, TEST_MODE, CPK_WEBHOOK_REFUSED},
    {{"stripe.secret_key", "sk_live_1"}, "", CPK_WEBHOOK_REFUSED},
    {{"stripe.secret_key", "sk_live_1"}, CONNECT, CPK_WEBHOOK_REFUSED},
    {{"stripe.mode", "live"}, TEST_MODE, CPK_WEBHOOK_REFUSED},
    {{"stripe.mode", "test", "stripe.secret_key", "sk_live_1"}, TEST_MODE, CPK_WEBHOOK_PROCESSED},
    {{"stripe.mode", "live", "stripe.accounts", "acct_0, acct_1"}, CONNECT, CPK_WEBHOOK_PROCESSED},
    {{"stripe.mode", "live", "stripe.accounts", "acct_10"}, CONNECT, CPK_WEBHOOK_REFUSED},
    {{"stripe.mode", "live", "stripe.accounts", "*"}, CONNECT, CPK_WEBHOOK_PROCESSED},
};

static void event_of_another_account_is_logged_and_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ORIGINS / sizeof ORIGINS[0]; i++) {
        const struct origin_case *origin = &ORIGINS[i];
        const int32_t is_refused = origin->outcome == CPK_WEBHOOK_REFUSED;
        cpk_text_setting settings[4] = {{"stripe.webhook_secrets", SECRET}};
        size_t count = 1;
        struct bench bench;

        for (size_t j = 0; j < 6 && origin->settings[j] != NULL; j += 2) {
            settings[count++] = (cpk_text_setting){origin->settings[j], origin->settings[j + 1]};
        }
        open_settings(&bench, settings, count, NULL);
        make_user(&bench, USER_7);
        for (int32_t again = 0; again < 2; again++) {
            const int32_t outcome = again && !is_refused ? CPK_WEBHOOK_REPEATED : origin->outcome;

            if (deliver(&bench, SECRET, event_from("1", origin->origin)) != OUTCOME(outcome)) {
                fail_msg("case %zu, delivery %d", i, again);
            }
        }
        expect_rows(&bench, "SELECT credits_balance FROM user_profiles WHERE id = '" USER_7 "'", is_refused ? 10 : 110);
        expect_rows(&bench,
                    "SELECT count(*) FROM webhook_logs WHERE status = 'failed' AND error_message LIKE 'refused%'",
                    is_refused);
        expect_rows(&bench, "SELECT count(*) FROM @stripe_events", !is_refused);
        close_bench(&bench);
    }
}

static void a_setting_allows_test_events(void **state)
{
    const cpk_text_setting texts[] = {{"stripe.webhook_secrets", SECRET}, {"stripe.mode", "live"}};
    const cpk_setting allowed = {"stripe.allow_test_events", 1};
    const cpk_text_setting wrong[] = {{"stripe.webhook_secrets", SECRET}, {"stripe.mode", "lively"}};
    struct bench bench;

    (void)state;
    open_settings(&bench, texts, 2, &allowed);
    make_user(&bench, USER_7);
    assert_int_equal(deliver(&bench, SECRET, event_from("1", TEST_MODE)), OUTCOME(CPK_WEBHOOK_PROCESSED));
    assert_int_equal(deliver(&bench, SECRET, event_from("2", CONNECT)), OUTCOME(CPK_WEBHOOK_REFUSED));
    close_bench(&bench);

    open_settings(&bench, wrong, 2, NULL);
    assert_int_equal(deliver(&bench, SECRET, event_from("1", LIVE)), CPK_ERROR_INVALID_ARGUMENT);
    close_bench(&bench);
}

/* ---- unclaimed payments */

#define NOBODYS(id, what)                                                                                              \
    "{\"id\":\"cs_" id "\",\"mode\":\"payment\",\"payment_status\":\"paid\",\"payment_intent\":\"pi_" id               \
    "\",\"customer\":\"cus_" id "\",\"amount_total\":1000,\"currency\":\"usd\",\"metadata\":{" what "}}"

static cpk_payment_list *unclaimed(struct bench *bench, size_t count)
{
    cpk_payment_list *list = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_payment_list_unclaimed(bench->person.service, NULL, &list, &error), error);
    assert_int_equal(cpk_payment_list_count(list), count);
    return list;
}

static cpk_status assign(struct bench *bench, const char *user_id, const char *payment_id)
{
    cpk_admin_params why = CPK_ADMIN_PARAMS_INIT;

    why.reason = "paid by the company";
    why.details = "{\"ticket\":7}";
    return cpk_admin_assign_payment(bench->person.service, user_id, payment_id, &why, NULL, NULL);
}

static void unclaimed_payment_is_listed_and_assigned(void **state)
{
    const char *const kind = "checkout.session.completed";
    char text[TABLES_TEXT_BYTES];
    cpk_payment_list *list;
    const cpk_payment *payment;
    char payment_id[40];
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    make_user(&bench, USER_7);
    assert_int_equal(deliver(&bench, SECRET, event("other", kind, NOBODYS("0", ""))), OUTCOME(CPK_WEBHOOK_PROCESSED));
    assert_int_equal(deliver(&bench, SECRET, event("1", kind, NOBODYS("1", "\"credits\":\"100\""))),
                     OUTCOME(CPK_WEBHOOK_UNCLAIMED));
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs WHERE status = 'processing' AND error_message IS NOT NULL",
                1);
    list = unclaimed(&bench, 1);
    payment = cpk_payment_list_at(list, 0);
    assert_string_equal(cpk_payment_customer_id(payment), "cus_1");
    assert_string_equal(cpk_payment_stripe_payment_id(payment), "pi_1");
    assert_int_equal(cpk_payment_amount(payment), 1000);
    assert_int_equal(cpk_payment_credits(payment), 100);
    snprintf(payment_id, sizeof payment_id, "%s", cpk_payment_id(payment));
    cpk_payment_list_free(list);
    assert_int_equal(cpk_payment_list_unclaimed(bench.person.session, NULL, &list, NULL), CPK_ERROR_PERMISSION_DENIED);

    assert_int_equal(assign(&bench, "00000000-0000-4000-8000-0000000000ff", payment_id), CPK_ERROR_NOT_FOUND);
    assert_int_equal(assign(&bench, USER_7, USER_7), CPK_ERROR_NOT_FOUND);
    assert_int_equal(assign(&bench, USER_7, payment_id), CPK_OK);
    assert_int_equal(assign(&bench, USER_7, payment_id), CPK_ERROR_CONFLICT);
    cpk_payment_list_free(unclaimed(&bench, 0));
    expect_rows(&bench, "SELECT credits_balance FROM user_profiles WHERE id = '" USER_7 "'", 110);
    expect_rows(&bench, "SELECT count(*) FROM webhook_logs WHERE status <> 'completed'", 0);
    expect_rows(&bench, "SELECT credits_affected FROM admin_actions WHERE action_type = 'payment_assigned'", 100);
    assert_non_null(strstr(tables_text(&bench.tables, "SELECT details FROM admin_actions", text), payment_id));
    assert_non_null(strstr(text, "ticket"));
    assert_int_equal(deliver(&bench, SECRET,
                             event("2", "charge.refunded",
                                   "{\"id\":\"ch_1\",\"payment_intent\":\"pi_1\","
                                   "\"amount\":1000,\"amount_refunded\":1000}")),
                     OUTCOME(CPK_WEBHOOK_PROCESSED));
    expect_rows(&bench, "SELECT credits_balance FROM user_profiles WHERE id = '" USER_7 "'", 10);
    close_bench(&bench);
}

/* Payments refunded before a user was found, and deleted accounts. */
static void pending_payment_is_not_assigned_to_a_deleted_user(void **state)
{
    const char *const kind = "checkout.session.completed";
    cpk_payment_list *list;
    cpk_error *error = NULL;
    char payment_id[40];
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET);
    make_user(&bench, USER_7);
    deliver(&bench, SECRET, event("1", kind, NOBODYS("1", "\"unlimited\":\"true\"")));
    deliver(&bench, SECRET, event("2", kind, NOBODYS("2", "\"credits\":\"100\"")));
    list = unclaimed(&bench, 2);
    cpk_payment_list_free(list);
    deliver(&bench, SECRET,
            event("3", "charge.refunded",
                  "{\"id\":\"ch_2\",\"payment_intent\":\"pi_2\",\"amount\":1000,"
                  "\"amount_refunded\":1000}"));
    list = unclaimed(&bench, 1);
    assert_int_equal(cpk_payment_is_unlimited(cpk_payment_list_at(list, 0)), 1);
    snprintf(payment_id, sizeof payment_id, "%s", cpk_payment_id(cpk_payment_list_at(list, 0)));
    cpk_payment_list_free(list);

    assert_ok(cpk_user_delete(bench.person.service, USER_7, NULL, &error), error);
    assert_int_equal(assign(&bench, USER_7, payment_id), CPK_ERROR_CONFLICT);
    deliver(&bench, SECRET, event("4", kind, NOBODYS("1", "\"user_id\":\"" USER_7 "\",\"credits\":\"1\"")));
    expect_rows(&bench, "SELECT count(*) FROM user_profiles WHERE id = '" USER_7 "' AND payment_plan = 'unlimited'", 0);
    close_bench(&bench);
}

#define CARD        "4242424242424242"
#define LAST4       "\"7739\""
#define FINGERPRINT "Xt5EWLLDS7FJjR1c"
#define NONCE       "words-of-the-body-alone"

static void expect_not_in(const char *text, const char *where)
{
    static const char *const secrets[] = {SECRET,        OLD,   "whsec_", CARD,    LAST4,       FINGERPRINT,
                                          "fingerprint", NONCE, "buyer@", "card_", "tok_secret"};

    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        if (strstr(text, secrets[i]) != NULL) {
            fail_msg("%s holds %s:\n%s", where, secrets[i], text);
        }
    }
}

/* A charge with all card details that Stripe sends. */
static const char *charge(const char *metadata)
{
    static char object[2048];

    snprintf(
        object, sizeof object,
        "{\"id\":\"ch_1\",\"payment_intent\":\"pi_1\",\"amount\":1000,\"amount_refunded\":300,\"currency\":\"usd\","
        "\"billing_details\":{\"email\":\"buyer@example.com\",\"name\":\"" NONCE "\"},\"description\":\"" NONCE
        "\",\"payment_method\":\"card_1\",\"payment_method_details\":{\"card\":{\"number\":\"" CARD
        "\",\"last4\":" LAST4 ",\"fingerprint\":\"" FINGERPRINT "\"}},\"client_secret\":\"tok_secret\","
        "\"last_payment_error\":{\"code\":\"card_declined\",\"decline_code\":\"generic_decline\",\"message\":\"" NONCE
        "\"},\"metadata\":%s}",
        metadata);
    return object;
}

static void secrets_are_not_stored(void **state)
{
    static const char *const types[] = {"charge.refunded", "checkout.session.completed",
                                        "payment_intent.payment_failed", "charge.captured"};
    char text[TABLES_TEXT_BYTES];
    char broken[4096];
    size_t length;
    struct bench bench;

    (void)state;
    open_with(&bench, SECRET "," OLD);
    make_user(&bench, USER_7);
    assert_int_equal(deliver(&bench, SECRET, event("0", "checkout.session.completed", checkout(USER_7, "paid"))),
                     OUTCOME(CPK_WEBHOOK_PROCESSED));
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char id[8];

        snprintf(id, sizeof id, "g%zu", i);
        assert_true(deliver(&bench, SECRET, event(id, types[i], charge("{}"))) > 100);
        snprintf(id, sizeof id, "f%zu", i); /* fails: there is no user of that id, which the error names */
        deliver(
            &bench, SECRET,
            event(id, types[i], charge("{\"user_id\":\"00000000-0000-4000-8000-00000000ffff\",\"credits\":\"1\"}")));
        deliver(&bench, "whsec_of_others", event(id, types[i], charge("{}")));
    }
    deliver(&bench, SECRET, event("u", types[1], charge("{\"user_id\":\"" NONCE "\",\"credits\":\"1\"}")));
    length = strlen(event("cut", types[0], charge("{}")));
    for (size_t cut = 60; cut < length; cut += 7) { /* JSON truncated or damaged at any position */
        snprintf(broken, sizeof broken, "%.*s", (int)cut, event("cut", types[0], charge("{}")));
        assert_int_equal(deliver(&bench, SECRET, broken), CPK_ERROR_INVALID_DATA);
        strcat(broken, "\\x" NONCE);
        assert_int_equal(deliver(&bench, SECRET, broken), CPK_ERROR_INVALID_DATA);
    }
    assert_true(said_length > 0 && said_length < sizeof said - 4096);
    expect_not_in(said, "the log or an error");
    expect_not_in(tables_text(&bench.tables, "SELECT error_message FROM webhook_logs", text), "webhook_logs");
    expect_not_in(tables_text(&bench.tables, "SELECT processed_data FROM webhook_logs", text), "webhook_logs");
    expect_not_in(tables_text(&bench.tables, "SELECT stripe_event_type, webhook_id FROM webhook_logs", text),
                  "webhook_logs");
    expect_not_in(tables_text(&bench.tables, "SELECT description, metadata FROM credit_transactions", text),
                  "the ledger");
    expect_not_in(tables_text(&bench.tables, "SELECT stripe_payment_id, package_id FROM @payments", text), "payments");
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signature_headers_of_stripes_tests),
        cmocka_unit_test(event_bodies_of_stripes_tests),
        cmocka_unit_test(secret_with_white_space_is_a_settings_error),
        cmocka_unit_test(body_with_any_flipped_bit_is_rejected),
        cmocka_unit_test(secrets_rotate),
        cmocka_unit_test(unknown_events_are_logged_and_accepted),
        cmocka_unit_test(a_failed_event_is_logged_with_its_reason_and_tried_again),
        cmocka_unit_test(database_failure_leaves_the_event_retryable),
        cmocka_unit_test(webhook_log_has_the_final_outcome),
        cmocka_unit_test(deleted_account_keeps_payments_without_personal_data),
        cmocka_unit_test(events_of_a_deleted_account_change_only_its_ledger),
        cmocka_unit_test(webhook_during_a_deletion_stores_no_personal_data),
        cmocka_unit_test(event_of_another_account_is_logged_and_refused),
        cmocka_unit_test(a_setting_allows_test_events),
        cmocka_unit_test(unclaimed_payment_is_listed_and_assigned),
        cmocka_unit_test(pending_payment_is_not_assigned_to_a_deleted_user),
        cmocka_unit_test(secrets_are_not_stored),
    };

    scratch_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Taking over another service's database: events that its ledger or webhook log has are not processed again. Events are
 * sent in every order, each twice, and end in the same state. */
#include "support/person.h"

#include "support/scratch.h"
#include "support/signed_event.h"
#include "support/tables.h"

#define SECRET     "whsec_test_secret"
#define NOW_S      INT64_C(1760000000)
#define EVENTS_MAX 3
#define ROWS_MAX   3
#define BODY_BYTES 4096

static char folder[SCRATCH_PATH_BYTES];
static struct tables database;

static int64_t clock_us(void *user)
{
    (void)user;
    return NOW_S * 1000000;
}

static void run_sql(const char *sql)
{
    char text[TABLES_TEXT_BYTES];

    tables_text(&database, sql, text);
    if (database.problem[0] != '\0') {
        fail_msg("%s: %s", sql, database.problem);
    }
}

static void open_person(struct person *person)
{
    const cpk_text_setting secrets = {"stripe.webhook_secrets", SECRET};
    cpk_engine_options options = person_options();
    char path[SCRATCH_PATH_BYTES + 32];
    cpk_error *error = NULL;

    scratch_make(folder);
    snprintf(path, sizeof path, "sqlite:%s/test.db", folder);
    if (!backend_is_postgres()) {
        options.database = path;
    }
    options.text_settings = &secrets;
    options.text_setting_count = 1;
    options.clock = clock_us;
    assert_ok(person_create(person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_true(tables_open(&database, options.database));
    if (database.postgres != NULL) { /* tables that were not made here have no such check */
        run_sql("ALTER TABLE credit_transactions DROP CONSTRAINT credit_transactions_transaction_type_check");
    }
}

static void close_person(struct person *person)
{
    tables_close(&database);
    person_free(person);
    scratch_remove(folder);
}

static void replace(char *text, const char *word, const char *with)
{
    char copy[BODY_BYTES];
    char *at;

    while ((at = strstr(text, word)) != NULL) {
        assert_true(snprintf(copy, sizeof copy, "%.*s%s%s", (int)(at - text), text, with, at + strlen(word)) <
                    (int)sizeof copy);
        strcpy(text, copy);
    }
}

/* NUMBER and USER_ID stand for the story's user in every text. */
struct told_event {
    const char *name;
    const char *type;
    const char *object;
};

struct ledger_row {
    const char *type;
    int credits;
    int micro_usd;
    const char *stripe_id; /* or NULL */
};

struct log_row {
    const char *event; /* a name of the story's events */
    const char *status;
};

struct story {
    const char *name;
    struct ledger_row ledger[ROWS_MAX];
    struct log_row logs[ROWS_MAX];
    struct told_event events[EVENTS_MAX];
    int64_t balance;
    int32_t was_unlimited;
    int32_t plan;
};

#define METADATA "\"metadata\":{\"user_id\":\"USER_ID\",\"credits\":\"100\",\"package_id\":\"small\"}"
#define CHECKOUT_OF(status, metadata)                                                                                  \
    "{\"id\":\"cs_NUMBER\",\"mode\":\"payment\",\"payment_status\":\"" status "\",\"payment_intent\":\"pi_NUMBER\","   \
    "\"customer\":\"cus_NUMBER\",\"amount_total\":1000,\"currency\":\"usd\"," metadata "}"
#define CHECKOUT CHECKOUT_OF("paid", METADATA)
#define LIFETIME CHECKOUT_OF("paid", "\"metadata\":{\"user_id\":\"USER_ID\",\"unlimited\":\"true\"}")
#define CHARGE(refunded)                                                                                               \
    "{\"id\":\"ch_NUMBER\",\"payment_intent\":\"pi_NUMBER\",\"amount\":1000,\"amount_refunded\":" refunded             \
    ",\"currency\":\"usd\"}"
#define DISPUTE                                                                                                        \
    "{\"id\":\"dp_NUMBER\",\"charge\":\"ch_NUMBER\",\"payment_intent\":\"pi_NUMBER\",\"amount\":1000,"                 \
    "\"currency\":\"usd\"}"
#define REFUND(status, amount)                                                                                         \
    "{\"id\":\"re_NUMBER\",\"charge\":\"ch_NUMBER\",\"payment_intent\":\"pi_NUMBER\",\"amount\":" amount               \
    ",\"currency\":\"usd\",\"status\":\"" status "\"}"
#define INVOICE                                                                                                        \
    "{\"id\":\"in_NUMBER\",\"customer\":\"cus_NUMBER\",\"amount_paid\":1000,\"currency\":\"usd\",\"parent\":{"         \
    "\"subscription_details\":{\"subscription\":\"sub_NUMBER\"," METADATA "}},\"lines\":{\"data\":[{\"period\":{"      \
    "\"start\":1760000000,\"end\":1762592000}}]}}"
#define INVOICE_PART                                                                                                   \
    "{\"id\":\"inpay_NUMBER\",\"invoice\":\"in_NUMBER\",\"amount_paid\":1000,\"currency\":\"usd\",\"status\":"         \
    "\"paid\",\"payment\":{\"type\":\"payment_intent\",\"payment_intent\":\"pi_NUMBER\"}}"
#define SUBSCRIBED                                                                                                     \
    "{\"id\":\"cs_NUMBER\",\"mode\":\"subscription\",\"payment_status\":\"paid\",\"subscription\":\"sub_NUMBER\","     \
    "\"invoice\":\"in_NUMBER\",\"customer\":\"cus_NUMBER\",\"amount_total\":1000,\"currency\":\"usd\"," METADATA "}"

#define BOUGHT(id)                                                                                                     \
    {                                                                                                                  \
        "purchase", 100, 10000000, id                                                                                  \
    }
#define PAID                                                                                                           \
    {                                                                                                                  \
        "done", "checkout.session.completed", CHECKOUT                                                                 \
    }
#define REFUNDED                                                                                                       \
    {                                                                                                                  \
        "back", "charge.refunded", CHARGE("1000")                                                                      \
    }
#define BEGUN       10 /* credits that a profile begins with */
#define ON_CREDITS  0, CPK_PLAN_CREDITS
#define STILL_ENDED 1, CPK_PLAN_CREDITS
#define STILL_LASTS 1, CPK_PLAN_UNLIMITED

static const struct story STORIES[] = {
    {"a payment intent in the ledger", {BOUGHT("pi_NUMBER")}, {{0}}, {PAID}, 110, ON_CREDITS},
    {"a session in the ledger", {BOUGHT("cs_NUMBER")}, {{0}}, {PAID}, 110, ON_CREDITS},
    {"a session in the ledger, refunded", {BOUGHT("cs_NUMBER")}, {{0}}, {PAID, REFUNDED}, BEGUN, ON_CREDITS},
    {"a charge in the ledger, half refunded",
     {BOUGHT("ch_NUMBER")},
     {{0}},
     {{"back", "charge.refunded", CHARGE("500")}},
     60,
     ON_CREDITS},
    {"a charge in the ledger, told with the checkout",
     {BOUGHT("ch_NUMBER")},
     {{"done", "success"}},
     {PAID, REFUNDED},
     BEGUN,
     ON_CREDITS},
    {"an invoice in the ledger",
     {BOUGHT("in_NUMBER")},
     {{0}},
     {{"paid", "invoice.paid", INVOICE},
      {"same", "invoice.payment_succeeded", INVOICE},
      {"part", "invoice_payment.paid", INVOICE_PART}},
     110,
     ON_CREDITS},
    {"an invoice in the ledger, refunded",
     {BOUGHT("in_NUMBER")},
     {{0}},
     {{"paid", "invoice.paid", INVOICE}, {"part", "invoice_payment.paid", INVOICE_PART}, REFUNDED},
     BEGUN,
     ON_CREDITS},
    {"a subscription's checkout in the ledger",
     {BOUGHT("cs_NUMBER")},
     {{0}},
     {{"done", "checkout.session.completed", SUBSCRIBED}, {"paid", "invoice.paid", INVOICE}},
     110,
     ON_CREDITS},
    {"a type with capitals, other credits than the event's",
     {{"Credit_Purchase", 80, 0, "pi_NUMBER"}},
     {{0}},
     {PAID},
     90,
     ON_CREDITS},
    {"other credits, refunded in full", {{"Purchase", 80, 0, "pi_NUMBER"}}, {{0}}, {PAID, REFUNDED}, BEGUN, ON_CREDITS},
    {"a refund in the ledger",
     {BOUGHT("pi_NUMBER"), {"refund", -100, 0, "pi_NUMBER"}},
     {{0}},
     {PAID, REFUNDED},
     BEGUN,
     ON_CREDITS},
    {"a refund by its own id in the ledger",
     {BOUGHT("pi_NUMBER"), {"refund", -100, 0, "re_NUMBER"}},
     {{0}},
     {PAID, {"made", "refund.created", REFUND("succeeded", "1000")}, REFUNDED},
     BEGUN,
     ON_CREDITS},
    {"half a refund in the ledger, no event of it",
     {BOUGHT("pi_NUMBER"), {"refund", -50, 0, "pi_NUMBER"}},
     {{0}},
     {PAID},
     60,
     ON_CREDITS},
    {"half a refund in the ledger, then the rest",
     {BOUGHT("pi_NUMBER"), {"refund", -50, 0, "pi_NUMBER"}},
     {{0}},
     {PAID, REFUNDED},
     BEGUN,
     ON_CREDITS},
    {"a refund in the ledger that failed later",
     {BOUGHT("pi_NUMBER"), {"refund", -100, 0, "pi_NUMBER"}},
     {{0}},
     {{"fail", "refund.failed", REFUND("failed", "1000")}, PAID},
     110,
     ON_CREDITS},
    {"a refund whose charge no event tells",
     {BOUGHT("pi_NUMBER")},
     {{0}},
     {{"made", "refund.created", REFUND("succeeded", "500")}},
     60,
     ON_CREDITS},
    {"a finished checkout in the log", {BOUGHT(NULL)}, {{"done", "success"}}, {PAID}, 110, ON_CREDITS},
    {"a finished checkout in the log, refunded",
     {BOUGHT(NULL)},
     {{"done", " Processed "}},
     {PAID, REFUNDED},
     BEGUN,
     ON_CREDITS},
    {"a finished checkout and a finished refund in the log",
     {BOUGHT(NULL), {"refund", -100, 0, NULL}},
     {{"done", "COMPLETED"}, {"back", "succeeded"}},
     {PAID, REFUNDED},
     BEGUN,
     ON_CREDITS},
    {"a finished checkout and a finished dispute in the log",
     {BOUGHT(NULL), {"refund", -100, 0, NULL}},
     {{"done", "ok"}, {"away", "handled"}},
     {PAID, {"away", "charge.dispute.funds_withdrawn", DISPUTE}},
     BEGUN,
     ON_CREDITS},
    {"a finished invoice in the log",
     {BOUGHT(NULL)},
     {{"paid", "done"}},
     {{"paid", "invoice.paid", INVOICE}, {"part", "invoice_payment.paid", INVOICE_PART}, REFUNDED},
     BEGUN,
     ON_CREDITS},
    {"a log of several deliveries, one finished",
     {BOUGHT(NULL)},
     {{"done", "processing"}, {"done", "Success"}, {"done", "error"}},
     {PAID},
     110,
     ON_CREDITS},
    {"an unfinished log, and a row in the ledger",
     {BOUGHT("pi_NUMBER")},
     {{"done", "processing"}},
     {PAID},
     110,
     ON_CREDITS},
    {"an unfinished log, and nothing in the ledger",
     {{0}},
     {{"done", "error"}, {"done", "processing"}, {"done", "completed_with_errors"}},
     {PAID},
     110,
     ON_CREDITS},
    {"a transfer that the old service saw begin",
     {{0}},
     {{"done", "completed"}},
     {{"done", "checkout.session.completed", CHECKOUT_OF("unpaid", METADATA)},
      {"came", "checkout.session.async_payment_succeeded", CHECKOUT}},
     110,
     ON_CREDITS},
    {"disputed",
     {BOUGHT("pi_NUMBER")},
     {{0}},
     {PAID, {"away", "charge.dispute.funds_withdrawn", DISPUTE}},
     BEGUN,
     ON_CREDITS},
    {"a dispute in the ledger, won",
     {BOUGHT("ch_NUMBER"), {"chargeback", -100, 0, "ch_NUMBER"}},
     {{0}},
     {{"away", "charge.dispute.funds_withdrawn", DISPUTE}, {"won", "charge.dispute.funds_reinstated", DISPUTE}},
     110,
     ON_CREDITS},
    {"a plan in the ledger",
     {{"purchase", 0, 10000000, "pi_NUMBER"}},
     {{0}},
     {{"done", "checkout.session.completed", LIFETIME}},
     BEGUN,
     STILL_LASTS},
    {"a plan in the ledger that an administrator ended",
     {{"purchase", 0, 10000000, "pi_NUMBER"}},
     {{0}},
     {{"done", "checkout.session.completed", LIFETIME}},
     BEGUN,
     ON_CREDITS},
    {"a plan in the ledger, refunded",
     {{"purchase", 0, 10000000, "pi_NUMBER"}},
     {{0}},
     {{"done", "checkout.session.completed", LIFETIME}, REFUNDED},
     BEGUN,
     STILL_ENDED},
};

#define STORY_COUNT (sizeof STORIES / sizeof STORIES[0])

static size_t count_events(const struct story *story)
{
    size_t count = 0;

    while (count < EVENTS_MAX && story->events[count].name != NULL) {
        count++;
    }
    return count;
}

static void spell(char *text, const char *user_id, int32_t number)
{
    char digits[16];

    snprintf(digits, sizeof digits, "%d", number);
    replace(text, "USER_ID", user_id);
    replace(text, "NUMBER", digits);
}

/* An SQLite database accepts only the documented texts. */
static const char *type_of(const struct ledger_row *row)
{
    return database.postgres != NULL ? row->type : row->credits < 0 ? "refund" : "purchase";
}

/* A row as the earlier service wrote it, and its effect on the balance. */
static void enter_row(const struct ledger_row *row, const char *user_id, int32_t number, size_t index)
{
    const char *now = database.postgres != NULL ? "now()" : "1759000000000000";
    char sql[BODY_BYTES];

    snprintf(sql, sizeof sql,
             "INSERT INTO credit_transactions (id, user_id, transaction_type, credits, amount, stripe_payment_id, "
             "created_at) VALUES ('00000000-0000-4000-9000-%06x%06x', 'USER_ID', '%s', %d, %s, %s%s%s, %s)",
             (unsigned)number, (unsigned)index, type_of(row), row->credits,
             row->micro_usd == 0         ? "NULL"
             : database.postgres != NULL ? "10.00"
                                         : "10000000",
             row->stripe_id != NULL ? "'" : "", row->stripe_id != NULL ? row->stripe_id : "NULL",
             row->stripe_id != NULL ? "'" : "", now);
    spell(sql, user_id, number);
    run_sql(sql);
    snprintf(sql, sizeof sql, "UPDATE user_profiles SET credits_balance = credits_balance + %d WHERE id = '%s'",
             row->credits, user_id);
    run_sql(sql);
}

static void enter_log(const struct log_row *row, const char *user_id, int32_t number, size_t index)
{
    char sql[BODY_BYTES];

    snprintf(sql, sizeof sql,
             "INSERT INTO webhook_logs (id, webhook_id, event_type, status, created_at, updated_at) VALUES "
             "('00000000-0000-4000-a000-%06x%06x', 'evt_%s_NUMBER', 'payment', '%s', %s, NULL)",
             (unsigned)number, (unsigned)index, row->event, row->status,
             database.postgres != NULL ? "now()" : "1759000000000000");
    spell(sql, user_id, number);
    run_sql(sql);
}

static void make_user(struct person *person, const struct story *story, int32_t number, char id[40])
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_error *error = NULL;
    char email[64];

    snprintf(id, 40, "00000000-0000-4000-8000-%012x", (unsigned)number);
    snprintf(email, sizeof email, "user%d@example.com", number);
    params.id = id;
    params.email = email;
    params.payment_plan = story->was_unlimited ? CPK_PLAN_UNLIMITED : CPK_PLAN_CREDITS;
    assert_ok(cpk_user_create(person->service, &params, NULL, &error), error);
    for (size_t i = 0; i < ROWS_MAX && story->ledger[i].type != NULL; i++) {
        enter_row(&story->ledger[i], id, number, i);
    }
    for (size_t i = 0; i < ROWS_MAX && story->logs[i].event != NULL; i++) {
        enter_log(&story->logs[i], id, number, i);
    }
}

static int32_t deliver(struct person *person, const char *body)
{
    cpk_webhook_result *result = NULL;
    cpk_error *error = NULL;
    char header[SIGNED_HEADER_BYTES];
    int32_t outcome;

    signed_header(SECRET, NOW_S, body, header);
    assert_ok(cpk_stripe_webhook(person->service, body, strlen(body), header, &result, &error), error);
    outcome = cpk_webhook_result_outcome(result);
    cpk_webhook_result_free(result);
    return outcome;
}

static void event_body(const struct told_event *event, const char *user_id, int32_t number, char body[BODY_BYTES])
{
    snprintf(
        body, BODY_BYTES,
        "{\"id\":\"evt_%s_NUMBER\",\"object\":\"event\",\"created\":%lld,\"type\":\"%s\",\"data\":{\"object\":%s}}",
        event->name, (long long)NOW_S, event->type, event->object);
    spell(body, user_id, number);
}

static int64_t balance_of(const char *user_id)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT credits_balance FROM user_profiles WHERE id = '%s'", user_id);
    return tables_number(&database, sql);
}

static void check_end(struct person *person, const struct story *story, const char *user_id, const size_t *order,
                      size_t count)
{
    cpk_user *user = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_user_get(person->service, user_id, &user, &error), error);
    if (cpk_user_credits_balance(user) != story->balance || cpk_user_payment_plan(user) != story->plan) {
        fail_msg("%s: balance %lld, plan %d; first %s, last %s", story->name, (long long)cpk_user_credits_balance(user),
                 cpk_user_payment_plan(user), story->events[order[0]].name, story->events[order[count - 1]].name);
    }
    cpk_user_free(user);
}

/* The events in the order, and then once more. */
static void tell(struct person *person, const struct story *story, const size_t *order, size_t count, int32_t number)
{
    char body[BODY_BYTES];
    char id[40];

    make_user(person, story, number, id);
    for (size_t i = 0; i < 2 * count; i++) {
        event_body(&story->events[order[i % count]], id, number, body);
        if (deliver(person, body) != CPK_WEBHOOK_REPEATED) {
            assert_true(i < count);
        }
    }
    check_end(person, story, id, order, count);
}

static void next_order(size_t order[EVENTS_MAX], size_t count, size_t step)
{
    size_t left[EVENTS_MAX] = {0, 1, 2};

    for (size_t i = 0; i < count; i++) {
        size_t rest = count - i;
        size_t at = step % rest;

        step /= rest;
        order[i] = left[at];
        memmove(left + at, left + at + 1, (EVENTS_MAX - at - 1) * sizeof *left);
    }
}

static void events_of_the_earlier_service_are_processed_in_any_order(void **state)
{
    static const size_t orders[] = {1, 1, 2, 6};
    int32_t number = 0;
    struct person person;
    int64_t drifted = -1;
    cpk_error *error = NULL;

    (void)state;
    open_person(&person);
    for (size_t i = 0; i < STORY_COUNT; i++) {
        const size_t count = count_events(&STORIES[i]);

        for (size_t step = 0; step < orders[count]; step++) {
            size_t order[EVENTS_MAX];

            next_order(order, count, step);
            tell(&person, &STORIES[i], order, count, ++number);
        }
    }
    assert_ok(cpk_credits_audit(person.service, NULL, NULL, &drifted, &error), error);
    assert_int_equal(drifted, 0);
    assert_int_equal(tables_number(&database, "SELECT count(*) FROM @payments WHERE is_unclaimed = 1"), 0);
    close_person(&person);
}

#define NOBODYS CHECKOUT_OF("paid", "\"metadata\":{\"credits\":\"100\"}")

/* Payments without a user, from before their rows in the ledger were known. */
static void pending_payment_is_credited_once(void **state)
{
    static const struct story bought = {"bought", {{0}}, {{0}}, {{0}}, 110, ON_CREDITS};
    static const struct told_event paid = {"done", "checkout.session.completed", NOBODYS};
    static const struct told_event named = {"named", "customer.subscription.updated",
                                            "{\"id\":\"sub_NUMBER\",\"status\":\"active\",\"customer\":\"cus_NUMBER\","
                                            "\"metadata\":{\"user_id\":\"USER_ID\",\"credits\":\"5\"}}"};
    const struct ledger_row row = BOUGHT("pi_NUMBER");
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    char payment_id[TABLES_TEXT_BYTES];
    char body[BODY_BYTES];
    char id[40];
    struct person person;

    (void)state;
    open_person(&person);
    make_user(&person, &bought, 1, id);
    event_body(&paid, id, 1, body);
    assert_int_equal(deliver(&person, body), CPK_WEBHOOK_UNCLAIMED);
    tables_text(&database, "SELECT payment_id FROM @payments", payment_id);
    enter_row(&row, id, 1, 0);
    params.reason = "asked";
    assert_int_equal(cpk_admin_assign_payment(person.service, id, payment_id, &params, NULL, NULL), CPK_ERROR_CONFLICT);
    assert_int_equal(balance_of(id), 110);
    event_body(&named, id, 1, body);
    assert_int_equal(deliver(&person, body), CPK_WEBHOOK_PROCESSED);
    assert_int_equal(balance_of(id), 110);
    assert_int_equal(tables_number(&database, "SELECT count(*) FROM @payments WHERE is_unclaimed = 1"), 0);
    close_person(&person);
}

/* The ledger names the credited user, whatever an event says; refunds are taken from that account. */
static void buyer_is_found_from_the_ledger(void **state)
{
    static const struct story bought = {"bought", {BOUGHT("pi_NUMBER")}, {{0}}, {{0}}, 110, ON_CREDITS};
    static const struct story other = {"other", {{0}}, {{0}}, {{0}}, BEGUN, ON_CREDITS};
    static const struct told_event paid = PAID;
    static const struct told_event refunded = REFUNDED;
    char body[BODY_BYTES];
    char buyer[40];
    char named[40];
    struct person person;

    (void)state;
    open_person(&person);
    make_user(&person, &bought, 1, buyer);
    make_user(&person, &other, 2, named);
    event_body(&paid, named, 1, body);
    assert_int_equal(deliver(&person, body), CPK_WEBHOOK_PROCESSED);
    assert_int_equal(balance_of(buyer), 110);
    assert_int_equal(balance_of(named), BEGUN);
    event_body(&refunded, named, 1, body);
    assert_int_equal(deliver(&person, body), CPK_WEBHOOK_PROCESSED);
    assert_int_equal(balance_of(buyer), BEGUN);
    assert_int_equal(balance_of(named), BEGUN);
    close_person(&person);
}

/* A finished event of a user who no longer exists is reported as repeated. */
static void finished_event_without_user_is_reported_as_repeated(void **state)
{
    static const struct told_event paid = PAID;
    const struct log_row row = {"done", "success"};
    char body[BODY_BYTES];
    struct person person;

    (void)state;
    open_person(&person);
    enter_log(&row, "", 9, 0);
    event_body(&paid, "00000000-0000-4000-8000-00000000dead", 9, body);
    assert_int_equal(deliver(&person, body), CPK_WEBHOOK_REPEATED);
    assert_int_equal(deliver(&person, body), CPK_WEBHOOK_REPEATED);
    close_person(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_of_the_earlier_service_are_processed_in_any_order),
        cmocka_unit_test(pending_payment_is_credited_once),
        cmocka_unit_test(buyer_is_found_from_the_ledger),
        cmocka_unit_test(finished_event_without_user_is_reported_as_repeated),
    };

    scratch_in_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

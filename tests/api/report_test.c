/* Statements, revenue and usage agree with the ledger to the last credit. */
#include "support/person.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define SECRET     "whsec_test_secret"
#define SECOND_US  INT64_C(1000000)
#define DAY_US     (INT64_C(86400) * SECOND_US)
#define START_US   (INT64_C(1764000000) * SECOND_US) /* 2025-11-24T16:00:00Z */
#define OPERATIONS 700
#define PIECE_MAX  20000

static int64_t now_us = START_US;

static int64_t clock_us(void *user)
{
    (void)user;
    return now_us;
}

static void open_person(struct person *person, int32_t plan)
{
    const cpk_text_setting secrets = {"stripe.webhook_secrets", SECRET};
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    now_us = START_US;
    options.clock = clock_us;
    options.text_settings = &secrets;
    options.text_setting_count = 1;
    assert_ok(person_create(person, &options, plan, &error), error);
}

/* ---- parsing a report */

struct written {
    char *text;
    size_t length;
    size_t pieces;
    size_t largest;
};

static int32_t take(void *user, const void *data, size_t length_bytes)
{
    struct written *written = user;

    written->text = realloc(written->text, written->length + length_bytes + 1);
    assert_non_null(written->text);
    memcpy(written->text + written->length, data, length_bytes);
    written->length += length_bytes;
    written->text[written->length] = '\0';
    written->pieces++;
    written->largest = length_bytes > written->largest ? length_bytes : written->largest;
    return 0;
}

typedef cpk_status (*report_fn)(cpk_session *session, const cpk_report_options *options, cpk_write_fn write, void *user,
                                cpk_error **error);

static cpk_report_options period(int32_t format, int64_t from, int64_t until, int32_t offset_minutes)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;

    options.format = format;
    options.from_us = from;
    options.until_us = until;
    options.utc_offset_minutes = offset_minutes;
    return options;
}

static char *statement(const struct person *person, cpk_report_options options)
{
    struct written written = {NULL, 0, 0, 0};
    cpk_error *error = NULL;

    assert_ok(cpk_report_statement(person->session, NULL, &options, take, &written, &error), error);
    assert_true(written.largest <= PIECE_MAX);
    assert_true(written.length <= PIECE_MAX || written.pieces > 1);
    return written.text;
}

static char *report(const struct person *person, report_fn make, cpk_report_options options)
{
    struct written written = {NULL, 0, 0, 0};
    cpk_error *error = NULL;

    assert_ok(make(person->service, &options, take, &written, &error), error);
    return written.text;
}

static void expect_text(char *text, const char *expected)
{
    assert_string_equal(text, expected);
    free(text);
}

/* The lines of a statement in CSV, checked one after another: each has its type, credits and balance. */
struct sums {
    int64_t opening;
    int64_t closing;
    int64_t available;
    int64_t entries;
    int64_t holds;
    int64_t unlimited;
};

static const char *field(const char *line, int32_t index, char value[64])
{
    int32_t is_quoted = 0;
    size_t length = 0;

    for (; *line != '\0' && (is_quoted || *line != '\r'); line++) {
        is_quoted ^= *line == '"';
        if (*line == ',' && !is_quoted) {
            if (index-- == 0) {
                break;
            }
        } else if (index == 0 && *line != '"' && length < 63) {
            value[length++] = *line;
        }
    }
    value[length] = '\0';
    return value;
}

static struct sums read_statement(const char *text)
{
    static const char header[] = "time,type,credits,balance,unlimited,amount,currency,package_id,job_id,"
                                 "stripe_payment_id,description,id\r\n";
    struct sums sums = {0, 0, 0, 0, 0, 0};
    int64_t balance = 0;
    char value[64];

    assert_memory_equal(text, header, sizeof header - 1);
    for (text += sizeof header - 1; *text != '\0'; text = strstr(text, "\r\n") + 2) {
        int64_t told;
        char type[64];

        field(text, 1, type);
        told = atoll(field(text, 3, value));
        if (strcmp(type, "opening") == 0) {
            balance = sums.opening = told;
        }
        balance += atoll(field(text, 2, value));
        assert_int_equal(told, balance);
        if (strcmp(type, "closing") == 0) {
            sums.closing = told;
        } else if (strcmp(type, "available") == 0) {
            sums.available = told;
        } else if (strcmp(type, "hold") == 0) {
            sums.holds++;
        } else if (strcmp(type, "opening") != 0) {
            sums.entries++;
            sums.unlimited += atoll(field(text, 4, value));
        }
    }
    return sums;
}

/* ---- a random ledger */

static uint64_t draw(uint64_t *seed, uint64_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*seed >> 33) % below;
}

/* One operation; rejected ones do not count. */
static void act(const struct person *person, uint64_t *seed, int32_t number)
{
    const char *user = cpk_user_id(person->user);
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    cpk_hold_params hold = CPK_HOLD_PARAMS_INIT;
    char key[32];
    char older[32];

    snprintf(key, sizeof key, "op-%d", number);
    snprintf(older, sizeof older, "op-%d", number - (int)draw(seed, 12));
    params.key = hold.key = key;
    params.credits = hold.credits = 1 + (int64_t)draw(seed, 20);
    params.amount_micros = (int64_t)draw(seed, 2) * params.credits * 90000;
    now_us += (int64_t)draw(seed, 2) * (int64_t)draw(seed, 600) * SECOND_US; /* entries of the same time, too */
    switch (draw(seed, 6)) {
    case 0:
        params.type = CPK_TRANSACTION_PURCHASE;
        (void)cpk_credits_grant(person->service, user, &params, NULL, NULL);
        break;
    case 1:
        params.amount_micros = 0;
        (void)cpk_credits_clawback(person->service, user, &params, NULL, NULL);
        break;
    case 2:
        (void)cpk_hold_release(person->service, user, older, NULL, NULL);
        break;
    case 3:
        (void)cpk_hold_commit(person->service, user, older, key, 1 + (int64_t)draw(seed, 3),
                              draw(seed, 2) ? CPK_HOLD_RELEASE_REST : 0, NULL, NULL);
        break;
    default:
        (void)cpk_hold_reserve(person->service, user, &hold, NULL, NULL);
        break;
    }
}

static void closing_balance_equals_the_balance(void **state)
{
    uint64_t seed = (uint64_t)time(NULL);
    cpk_error *error = NULL;
    int64_t balance;
    int64_t held;
    int64_t middle_us = 0;
    struct person person;
    struct sums all;
    struct sums before;
    struct sums after;
    char *text;
    char expected[160];

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    open_person(&person, CPK_PLAN_CREDITS);
    for (int32_t i = 0; i < OPERATIONS; i++) {
        act(&person, &seed, i);
        middle_us = i == OPERATIONS / 2 ? now_us : middle_us;
    }
    assert_ok(cpk_credits_balance(person.session, NULL, &balance, &held, &error), error);
    text = statement(&person, period(CPK_REPORT_CSV, 0, 0, 0));
    all = read_statement(text);
    free(text);
    assert_int_equal(all.opening, 0);
    assert_int_equal(all.closing, balance + held);
    assert_int_equal(all.available, balance);
    assert_true(all.holds > 0 || held == 0);

    text = statement(&person, period(CPK_REPORT_CSV, 0, middle_us, 0));
    before = read_statement(text);
    free(text);
    text = statement(&person, period(CPK_REPORT_CSV, middle_us, 0, 0));
    after = read_statement(text);
    free(text);
    assert_int_equal(before.closing, after.opening);
    assert_int_equal(before.entries + after.entries, all.entries);
    assert_int_equal(before.holds, 0);
    assert_int_equal(after.available, balance);

    text = statement(&person, period(CPK_REPORT_JSON, 0, 0, 0));
    snprintf(expected, sizeof expected, "],\"held\":%lld,\"balance\":%lld}\n", (long long)held, (long long)balance);
    assert_non_null(strstr(text, expected));
    snprintf(expected, sizeof expected, "],\"closing_balance\":%lld,\"holds\":[", (long long)(balance + held));
    assert_non_null(strstr(text, expected));
    free(text);
    person_free(&person);
}

/* More entries than a page of the database, many of one time. */
static void long_statements_are_complete(void **state)
{
    struct person person;
    cpk_error *error = NULL;
    char *text;
    struct sums sums;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    for (int32_t i = 0; i < 1203; i++) {
        cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
        char key[32];

        snprintf(key, sizeof key, "gift-%d", i);
        params.key = key;
        params.credits = 1;
        now_us += i % 7 == 0 ? SECOND_US : 0;
        assert_ok(cpk_credits_grant(person.service, cpk_user_id(person.user), &params, NULL, &error), error);
    }
    text = statement(&person, period(CPK_REPORT_CSV, 0, 0, 0));
    sums = read_statement(text);
    free(text);
    assert_int_equal(sums.entries, 1204);
    assert_int_equal(sums.available, 1213);
    person_free(&person);
}

static void buy(const struct person *person, const char *key, int64_t credits, int64_t micros, const char *package,
                const char *metadata)
{
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    cpk_error *error = NULL;

    params.type = CPK_TRANSACTION_PURCHASE;
    params.key = key;
    params.credits = credits;
    params.amount_micros = micros;
    params.package_id = package;
    params.metadata = metadata;
    params.description = "=HYPERLINK(\"http://x\"), bought";
    assert_ok(cpk_credits_grant(person->service, cpk_user_id(person->user), &params, NULL, &error), error);
}

static void give_money_back(const struct person *person, const char *key, int64_t credits, int64_t micros,
                            const char *package, const char *metadata)
{
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    cpk_error *error = NULL;

    params.key = key;
    params.credits = credits;
    params.amount_micros = micros;
    params.package_id = package;
    params.metadata = metadata;
    assert_ok(cpk_credits_clawback(person->service, cpk_user_id(person->user), &params, NULL, &error), error);
}

static void texts_that_look_like_formulas_are_escaped(void **state)
{
    struct person person;
    char *text;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    now_us += SECOND_US; /* after the first credits */
    buy(&person, "one", 5, 12345600, "@pack", "{\"currency\":\"eur\"}");
    text = statement(&person, period(CPK_REPORT_CSV, 0, 0, 0));
    assert_non_null(strstr(text, ",\"purchase\",5,15,0,12.3456,\"eur\",\"'@pack\",,,"
                                 "\"'=HYPERLINK(\"\"http://x\"\"), bought\","));
    free(text);
    text = statement(&person, period(CPK_REPORT_JSON, 0, 0, 0));
    assert_non_null(strstr(text, "\"amount_micros\":12345600,\"currency\":\"eur\",\"package_id\":\"@pack\","));
    assert_non_null(strstr(text, "\"description\":\"=HYPERLINK(\\\"http://x\\\"), bought\""));
    free(text);
    person_free(&person);
}

/* ---- revenue */

#define REVENUE                                                                                                        \
    "day,kind,package_id,currency,purchases,credits,gross,refunds,refunded_credits,refunded,net,without_amount\r\n"

static void revenue_is_grouped_by_day_package_and_currency(void **state)
{
    struct person person;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    expect_text(report(&person, cpk_report_revenue, period(0, 0, 0, 0)), REVENUE);
    buy(&person, "a", 10, 9000000, "small", "{\"currency\":\"EUR\"}");
    buy(&person, "b", 10, 9000000, "small", "{\"currency\":\"eur\"}");
    buy(&person, "c", 100, 75500000, "large", NULL);
    now_us += INT64_C(7) * 3600 * SECOND_US + 1800 * SECOND_US; /* 23:30 */
    give_money_back(&person, "d", 4, 4500000, "small", "{\"currency\":\"eur\"}");
    give_money_back(&person, "e", 1, 0, NULL, "{\"currency\":null}");
    now_us += 3 * DAY_US;
    buy(&person, "f", 1, 1000000, NULL, "{\"currency\":7}");
    expect_text(report(&person, cpk_report_revenue, period(0, 0, 0, 0)),
                REVENUE "\"2025-11-24\",\"credits\",,\"usd\",0,0,0.00,1,1,0.00,0.00,1\r\n"
                        "\"2025-11-24\",\"credits\",\"large\",\"usd\",1,100,75.50,0,0,0.00,75.50,0\r\n"
                        "\"2025-11-24\",\"credits\",\"small\",\"eur\",2,20,18.00,1,4,4.50,13.50,0\r\n"
                        "\"2025-11-27\",\"credits\",,\"7\",1,1,1.00,0,0,0.00,1.00,0\r\n");
    expect_text(report(&person, cpk_report_revenue, period(0, 0, START_US + DAY_US, 60)),
                REVENUE "\"2025-11-24\",\"credits\",\"large\",\"usd\",1,100,75.50,0,0,0.00,75.50,0\r\n"
                        "\"2025-11-24\",\"credits\",\"small\",\"eur\",2,20,18.00,0,0,0.00,18.00,0\r\n"
                        "\"2025-11-25\",\"credits\",,\"usd\",0,0,0.00,1,1,0.00,0.00,1\r\n"
                        "\"2025-11-25\",\"credits\",\"small\",\"eur\",0,0,0.00,1,4,4.50,-4.50,0\r\n");
    expect_text(report(&person, cpk_report_revenue, period(CPK_REPORT_JSON, START_US + DAY_US, 0, -720)),
                "{\"from\":\"2025-11-25T16:00:00.000000Z\",\"until\":null,\"utc_offset_minutes\":-720,\"days\":["
                "{\"day\":\"2025-11-27\",\"kind\":\"credits\",\"package_id\":null,\"currency\":\"7\",\"purchases\":1,"
                "\"credits\":1,\"gross_micros\":1000000,\"refunds\":0,\"refunded_credits\":0,\"refunded_micros\":0,"
                "\"net_micros\":1000000,\"without_amount\":0}]}\n");
    person_free(&person);
}

static void deliver(const struct person *person, const char *id, const char *type, const char *object)
{
    unsigned char digest[32];
    cpk_error *error = NULL;
    char body[2048];
    char text[2100];
    char header[128];
    size_t used;

    snprintf(body, sizeof body,
             "{\"id\":\"evt_%s\",\"object\":\"event\",\"created\":%lld,\"type\":\"%s\",\"data\":{\"object\":%s}}", id,
             (long long)(now_us / SECOND_US), type, object);
    snprintf(text, sizeof text, "%lld.%s", (long long)(now_us / SECOND_US), body);
    assert_non_null(HMAC(EVP_sha256(), SECRET, sizeof SECRET - 1, (unsigned char *)text, strlen(text), digest, NULL));
    used = (size_t)snprintf(header, sizeof header, "t=%lld,v1=", (long long)(now_us / SECOND_US));
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(header + used + 2 * i, 3, "%02x", digest[i]);
    }
    assert_ok(cpk_stripe_webhook(person->service, body, strlen(body), header, NULL, &error), error);
}

/* An administrator's refund has its amount without a sign. */
static void refunds_by_administrators_are_counted(void **state)
{
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    cpk_session *admin = NULL;
    cpk_error *error = NULL;
    struct person person;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    buy(&person, "a", 10, 9000000, NULL, NULL);
    assert_ok(cpk_session_open_admin(person.engine, "00000000-0000-4000-8000-0000000000aa", &admin, &error), error);
    params.reason = "charged twice";
    assert_ok(cpk_admin_record_refund(admin, cpk_user_id(person.user), 5, 4500000, "pi_1", &params, NULL, &error),
              error);
    expect_text(report(&person, cpk_report_revenue, period(0, 0, 0, 0)),
                REVENUE "\"2025-11-24\",\"credits\",,\"usd\",1,10,9.00,1,5,4.50,4.50,0\r\n");
    cpk_session_close(admin);
    person_free(&person);
}

/* A package that is refunded in part and disputed, and two invoices of a subscription, one of which is refunded. */
static void stripe_payments_are_counted_as_revenue(void **state)
{
    struct person person;
    char object[1024];

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    snprintf(object, sizeof object,
             "{\"id\":\"cs_1\",\"mode\":\"payment\",\"payment_status\":\"paid\",\"payment_intent\":\"pi_1\","
             "\"amount_total\":1000,\"currency\":\"eur\",\"metadata\":{\"user_id\":\"%s\",\"credits\":\"100\","
             "\"package_id\":\"small\"}}",
             cpk_user_id(person.user));
    deliver(&person, "1", "checkout.session.completed", object);
    deliver(&person, "2", "charge.refunded",
            "{\"id\":\"ch_1\",\"payment_intent\":\"pi_1\",\"amount\":1000,\"amount_refunded\":250,"
            "\"currency\":\"eur\"}");
    deliver(&person, "3", "charge.dispute.funds_withdrawn",
            "{\"id\":\"dp_1\",\"charge\":\"ch_1\",\"payment_intent\":\"pi_1\",\"amount\":500}");
    for (int32_t i = 0; i < 2; i++) {
        char id[8];

        snprintf(id, sizeof id, "in%d", i);
        snprintf(object, sizeof object,
                 "{\"id\":\"in_%d\",\"customer\":\"cus_1\",\"amount_paid\":2000,\"amount_due\":2000,"
                 "\"currency\":\"eur\",\"payment_intent\":\"pi_sub_%d\","
                 "\"parent\":{\"subscription_details\":{\"subscription\":\"sub_1\"}}}",
                 i, i);
        deliver(&person, id, "invoice.paid", object);
    }
    deliver(&person, "4", "charge.refunded",
            "{\"id\":\"ch_2\",\"payment_intent\":\"pi_sub_1\",\"amount\":2000,\"amount_refunded\":2000,"
            "\"currency\":\"eur\"}");
    expect_text(report(&person, cpk_report_revenue, period(0, 0, 0, 0)),
                REVENUE "\"2025-11-24\",\"credits\",\"small\",\"eur\",1,100,10.00,2,75,7.50,2.50,0\r\n"
                        "\"2025-11-24\",\"plan\",,\"eur\",2,0,40.00,1,0,20.00,20.00,0\r\n");
    deliver(&person, "5", "charge.dispute.funds_reinstated",
            "{\"id\":\"dp_1\",\"charge\":\"ch_1\",\"payment_intent\":\"pi_1\",\"amount\":500}");
    expect_text(report(&person, cpk_report_revenue, period(0, 0, 0, 0)),
                REVENUE "\"2025-11-24\",\"credits\",\"small\",\"eur\",1,100,10.00,3,25,2.50,7.50,0\r\n"
                        "\"2025-11-24\",\"plan\",,\"eur\",2,0,40.00,1,0,20.00,20.00,0\r\n");
    person_free(&person);
}

/* ---- usage */

static void usage_is_grouped_by_day(void **state)
{
    static const char header[] = "day,users,credits,unlimited_credits,chunks,metered_chunks,input_tokens,output_tokens,"
                                 "analyzer_cost_usd\r\n";
    cpk_source *source = NULL;
    cpk_source *done = NULL;
    cpk_hold_params hold = CPK_HOLD_PARAMS_INIT;
    cpk_error *error = NULL;
    struct person person;
    char expected[512];

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    expect_text(report(&person, cpk_report_usage, period(0, 0, 0, 0)), header);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, &done, &error), error);
    now_us += DAY_US;
    hold.key = "other";
    hold.credits = 3;
    assert_ok(cpk_hold_reserve(person.service, cpk_user_id(person.user), &hold, NULL, &error), error);
    assert_ok(cpk_hold_commit(person.service, cpk_user_id(person.user), "other", "c", 2, 0, NULL, &error), error);
    snprintf(expected, sizeof expected,
             "%s\"2025-11-24\",1,%lld,0,%lld,%lld,%lld,%lld,0.00\r\n\"2025-11-25\",1,2,0,0,0,0,0,0.00\r\n", header,
             (long long)cpk_source_total_chunks(done), (long long)cpk_source_total_chunks(done),
             (long long)cpk_source_total_chunks(done), (long long)cpk_source_input_tokens(done),
             (long long)cpk_source_output_tokens(done));
    assert_true(cpk_source_input_tokens(done) > 0);
    assert_ok(cpk_source_delete(person.session, cpk_source_id(source), &error), error); /* its usage stays */
    expect_text(report(&person, cpk_report_usage, period(0, 0, 0, 0)), expected);
    cpk_source_free(source);
    cpk_source_free(done);
    person_free(&person);
}

static void usage_on_the_unlimited_plan_is_separate(void **state)
{
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    struct person person;
    struct sums sums;
    char *text;

    (void)state;
    open_person(&person, CPK_PLAN_UNLIMITED);
    assert_ok(person_add(&person, SAMPLE, NULL, &source, &error), error);
    assert_ok(cpk_source_run(person.session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error), error);
    cpk_source_free(source);
    text = statement(&person, period(CPK_REPORT_CSV, 0, 0, 0));
    sums = read_statement(text);
    free(text);
    assert_int_equal(sums.available, 10);
    assert_true(sums.unlimited > 0);
    text = report(&person, cpk_report_usage, period(CPK_REPORT_JSON, 0, 0, 0));
    assert_non_null(strstr(text, "\"credits\":0,\"unlimited_credits\":1,\"chunks\":1,\"metered_chunks\":1,"));
    free(text);
    person_free(&person);
}

/* ---- rights, mistakes, stops */

static int32_t stop(void *user, const void *data, size_t length_bytes)
{
    (void)user;
    (void)data;
    (void)length_bytes;
    return 1;
}

static void reports_of_other_users_are_denied(void **state)
{
    cpk_report_options options = CPK_REPORT_OPTIONS_INIT;
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    struct written written = {NULL, 0, 0, 0};
    cpk_user *other = NULL;
    cpk_error *error = NULL;
    struct person person;
    int64_t balance;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    params.email = "somebody@example.com";
    assert_ok(cpk_user_create(person.service, &params, &other, &error), error);
    assert_int_equal(cpk_report_statement(person.session, cpk_user_id(other), NULL, take, &written, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_report_revenue(person.session, NULL, take, &written, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_report_usage(person.session, NULL, take, &written, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_report_statement(person.service, NULL, NULL, take, &written, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(
        cpk_report_statement(person.service, "00000000-0000-4000-8000-000000000000", NULL, take, &written, NULL),
        CPK_ERROR_NOT_FOUND);
    assert_int_equal(written.length, 0);
    assert_ok(cpk_report_statement(person.service, cpk_user_id(other), NULL, take, &written, &error), error);
    free(written.text);
    options.until_us = 5;
    options.from_us = 5;
    assert_int_equal(cpk_report_statement(person.session, NULL, &options, take, &written, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    options = period(3, 0, 0, 0);
    assert_int_equal(cpk_report_statement(person.session, NULL, &options, take, &written, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    options = period(0, 0, 0, 841);
    assert_int_equal(cpk_report_usage(person.service, &options, take, &written, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(cpk_report_statement(person.session, NULL, NULL, stop, NULL, NULL), CPK_ERROR_CANCELLED);
    assert_ok(cpk_credits_balance(person.session, NULL, &balance, NULL, &error), error);
    assert_ok(cpk_pack_delete(person.session, cpk_pack_id(person.pack), &error), error); /* no transaction stays open */
    cpk_user_free(other);
    person_free(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closing_balance_equals_the_balance),
        cmocka_unit_test(long_statements_are_complete),
        cmocka_unit_test(texts_that_look_like_formulas_are_escaped),
        cmocka_unit_test(revenue_is_grouped_by_day_package_and_currency),
        cmocka_unit_test(refunds_by_administrators_are_counted),
        cmocka_unit_test(stripe_payments_are_counted_as_revenue),
        cmocka_unit_test(usage_is_grouped_by_day),
        cmocka_unit_test(usage_on_the_unlimited_plan_is_separate),
        cmocka_unit_test(reports_of_other_users_are_denied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

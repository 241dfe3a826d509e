/* Checkouts, payment attempts and requests to Stripe, with a fake of Stripe on loopback. */
#include "support/net_peer.h"
#include "support/person.h"
#include "support/signed.h"

#include <pthread.h>

#define FAKE        PROJECT_DIR "/tests/stripe/fake_stripe.py"
#define KEY         "sk_test_fake"
#define NOW_S       INT64_C(1760000000)
#define SECOND_US   INT64_C(1000000)
#define LOG_BYTES   262144
#define SUCCESS_URL "https://example.org/done?session={CHECKOUT_SESSION_ID}"
#define PACKAGES                                                                                                       \
    "[{\"id\":\"small\",\"name\":\"100 credits\",\"currency\":\"usd\",\"credits\":100,\"price\":1000},\n"              \
    "{\"id\":\"bulk\",\"name\":\"Credits\",\"currency\":\"usd\",\"tiers\":[{\"from_credits\":10,"                      \
    "\"unit_price_micros\":100000},{\"from_credits\":100,\"unit_price_micros\":83333}]},"                              \
    "{\"id\":\"pro\",\"name\":\"Unlimited\",\"currency\":\"usd\",\"unlimited\":true,\"interval\":\"month\","           \
    "\"price\":2000},"                                                                                                 \
    "{\"id\":\"made\",\"currency\":\"usd\",\"credits\":7,\"price_id\":\"price_1\"},"                                   \
    "{\"id\":\"gone\",\"currency\":\"usd\",\"credits\":7,\"price_id\":\"prod_1\"}]"

static int64_t now_s = NOW_S;

static int64_t clock_us(void *user)
{
    (void)user;
    return now_s * SECOND_US;
}

struct fixture {
    struct person person;
    struct peer peer;
    char base[64];
    char log[LOG_BYTES];
    char read[LOG_BYTES]; /* requests received by the fake, see requests() */
    cpk_error *error;
    cpk_stripe_object *object;
    const char *deletes_after; /* prefix of the log message after which the person's account is deleted */
};

static void keep_log(void *user, int32_t level, const char *domain, const char *message)
{
    struct fixture *fixture = user;
    size_t used = strlen(fixture->log);

    snprintf(fixture->log + used, sizeof fixture->log - used, "%d %s: %s\n", level, domain, message);
    if (fixture->deletes_after != NULL && strstr(message, fixture->deletes_after) != NULL) {
        fixture->deletes_after = NULL;
        assert_ok(cpk_user_delete(fixture->person.service, cpk_user_id(fixture->person.user), NULL, NULL), NULL);
    }
}

static cpk_engine_options options_of(struct fixture *fixture, cpk_text_setting settings[4])
{
    cpk_engine_options options = person_options();

    snprintf(fixture->base, sizeof fixture->base, "http://127.0.0.1:%d/", fixture->peer.port);
    settings[0] = (cpk_text_setting){"stripe.webhook_secrets", SIGNED_SECRET};
    settings[1] = (cpk_text_setting){"stripe.secret_key", KEY};
    settings[2] = (cpk_text_setting){"stripe.api_base", fixture->base};
    settings[3] = (cpk_text_setting){"billing.packages", PACKAGES};
    options.text_settings = settings;
    options.text_setting_count = 4;
    options.clock = clock_us;
    options.log = keep_log;
    options.log_user = fixture;
    options.log_level = CPK_LOG_DEBUG;
    return options;
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    cpk_text_setting settings[4];
    cpk_engine_options options;

    assert_non_null(fixture);
    now_s = NOW_S;
    peer_folder(&fixture->peer);
    peer_run(&fixture->peer, FAKE, NULL, NULL);
    options = options_of(fixture, settings);
    assert_ok(person_create(&fixture->person, &options, CPK_PLAN_CREDITS, &fixture->error), fixture->error);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    assert_null(strstr(fixture->log, KEY)); /* in no test does a key get into the log */
    assert_null(strstr(fixture->log, SIGNED_SECRET));
    person_free(&fixture->person);
    peer_stop(&fixture->peer);
    peer_remove(&fixture->peer, "requests");
    peer_remove(&fixture->peer, "next");
    rmdir(fixture->peer.folder);
    cpk_error_free(fixture->error);
    cpk_stripe_object_free(fixture->object);
    free(fixture);
    return 0;
}

/* What came to the fake since the last call: a line of JSON each. */
static const char *requests(struct fixture *fixture)
{
    char path[128];
    FILE *file;
    size_t length = 0;

    snprintf(path, sizeof path, "%s/requests", fixture->peer.folder);
    file = fopen(path, "r");
    if (file != NULL) {
        length = fread(fixture->read, 1, sizeof fixture->read - 1, file);
        fclose(file);
    }
    fixture->read[length] = '\0';
    peer_remove(&fixture->peer, "requests");
    return fixture->read;
}

static int32_t count_lines(const char *text)
{
    int32_t lines = 0;

    for (; *text != '\0'; text++) {
        lines += *text == '\n';
    }
    return lines;
}

static void has(const char *text, const char *part)
{
    assert_non_null(text);
    if (strstr(text, part) == NULL) {
        fail_msg("%s is not in: %s", part, text);
    }
}

static void has_not(const char *text, const char *part)
{
    assert_non_null(text);
    if (strstr(text, part) != NULL) {
        fail_msg("%s is in: %s", part, text);
    }
}

static cpk_status check_out(struct fixture *fixture, cpk_session *session, const char *package_id, int64_t credits,
                            const char *ip_address)
{
    cpk_checkout_params params = CPK_CHECKOUT_PARAMS_INIT;
    const char *user_id = session == fixture->person.service ? cpk_user_id(fixture->person.user) : NULL;
    cpk_status status;

    cpk_stripe_object_free(fixture->object);
    cpk_error_free(fixture->error);
    fixture->error = NULL;
    params.package_id = package_id;
    params.credits = credits;
    params.success_url = SUCCESS_URL;
    params.cancel_url = "https://example.org/pricing";
    params.ip_address = ip_address;
    params.user_agent = "Mozilla/5.0 (a \x1b browser)";
    status = cpk_checkout_create(session, user_id, &params, NULL, &fixture->object, &fixture->error);
    now_s++; /* the next one is newer */
    return status;
}

static cpk_payment_attempt *newest_attempt(struct fixture *fixture)
{
    cpk_payment_attempt_list *list = NULL;
    cpk_payment_attempt *attempt = NULL;
    cpk_error *error = NULL; /* what the fixture's file contains stays */

    assert_ok(cpk_payment_attempt_list_get(fixture->person.session, NULL, NULL, NULL, &list, &error), error);
    assert_in_range(cpk_payment_attempt_list_count(list), 1, 1000);
    assert_ok(cpk_payment_attempt_get(fixture->person.session, NULL,
                                      cpk_payment_attempt_id(cpk_payment_attempt_list_at(list, 0)), &attempt, &error),
              error);
    cpk_payment_attempt_list_free(list);
    return attempt;
}

static void newest_is(struct fixture *fixture, int32_t status, const char *reason)
{
    cpk_payment_attempt *attempt = newest_attempt(fixture);

    assert_int_equal(cpk_payment_attempt_status(attempt), status);
    if (reason == NULL) {
        assert_null(cpk_payment_attempt_error_message(attempt));
    } else {
        has(cpk_payment_attempt_error_message(attempt), reason);
    }
    cpk_payment_attempt_free(attempt);
}

/* An event about the newest checkout. */
static void deliver(struct fixture *fixture, const char *id, const char *type, const char *object, int32_t outcome)
{
    cpk_webhook_result *result = NULL;
    cpk_error *error = NULL;
    char header[SIGNED_HEADER_BYTES];
    char body[4096];

    snprintf(body, sizeof body,
             "{\"id\":\"evt_%s\",\"object\":\"event\",\"created\":%lld,\"type\":\"%s\",\"data\":{\"object\":%s}}", id,
             (long long)now_s, type, object);
    signed_header(body, now_s, header);
    assert_ok(cpk_stripe_webhook(fixture->person.service, body, strlen(body), header, &result, &error), error);
    if (cpk_webhook_result_outcome(result) != outcome) {
        fail_msg("not outcome %d: %s", outcome, cpk_webhook_result_json(result));
    }
    cpk_webhook_result_free(result);
}

/* The session as Stripe sends it; with_id 0: only the metadata identify the attempt. */
static const char *session_object(const struct fixture *fixture, const char *attempt_id, const char *session_id,
                                  const char *payment_status)
{
    static char object[1024];

    snprintf(object, sizeof object,
             "{\"id\":\"%s\",\"object\":\"checkout.session\",\"mode\":\"payment\",\"payment_status\":\"%s\","
             "\"payment_intent\":\"pi_%s\",\"customer\":\"cus_1\",\"amount_total\":1000,\"currency\":\"usd\","
             "\"metadata\":{\"user_id\":\"%s\",\"credits\":\"100\",\"package_id\":\"small\",\"attempt_id\":\"%s\"}}",
             session_id, payment_status, session_id, cpk_user_id(fixture->person.user), attempt_id);
    return object;
}

static int64_t balance(const struct fixture *fixture)
{
    int64_t credits = -1;
    int64_t held = -1;

    assert_ok(cpk_credits_balance(fixture->person.session, NULL, &credits, &held, NULL), NULL);
    return credits;
}

static void packages_can_be_listed_and_priced(void **state)
{
    struct fixture *fixture = *state;
    cpk_package_list *list = NULL;
    cpk_package *bulk = NULL;
    int64_t granted = -1;
    int64_t price = -1;

    assert_ok(cpk_package_list_get(fixture->person.session, &list, &fixture->error), fixture->error);
    assert_int_equal(cpk_package_list_count(list), 5);
    assert_null(cpk_package_list_next(list));
    assert_string_equal(cpk_package_name(cpk_package_list_at(list, 3)), "made");
    assert_string_equal(cpk_package_interval(cpk_package_list_at(list, 2)), "month");
    assert_int_equal(cpk_package_is_unlimited(cpk_package_list_at(list, 2)), 1);
    assert_ok(cpk_package_get(fixture->person.session, "bulk", &bulk, &fixture->error), fixture->error);
    cpk_package_list_free(list);
    assert_int_equal(cpk_package_tier_count(bulk), 2);
    assert_int_equal(cpk_package_tier_from_credits(bulk, 1), 100);
    assert_int_equal(cpk_package_tier_unit_micros(bulk, 1), 83333);
    assert_int_equal(cpk_package_tier_unit_micros(bulk, 2), 0);
    assert_ok(cpk_package_price(bulk, 150, &granted, &price, &fixture->error), fixture->error);
    assert_int_equal(granted, 150);
    assert_int_equal(price, 1250); /* 12.49995 */
    assert_int_equal(cpk_package_price(bulk, 9, NULL, &price, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(cpk_package_decimals(bulk), 2);
    cpk_package_free(bulk);
    assert_int_equal(cpk_package_get(fixture->person.session, "big", &bulk, NULL), CPK_ERROR_NOT_FOUND);
}

static void checkout_is_requested_recorded_and_paid(void **state)
{
    struct fixture *fixture = *state;
    const char *came;
    char text[256];
    char session_id[64];
    cpk_payment_attempt *attempt;

    assert_ok(check_out(fixture, fixture->person.session, "small", 0, "::ffff:192.0.2.7"), fixture->error);
    has(cpk_stripe_object_url(fixture->object), "https://checkout.stripe.com/c/pay/cs_test_");
    assert_string_equal(cpk_stripe_object_type(fixture->object), "checkout.session");
    assert_string_equal(cpk_stripe_object_status(fixture->object), "open");
    assert_int_equal(cpk_stripe_object_amount(fixture->object), 1000);
    assert_int_equal(cpk_stripe_object_is_live(fixture->object), 0);
    came = requests(fixture);
    assert_int_equal(count_lines(came), 1);
    has(came, "\"mode\": \"payment\"");
    has(came, "\"success_url\": \"" SUCCESS_URL "\"");
    has(came, "\"customer_email\": \"person@example.com\"");
    has(came, "\"customer_creation\": \"always\"");
    has(came, "\"line_items[0][price_data][unit_amount]\": \"1000\"");
    has(came, "\"line_items[0][price_data][currency]\": \"usd\"");
    has(came, "\"line_items[0][price_data][product_data][name]\": \"100 credits\"");
    has(came, "\"Stripe-Version\": \"2025-03-31.basil\"");
    has(came, "\"Content-Type\": \"application/x-www-form-urlencoded\"");
    snprintf(text, sizeof text, "\"client_reference_id\": \"%s\"", cpk_user_id(fixture->person.user));
    has(came, text);
    for (int i = 0; i < 2; i++) {
        const char *at = i == 0 ? "metadata" : "payment_intent_data[metadata]";

        snprintf(text, sizeof text, "\"%s[user_id]\": \"%s\"", at, cpk_user_id(fixture->person.user));
        has(came, text);
        snprintf(text, sizeof text, "\"%s[attempt_id]\": \"%s\"", at, cpk_stripe_object_attempt_id(fixture->object));
        has(came, text);
        snprintf(text, sizeof text, "\"%s[credits]\": \"100\"", at);
        has(came, text);
        snprintf(text, sizeof text, "\"%s[package_id]\": \"small\"", at);
        has(came, text);
    }
    has_not(came, "unlimited");

    attempt = newest_attempt(fixture);
    assert_string_equal(cpk_payment_attempt_id(attempt), cpk_stripe_object_attempt_id(fixture->object));
    assert_string_equal(cpk_payment_attempt_type(attempt), "credits");
    assert_string_equal(cpk_payment_attempt_ip_address(attempt), "192.0.2.7");
    assert_string_equal(cpk_payment_attempt_user_agent(attempt), "Mozilla/5.0 (a   browser)");
    assert_string_equal(cpk_payment_attempt_status_name(attempt), "initiated");
    assert_string_equal(cpk_payment_attempt_stripe_id(attempt), cpk_stripe_object_id(fixture->object));
    assert_int_equal(cpk_payment_attempt_credits_requested(attempt), 100);
    assert_int_equal(cpk_payment_attempt_amount_micros(attempt), 10000000);
    assert_int_equal(cpk_payment_attempt_created_at(attempt), NOW_S * SECOND_US);
    cpk_payment_attempt_free(attempt);

    snprintf(session_id, sizeof session_id, "%s", cpk_stripe_object_id(fixture->object));
    deliver(fixture, "1", "checkout.session.completed", session_object(fixture, "", session_id, "paid"),
            CPK_WEBHOOK_PROCESSED);
    newest_is(fixture, CPK_ATTEMPT_SUCCEEDED, NULL);
    assert_int_equal(balance(fixture), 110);

    /* From now on the customer is known. */
    assert_ok(check_out(fixture, fixture->person.service, "bulk", 150, NULL), fixture->error);
    came = requests(fixture);
    has(came, "\"customer\": \"cus_1\"");
    has_not(came, "customer_email");
    has_not(came, "customer_creation");
    has(came, "\"line_items[0][price_data][unit_amount]\": \"1250\"");
    has(came, "[name]\": \"Credits: 150\"");
    has(came, "\"metadata[credits]\": \"150\"");
}

static void plan_is_sold_as_a_subscription(void **state)
{
    struct fixture *fixture = *state;
    const char *came;

    assert_ok(check_out(fixture, fixture->person.session, "pro", 0, NULL), fixture->error);
    came = requests(fixture);
    has(came, "\"mode\": \"subscription\"");
    has(came, "\"line_items[0][price_data][recurring][interval]\": \"month\"");
    has(came, "\"subscription_data[metadata][unlimited]\": \"true\"");
    has(came, "\"metadata[unlimited]\": \"true\"");
    has_not(came, "payment_intent_data");
    has_not(came, "credits\"");
    assert_ok(check_out(fixture, fixture->person.session, "made", 0, NULL), fixture->error);
    came = requests(fixture);
    has(came, "\"line_items[0][price]\": \"price_1\"");
    has_not(came, "price_data");
    assert_int_equal(check_out(fixture, fixture->person.session, "gone", 0, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_string_equal(cpk_error_native(fixture->error), "HTTP 400");
    has(cpk_error_message(fixture->error), "resource_missing");
    has(cpk_error_message(fixture->error), "line_items[0][price]");
    has(cpk_error_message(fixture->error), "No such price: 'prod_1'");
    newest_is(fixture, CPK_ATTEMPT_FAILED, "No such price");
}

static void checkout_without_settings_or_arguments_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    cpk_payment_attempt_list *list = NULL;
    cpk_engine_options options = person_options();
    const cpk_text_setting wrong[][3] = {
        {{"billing.packages", PACKAGES}, {"stripe.secret_key", ""}, {"stripe.api_base", ""}},
        {{"billing.packages", PACKAGES}, {"stripe.secret_key", "sk_test_not well"}, {"stripe.api_base", ""}},
        {{"billing.packages", PACKAGES}, {"stripe.secret_key", KEY}, {"stripe.api_base", "http://example.org"}},
        {{"billing.packages", PACKAGES}, {"stripe.secret_key", KEY}, {"stripe.api_base", "http://127.0.0.1.org"}},
        {{"billing.packages", PACKAGES}, {"stripe.secret_key", KEY}, {"stripe.api_base", "https://x@example.org"}},
    };
    const cpk_text_setting of_two_lines = {"stripe.secret_key", "sk_test_not\none_line"};
    cpk_user_params user = CPK_USER_PARAMS_INIT;
    cpk_engine *engine = NULL;
    cpk_session *service = NULL;
    cpk_session *session = NULL;
    cpk_user *made = NULL;
    char email[32];

    assert_int_equal(check_out(fixture, fixture->person.session, "big", 0, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(check_out(fixture, fixture->person.session, "small", 7, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(check_out(fixture, fixture->person.session, "bulk", 0, NULL), CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(check_out(fixture, fixture->person.session, "small", 0, "192.0.2.7:80"),
                     CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(check_out(fixture, fixture->person.session, "small", 0, "192.0.2.0/24"),
                     CPK_ERROR_INVALID_ARGUMENT);
    assert_int_equal(check_out(fixture, fixture->person.session, "small", 0, "fe80::1%eth0"),
                     CPK_ERROR_INVALID_ARGUMENT);
    assert_ok(cpk_payment_attempt_list_get(fixture->person.session, NULL, NULL, NULL, &list, NULL), NULL);
    assert_int_equal(cpk_payment_attempt_list_count(list), 0);
    cpk_payment_attempt_list_free(list);
    assert_int_equal(count_lines(requests(fixture)), 0);

    options.text_settings = &of_two_lines;
    options.text_setting_count = 1;
    assert_int_equal(cpk_engine_open(&options, &engine, NULL), CPK_ERROR_INVALID_ARGUMENT);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        options.text_settings = wrong[i];
        options.text_setting_count = 3;
        snprintf(email, sizeof email, "other%zu@example.com", i);
        user.email = email;
        assert_ok(cpk_engine_open(&options, &engine, &fixture->error), fixture->error);
        assert_ok(cpk_session_open_service(engine, &service, &fixture->error), fixture->error);
        assert_ok(cpk_user_create(service, &user, &made, &fixture->error), fixture->error);
        assert_ok(cpk_session_open_user(engine, cpk_user_id(made), &session, &fixture->error), fixture->error);
        assert_int_equal(check_out(fixture, session, "small", 0, NULL), CPK_ERROR_INVALID_ARGUMENT);
        has(cpk_error_message(fixture->error), i < 2 ? "stripe.secret_key" : "stripe.api_base");
        has_not(cpk_error_message(fixture->error), "not well");
        cpk_session_close(session);
        cpk_session_close(service);
        cpk_user_free(made);
        cpk_engine_close(engine);
    }
}

static void checkout_for_suspended_or_other_users_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    cpk_user_params other = CPK_USER_PARAMS_INIT;
    cpk_payment_attempt_list *list = NULL;
    cpk_session *session = NULL;
    cpk_user *user = NULL;
    cpk_checkout_params checkout = CPK_CHECKOUT_PARAMS_INIT;
    const char *user_id = cpk_user_id(fixture->person.user);

    params.reason = "many cards";
    assert_ok(cpk_admin_suspend(fixture->person.service, user_id, &params, NULL, &fixture->error), fixture->error);
    assert_int_equal(check_out(fixture, fixture->person.session, "small", 0, "192.0.2.7"), CPK_ERROR_PERMISSION_DENIED);
    newest_is(fixture, CPK_ATTEMPT_FAILED, "refused: this account is suspended");
    assert_int_equal(count_lines(requests(fixture)), 0);
    assert_ok(cpk_admin_unsuspend(fixture->person.service, user_id, &params, NULL, &fixture->error), fixture->error);
    assert_ok(check_out(fixture, fixture->person.session, "small", 0, "192.0.2.7"), fixture->error);

    other.email = "other@example.com";
    assert_ok(cpk_user_create(fixture->person.service, &other, &user, &fixture->error), fixture->error);
    assert_ok(cpk_session_open_user(fixture->person.engine, cpk_user_id(user), &session, &fixture->error),
              fixture->error);
    checkout.package_id = "small";
    checkout.success_url = SUCCESS_URL;
    cpk_stripe_object_free(fixture->object);
    fixture->object = NULL;
    assert_int_equal(cpk_checkout_create(session, user_id, &checkout, NULL, &fixture->object, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_payment_attempt_list_get(session, user_id, NULL, NULL, &list, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    assert_ok(cpk_payment_attempt_list_get(session, NULL, "192.0.2.7", NULL, &list, &fixture->error), fixture->error);
    assert_int_equal(cpk_payment_attempt_list_count(list), 0); /* not attempts of others from that address */
    cpk_payment_attempt_list_free(list);
    cpk_session_close(session);
    cpk_user_free(user);
}

static void checkouts_are_limited_by_user_and_by_address(void **state)
{
    struct fixture *fixture = *state;
    cpk_payment_attempt_list *list = NULL;
    cpk_payment_velocity_list *fast = NULL;
    cpk_payment_velocity_params params = CPK_PAYMENT_VELOCITY_PARAMS_INIT;
    const cpk_payment_velocity *row;
    cpk_page page = CPK_PAGE_INIT;
    cpk_user_params user = CPK_USER_PARAMS_INIT;
    char email[32];

    for (int i = 0; i < 5; i++) {
        assert_ok(check_out(fixture, fixture->person.session, "small", 0, "2001:db8::1"), fixture->error);
        now_s += 60;
    }
    for (int i = 0; i < 3; i++) { /* rejected attempts are recorded but do not count */
        assert_int_equal(check_out(fixture, fixture->person.session, "small", 0, "2001:db8::1"),
                         CPK_ERROR_LIMIT_EXCEEDED);
        has(cpk_error_message(fixture->error), "checkout.max_per_user_hour");
        has(cpk_error_message(fixture->error), "55 minutes");
        assert_int_equal(cpk_error_retryable(fixture->error), 1);
        now_s++;
    }
    newest_is(fixture, CPK_ATTEMPT_FAILED, "refused: 5 checkouts");
    now_s = NOW_S + 3601;
    assert_ok(check_out(fixture, fixture->person.session, "small", 0, "2001:db8::1"), fixture->error);
    assert_int_equal(check_out(fixture, fixture->person.session, "small", 0, "2001:db8::1"), CPK_ERROR_LIMIT_EXCEEDED);

    for (int i = 0; i < 16; i++) { /* with the five that are still counted there, the address has one too many */
        cpk_user *made = NULL;
        cpk_checkout_params checkout = CPK_CHECKOUT_PARAMS_INIT;
        cpk_status status;

        snprintf(email, sizeof email, "u%d@example.com", i);
        user.email = email;
        assert_ok(cpk_user_create(fixture->person.service, &user, &made, &fixture->error), fixture->error);
        checkout.package_id = "small";
        checkout.success_url = SUCCESS_URL;
        checkout.ip_address = i % 2 == 0 ? "2001:db8::2" : "2001:db8:0:0:ffff::9"; /* of the same /64 */
        cpk_stripe_object_free(fixture->object);
        status = cpk_checkout_create(fixture->person.service, cpk_user_id(made), &checkout, NULL, &fixture->object,
                                     &fixture->error);
        assert_int_equal(status, i < 15 ? CPK_OK : CPK_ERROR_LIMIT_EXCEEDED);
        cpk_user_free(made);
    }
    has(cpk_error_message(fixture->error), "checkout.max_per_ip_hour");

    page.limit = 7;
    assert_ok(cpk_payment_attempt_list_get(fixture->person.service, NULL, "2001:DB8:0::1", &page, &list, NULL), NULL);
    assert_int_equal(cpk_payment_attempt_list_count(list), 7);
    page.after = cpk_payment_attempt_list_next(list);
    assert_non_null(page.after);
    {
        cpk_payment_attempt_list *rest = NULL;

        assert_ok(cpk_payment_attempt_list_get(fixture->person.service, NULL, "2001:db8::1", &page, &rest, NULL), NULL);
        assert_int_equal(cpk_payment_attempt_list_count(rest), 3);
        cpk_payment_attempt_list_free(rest);
    }
    cpk_payment_attempt_list_free(list);
    assert_ok(cpk_payment_attempt_list_get(fixture->person.service, NULL, NULL, NULL, &list, NULL), NULL);
    assert_int_equal(cpk_payment_attempt_list_count(list), 26);
    cpk_payment_attempt_list_free(list);

    assert_ok(cpk_payment_velocity_list_get(fixture->person.service, NULL, &fast, &fixture->error), fixture->error);
    assert_int_equal(cpk_payment_velocity_list_count(fast), 17);
    row = cpk_payment_velocity_list_at(fast, 0);
    assert_string_equal(cpk_payment_velocity_subject(row), cpk_user_id(fixture->person.user));
    assert_int_equal(cpk_payment_velocity_attempts(row), 10);
    assert_int_equal(cpk_payment_velocity_refused(row), 4);
    assert_int_equal(cpk_payment_velocity_failed(row), 4);
    assert_int_equal(cpk_payment_velocity_succeeded(row), 0);
    assert_int_equal(cpk_payment_velocity_others(row), 1);
    assert_int_equal(cpk_payment_velocity_credits_requested(row), 1000);
    assert_int_equal(cpk_payment_velocity_amount_micros(row), 100000000);
    assert_int_equal(cpk_payment_velocity_first_at(row), NOW_S * SECOND_US);
    assert_int_equal(cpk_payment_velocity_last_at(row), (now_s - 1) * SECOND_US);
    cpk_payment_velocity_list_free(fast);
    params.by = CPK_VELOCITY_BY_IP;
    params.minimum_attempts = 8;
    params.since_us = NOW_S * SECOND_US + 1;
    assert_ok(cpk_payment_velocity_list_get(fixture->person.service, &params, &fast, &fixture->error), fixture->error);
    assert_int_equal(cpk_payment_velocity_list_count(fast), 3);
    row = cpk_payment_velocity_list_at(fast, 0);
    assert_string_equal(cpk_payment_velocity_subject(row), "2001:db8::1");
    assert_int_equal(cpk_payment_velocity_attempts(row), 9); /* the first one was before */
    row = cpk_payment_velocity_list_at(fast, 1);
    assert_int_equal(cpk_payment_velocity_others(row), 8);
    cpk_payment_velocity_list_free(fast);
    assert_int_equal(cpk_payment_velocity_list_get(fixture->person.session, NULL, &fast, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
}

/* ---- answers of Stripe */

static void failed_requests_are_retried_as_documented(void **state)
{
    static const struct {
        const char *next;
        cpk_status status;
        int32_t requests;
        const char *native;
    } cases[] = {
        {"500\n", CPK_OK, 2, ""},
        {"500\n503\n", CPK_OK, 3, ""},
        {"500\n502\n500\n", CPK_ERROR_NETWORK, 3, "HTTP 500"},
        {"409\n", CPK_OK, 2, ""},
        {"409\n409\n409\n", CPK_ERROR_CONFLICT, 3, "HTTP 409"},
        {"429\n", CPK_ERROR_BUSY, 1, "HTTP 429"},
        {"429 should_retry=true\n", CPK_OK, 2, ""},
        {"500 should_retry=false\n", CPK_ERROR_NETWORK, 1, "HTTP 500"},
        {"503 retry_after=120\n", CPK_ERROR_NETWORK, 1, "HTTP 503"},
        {"503 retry_after=1\n", CPK_OK, 2, ""},
        {"400 code=parameter_missing\n", CPK_ERROR_INVALID_ARGUMENT, 1, "HTTP 400"},
        {"401\n", CPK_ERROR_PERMISSION_DENIED, 1, "HTTP 401"},
        {"402 code=card_declined\n", CPK_ERROR_CONFLICT, 1, "HTTP 402"},
        {"403\n", CPK_ERROR_PERMISSION_DENIED, 1, "HTTP 403"},
        {"404\n", CPK_ERROR_NOT_FOUND, 1, "HTTP 404"},
        {"200 body=nonsense\n", CPK_ERROR_INVALID_DATA, 1, ""},
        {"200 body={}\n", CPK_ERROR_INVALID_DATA, 1, ""},
        {"DROP\n", CPK_OK, 2, ""},
        {"LOST\n", CPK_OK, 2, ""},
        /* libcurl resends a request once if a reused connection did not answer */
        {"LOST\nDROP\nDROP\nDROP\n", CPK_ERROR_NETWORK, 4, "curl 52"},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *came;

        peer_write(&fixture->peer, "next", cases[i].next);
        if (check_out(fixture, fixture->person.session, "small", 0, NULL) != cases[i].status) {
            fail_msg("%s: %s", cases[i].next, cpk_error_message(fixture->error));
        }
        came = requests(fixture);
        if (count_lines(came) != cases[i].requests) {
            fail_msg("%s: %s", cases[i].next, came);
        }
        if (cases[i].requests >= 3) { /* under one key */
            const char *key = strstr(came, "contextpack-checkout-");
            char first[64];

            snprintf(first, sizeof first, "%.57s", key);
            for (int32_t again = 1; again < cases[i].requests; again++) {
                key = strstr(key + 1, "contextpack-checkout-");
                assert_memory_equal(key, first, 57);
            }
        }
        assert_string_equal(cpk_error_native(fixture->error), cases[i].native);
        newest_is(fixture, cases[i].status == CPK_OK ? CPK_ATTEMPT_INITIATED : CPK_ATTEMPT_FAILED,
                  cases[i].status == CPK_OK ? NULL : cpk_error_message(fixture->error));
        has_not(cpk_error_message(fixture->error), KEY);
        now_s += 3601;
    }
}

static void secret_key_does_not_occur_in_messages(void **state)
{
    struct fixture *fixture = *state;

    peer_write(&fixture->peer, "next", "403 message=The_key_" KEY "_is_restricted\n");
    assert_int_equal(check_out(fixture, fixture->person.session, "small", 0, NULL), CPK_ERROR_PERMISSION_DENIED);
    has_not(cpk_error_message(fixture->error), KEY);
    has(cpk_error_message(fixture->error), "left out");
    newest_is(fixture, CPK_ATTEMPT_FAILED, "left out");
}

/* ---- many at once */

#define THREADS 8

struct racer {
    struct fixture *fixture;
    cpk_session *session;
    const char *ip_address;
    int32_t passed;
};

static void *race(void *user)
{
    struct racer *racer = user;

    for (int i = 0; i < 3; i++) {
        cpk_checkout_params params = CPK_CHECKOUT_PARAMS_INIT;
        cpk_stripe_object *object = NULL;
        cpk_error *error = NULL;
        cpk_status status;

        params.package_id = "small";
        params.success_url = SUCCESS_URL;
        params.ip_address = racer->ip_address;
        status = cpk_checkout_create(racer->session, NULL, &params, NULL, &object, &error);
        racer->passed += status == CPK_OK;
        if (status != CPK_OK && status != CPK_ERROR_LIMIT_EXCEEDED) {
            print_error("%s\n", cpk_error_message(error));
            racer->passed += 1000;
        }
        cpk_error_free(error);
        cpk_stripe_object_free(object);
    }
    return NULL;
}

/* All at once, three attempts each; how many passed. */
static int32_t run_race(struct racer racers[THREADS])
{
    pthread_t threads[THREADS];
    int32_t passed = 0;

    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        passed += racers[i].passed;
        cpk_session_close(racers[i].session);
    }
    return passed;
}

static void concurrent_checkouts_of_a_user_respect_the_limit(void **state)
{
    struct fixture *fixture = *state;
    struct racer racers[THREADS];
    cpk_payment_attempt_list *list = NULL;

    for (int i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){fixture, NULL, NULL, 0};
        assert_ok(cpk_session_open_user(fixture->person.engine, cpk_user_id(fixture->person.user), &racers[i].session,
                                        &fixture->error),
                  fixture->error);
    }
    assert_int_equal(run_race(racers), 5);
    assert_int_equal(count_lines(requests(fixture)), 5);
    assert_ok(cpk_payment_attempt_list_get(fixture->person.session, NULL, NULL, NULL, &list, NULL), NULL);
    assert_int_equal(cpk_payment_attempt_list_count(list), 3 * THREADS);
    cpk_payment_attempt_list_free(list);
}

static void concurrent_checkouts_of_an_address_respect_the_limit(void **state)
{
    struct fixture *fixture = *state;
    struct racer racers[THREADS];

    for (int i = 0; i < THREADS; i++) {
        cpk_user_params params = CPK_USER_PARAMS_INIT;
        cpk_user *user = NULL;
        char email[32];

        snprintf(email, sizeof email, "racer%d@example.com", i);
        params.email = email;
        racers[i] = (struct racer){fixture, NULL, "198.51.100.9", 0};
        assert_ok(cpk_user_create(fixture->person.service, &params, &user, &fixture->error), fixture->error);
        assert_ok(cpk_session_open_user(fixture->person.engine, cpk_user_id(user), &racers[i].session, &fixture->error),
                  fixture->error);
        cpk_user_free(user);
    }
    assert_int_equal(run_race(racers), 20);
    assert_int_equal(count_lines(requests(fixture)), 20);
}

/* ---- effects of webhooks on attempts */

struct telling {
    const char *id;
    const char *type;
    const char *object;
};

static void orders(size_t count, size_t *order, size_t used, void (*tell)(struct fixture *, const size_t *),
                   struct fixture *fixture)
{
    if (used == count) {
        tell(fixture, order);
        return;
    }
    for (size_t i = used; i < count; i++) {
        size_t held = order[used];

        order[used] = order[i];
        order[i] = held;
        orders(count, order, used + 1, tell, fixture);
        order[i] = order[used];
        order[used] = held;
    }
}

static int32_t told; /* orders so far: ids of one are not those of another */

static void tell_checkout(struct fixture *fixture, const size_t *order)
{
    static const struct {
        const char *type;
        const char *payment_status;
    } events[] = {{"checkout.session.completed", "unpaid"},
                  {"checkout.session.async_payment_succeeded", "paid"},
                  {"checkout.session.expired", "unpaid"},
                  {"payment_intent.payment_failed", "unpaid"}};
    char session_id[64];
    char attempt_id[64];
    char id[64];

    now_s += 3601;
    assert_ok(check_out(fixture, fixture->person.session, "small", 0, NULL), fixture->error);
    snprintf(session_id, sizeof session_id, "%s", cpk_stripe_object_id(fixture->object));
    snprintf(attempt_id, sizeof attempt_id, "%s", cpk_stripe_object_attempt_id(fixture->object));
    told++;
    for (size_t i = 0; i < 4; i++) {
        for (int32_t times = 0; times <= (told + (int32_t)i) % 2; times++) {
            snprintf(id, sizeof id, "%d_%zu", told, order[i]);
            deliver(fixture, id, events[order[i]].type,
                    session_object(fixture, attempt_id, order[i] == 3 ? "pi_1" : session_id,
                                   events[order[i]].payment_status),
                    times > 0 ? CPK_WEBHOOK_REPEATED : CPK_WEBHOOK_PROCESSED);
        }
    }
    newest_is(fixture, CPK_ATTEMPT_SUCCEEDED, NULL);
}

static void attempt_status_is_independent_of_event_order(void **state)
{
    struct fixture *fixture = *state;
    size_t order[] = {0, 1, 2, 3};

    told = 0;
    orders(4, order, 0, tell_checkout, fixture);
    assert_int_equal(told, 24);
}

static void attempt_status_follows_events(void **state)
{
    struct fixture *fixture = *state;
    char session_id[64];
    char attempt_id[64];

    assert_ok(check_out(fixture, fixture->person.session, "small", 0, NULL), fixture->error);
    snprintf(session_id, sizeof session_id, "%s", cpk_stripe_object_id(fixture->object));
    snprintf(attempt_id, sizeof attempt_id, "%s", cpk_stripe_object_attempt_id(fixture->object));
    deliver(fixture, "a", "checkout.session.completed", session_object(fixture, "", session_id, "unpaid"),
            CPK_WEBHOOK_PROCESSED);
    newest_is(fixture, CPK_ATTEMPT_PROCESSING, NULL);
    deliver(fixture, "b", "checkout.session.async_payment_failed",
            session_object(fixture, attempt_id, session_id, "unpaid"), CPK_WEBHOOK_PROCESSED);
    newest_is(fixture, CPK_ATTEMPT_FAILED, "the money did not come");
    assert_int_equal(balance(fixture), 10);

    now_s += 60;
    assert_ok(check_out(fixture, fixture->person.session, "small", 0, NULL), fixture->error);
    deliver(fixture, "c", "checkout.session.expired",
            session_object(fixture, "", cpk_stripe_object_id(fixture->object), "unpaid"), CPK_WEBHOOK_PROCESSED);
    newest_is(fixture, CPK_ATTEMPT_CANCELLED, NULL);

    /* The answer with the session's id was lost: the metadata identify the attempt. */
    now_s += 60;
    peer_write(&fixture->peer, "next", "LOST\nDROP\nDROP\nDROP\n");
    assert_int_equal(check_out(fixture, fixture->person.session, "small", 0, NULL), CPK_ERROR_NETWORK);
    newest_is(fixture, CPK_ATTEMPT_FAILED, "/v1/checkout/sessions");
    {
        cpk_payment_attempt *attempt = newest_attempt(fixture);

        deliver(fixture, "d", "checkout.session.completed",
                session_object(fixture, cpk_payment_attempt_id(attempt), "cs_lost", "paid"), CPK_WEBHOOK_PROCESSED);
        cpk_payment_attempt_free(attempt);
        attempt = newest_attempt(fixture);
        assert_string_equal(cpk_payment_attempt_stripe_id(attempt), "cs_lost");
        cpk_payment_attempt_free(attempt);
    }
    newest_is(fixture, CPK_ATTEMPT_SUCCEEDED, NULL);

    /* Checkouts of another program are not attempts. */
    deliver(fixture, "e", "checkout.session.expired", session_object(fixture, "", "cs_elsewhere", "unpaid"),
            CPK_WEBHOOK_IGNORED);
}

static void tell_renewal(struct fixture *fixture, const size_t *order)
{
    char objects[4][1024];
    static const char *const types[] = {"invoice.payment_failed", "invoice.payment_failed", "invoice.paid",
                                        "checkout.session.completed"};
    const char *user_id;
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_payment_attempt_list *list = NULL;
    const cpk_payment_attempt *attempt;
    cpk_user *user = NULL;
    char email[64];
    char id[64];

    told++;
    snprintf(email, sizeof email, "renews%d@example.com", told);
    params.email = email;
    assert_ok(cpk_user_create(fixture->person.service, &params, &user, &fixture->error), fixture->error);
    user_id = cpk_user_id(user);
    for (int i = 0; i < 3; i++) {
        snprintf(objects[i], sizeof objects[i],
                 "{\"id\":\"in_%d\",\"customer\":\"cus_r%d\",\"amount_paid\":%d,\"amount_due\":2000,\"currency\":"
                 "\"usd\",\"billing_reason\":\"subscription_cycle\","
                 "\"parent\":{\"subscription_details\":{\"subscription\":\"sub_r%d\"}}}",
                 told, told, i == 2 ? 2000 : 0, told);
    }
    snprintf(objects[3], sizeof objects[3],
             "{\"id\":\"cs_r%d\",\"mode\":\"subscription\",\"payment_status\":\"paid\",\"subscription\":\"sub_r%d\","
             "\"customer\":\"cus_r%d\",\"metadata\":{\"user_id\":\"%s\",\"unlimited\":\"true\"}}",
             told, told, told, user_id);
    for (size_t i = 0; i < 4; i++) {
        snprintf(id, sizeof id, "r%d_%zu", told, order[i]);
        deliver(fixture, id, types[order[i]], objects[order[i]], CPK_WEBHOOK_PROCESSED);
        deliver(fixture, id, types[order[i]], objects[order[i]], CPK_WEBHOOK_REPEATED);
    }
    assert_ok(cpk_payment_attempt_list_get(fixture->person.service, user_id, NULL, NULL, &list, NULL), NULL);
    assert_int_equal(cpk_payment_attempt_list_count(list), 1);
    attempt = cpk_payment_attempt_list_at(list, 0);
    assert_string_equal(cpk_payment_attempt_type(attempt), "renewal");
    assert_string_equal(cpk_payment_attempt_status_name(attempt), "succeeded");
    assert_int_equal(cpk_payment_attempt_amount_micros(attempt), 20000000);
    snprintf(id, sizeof id, "in_%d", told);
    assert_string_equal(cpk_payment_attempt_stripe_id(attempt), id);
    cpk_payment_attempt_list_free(list);
    cpk_user_free(user);
}

static void failed_renewal_is_one_attempt_in_any_event_order(void **state)
{
    struct fixture *fixture = *state;
    size_t order[] = {0, 1, 2, 3};

    told = 0;
    orders(4, order, 0, tell_renewal, fixture);
    assert_int_equal(told, 24);
}

/* ---- other requests to Stripe */

static void customer_is_created_once_and_can_open_the_portal(void **state)
{
    struct fixture *fixture = *state;
    const char *came;
    char id[64];

    assert_int_equal(cpk_stripe_portal(fixture->person.session, NULL, NULL, NULL, &fixture->object, NULL),
                     CPK_ERROR_NOT_FOUND);
    peer_write(&fixture->peer, "next", "LOST\n");
    assert_ok(cpk_stripe_customer(fixture->person.session, NULL, NULL, &fixture->object, &fixture->error),
              fixture->error);
    snprintf(id, sizeof id, "%s", cpk_stripe_object_id(fixture->object));
    assert_string_equal(id, "cus_test_1");
    cpk_stripe_object_free(fixture->object);
    assert_ok(cpk_stripe_customer(fixture->person.service, cpk_user_id(fixture->person.user), NULL, &fixture->object,
                                  &fixture->error),
              fixture->error);
    assert_string_equal(cpk_stripe_object_id(fixture->object), id);
    assert_string_equal(cpk_stripe_object_customer_id(fixture->object), id);
    cpk_stripe_object_free(fixture->object);
    came = requests(fixture);
    assert_int_equal(count_lines(came), 2);
    has(came, "\"email\": \"person@example.com\"");
    has(came, "\"metadata[user_id]\": \"");
    assert_ok(cpk_stripe_portal(fixture->person.session, NULL, "https://example.org/account", NULL, &fixture->object,
                                &fixture->error),
              fixture->error);
    has(cpk_stripe_object_url(fixture->object), "https://billing.stripe.com/p/session/bps_test_1");
    came = requests(fixture);
    has(came, "\"customer\": \"cus_test_1\"");
    has(came, "\"return_url\": \"https://example.org/account\"");
}

static void refund_is_requested_once_and_changes_no_balance(void **state)
{
    struct fixture *fixture = *state;
    cpk_refund_params params = CPK_REFUND_PARAMS_INIT;
    char id[64];

    params.key = "case 7";
    params.payment_intent_id = "pi_1";
    params.amount = 300;
    params.reason = "requested_by_customer";
    assert_int_equal(cpk_stripe_refund(fixture->person.session, &params, NULL, NULL, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    assert_ok(cpk_stripe_refund(fixture->person.service, &params, NULL, &fixture->object, &fixture->error),
              fixture->error);
    snprintf(id, sizeof id, "%s", cpk_stripe_object_id(fixture->object));
    assert_int_equal(cpk_stripe_object_amount(fixture->object), 300);
    assert_string_equal(cpk_stripe_object_status(fixture->object), "succeeded");
    cpk_stripe_object_free(fixture->object);
    assert_ok(cpk_stripe_refund(fixture->person.service, &params, NULL, &fixture->object, &fixture->error),
              fixture->error);
    assert_string_equal(cpk_stripe_object_id(fixture->object), id);
    assert_int_equal(balance(fixture), 10);
    params.amount = 400; /* another request under the same key */
    assert_int_equal(cpk_stripe_refund(fixture->person.service, &params, NULL, NULL, &fixture->error),
                     CPK_ERROR_INVALID_ARGUMENT);
    has(cpk_error_message(fixture->error), "idempotency_error");
    cpk_error_free(fixture->error);
    fixture->error = NULL;
    params.key = "case 8";
    params.payment_intent_id = "pi_unknown";
    assert_int_equal(cpk_stripe_refund(fixture->person.service, &params, NULL, NULL, &fixture->error),
                     CPK_ERROR_NOT_FOUND);
    params.reason = "boredom";
    assert_int_equal(cpk_stripe_refund(fixture->person.service, &params, NULL, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
}

static void cancelled_checkout_is_recorded_as_cancelled(void **state)
{
    struct fixture *fixture = *state;
    cpk_checkout_params params = CPK_CHECKOUT_PARAMS_INIT;
    cpk_cancel *cancel = NULL;

    params.package_id = "small";
    params.success_url = SUCCESS_URL;
    assert_ok(cpk_cancel_create(&cancel, NULL), NULL);
    cpk_cancel_request(cancel);
    assert_int_equal(cpk_checkout_create(fixture->person.session, NULL, &params, cancel, &fixture->object, NULL),
                     CPK_ERROR_CANCELLED);
    newest_is(fixture, CPK_ATTEMPT_CANCELLED, "cancel");
    cpk_cancel_free(cancel);
}

static void deleting_a_user_clears_addresses_of_attempts(void **state)
{
    struct fixture *fixture = *state;
    cpk_payment_attempt_list *list = NULL;
    const char *user_id = cpk_user_id(fixture->person.user);
    cpk_user_deletion deletion = {.struct_size = sizeof deletion};

    assert_ok(check_out(fixture, fixture->person.session, "small", 0, "192.0.2.7"), fixture->error);
    assert_ok(cpk_user_delete(fixture->person.service, user_id, &deletion, &fixture->error), fixture->error);
    assert_int_equal(deletion.kept_payment_attempts, 1);
    assert_int_equal(check_out(fixture, fixture->person.service, "small", 0, "192.0.2.7"), CPK_ERROR_PERMISSION_DENIED);
    assert_ok(cpk_payment_attempt_list_get(fixture->person.service, user_id, NULL, NULL, &list, NULL), NULL);
    assert_int_equal(cpk_payment_attempt_list_count(list), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_null(cpk_payment_attempt_ip_address(cpk_payment_attempt_list_at(list, i)));
        assert_null(cpk_payment_attempt_user_agent(cpk_payment_attempt_list_at(list, i)));
    }
    cpk_payment_attempt_list_free(list);
    assert_ok(cpk_payment_attempt_list_get(fixture->person.service, NULL, "192.0.2.7", NULL, &list, NULL), NULL);
    assert_int_equal(cpk_payment_attempt_list_count(list), 0);
    cpk_payment_attempt_list_free(list);
}

static void account_deleted_during_the_request_gets_no_customer(void **state)
{
    struct fixture *fixture = *state;

    fixture->deletes_after = "/v1/customers: HTTP 200";
    assert_int_equal(cpk_stripe_customer(fixture->person.session, NULL, NULL, &fixture->object, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    assert_null(fixture->deletes_after);
    assert_null(fixture->object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(packages_can_be_listed_and_priced, setup, teardown),
        cmocka_unit_test_setup_teardown(checkout_is_requested_recorded_and_paid, setup, teardown),
        cmocka_unit_test_setup_teardown(plan_is_sold_as_a_subscription, setup, teardown),
        cmocka_unit_test_setup_teardown(checkout_without_settings_or_arguments_is_rejected, setup, teardown),
        cmocka_unit_test_setup_teardown(checkout_for_suspended_or_other_users_is_rejected, setup, teardown),
        cmocka_unit_test_setup_teardown(checkouts_are_limited_by_user_and_by_address, setup, teardown),
        cmocka_unit_test_setup_teardown(failed_requests_are_retried_as_documented, setup, teardown),
        cmocka_unit_test_setup_teardown(secret_key_does_not_occur_in_messages, setup, teardown),
        cmocka_unit_test_setup_teardown(concurrent_checkouts_of_a_user_respect_the_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(concurrent_checkouts_of_an_address_respect_the_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(attempt_status_is_independent_of_event_order, setup, teardown),
        cmocka_unit_test_setup_teardown(attempt_status_follows_events, setup, teardown),
        cmocka_unit_test_setup_teardown(failed_renewal_is_one_attempt_in_any_event_order, setup, teardown),
        cmocka_unit_test_setup_teardown(customer_is_created_once_and_can_open_the_portal, setup, teardown),
        cmocka_unit_test_setup_teardown(refund_is_requested_once_and_changes_no_balance, setup, teardown),
        cmocka_unit_test_setup_teardown(cancelled_checkout_is_recorded_as_cancelled, setup, teardown),
        cmocka_unit_test_setup_teardown(deleting_a_user_clears_addresses_of_attempts, setup, teardown),
        cmocka_unit_test_setup_teardown(account_deleted_during_the_request_gets_no_customer, setup, teardown),
    };

    cmocka_set_test_filter(getenv("CONTEXTPACK_TEST_FILTER")); /* one of them alone, by hand */
    return cmocka_run_group_tests(tests, NULL, NULL);
}

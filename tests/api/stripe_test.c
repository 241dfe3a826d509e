/* Webhooks through the public API: each story's events in every order and number end in the same state. */
#include "api/person.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#define SECRET     "whsec_test_secret"
#define NOW_S      INT64_C(1760000000)
#define DAY_S      INT64_C(86400)
#define SECOND_US  INT64_C(1000000)
#define EVENTS_MAX 6

static int64_t now_s = NOW_S;

static int64_t clock_us(void *user)
{
    (void)user;
    return now_s * SECOND_US;
}

static void open_person(person *person)
{
    const cpk_text_setting secrets = {"stripe.webhook_secrets", "whsec_next," SECRET};
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    now_s = NOW_S;
    options.text_settings = &secrets;
    options.text_setting_count = 1;
    options.clock = clock_us;
    assert_ok(person_create(person, &options, CPK_PLAN_CREDITS, &error), error);
}

static void sign(const char *body, char header[128])
{
    unsigned char digest[32];
    char *signed_text = NULL;
    size_t used;
    int length = asprintf(&signed_text, "%lld.%s", (long long)now_s, body);

    assert_true(length > 0);
    assert_non_null(
        HMAC(EVP_sha256(), SECRET, sizeof SECRET - 1, (unsigned char *)signed_text, (size_t)length, digest, NULL));
    free(signed_text);
    used = (size_t)snprintf(header, 128, "t=%lld,v1=", (long long)now_s);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(header + used + 2 * i, 3, "%02x", digest[i]);
    }
}

static cpk_status deliver(person *person, const char *body, cpk_webhook_result **result, cpk_error **error)
{
    char header[128];

    sign(body, header);
    return cpk_stripe_webhook(person->service, body, strlen(body), header, result, error);
}

static void delivered(person *person, const char *body, int32_t outcome)
{
    cpk_webhook_result *result = NULL;
    cpk_error *error = NULL;

    assert_ok(deliver(person, body, &result, &error), error);
    if (cpk_webhook_result_outcome(result) != outcome) {
        fail_msg("not outcome %d: %s", outcome, cpk_webhook_result_json(result));
    }
    cpk_webhook_result_free(result);
}

/* A story names its user, and what belongs to it, by a number: %1$s is the user's id, %2$d the number. Events of one
 * story differ in the text before the first colon, which becomes the event's id. */
typedef struct story_event {
    const char *name;
    const char *type;
    int64_t at_s;
    const char *object; /* with USER and N to be replaced */
} story_event;

static void replace(char *text, size_t size, const char *word, const char *with)
{
    char copy[4096];
    char *at;

    while ((at = strstr(text, word)) != NULL) {
        snprintf(copy, sizeof copy, "%.*s%s%s", (int)(at - text), text, with, at + strlen(word));
        assert_true(strlen(copy) < size);
        strcpy(text, copy);
    }
}

static void event_body(const story_event *event, const char *user_id, int32_t number, char body[4096])
{
    char digits[16];

    snprintf(
        body, 4096,
        "{\"id\":\"evt_%s_NUMBER\",\"object\":\"event\",\"created\":%lld,\"type\":\"%s\",\"data\":{\"object\":%s}}",
        event->name, (long long)event->at_s, event->type, event->object);
    snprintf(digits, sizeof digits, "%d", number);
    replace(body, 4096, "USER_ID", user_id);
    replace(body, 4096, "NUMBER", digits);
}

#define METADATA  "\"metadata\":{\"user_id\":\"USER_ID\",\"credits\":\"100\",\"package_id\":\"small\"}"
#define UNLIMITED "\"metadata\":{\"user_id\":\"USER_ID\",\"unlimited\":\"true\"}"
#define CHECKOUT(status)                                                                                               \
    "{\"id\":\"cs_NUMBER\",\"mode\":\"payment\",\"payment_status\":\"" status "\",\"payment_intent\":\"pi_NUMBER\","   \
    "\"customer\":\"cus_NUMBER\",\"amount_total\":1000,\"currency\":\"usd\"," METADATA "}"
#define CHARGE(refunded)                                                                                               \
    "{\"id\":\"ch_NUMBER\",\"payment_intent\":\"pi_NUMBER\",\"amount\":1000,\"amount_refunded\":" refunded             \
    ",\"currency\":\"usd\"}"
#define DISPUTE "{\"id\":\"dp_NUMBER\",\"charge\":\"ch_NUMBER\",\"payment_intent\":\"pi_NUMBER\",\"amount\":1000}"
#define INVOICE(name, end)                                                                                             \
    "{\"id\":\"in_" name "_NUMBER\",\"customer\":\"cus_NUMBER\",\"amount_paid\":2000,\"amount_due\":2000,"             \
    "\"parent\":{\"subscription_details\":{\"subscription\":\"sub_NUMBER\"}},"                                         \
    "\"lines\":{\"data\":[{\"period\":{\"start\":1760000000,\"end\":" end "}}]}}"
#define SUBSCRIPTION(status, end)                                                                                      \
    "{\"id\":\"sub_NUMBER\",\"status\":\"" status "\",\"customer\":\"cus_NUMBER\",\"items\":{\"data\":["               \
    "{\"current_period_start\":1760000000,\"current_period_end\":" end "}]}}"
#define SUBSCRIBED                                                                                                     \
    "{\"id\":\"cs_NUMBER\",\"mode\":\"subscription\",\"payment_status\":\"paid\",\"subscription\":\"sub_NUMBER\","     \
    "\"customer\":\"cus_NUMBER\",\"amount_total\":2000," UNLIMITED "}"
#define END_1 "1762592000" /* 30 days */
#define END_2 "1765184000" /* 60 days */

typedef struct story {
    const char *name;
    story_event events[EVENTS_MAX];
    size_t count;
    int64_t balance;
    int32_t plan;
    const char *status; /* of the subscription, or NULL */
} story;

#define BEGIN_S NOW_S

static const story STORIES[] = {
    {"buy",
     {{"fail", "payment_intent.payment_failed", BEGIN_S, "{\"id\":\"pi_NUMBER\",\"amount\":1000}"},
      {"done", "checkout.session.completed", BEGIN_S, CHECKOUT("paid")}},
     2,
     110,
     CPK_PLAN_CREDITS,
     NULL},
    {"buy, paid later",
     {{"done", "checkout.session.completed", BEGIN_S, CHECKOUT("unpaid")},
      {"paid", "checkout.session.async_payment_succeeded", BEGIN_S + 9, CHECKOUT("paid")}},
     2,
     110,
     CPK_PLAN_CREDITS,
     NULL},
    {"buy, never paid",
     {{"done", "checkout.session.completed", BEGIN_S, CHECKOUT("unpaid")},
      {"fail", "checkout.session.async_payment_failed", BEGIN_S + 9, CHECKOUT("unpaid")}},
     2,
     10,
     CPK_PLAN_CREDITS,
     NULL},
    {"buy, refunded twice",
     {{"done", "checkout.session.completed", BEGIN_S, CHECKOUT("paid")},
      {"back1", "charge.refunded", BEGIN_S + 5, CHARGE("300")},
      {"back2", "charge.refunded", BEGIN_S + 6, CHARGE("550")},
      {"other", "radar.early_fraud_warning.created", BEGIN_S, "{\"id\":\"issfr_NUMBER\"}"}},
     4,
     55,
     CPK_PLAN_CREDITS,
     NULL},
    {"buy, dispute, win",
     {{"done", "checkout.session.completed", BEGIN_S, CHECKOUT("paid")},
      {"away", "charge.dispute.funds_withdrawn", BEGIN_S + 5, DISPUTE},
      {"back", "charge.dispute.funds_reinstated", BEGIN_S + 6, DISPUTE},
      {"end", "charge.dispute.closed", BEGIN_S + 6, DISPUTE}},
     4,
     110,
     CPK_PLAN_CREDITS,
     NULL},
    {"buy, dispute, lose after a refund",
     {{"done", "checkout.session.completed", BEGIN_S, CHECKOUT("paid")},
      {"back", "charge.refunded", BEGIN_S + 5, CHARGE("300")},
      {"away", "charge.dispute.funds_withdrawn", BEGIN_S + 6, DISPUTE}},
     3,
     10,
     CPK_PLAN_CREDITS,
     NULL},
    {"subscribe, renew",
     {{"done", "checkout.session.completed", BEGIN_S, SUBSCRIBED},
      {"made", "customer.subscription.created", BEGIN_S, SUBSCRIPTION("incomplete", END_1)},
      {"live", "customer.subscription.updated", BEGIN_S, SUBSCRIPTION("active", END_1)},
      {"paid1", "invoice.paid", BEGIN_S, INVOICE("1", END_1)},
      {"paid2", "invoice.payment_succeeded", BEGIN_S + 30 * DAY_S, INVOICE("2", END_2)},
      {"next", "customer.subscription.updated", BEGIN_S + 30 * DAY_S, SUBSCRIPTION("active", END_2)}},
     6,
     10,
     CPK_PLAN_UNLIMITED,
     "active"},
    {"subscribe, fail, cancel",
     {{"done", "checkout.session.completed", BEGIN_S, SUBSCRIBED},
      {"live", "customer.subscription.updated", BEGIN_S, SUBSCRIPTION("active", END_1)},
      {"fail", "invoice.payment_failed", BEGIN_S + 30 * DAY_S, INVOICE("2", END_2)},
      {"late", "customer.subscription.updated", BEGIN_S + 30 * DAY_S, SUBSCRIPTION("past_due", END_2)},
      {"over", "customer.subscription.deleted", BEGIN_S + 33 * DAY_S, SUBSCRIPTION("canceled", END_2)}},
     5,
     10,
     CPK_PLAN_CREDITS,
     "canceled"},
};

typedef struct telling {
    person *person;
    const story *story;
    int32_t number; /* a new user for each order */
} telling;

static void make_user(person *person, int32_t number, char id[40])
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_error *error = NULL;
    char email[64];

    snprintf(id, 40, "00000000-0000-4000-8000-%012x", (unsigned)number);
    snprintf(email, sizeof email, "user%d@example.com", number);
    params.id = id;
    params.email = email;
    assert_ok(cpk_user_create(person->service, &params, NULL, &error), error);
}

static void check_end(const telling *telling, const char *id)
{
    cpk_user *user = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_user_get(telling->person->service, id, &user, &error), error);
    if (cpk_user_credits_balance(user) != telling->story->balance ||
        cpk_user_payment_plan(user) != telling->story->plan) {
        fail_msg("%s: balance %lld, plan %d", telling->story->name, (long long)cpk_user_credits_balance(user),
                 cpk_user_payment_plan(user));
    }
    cpk_user_free(user);
}

static void tell(const size_t *order, telling *telling)
{
    char body[4096];
    char id[40];

    telling->number++;
    make_user(telling->person, telling->number, id);
    for (size_t i = 0; i < telling->story->count; i++) {
        const story_event *event = &telling->story->events[order[i]];
        cpk_error *error = NULL;

        event_body(event, id, telling->number, body);
        for (int32_t times = 0; times <= (telling->number + (int32_t)i) % 3; times++) {
            cpk_webhook_result *result = NULL;

            assert_ok(deliver(telling->person, body, &result, &error), error);
            assert_int_equal(cpk_webhook_result_outcome(result) == CPK_WEBHOOK_REPEATED, times > 0);
            cpk_webhook_result_free(result);
        }
    }
    check_end(telling, id);
}

static void permute(size_t *order, size_t used, telling *telling)
{
    if (used == telling->story->count) {
        tell(order, telling);
        return;
    }
    for (size_t i = used; i < telling->story->count; i++) {
        size_t held = order[used];

        order[used] = order[i];
        order[i] = held;
        permute(order, used + 1, telling);
        order[i] = order[used];
        order[used] = held;
    }
}

static void take_check(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)user;
    if (outcome == CPK_CHECK_FAILED) {
        print_error("%s: %s\n", subject, text);
    }
}

static void no_balance_drifts(person *person)
{
    int32_t failures = -1;
    cpk_error *error = NULL;

    assert_ok(cpk_engine_check(person->engine, take_check, NULL, &failures, &error), error);
    assert_int_equal(failures, 0);
}

static void every_order_of_a_story_ends_the_same(void **state)
{
    person person;
    int32_t number = 0;

    (void)state;
    open_person(&person);
    for (size_t i = 0; i < sizeof STORIES / sizeof STORIES[0]; i++) {
        telling telling = {&person, &STORIES[i], number};
        size_t order[EVENTS_MAX] = {0, 1, 2, 3, 4, 5};

        permute(order, 0, &telling);
        number = telling.number;
    }
    assert_int_equal(number, 2 + 2 + 2 + 24 + 24 + 6 + 720 + 120);
    no_balance_drifts(&person);
    person_free(&person);
}

static void a_plan_ends_by_the_clock(void **state)
{
    char body[4096];
    char id[40];
    person person;
    cpk_error *error = NULL;
    cpk_user *user = NULL;
    int64_t expired = -1;

    (void)state;
    open_person(&person);
    make_user(&person, 1, id);
    for (size_t i = 0; i < 3; i++) {
        event_body(&STORIES[6].events[i], id, 1, body);
        delivered(&person, body, CPK_WEBHOOK_PROCESSED);
    }
    now_s = NOW_S + 32 * DAY_S; /* within the grace */
    assert_ok(cpk_plans_expire(person.service, 100, &expired, &error), error);
    assert_int_equal(expired, 0);
    now_s = NOW_S + 34 * DAY_S;
    assert_ok(cpk_plans_expire(person.service, 100, &expired, &error), error);
    assert_int_equal(expired, 1);
    assert_ok(cpk_user_get(person.service, id, &user, &error), error);
    assert_int_equal(cpk_user_payment_plan(user), CPK_PLAN_CREDITS);
    cpk_user_free(user);
    assert_ok(cpk_plans_expire(person.service, 100, &expired, &error), error);
    assert_int_equal(expired, 0);
    person_free(&person);
}

static void a_failed_event_can_be_delivered_again(void **state)
{
    char body[4096];
    char id[40];
    person person;
    cpk_error *error = NULL;

    (void)state;
    open_person(&person);
    event_body(&STORIES[0].events[1], "00000000-0000-4000-8000-000000000007", 7, body);
    assert_int_equal(deliver(&person, body, NULL, &error), CPK_ERROR_NOT_FOUND);
    cpk_error_free(error);
    error = NULL;
    make_user(&person, 7, id);
    delivered(&person, body, CPK_WEBHOOK_PROCESSED);
    delivered(&person, body, CPK_WEBHOOK_REPEATED);
    no_balance_drifts(&person);
    person_free(&person);
}

static void what_is_not_signed_or_no_event_has_no_effect(void **state)
{
    const char *const not_an_event = "{\"id\":\"evt_1\",\"object\":\"v2.core.event\"}";
    char body[4096];
    char header[128];
    person person;
    cpk_error *error = NULL;

    (void)state;
    open_person(&person);
    event_body(&STORIES[0].events[1], cpk_user_id(person.user), 1, body);
    sign(body, header);
    body[20] ^= 1;
    assert_int_equal(cpk_stripe_webhook(person.service, body, strlen(body), header, NULL, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    body[20] ^= 1;
    now_s += 301;
    assert_int_equal(cpk_stripe_webhook(person.service, body, strlen(body), header, NULL, NULL),
                     CPK_ERROR_PERMISSION_DENIED);
    now_s -= 301;
    assert_int_equal(cpk_stripe_webhook(person.session, body, strlen(body), header, NULL, &error),
                     CPK_ERROR_PERMISSION_DENIED);
    cpk_error_free(error);
    assert_int_equal(deliver(&person, not_an_event, NULL, NULL), CPK_ERROR_INVALID_DATA);
    delivered(&person, body, CPK_WEBHOOK_PROCESSED);
    person_free(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_of_a_story_ends_the_same),
        cmocka_unit_test(a_plan_ends_by_the_clock),
        cmocka_unit_test(a_failed_event_can_be_delivered_again),
        cmocka_unit_test(what_is_not_signed_or_no_event_has_no_effect),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The unlimited plan through the public API: its effect on usage, and its end. */
#include "support/person.h"
#include "support/signed.h"

#define NOW_S     INT64_C(1760000000)
#define DAY_S     INT64_C(86400)
#define SECOND_US INT64_C(1000000)
#define GRACE_S   (3 * DAY_S) /* the default of plan.grace_ms */

static int64_t now_s = NOW_S;

static int64_t clock_us(void *user)
{
    (void)user;
    return now_s * SECOND_US;
}

static void open_person(struct person *person)
{
    const cpk_text_setting secret = {"stripe.webhook_secrets", SIGNED_SECRET};
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    now_s = NOW_S;
    options.text_settings = &secret;
    options.text_setting_count = 1;
    options.clock = clock_us;
    assert_ok(person_create(person, &options, CPK_PLAN_CREDITS, &error), error);
}

static void deliver(const struct person *person, const char *id, const char *type, const char *object)
{
    cpk_error *error = NULL;
    char header[SIGNED_HEADER_BYTES];
    char body[2048];

    snprintf(body, sizeof body,
             "{\"id\":\"evt_%s\",\"object\":\"event\",\"created\":%lld,\"type\":\"%s\",\"data\":{\"object\":%s}}", id,
             (long long)now_s, type, object);
    signed_header(body, now_s, header);
    assert_ok(cpk_stripe_webhook(person->service, body, strlen(body), header, NULL, &error), error);
}

/* The subscription in a status, its period a month from `start_day` on. */
static void subscription_is(const struct person *person, const char *id, const char *type, const char *status,
                            int64_t start_day, const char *more)
{
    char object[1024];

    snprintf(object, sizeof object,
             "{\"id\":\"sub_1\",\"customer\":\"cus_1\",\"status\":\"%s\",\"items\":{\"data\":[{"
             "\"current_period_start\":%lld,\"current_period_end\":%lld}]},\"metadata\":{\"user_id\":\"%s\","
             "\"unlimited\":\"true\"}%s}",
             status, (long long)(NOW_S + start_day * DAY_S), (long long)(NOW_S + (start_day + 30) * DAY_S),
             cpk_user_id(person->user), more);
    deliver(person, id, type, object);
}

static void subscribe(const struct person *person)
{
    subscription_is(person, "made", "customer.subscription.created", "active", 0, "");
}

static void plan_is(const struct person *person, int32_t plan, int64_t end_day)
{
    cpk_error *error = NULL;
    cpk_user *user = NULL;

    assert_ok(cpk_user_get(person->service, cpk_user_id(person->user), &user, &error), error);
    assert_int_equal(cpk_user_payment_plan(user), plan);
    assert_int_equal(cpk_user_plan_ends_at(user), (NOW_S + end_day * DAY_S) * SECOND_US);
    cpk_user_free(user);
}

static void has_subscription(const struct person *person)
{
    cpk_error *error = NULL;
    cpk_user *user = NULL;

    assert_ok(cpk_user_get(person->session, NULL, &user, &error), error);
    assert_string_equal(cpk_user_subscription_id(user), "sub_1");
    assert_string_equal(cpk_user_subscription_status(user), "active");
    assert_int_equal(cpk_user_plan_starts_at(user), NOW_S * SECOND_US);
    cpk_user_free(user);
}

static void expired(const struct person *person, int64_t expected)
{
    cpk_error *error = NULL;
    int64_t count = -1;

    assert_ok(cpk_plans_expire(person->service, 100, &count, &error), error);
    assert_int_equal(count, expected);
}

/* Analyses a text of its own, a chunk. */
static void analyze(const struct person *person, const char *text)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source *source = NULL;
    cpk_error *error = NULL;

    input.data = text;
    input.length = strlen(text);
    assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, &source, &error), error);
    assert_ok(cpk_source_run(person->session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, &error), error);
    cpk_source_free(source);
}

static void balance_is(const struct person *person, int64_t expected)
{
    int64_t balance = -1;
    int64_t held = -1;
    cpk_error *error = NULL;

    assert_ok(cpk_credits_balance(person->session, NULL, &balance, &held, &error), error);
    assert_int_equal(balance, expected);
    assert_int_equal(held, 0);
}

static void newest_entry_is(const struct person *person, int32_t type)
{
    cpk_transaction_list *list = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_transaction_list_get(person->session, NULL, NULL, &list, &error), error);
    assert_int_equal(cpk_transaction_type(cpk_transaction_list_at(list, 0)), type);
    cpk_transaction_list_free(list);
}

static void work_on_a_plan_is_recorded_and_charged_after_it_ends(void **state)
{
    struct person person;

    (void)state;
    open_person(&person);
    subscribe(&person);
    plan_is(&person, CPK_PLAN_UNLIMITED, 30);
    has_subscription(&person);
    now_s += DAY_S;
    analyze(&person, "I live in Lisbon and I work as a marine biologist.");
    newest_entry_is(&person, CPK_TRANSACTION_UNLIMITED_USAGE);
    balance_is(&person, 10);
    now_s = NOW_S + 30 * DAY_S + GRACE_S - 1; /* the payment is late, within the grace */
    analyze(&person, "My sister Ana lives in Porto and teaches music.");
    balance_is(&person, 10);
    now_s = NOW_S + 30 * DAY_S + GRACE_S; /* neither a webhook nor cpk_plans_expire() has ended the plan */
    analyze(&person, "I prefer tea and I run ten kilometres a week.");
    newest_entry_is(&person, CPK_TRANSACTION_USAGE);
    balance_is(&person, 9);
    now_s++;
    expired(&person, 1);
    plan_is(&person, CPK_PLAN_CREDITS, 30);
    person_free(&person);
}

static void plan_remains_usable_during_the_grace_period_only(void **state)
{
    struct person person;

    (void)state;
    open_person(&person);
    subscribe(&person);
    now_s = NOW_S + 30 * DAY_S; /* Stripe opens the next period, and then its invoice is not paid */
    subscription_is(&person, "next", "customer.subscription.updated", "active", 30, "");
    plan_is(&person, CPK_PLAN_UNLIMITED, 60);
    now_s += 3600;
    subscription_is(&person, "late", "customer.subscription.updated", "past_due", 30, "");
    plan_is(&person, CPK_PLAN_UNLIMITED, 30);
    now_s = NOW_S + 33 * DAY_S;
    expired(&person, 0);
    now_s++;
    expired(&person, 1);
    plan_is(&person, CPK_PLAN_CREDITS, 30);

    now_s = NOW_S + 35 * DAY_S; /* the money came after all */
    subscription_is(&person, "paid", "customer.subscription.updated", "active", 30, "");
    plan_is(&person, CPK_PLAN_UNLIMITED, 60);
    expired(&person, 0);
    person_free(&person);
}

static void deleted_subscription_ends_the_plan_immediately(void **state)
{
    char ended[64];
    struct person person;

    (void)state;
    open_person(&person);
    subscribe(&person);
    now_s = NOW_S + 10 * DAY_S;
    subscription_is(&person, "ending", "customer.subscription.updated", "active", 0, ",\"cancel_at_period_end\":true");
    plan_is(&person, CPK_PLAN_UNLIMITED, 30); /* it is paid until then */
    now_s = NOW_S + 20 * DAY_S;
    snprintf(ended, sizeof ended, ",\"ended_at\":%lld", (long long)now_s);
    subscription_is(&person, "over", "customer.subscription.deleted", "canceled", 0, ended);
    plan_is(&person, CPK_PLAN_CREDITS, 20);
    analyze(&person, "I live in Lisbon and I work as a marine biologist.");
    balance_is(&person, 9);
    subscription_is(&person, "stale", "customer.subscription.updated", "active", 0, ""); /* nothing follows the end */
    plan_is(&person, CPK_PLAN_CREDITS, 20);
    expired(&person, 0);
    person_free(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_on_a_plan_is_recorded_and_charged_after_it_ends),
        cmocka_unit_test(plan_remains_usable_during_the_grace_period_only),
        cmocka_unit_test(deleted_subscription_ends_the_plan_immediately),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

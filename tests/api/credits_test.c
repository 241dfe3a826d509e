/* The ledger through the public API: keys, holds, clawbacks, and the sum that must always hold. */
#include "support/person.h"

#include <pthread.h>

#define SECOND_US INT64_C(1000000)
#define THREADS   8

static int64_t now_us = INT64_C(1760000000) * SECOND_US;

static int64_t clock_us(void *user)
{
    (void)user;
    return now_us;
}

static void open_person(struct person *person, int32_t plan)
{
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    options.clock = clock_us;
    assert_ok(person_create(person, &options, plan, &error), error);
}

static cpk_status grant(const struct person *person, const char *key, int64_t credits, char id[40], cpk_error **error)
{
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    cpk_transaction *transaction = NULL;
    cpk_status status;

    params.key = key;
    params.credits = credits;
    params.metadata = "{\"why\":\"test\"}";
    status = cpk_credits_grant(person->service, cpk_user_id(person->user), &params, &transaction, error);
    if (status == CPK_OK && id != NULL) {
        snprintf(id, 40, "%s", cpk_transaction_id(transaction));
    }
    cpk_transaction_free(transaction);
    return status;
}

static cpk_status reserve(const struct person *person, const char *key, int64_t credits, cpk_hold **hold,
                          cpk_error **error)
{
    cpk_hold_params params = CPK_HOLD_PARAMS_INIT;

    params.key = key;
    params.credits = credits;
    params.lifetime_ms = 60000;
    params.reference = "order-1";
    return cpk_hold_reserve(person->service, cpk_user_id(person->user), &params, hold, error);
}

static cpk_status commit(const struct person *person, const char *hold_key, const char *key, int64_t credits,
                         uint32_t flags, cpk_error **error)
{
    return cpk_hold_commit(person->service, cpk_user_id(person->user), hold_key, key, credits, flags, NULL, error);
}

static void repeated_key_takes_effect_once(void **state)
{
    struct person person;
    cpk_error *error = NULL;
    char first[40];
    char second[40];

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    assert_ok(grant(&person, "gift-1", 5, first, &error), error);
    assert_ok(grant(&person, "gift-1", 5, second, &error), error);
    assert_string_equal(first, second);
    person_has(&person, 15, 0);
    assert_int_equal(grant(&person, "gift-1", 6, NULL, &error), CPK_ERROR_CONFLICT);
    cpk_error_free(error);
    error = NULL;
    person_has(&person, 15, 0);
    assert_int_equal(reserve(&person, "gift-1", 5, NULL, NULL), CPK_ERROR_CONFLICT);
    person_has(&person, 15, 0);
    person_close(&person);
}

static void hold_can_be_committed_in_parts_or_released(void **state)
{
    struct person person;
    cpk_hold *hold = NULL;
    cpk_error *error = NULL;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    assert_ok(reserve(&person, "h1", 6, &hold, &error), error);
    assert_int_equal(cpk_hold_status(hold), CPK_HOLD_OPEN);
    assert_string_equal(cpk_hold_reference(hold), "order-1");
    assert_int_equal(cpk_hold_expires_at(hold), now_us + 60 * SECOND_US);
    cpk_hold_free(hold);
    person_has(&person, 4, 6);
    assert_ok(reserve(&person, "h1", 6, NULL, &error), error);
    person_has(&person, 4, 6);
    assert_ok(commit(&person, "h1", "c1", 2, 0, &error), error);
    assert_ok(commit(&person, "h1", "c1", 2, 0, &error), error);
    person_has(&person, 4, 4);
    assert_int_equal(commit(&person, "h1", "c2", 5, 0, NULL), CPK_ERROR_CONFLICT);
    assert_ok(commit(&person, "h1", "c2", 1, CPK_HOLD_RELEASE_REST, &error), error);
    person_has(&person, 7, 0);
    assert_ok(cpk_hold_get(person.session, NULL, "h1", &hold, &error), error);
    assert_int_equal(cpk_hold_status(hold), CPK_HOLD_CLOSED);
    assert_int_equal(cpk_hold_credits(hold), 6);
    assert_int_equal(cpk_hold_committed(hold), 3);
    assert_int_equal(cpk_hold_remaining(hold), 0);
    cpk_hold_free(hold);
    assert_int_equal(commit(&person, "h1", "c3", 1, 0, NULL), CPK_ERROR_CONFLICT);
    assert_ok(cpk_hold_release(person.service, cpk_user_id(person.user), "h1", NULL, &error), error);
    assert_ok(reserve(&person, "h2", 7, NULL, &error), error);
    assert_ok(commit(&person, "h2", "c4", 7, 0, &error), error);
    person_has(&person, 0, 0);
    assert_int_equal(cpk_hold_release(person.service, cpk_user_id(person.user), "none", NULL, NULL),
                     CPK_ERROR_NOT_FOUND);
    person_close(&person);
}

static void rejected_request_leaves_its_key_unused(void **state)
{
    struct person person;
    cpk_error *error = NULL;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    assert_int_equal(reserve(&person, "h1", 11, NULL, &error), CPK_ERROR_INSUFFICIENT_CREDITS);
    cpk_error_free(error);
    error = NULL;
    assert_int_equal(reserve(&person, "h1", 11, NULL, NULL), CPK_ERROR_INSUFFICIENT_CREDITS);
    assert_int_equal(cpk_hold_get(person.service, cpk_user_id(person.user), "h1", &(cpk_hold *){NULL}, NULL),
                     CPK_ERROR_NOT_FOUND);
    assert_ok(grant(&person, "gift", 1, NULL, &error), error);
    assert_ok(reserve(&person, "h1", 11, NULL, &error), error);
    person_has(&person, 0, 11);
    person_close(&person);
}

static void holds_expire(void **state)
{
    struct person person;
    cpk_error *error = NULL;
    int64_t expired = -1;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    assert_ok(reserve(&person, "h1", 4, NULL, &error), error);
    assert_ok(cpk_holds_expire(person.service, 10, &expired, &error), error);
    assert_int_equal(expired, 0);
    now_us += 61 * SECOND_US;
    assert_ok(reserve(&person, "h2", 4, NULL, &error), error);
    assert_ok(cpk_holds_expire(person.service, 10, &expired, &error), error);
    assert_int_equal(expired, 1);
    person_has(&person, 6, 4);
    assert_int_equal(commit(&person, "h1", "late", 1, 0, NULL), CPK_ERROR_CONFLICT);
    person_close(&person);
}

static void clawback_may_make_the_balance_negative(void **state)
{
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    struct person person;
    cpk_transaction *transaction = NULL;
    cpk_error *error = NULL;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    params.key = "charge-back";
    params.credits = 25;
    params.amount_micros = 2500000;
    assert_ok(cpk_credits_clawback(person.service, cpk_user_id(person.user), &params, &transaction, &error), error);
    assert_int_equal(cpk_transaction_type(transaction), CPK_TRANSACTION_REFUND);
    assert_int_equal(cpk_transaction_credits(transaction), -25);
    assert_int_equal(cpk_transaction_amount_micros(transaction), -2500000);
    cpk_transaction_free(transaction);
    person_has(&person, -15, 0);
    assert_int_equal(reserve(&person, "h1", 1, NULL, NULL), CPK_ERROR_INSUFFICIENT_CREDITS);
    person_close(&person);
}

static void usage_on_the_unlimited_plan_is_recorded_and_free(void **state)
{
    struct person person;
    cpk_hold *hold = NULL;
    cpk_error *error = NULL;

    (void)state;
    open_person(&person, CPK_PLAN_UNLIMITED);
    assert_ok(reserve(&person, "h1", 1000, &hold, &error), error);
    assert_int_equal(cpk_hold_is_unlimited(hold), 1);
    cpk_hold_free(hold);
    assert_ok(commit(&person, "h1", "c1", 900, CPK_HOLD_RELEASE_REST, &error), error);
    person_has(&person, 10, 0);
    person_close(&person);
}

static void users_may_not_change_their_own_credits(void **state)
{
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    struct person person;
    const char *id;
    int64_t number;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    id = cpk_user_id(person.user);
    params.key = "gift";
    params.credits = 5;
    assert_int_equal(cpk_credits_grant(person.session, id, &params, NULL, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_credits_clawback(person.session, id, &params, NULL, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_hold_release(person.session, id, "h", NULL, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_hold_commit(person.session, id, "h", "c", 1, 0, NULL, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_holds_expire(person.session, 1, &number, NULL), CPK_ERROR_PERMISSION_DENIED);
    assert_int_equal(cpk_credits_audit(person.session, NULL, NULL, &number, NULL), CPK_ERROR_PERMISSION_DENIED);
    params.credits = 0;
    assert_int_equal(cpk_credits_grant(person.service, id, &params, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
    params.credits = 1;
    params.metadata = "[]";
    assert_int_equal(cpk_credits_grant(person.service, id, &params, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
    params.metadata = NULL;
    params.type = CPK_TRANSACTION_USAGE;
    assert_int_equal(cpk_credits_grant(person.service, id, &params, NULL, NULL), CPK_ERROR_INVALID_ARGUMENT);
    params.type = 0;
    assert_int_equal(cpk_credits_grant(person.service, "00000000-0000-4000-8000-000000000000", &params, NULL, NULL),
                     CPK_ERROR_NOT_FOUND);
    person_close(&person);
}

/* The service's column for the balance has 32 bits, on every engine. */
static void balance_above_the_maximum_is_rejected(void **state)
{
    struct person person;
    cpk_error *error = NULL;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    assert_ok(grant(&person, "most", CPK_CREDITS_MAX - 10, NULL, &error), error);
    person_has(&person, CPK_CREDITS_MAX, 0);
    assert_int_equal(grant(&person, "more", 1, NULL, &error), CPK_ERROR_LIMIT_EXCEEDED);
    cpk_error_free(error);
    error = NULL;
    person_has(&person, CPK_CREDITS_MAX, 0);
    person_close(&person);
}

/* 300 keys, each used twice, for 3 of 100 credits each: exactly 33 holds. */
struct racer {
    struct person *person;
    int32_t number;
};

static void *race(void *user)
{
    const struct racer *racer = user;
    cpk_session *service = NULL;

    if (cpk_session_open_service(racer->person->engine, &service, NULL) != CPK_OK) {
        return user;
    }
    for (int32_t i = 0; i < 600; i++) {
        cpk_hold_params params = CPK_HOLD_PARAMS_INIT;
        char key[32];

        if (i % THREADS != racer->number) {
            continue;
        }
        snprintf(key, sizeof key, "race-%d", i / 2);
        params.key = key;
        params.credits = 3;
        (void)cpk_hold_reserve(service, cpk_user_id(racer->person->user), &params, NULL, NULL);
    }
    cpk_session_close(service);
    return NULL;
}

static void concurrent_holds_never_exceed_the_balance(void **state)
{
    pthread_t threads[THREADS];
    struct racer racers[THREADS];
    struct person person;
    cpk_error *error = NULL;

    (void)state;
    open_person(&person, CPK_PLAN_CREDITS);
    assert_ok(grant(&person, "start", 90, NULL, &error), error);
    for (int32_t i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){&person, i};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int32_t i = 0; i < THREADS; i++) {
        void *problem;

        assert_int_equal(pthread_join(threads[i], &problem), 0);
        assert_null(problem);
    }
    person_has(&person, 1, 99);
    person_close(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeated_key_takes_effect_once),
        cmocka_unit_test(hold_can_be_committed_in_parts_or_released),
        cmocka_unit_test(rejected_request_leaves_its_key_unused),
        cmocka_unit_test(holds_expire),
        cmocka_unit_test(clawback_may_make_the_balance_negative),
        cmocka_unit_test(usage_on_the_unlimited_plan_is_recorded_and_free),
        cmocka_unit_test(users_may_not_change_their_own_credits),
        cmocka_unit_test(balance_above_the_maximum_is_rejected),
        cmocka_unit_test(concurrent_holds_never_exceed_the_balance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

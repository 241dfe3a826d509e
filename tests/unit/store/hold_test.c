#include "support/store_fixture.h"

#include <pthread.h>

#define THREADS      4
#define SOURCES_EACH 15

static int64_t balance_of(struct fixture *fixture, struct store *store)
{
    struct ledger_balance balance;

    assert_ok(store_ledger_balance(store, NULL, &balance, &fixture->error), fixture->error);
    return balance.balance;
}

static void hold_reserves_and_releases_credits(void **state)
{
    struct fixture *fixture = *state;
    struct cpk_hold *hold;
    struct cpk_hold *closed = NULL;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 7);
    assert_ok(
        store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 7, 99, &hold, &fixture->error),
        fixture->error);
    assert_int_equal(hold->credits, 7);
    assert_int_equal(hold->remaining, 7);
    assert_int_equal(hold->is_unlimited, 0);
    assert_int_equal(hold->expires_us, 99);
    assert_string_equal(hold->status, "open");
    assert_int_equal(balance_of(fixture, fixture->alice_work), 3);
    for (int i = 0; i < 2; i++) {
        assert_ok(store_hold_release(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), &fixture->error),
                  fixture->error);
        assert_int_equal(balance_of(fixture, fixture->alice_work), 10);
    }
    assert_ok(store_hold_get(fixture->alice_work, NULL, hold->hold_id, &closed, &fixture->error), fixture->error);
    assert_string_equal(closed->status, "closed");
    record_free(closed);
    record_free(hold);
}

static void insufficient_credits_message_has_both_amounts(void **state)
{
    struct fixture *fixture = *state;
    struct cpk_hold *hold = NULL;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 11);
    assert_fails(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 11, CPK_TIME_UNKNOWN,
                                    &hold, &fixture->error),
                 CPK_ERROR_INSUFFICIENT_CREDITS, "needs 11 credits", fixture);
    assert_null(hold);
    assert_fails(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 11, CPK_TIME_UNKNOWN, NULL,
                                    &fixture->error),
                 CPK_ERROR_INSUFFICIENT_CREDITS, "balance is 10", fixture);
    assert_fails(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), -1, CPK_TIME_UNKNOWN, NULL,
                                    &fixture->error),
                 CPK_ERROR_INVALID_ARGUMENT, "negative", fixture);
    assert_int_equal(balance_of(fixture, fixture->alice_work), 10);
}

/* A run that died left 8 set aside; the next one needs 9 of 10. */
static void expired_hold_is_released_before_reserving(void **state)
{
    struct fixture *fixture = *state;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 9);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 8, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 9, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_int_equal(balance_of(fixture, fixture->alice_work), 1);
    /* A refused one leaves what was. */
    assert_int_equal(
        store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 11, CPK_TIME_UNKNOWN, NULL, NULL),
        CPK_ERROR_INSUFFICIENT_CREDITS);
    assert_int_equal(balance_of(fixture, fixture->alice_work), 1);
}

static void sources_share_one_balance(void **state)
{
    struct fixture *fixture = *state;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 6);
    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s2", 6);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 6, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_fails(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s2", NULL), 6, CPK_TIME_UNKNOWN, NULL,
                                    &fixture->error),
                 CPK_ERROR_INSUFFICIENT_CREDITS, "balance is 4", fixture);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s2", NULL), 4, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_int_equal(balance_of(fixture, fixture->alice_work), 0);
    assert_ok(store_hold_release_pack(fixture->alice_work, NULL, fixture->pack->pack_id, &fixture->error),
              fixture->error);
    assert_int_equal(balance_of(fixture, fixture->alice_work), 10);
}

static void hold_on_another_users_source_is_rejected(void **state)
{
    struct fixture *fixture = *state;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 1);
    assert_int_equal(
        store_hold_reserve(fixture->bob_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 1, CPK_TIME_UNKNOWN, NULL, NULL),
        CPK_ERROR_DATABASE);
    assert_int_equal(balance_of(fixture, fixture->bob_work), 10);
}

/* The fixture's own clock counts, which threads must not do at once. */
static int64_t still_clock(void *user)
{
    (void)user;
    return INT64_C(1700000000000000);
}

struct rival {
    struct fixture *fixture;
    int number;
    int held;
    int refused;
    int other;
};

static void *reserve_many(void *argument)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_SERVICE, NULL};
    struct rival *rival = argument;
    struct store *store;

    if (store_open(&rival->fixture->context, rival->fixture->database, &actor, &store, NULL) != CPK_OK) {
        rival->other = 1;
        return NULL;
    }
    for (int i = 0; i < SOURCES_EACH; i++) {
        char source_id[32];
        cpk_status status;

        snprintf(source_id, sizeof source_id, "s%d-%d", rival->number, i);
        status = store_hold_reserve(store, &(struct work_key){ALICE, OWNER_SOURCE, source_id, NULL}, 3,
                                    CPK_TIME_UNKNOWN, NULL, NULL);
        rival->held += status == CPK_OK;
        rival->refused += status == CPK_ERROR_INSUFFICIENT_CREDITS;
        rival->other += status != CPK_OK && status != CPK_ERROR_INSUFFICIENT_CREDITS;
    }
    store_close(store);
    return NULL;
}

/* 100 credits, 60 rivals that want 3 each, all at once: exactly 33 holds, and 1 credit is left. */
static void concurrent_holds_never_overdraw(void **state)
{
    struct fixture *fixture = *state;
    const struct transaction_params gift = {.type = "bonus", .credits = 90, .amount_micro = TRANSACTION_NO_AMOUNT};
    pthread_t threads[THREADS];
    struct rival rivals[THREADS];
    int held = 0;

    fixture->context.clock = still_clock;
    fixture->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = 20000;
    assert_ok(store_credits_add(fixture->service, ALICE, &gift, &fixture->error), fixture->error);
    for (int i = 0; i < THREADS * SOURCES_EACH; i++) {
        char source_id[32];

        snprintf(source_id, sizeof source_id, "s%d-%d", i / SOURCES_EACH, i % SOURCES_EACH);
        fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, source_id, 3);
    }
    for (int i = 0; i < THREADS; i++) {
        rivals[i] = (struct rival){fixture, i, 0, 0, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, reserve_many, &rivals[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(rivals[i].other, 0);
        held += rivals[i].held;
    }
    assert_int_equal(held, 33);
    assert_int_equal(balance_of(fixture, fixture->alice_work), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(hold_reserves_and_releases_credits),
        fixture_test(insufficient_credits_message_has_both_amounts),
        fixture_test(expired_hold_is_released_before_reserving),
        fixture_test(sources_share_one_balance),
        fixture_test(hold_on_another_users_source_is_rejected),
        fixture_test(concurrent_holds_never_overdraw),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

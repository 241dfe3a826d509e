#include "support/store_fixture.h"

static void new_user_has_ten_recorded_credits(void **state)
{
    struct fixture *fixture = *state;
    struct ledger_balance balance;
    struct record_list *transactions;
    const cpk_transaction *bonus;
    cpk_user *user;

    assert_ok(store_user_get(fixture->alice, NULL, &user, &fixture->error), fixture->error);
    assert_string_equal(user->id, ALICE);
    assert_string_equal(user->email, "alice@example.org");
    assert_string_equal(user->payment_plan, "credits");
    assert_string_equal(user->r2_user_directory, "users/" ALICE);
    assert_null(user->full_name);
    assert_int_equal(user->credits_balance, 10);
    assert_int_equal(user->plan_end_us, CPK_TIME_UNKNOWN);
    record_free(user);

    assert_ok(store_transaction_list(fixture->alice, NULL, NULL, &transactions, &fixture->error), fixture->error);
    assert_int_equal(transactions->count, 1);
    bonus = transactions->items[0];
    assert_string_equal(bonus->type, "bonus");
    assert_int_equal(bonus->credits, 10);
    assert_int_equal(bonus->amount_micro, TRANSACTION_NO_AMOUNT);
    record_list_free(transactions);
    assert_ok(store_ledger_balance(fixture->alice, NULL, &balance, &fixture->error), fixture->error);
    assert_int_equal(balance.opening, 0);
    assert_int_equal(balance.transactions, 10);
    assert_int_equal(balance.balance, 10);
}

static void email_address_belongs_to_one_user(void **state)
{
    struct fixture *fixture = *state;
    struct user_params params = {.email = "Alice@Example.ORG"};
    struct record_list *users;
    cpk_user *user;

    assert_fails(store_user_create(fixture->service, &params, &user, &fixture->error), CPK_ERROR_ALREADY_EXISTS,
                 "Alice@Example.ORG", fixture);
    assert_null(user);
    params.email = "carol@example.org";
    params.id = "not-a-uuid";
    assert_fails(store_user_create(fixture->service, &params, &user, &fixture->error), CPK_ERROR_INVALID_ARGUMENT,
                 "UUID", fixture);
    params.id = ALICE;
    assert_fails(store_user_create(fixture->service, &params, &user, &fixture->error), CPK_ERROR_ALREADY_EXISTS,
                 "exists already", fixture);
    assert_ok(store_user_find_by_email(fixture->service, "ALICE@example.org", &user, &fixture->error), fixture->error);
    assert_string_equal(user->id, ALICE);
    record_free(user);
    assert_fails(store_user_find_by_email(fixture->service, "nobody@example.org", &user, &fixture->error),
                 CPK_ERROR_NOT_FOUND, "e-mail", fixture);
    assert_ok(store_user_list(fixture->service, NULL, &users, &fixture->error), fixture->error);
    assert_int_equal(users->count, 2); /* a refused user leaves nothing behind */
    record_list_free(users);
}

static void users_see_only_themselves(void **state)
{
    struct fixture *fixture = *state;
    struct user_params params = {.email = "carol@example.org"};
    struct record_list *users;
    cpk_user *user;

    assert_fails(store_user_get(fixture->alice, BOB, &user, &fixture->error), CPK_ERROR_PERMISSION_DENIED,
                 "another user", fixture);
    assert_fails(store_user_create(fixture->alice, &params, &user, &fixture->error), CPK_ERROR_PERMISSION_DENIED,
                 "create users", fixture);
    assert_fails(store_user_list(fixture->alice, NULL, &users, &fixture->error), CPK_ERROR_PERMISSION_DENIED,
                 "list users", fixture);
    assert_fails(store_user_get(fixture->service, NULL, &user, &fixture->error), CPK_ERROR_INVALID_ARGUMENT,
                 "must specify a user", fixture);
    assert_ok(store_user_get(fixture->service, BOB, &user, &fixture->error), fixture->error);
    assert_string_equal(user->payment_plan, "unlimited");
    record_free(user);
}

static void profile_update_changes_only_the_set_fields(void **state)
{
    struct fixture *fixture = *state;
    cpk_user *user;

    assert_ok(store_user_update(fixture->alice, NULL, "Alice A.", NULL, &user, &fixture->error), fixture->error);
    assert_string_equal(user->full_name, "Alice A.");
    assert_string_equal(user->email, "alice@example.org");
    assert_true(user->updated_us > user->created_us);
    record_free(user);
    assert_ok(store_user_update(fixture->alice, NULL, "", NULL, &user, &fixture->error), fixture->error);
    assert_null(user->full_name);
    record_free(user);
    assert_fails(store_user_set_email(fixture->service, ALICE, "BOB@example.org", &fixture->error),
                 CPK_ERROR_ALREADY_EXISTS, "BOB@example.org", fixture);
    assert_fails(store_user_set_email(fixture->alice, NULL, "me@example.org", &fixture->error),
                 CPK_ERROR_PERMISSION_DENIED, "change an e-mail", fixture);
    assert_ok(store_user_set_email(fixture->service, ALICE, "me@example.org", &fixture->error), fixture->error);
    assert_ok(store_user_get(fixture->alice, NULL, &user, &fixture->error), fixture->error);
    assert_string_equal(user->email, "me@example.org");
    record_free(user);
}

static void only_the_service_sets_a_plan(void **state)
{
    struct fixture *fixture = *state;
    cpk_user *user;
    int64_t start_us;

    assert_fails(store_user_set_plan(fixture->alice, NULL, CPK_PLAN_UNLIMITED, &fixture->error),
                 CPK_ERROR_PERMISSION_DENIED, "change a plan", fixture);
    assert_fails(store_user_set_plan(fixture->service, ALICE, CPK_PLAN_UNLIMITED + 1, &fixture->error),
                 CPK_ERROR_INVALID_ARGUMENT, "credits", fixture);
    assert_ok(store_user_set_plan(fixture->service, ALICE, CPK_PLAN_UNLIMITED, &fixture->error), fixture->error);
    assert_ok(store_user_get(fixture->alice, NULL, &user, &fixture->error), fixture->error);
    assert_string_equal(user->payment_plan, "unlimited");
    assert_int_equal(user->plan_end_us, CPK_TIME_UNKNOWN);
    start_us = user->plan_start_us;
    assert_true(start_us > user->created_us);
    record_free(user);
    assert_ok(store_user_set_plan(fixture->service, ALICE, CPK_PLAN_CREDITS, &fixture->error), fixture->error);
    assert_ok(store_user_get(fixture->alice, NULL, &user, &fixture->error), fixture->error);
    assert_int_equal(user->plan_start_us, start_us);
    assert_true(user->plan_end_us > start_us);
    record_free(user);
}

static void suspended_account_reserves_no_credits(void **state)
{
    struct fixture *fixture = *state;
    cpk_user *user;

    fixture_source(fixture, fixture->alice_work, fixture->pack->pack_id, "s1", 2);
    assert_fails(store_user_suspend(fixture->alice, NULL, "me", &fixture->error), CPK_ERROR_PERMISSION_DENIED,
                 "suspend an account", fixture);
    assert_fails(store_user_unsuspend(fixture->service, ALICE, &fixture->error), CPK_ERROR_CONFLICT, "not suspended",
                 fixture);
    assert_ok(store_user_suspend(fixture->service, ALICE, "chargeback of order 7", &fixture->error), fixture->error);
    assert_fails(store_user_suspend(fixture->service, ALICE, "again", &fixture->error), CPK_ERROR_CONFLICT,
                 "already, since 2023-11-14", fixture);
    assert_ok(store_user_get(fixture->alice, NULL, &user, &fixture->error), fixture->error);
    assert_string_equal(user->suspension_reason, "chargeback of order 7");
    record_free(user);
    assert_fails(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 2, CPK_TIME_UNKNOWN, NULL,
                                    &fixture->error),
                 CPK_ERROR_PERMISSION_DENIED, "chargeback of order 7", fixture);
    assert_ok(store_user_check(fixture->alice, NULL, USER_MAY_WORK, &fixture->error), fixture->error);
    assert_ok(store_user_unsuspend(fixture->service, ALICE, &fixture->error), fixture->error);
    assert_ok(store_hold_reserve(fixture->alice_work, WORK_KEY(OWNER_SOURCE, "s1", NULL), 2, CPK_TIME_UNKNOWN, NULL,
                                 &fixture->error),
              fixture->error);
    assert_fails(store_user_suspend(fixture->service, "33333333-3333-4333-8333-333333333333", "x", &fixture->error),
                 CPK_ERROR_NOT_FOUND, "no user has the id", fixture);
}

static void lists_continue_after_a_page(void **state)
{
    struct fixture *fixture = *state;
    struct store_page page = {1, CPK_TIME_UNKNOWN, NULL};
    struct record_list *first;
    struct record_list *second;
    const cpk_user *last;

    assert_ok(store_user_list(fixture->service, &page, &first, &fixture->error), fixture->error);
    last = first->items[0];
    assert_string_equal(last->id, BOB); /* newest first */
    page.after_us = last->created_us;
    page.after_id = last->id;
    assert_ok(store_user_list(fixture->service, &page, &second, &fixture->error), fixture->error);
    assert_int_equal(second->count, 1);
    assert_string_equal(((const cpk_user *)second->items[0])->id, ALICE);
    record_list_free(first);
    record_list_free(second);
    page.limit = STORE_PAGE_LIMIT_MAX + 1;
    assert_fails(store_user_list(fixture->service, &page, &first, &fixture->error), CPK_ERROR_INVALID_ARGUMENT,
                 "1 to 1000", fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(new_user_has_ten_recorded_credits), fixture_test(email_address_belongs_to_one_user),
        fixture_test(users_see_only_themselves),         fixture_test(profile_update_changes_only_the_set_fields),
        fixture_test(only_the_service_sets_a_plan),      fixture_test(suspended_account_reserves_no_credits),
        fixture_test(lists_continue_after_a_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/store_fixture.h"

static void balance_and_transaction_change_together(void **state)
{
    struct fixture *fixture = *state;
    const struct transaction_params purchase = {.type = "purchase",
                                                .credits = 100,
                                                .amount_micro = 9990000,
                                                .package_id = "p100",
                                                .stripe_payment_id = "pi_1",
                                                .metadata = "{\"a\":1}"};
    const struct transaction_params nonsense = {.type = "gift", .credits = 1, .amount_micro = TRANSACTION_NO_AMOUNT};
    struct record_list *transactions;
    const cpk_transaction *newest;
    struct ledger_balance balance;

    assert_fails(store_credits_add(fixture->alice, NULL, &purchase, &fixture->error), CPK_ERROR_PERMISSION_DENIED,
                 "only the service", fixture);
    assert_ok(store_credits_add(fixture->service, ALICE, &purchase, &fixture->error), fixture->error);
    assert_int_equal(store_credits_add(fixture->service, ALICE, &nonsense, NULL), CPK_ERROR_DATABASE);
    assert_ok(store_ledger_balance(fixture->alice, NULL, &balance, &fixture->error), fixture->error);
    assert_int_equal(balance.balance, 110);
    assert_ok(store_transaction_list(fixture->alice, NULL, NULL, &transactions, &fixture->error), fixture->error);
    assert_int_equal(transactions->count, 2);
    newest = transactions->items[0];
    assert_string_equal(newest->type, "purchase");
    assert_int_equal(newest->amount_micro, 9990000);
    assert_string_equal(newest->stripe_payment_id, "pi_1");
    assert_null(newest->job_id);
    record_list_free(transactions);
    assert_ok(store_transaction_list(fixture->bob, NULL, NULL, &transactions, &fixture->error), fixture->error);
    assert_int_equal(transactions->count, 1);
    record_list_free(transactions);
}

static void remember(void *user, const char *user_id, const struct ledger_balance *balance)
{
    assert_string_equal(user_id, ALICE);
    *(int64_t *)user = balance->balance - (balance->opening + balance->transactions - balance->holds);
}

static void ledger_drift_is_reported(void **state)
{
    struct fixture *fixture = *state;
    const struct transaction_params lost = {.type = "usage", .credits = -3, .amount_micro = TRANSACTION_NO_AMOUNT};
    const struct transaction_params found = {.type = "refund", .credits = 3, .amount_micro = TRANSACTION_NO_AMOUNT};
    int64_t difference = 0;
    int64_t drifted;

    assert_ok(store_transaction_add(fixture->service, ALICE, &lost, &fixture->error), fixture->error);
    assert_ok(store_ledger_check(fixture->service, remember, &difference, &drifted, &fixture->error), fixture->error);
    assert_int_equal(drifted, 1);
    assert_int_equal(difference, 3);
    assert_ok(store_transaction_add(fixture->service, ALICE, &found, &fixture->error), fixture->error);
    assert_fails(store_ledger_check(fixture->alice, NULL, NULL, &drifted, &fixture->error), CPK_ERROR_PERMISSION_DENIED,
                 "only the service", fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(balance_and_transaction_change_together),
        fixture_test(ledger_drift_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

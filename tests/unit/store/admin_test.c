/* Actions of administrators: change and record are made together or not at all. */
#include "support/store_fixture.h"

#include "store/admin_action.h"

#define CARLA "33333333-3333-4333-8333-333333333333"

static struct store *admin_of(struct fixture *fixture)
{
    const cpk_actor actor = {sizeof actor, CPK_ACTOR_ADMIN, CARLA};
    struct store *opened;

    assert_ok(store_open(&fixture->context, fixture->database, &actor, &opened, &fixture->error), fixture->error);
    return opened;
}

static int64_t balance_of(struct fixture *fixture)
{
    struct ledger_balance balance;

    assert_ok(store_ledger_balance(fixture->service, ALICE, &balance, &fixture->error), fixture->error);
    return balance.balance;
}

static size_t count_actions(struct fixture *fixture, const char *admin_id, const char *target_id)
{
    struct record_list *list;
    size_t count;

    assert_ok(store_admin_action_list(fixture->service, admin_id, target_id, NULL, &list, &fixture->error),
              fixture->error);
    count = list->count;
    record_list_free(list);
    return count;
}

static void credits_and_action_record_change_together(void **state)
{
    struct fixture *fixture = *state;
    struct store *admin = admin_of(fixture);
    struct admin_action_params params = {ALICE, "a wrong import was charged", "{\"ticket\":7}"};
    struct record_list *entries;
    cpk_admin_action *action;

    assert_ok(store_admin_adjust_credits(admin, &params, 5, 0, &action, &fixture->error), fixture->error);
    assert_string_equal(action->type, "credit_adjustment");
    assert_string_equal(action->admin_user_id, CARLA);
    assert_string_equal(action->target_user_id, ALICE);
    assert_string_equal(action->reason, "a wrong import was charged");
    assert_json(action->details, "{\"ticket\":7}");
    assert_int_equal(action->credits, 5);
    assert_int_equal(balance_of(fixture), 15);
    assert_ok(store_transaction_list(fixture->alice, NULL, NULL, &entries, &fixture->error), fixture->error);
    assert_int_equal(((const cpk_transaction *)entries->items[0])->credits, 5);
    assert_non_null(strstr(((const cpk_transaction *)entries->items[0])->metadata, action->id));
    record_list_free(entries);
    record_free(action);

    assert_fails(store_admin_adjust_credits(admin, &params, -16, 0, &action, &fixture->error),
                 CPK_ERROR_INSUFFICIENT_CREDITS, "the balance is 15", fixture);
    assert_null(action);
    assert_int_equal(balance_of(fixture), 15);
    assert_int_equal(count_actions(fixture, NULL, ALICE), 1);
    assert_ok(store_admin_adjust_credits(admin, &params, -15, 0, NULL, &fixture->error), fixture->error);
    assert_ok(store_admin_adjust_credits(admin, &params, -3, 1, NULL, &fixture->error), fixture->error);
    assert_int_equal(balance_of(fixture), -3);
    assert_ok(store_admin_support_credit(admin, &params, 4, &action, &fixture->error), fixture->error);
    assert_string_equal(action->type, "support_credit");
    record_free(action);
    assert_int_equal(balance_of(fixture), 1);
    assert_int_equal(count_actions(fixture, CARLA, NULL), 4);
    store_close(admin);
}

static void support_credit_reduces_a_debt(void **state)
{
    struct fixture *fixture = *state;
    struct admin_action_params params = {ALICE, "goodwill", NULL};

    assert_ok(store_admin_adjust_credits(fixture->service, &params, -30, 1, NULL, &fixture->error), fixture->error);
    assert_ok(store_admin_support_credit(fixture->service, &params, 5, NULL, &fixture->error), fixture->error);
    assert_int_equal(balance_of(fixture), -15);
}

static void refund_is_recorded_with_its_amount(void **state)
{
    struct fixture *fixture = *state;
    struct admin_action_params params = {ALICE, "card was charged twice", NULL};
    cpk_admin_action *action;
    struct record_list *entries;
    const cpk_transaction *entry;

    assert_fails(store_admin_record_refund(fixture->service, &params, &(struct admin_refund){11, 1100000, "pi_1", 0},
                                           &action, &fixture->error),
                 CPK_ERROR_INSUFFICIENT_CREDITS, "can't remove 11 credits", fixture);
    assert_ok(store_admin_record_refund(fixture->service, &params, &(struct admin_refund){10, 1250000, "pi_1", 0},
                                        &action, &fixture->error),
              fixture->error);
    assert_null(action->admin_user_id); /* made by the service */
    assert_int_equal(action->credits, -10);
    assert_int_equal(action->amount_micro, 1250000);
    record_free(action);
    assert_ok(store_transaction_list(fixture->alice, NULL, NULL, &entries, &fixture->error), fixture->error);
    entry = entries->items[0];
    assert_string_equal(entry->type, "refund");
    assert_string_equal(entry->stripe_payment_id, "pi_1");
    assert_int_equal(entry->amount_micro, 1250000);
    assert_int_equal(entry->credits, -10);
    record_list_free(entries);
    assert_ok(store_admin_record_refund(fixture->service, &params, &(struct admin_refund){0, 5, NULL, 0}, NULL,
                                        &fixture->error),
              fixture->error);
    assert_int_equal(balance_of(fixture), 0);
    /* Without credits only the money is recorded, even with a negative balance. */
    assert_ok(store_admin_adjust_credits(fixture->service, &params, -3, 1, NULL, &fixture->error), fixture->error);
    assert_ok(store_admin_record_refund(fixture->service, &params, &(struct admin_refund){0, 7, NULL, 0}, &action,
                                        &fixture->error),
              fixture->error);
    assert_int_equal(action->amount_micro, 7);
    record_free(action);
    assert_fails(store_admin_record_refund(fixture->service, &params, &(struct admin_refund){1, 7, NULL, 0}, NULL,
                                           &fixture->error),
                 CPK_ERROR_INSUFFICIENT_CREDITS, "can't remove 1 credits", fixture);
    assert_int_equal(balance_of(fixture), -3);
}

static void suspensions_and_plans_are_recorded(void **state)
{
    struct fixture *fixture = *state;
    struct store *admin = admin_of(fixture);
    struct admin_action_params params = {ALICE, "chargeback", NULL};
    cpk_user *user;

    assert_ok(store_admin_suspend(admin, &params, NULL, &fixture->error), fixture->error);
    assert_fails(store_admin_suspend(admin, &params, NULL, &fixture->error), CPK_ERROR_CONFLICT, "already", fixture);
    assert_ok(store_admin_unsuspend(admin, &params, NULL, &fixture->error), fixture->error);
    assert_fails(store_admin_unsuspend(admin, &params, NULL, &fixture->error), CPK_ERROR_CONFLICT, "not suspended",
                 fixture);
    assert_fails(store_admin_override_plan(admin, &params, CPK_PLAN_CREDITS, NULL, &fixture->error), CPK_ERROR_CONFLICT,
                 "already", fixture);
    assert_ok(store_admin_override_plan(admin, &params, CPK_PLAN_UNLIMITED, NULL, &fixture->error), fixture->error);
    assert_ok(store_user_get(fixture->alice, NULL, &user, &fixture->error), fixture->error);
    assert_string_equal(user->payment_plan, "unlimited");
    assert_int_equal(user->suspended_us, CPK_TIME_UNKNOWN);
    record_free(user);
    assert_int_equal(count_actions(fixture, NULL, NULL), 3); /* without the rejected actions */
    store_close(admin);
}

static void users_and_unknown_targets_are_rejected(void **state)
{
    struct fixture *fixture = *state;
    struct admin_action_params params = {ALICE, "please", NULL};
    struct record_list *list;

    assert_fails(store_admin_adjust_credits(fixture->alice, &params, 5, 0, NULL, &fixture->error),
                 CPK_ERROR_PERMISSION_DENIED, "only the service", fixture);
    assert_fails(store_admin_action_list(fixture->alice, NULL, ALICE, NULL, &list, &fixture->error),
                 CPK_ERROR_PERMISSION_DENIED, "only the service", fixture);
    params.target_user_id = CARLA;
    assert_fails(store_admin_support_credit(fixture->service, &params, 5, NULL, &fixture->error), CPK_ERROR_NOT_FOUND,
                 "no user has the id", fixture);
    assert_fails(store_admin_suspend(fixture->service, &params, NULL, &fixture->error), CPK_ERROR_NOT_FOUND,
                 "no user has the id", fixture);
    assert_int_equal(count_actions(fixture, NULL, NULL), 0);
}

static void actions_are_listed_in_pages_by_admin_and_by_user(void **state)
{
    struct fixture *fixture = *state;
    struct store *admin = admin_of(fixture);
    struct admin_action_params params = {ALICE, "r", NULL};
    struct store_page page = {2, CPK_TIME_UNKNOWN, NULL};
    struct record_list *list;
    const cpk_admin_action *last;
    char after[64];

    for (int i = 0; i < 3; i++) {
        assert_ok(store_admin_support_credit(admin, &params, i + 1, NULL, &fixture->error), fixture->error);
    }
    params.target_user_id = BOB;
    assert_ok(store_admin_support_credit(fixture->service, &params, 9, NULL, &fixture->error), fixture->error);
    assert_int_equal(count_actions(fixture, CARLA, ALICE), 3);
    assert_int_equal(count_actions(fixture, CARLA, BOB), 0);
    assert_int_equal(count_actions(fixture, NULL, NULL), 4);
    assert_ok(store_admin_action_list(admin, NULL, ALICE, &page, &list, &fixture->error), fixture->error);
    assert_int_equal(list->count, 2);
    last = list->items[1];
    assert_int_equal(last->credits, 2); /* newest first: 3, 2 */
    page.after_us = last->created_us;
    snprintf(after, sizeof after, "%s", last->id);
    page.after_id = after;
    record_list_free(list);
    assert_ok(store_admin_action_list(admin, CARLA, NULL, &page, &list, &fixture->error), fixture->error);
    assert_int_equal(list->count, 1);
    assert_int_equal(((const cpk_admin_action *)list->items[0])->credits, 1);
    record_list_free(list);
    store_close(admin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(credits_and_action_record_change_together),
        fixture_test(support_credit_reduces_a_debt),
        fixture_test(refund_is_recorded_with_its_amount),
        fixture_test(suspensions_and_plans_are_recorded),
        fixture_test(users_and_unknown_targets_are_rejected),
        fixture_test(actions_are_listed_in_pages_by_admin_and_by_user),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

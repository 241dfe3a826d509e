/* Accounts: changes by the service and administrators, and the data that remains after deletion. */
#include "support/person.h"

#define ADMIN "99999999-9999-4999-8999-999999999999"

static void assert_refused(cpk_status status, cpk_status expected, const char *text, cpk_error **error)
{
    assert_int_equal(status, expected);
    if (strstr(cpk_error_message(*error), text) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", text, cpk_error_message(*error));
    }
    cpk_error_free(*error);
    *error = NULL;
}

static cpk_status add(struct person *person, const char *text, cpk_source **source, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;

    input.data = text;
    input.length = strlen(text);
    input.name = "note";
    return cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, source, error);
}

static void add_and_run(struct person *person, const char *text, cpk_status expected, cpk_error **error)
{
    cpk_source *source;

    assert_ok(add(person, text, &source, error), *error);
    assert_int_equal(cpk_source_run(person->session, cpk_source_id(source), CPK_SOURCE_COMPLETED, NULL, NULL, error),
                     expected);
    cpk_source_free(source);
}

static void count_checks(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)user;
    if (outcome == CPK_CHECK_FAILED) {
        print_message("%s: %s\n", subject, text);
    }
}

static void assert_healthy(struct person *person, cpk_error **error)
{
    int32_t failures = -1;

    assert_ok(cpk_engine_check(person->engine, count_checks, NULL, &failures, error), *error);
    assert_int_equal(failures, 0);
}

static void suspended_account_may_read_and_delete_but_not_store_or_analyse(void **state)
{
    cpk_engine_options options = person_options();
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    cpk_error *error = NULL;
    cpk_session *admin;
    cpk_export *document;
    cpk_source_list *sources;
    cpk_source *tea, *coffee;
    cpk_input input = CPK_INPUT_INIT;
    cpk_job *job;
    cpk_user *user;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
    add_and_run(&person, "I live in Lisbon and I work as a marine biologist.", CPK_OK, &error);
    assert_ok(add(&person, "I like tea.", &tea, &error), error);
    assert_ok(cpk_session_open_admin(person.engine, ADMIN, &admin, &error), error);
    params.reason = "stolen card";
    assert_ok(cpk_admin_suspend(admin, cpk_user_id(person.user), &params, NULL, &error), error);
    assert_ok(cpk_user_get(person.session, NULL, &user, &error), error);
    assert_true(cpk_user_suspended_at(user) > cpk_user_created_at(user));
    assert_string_equal(cpk_user_suspension_reason(user), "stolen card");
    cpk_user_free(user);
    assert_refused(cpk_source_run(person.session, cpk_source_id(tea), CPK_SOURCE_COMPLETED, NULL, NULL, &error),
                   CPK_ERROR_PERMISSION_DENIED, "stolen card", &error);
    assert_refused(
        cpk_source_run(person.session, cpk_source_id(tea), CPK_SOURCE_READY_FOR_ANALYSIS, NULL, NULL, &error),
        CPK_ERROR_PERMISSION_DENIED, "stolen card", &error);
    assert_refused(cpk_work_submit(person.session, cpk_source_id(tea), NULL, NULL, &error), CPK_ERROR_PERMISSION_DENIED,
                   "stolen card", &error);
    assert_refused(add(&person, "I like coffee.", &coffee, &error), CPK_ERROR_PERMISSION_DENIED, "stolen card", &error);
    assert_refused(add(&person, "I like tea.", &coffee, &error), CPK_ERROR_PERMISSION_DENIED, "stolen card", &error);
    input.data = "I like water.";
    input.length = strlen(input.data);
    assert_refused(cpk_job_create(person.session, &input, NULL, &job, &error), CPK_ERROR_PERMISSION_DENIED,
                   "stolen card", &error);
    cpk_source_free(tea);
    assert_ok(
        cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_COMPACT, NULL, NULL, &document, &error),
        error);
    cpk_export_free(document);
    assert_ok(cpk_source_list_get(person.session, cpk_pack_id(person.pack), NULL, &sources, &error), error);
    assert_int_equal(cpk_source_list_count(sources), 2);
    assert_ok(cpk_source_run(person.session, cpk_source_id(cpk_source_list_at(sources, 1)), CPK_SOURCE_COMPLETED, NULL,
                             NULL, &error),
              error); /* it is completed: nothing to pay */
    assert_ok(cpk_source_delete(person.session, cpk_source_id(cpk_source_list_at(sources, 1)), &error), error);
    params.reason = "it was a mistake";
    assert_ok(cpk_admin_unsuspend(admin, cpk_user_id(person.user), &params, NULL, &error), error);
    assert_ok(cpk_source_run(person.session, cpk_source_id(cpk_source_list_at(sources, 0)), CPK_SOURCE_COMPLETED, NULL,
                             NULL, &error),
              error);
    cpk_source_list_free(sources);
    cpk_session_close(admin);
    assert_healthy(&person, &error);
    person_free(&person);
}

static void json_is_the_same_on_every_database(void **state)
{
    static const char *const refused[] = {"{\"a\":\"\\u0000\"}",
                                          "{\"\\u0000\":1}",
                                          "{\"a\":[\"x\\uD800\"]}",
                                          "{\"a\":\"\\udc00\"}",
                                          "{\"a\":\"\\ud800\\u0041\"}",
                                          "{\"a\":1e400000}",
                                          "{\"a\":1E-400000}",
                                          "{\"a\":NaN}",
                                          "{\"a\":-Infinity}",
                                          "{\"a\":1,}",
                                          "{\"a\":TRUE}",
                                          "{\"a\":\"\n\"}",
                                          "{\"a\":01}",
                                          "{\"a\":1,\"a\":2}"};
    static const char *const accepted[] = {"{\"a\":\"\\ud83d\\ude00\"}", "{\"a\":\"\\\\u0000\"}",
                                           "{\"e\":\"1e400000\\\"\"}",   "{\"a\":[1e308,-1.5E-300,true]}",
                                           "{\"a\":\"\\u0001\\n\"}",     " {} "};
    cpk_engine_options options = person_options();
    cpk_admin_params admin_params = CPK_ADMIN_PARAMS_INIT;
    cpk_credit_params grant = CPK_CREDIT_PARAMS_INIT;
    cpk_error *error = NULL;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    admin_params.reason = "r";
    grant.credits = 1;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        admin_params.details = grant.metadata = grant.key = refused[i];
        assert_refused(
            cpk_admin_support_credit(person.service, cpk_user_id(person.user), 5, &admin_params, NULL, &error),
            CPK_ERROR_INVALID_ARGUMENT, "details", &error);
        assert_refused(cpk_credits_grant(person.service, cpk_user_id(person.user), &grant, NULL, &error),
                       CPK_ERROR_INVALID_ARGUMENT, "metadata", &error);
    }
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        admin_params.details = grant.metadata = grant.key = accepted[i];
        assert_ok(cpk_admin_support_credit(person.service, cpk_user_id(person.user), 5, &admin_params, NULL, &error),
                  error);
        assert_ok(cpk_credits_grant(person.service, cpk_user_id(person.user), &grant, NULL, &error), error);
    }
    assert_healthy(&person, &error);
    person_free(&person);
}

static void invalid_reasons_and_details_are_rejected(void **state)
{
    cpk_engine_options options = person_options();
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    char longest[CPK_ADMIN_REASON_BYTES_MAX + 2];
    cpk_admin_action_list *list;
    cpk_error *error = NULL;
    const char *id;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    id = cpk_user_id(person.user);
    assert_refused(cpk_admin_support_credit(person.service, id, 5, &params, NULL, &error), CPK_ERROR_INVALID_ARGUMENT,
                   "reason", &error);
    params.reason = " \n";
    assert_refused(cpk_admin_support_credit(person.service, id, 5, &params, NULL, &error), CPK_ERROR_INVALID_ARGUMENT,
                   "reason", &error);
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    params.reason = longest;
    assert_refused(cpk_admin_support_credit(person.service, id, 5, &params, NULL, &error), CPK_ERROR_INVALID_ARGUMENT,
                   "2000", &error);
    longest[sizeof longest - 2] = '\0';
    assert_ok(cpk_admin_support_credit(person.service, id, 5, &params, NULL, &error), error);
    params.reason = "r";
    params.details = "[1]";
    assert_refused(cpk_admin_support_credit(person.service, id, 5, &params, NULL, &error), CPK_ERROR_INVALID_ARGUMENT,
                   "details", &error);
    params.details = "{\"a\":";
    assert_refused(cpk_admin_support_credit(person.service, id, 5, &params, NULL, &error), CPK_ERROR_INVALID_ARGUMENT,
                   "details", &error);
    params.details = NULL;
    assert_refused(cpk_admin_support_credit(person.service, id, 0, &params, NULL, &error), CPK_ERROR_INVALID_ARGUMENT,
                   "credits", &error);
    assert_refused(cpk_admin_adjust_credits(person.service, id, INT64_C(1) << 40, &params, NULL, &error),
                   CPK_ERROR_INVALID_ARGUMENT, "credits", &error);
    assert_refused(cpk_admin_support_credit(person.session, id, 5, &params, NULL, &error), CPK_ERROR_PERMISSION_DENIED,
                   "only the service", &error);
    assert_refused(cpk_admin_action_list_get(person.session, NULL, NULL, NULL, &list, &error),
                   CPK_ERROR_PERMISSION_DENIED, "only the service", &error);
    assert_ok(cpk_admin_action_list_get(person.service, NULL, id, NULL, &list, &error), error);
    assert_int_equal(cpk_admin_action_list_count(list), 1);
    assert_int_equal(cpk_admin_action_type(cpk_admin_action_list_at(list, 0)), CPK_ADMIN_SUPPORT_CREDIT);
    assert_int_equal(cpk_admin_action_credits(cpk_admin_action_list_at(list, 0)), 5);
    cpk_admin_action_list_free(list);
    person_free(&person);
}

static void overview_returns_balance_holds_and_latest_ten_transactions(void **state)
{
    cpk_engine_options options = person_options();
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    cpk_transaction_list *latest;
    cpk_error *error = NULL;
    cpk_page page = CPK_PAGE_INIT;
    cpk_transaction_list *rest;
    int64_t balance = 0;
    int64_t held = -1;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    params.reason = "r";
    for (int i = 1; i <= 12; i++) {
        assert_ok(cpk_admin_support_credit(person.service, cpk_user_id(person.user), i, &params, NULL, &error), error);
    }
    assert_ok(cpk_credits_overview(person.session, NULL, 0, &balance, &held, &latest, &error), error);
    assert_int_equal(balance, 10 + 78);
    assert_int_equal(held, 0);
    assert_int_equal(cpk_transaction_list_count(latest), 10);
    assert_int_equal(cpk_transaction_credits(cpk_transaction_list_at(latest, 0)), 12);
    page.after = cpk_transaction_list_next(latest);
    assert_ok(cpk_transaction_list_get(person.session, NULL, &page, &rest, &error), error);
    assert_int_equal(cpk_transaction_list_count(rest), 3);
    cpk_transaction_list_free(rest);
    cpk_transaction_list_free(latest);
    assert_refused(cpk_credits_overview(person.service, ADMIN, 0, NULL, NULL, &latest, &error), CPK_ERROR_NOT_FOUND,
                   ADMIN, &error);
    assert_refused(cpk_credits_overview(person.session, ADMIN, 0, NULL, NULL, &latest, &error),
                   CPK_ERROR_PERMISSION_DENIED, "another user", &error);
    assert_ok(cpk_credits_overview(person.session, NULL, 2, NULL, NULL, &latest, &error), error);
    assert_int_equal(cpk_transaction_list_count(latest), 2);
    cpk_transaction_list_free(latest);
    person_free(&person);
}

static void deleting_an_account_keeps_only_the_ledger(void **state)
{
    cpk_engine_options options = person_options();
    cpk_user_deletion deletion = CPK_USER_DELETION_INIT;
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    cpk_transaction_list *entries;
    cpk_error *error = NULL;
    cpk_session *session;
    cpk_export *document;
    cpk_pack_list *packs;
    cpk_pack *pack;
    char email[128];
    cpk_user *user;
    struct person person;
    const char *id;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    id = cpk_user_id(person.user);
    add_and_run(&person, "I live in Lisbon and I work as a marine biologist.", CPK_OK, &error);
    add_and_run(&person, "I am building a tide gauge with a Raspberry Pi.", CPK_OK, &error);
    assert_ok(
        cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_COMPACT, NULL, NULL, &document, &error),
        error);
    cpk_export_free(document);
    params.reason = "before the end";
    assert_ok(cpk_admin_suspend(person.service, id, &params, NULL, &error), error);
    assert_ok(cpk_user_delete(person.session, NULL, &deletion, &error), error);
    assert_int_equal(deletion.packs, 1);
    assert_int_equal(deletion.sources, 2);
    assert_int_equal(deletion.exports, 1);
    assert_true(deletion.blobs >= 2 * 4 + 2);
    assert_true(deletion.blob_bytes > 100);
    assert_int_equal(deletion.kept_transactions, 3); /* the bonus and two chunks */
    assert_int_equal(deletion.kept_admin_actions, 1);

    assert_ok(cpk_user_get(person.service, id, &user, &error), error);
    snprintf(email, sizeof email, "deleted-%s@deleted.invalid", id);
    assert_string_equal(cpk_user_email(user), email);
    assert_null(cpk_user_full_name(user));
    assert_int_equal(cpk_user_credits_balance(user), 8);
    assert_true(cpk_user_deleted_at(user) != CPK_TIME_UNKNOWN);
    cpk_user_free(user);
    assert_ok(cpk_transaction_list_get(person.service, id, NULL, &entries, &error), error);
    assert_int_equal(cpk_transaction_list_count(entries), 3);
    cpk_transaction_list_free(entries);

    assert_refused(cpk_session_open_user(person.engine, id, &session, &error), CPK_ERROR_PERMISSION_DENIED, "deleted",
                   &error);
    assert_ok(cpk_pack_list_get(person.session, NULL, &packs, &error), error); /* a session that was open */
    assert_int_equal(cpk_pack_list_count(packs), 0);
    cpk_pack_list_free(packs);
    assert_int_equal(cpk_pack_create(person.session, NULL, &pack, &error), CPK_ERROR_PERMISSION_DENIED);
    cpk_error_free(error);
    error = NULL;
    assert_refused(cpk_user_set_email(person.service, id, "a@b.example", NULL, &error), CPK_ERROR_PERMISSION_DENIED,
                   "deleted", &error);
    memset((char *)&deletion + sizeof(uint32_t), 0, sizeof deletion - sizeof(uint32_t));
    assert_ok(cpk_user_delete(person.service, id, &deletion, &error), error); /* the same report */
    assert_int_equal(deletion.sources, 2);
    assert_int_equal(deletion.exports, 1);
    assert_healthy(&person, &error);
    person_free(&person);
}

/* An analyzer that deletes the account that it works for. */
struct deleter {
    struct person *person;
    cpk_status status;
};

static const char *deleter_identity(void *self)
{
    (void)self;
    return "deleter";
}

static cpk_status deleter_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn answer, void *user,
                                  cpk_analyzer_usage *usage, cpk_error **error)
{
    static const char text[] = "{\"findings\":[]}";
    struct deleter *deleter = self;

    (void)request;
    (void)usage;
    (void)error;
    deleter->status = cpk_user_delete(deleter->person->service, cpk_user_id(deleter->person->user), NULL, NULL);
    answer(user, text, sizeof text - 1);
    return CPK_OK;
}

static void account_with_running_work_is_deleted(void **state)
{
    cpk_engine_options options = person_options();
    cpk_analyzer_driver driver;
    cpk_user_deletion deletion = CPK_USER_DELETION_INIT;
    cpk_error *error = NULL;
    struct deleter deleter;
    struct person person;
    cpk_user *user;

    (void)state;
    memset(&driver, 0, sizeof driver);
    driver.abi_version = CPK_ANALYZER_ABI;
    driver.struct_size = sizeof driver;
    driver.self = &deleter;
    driver.identity = deleter_identity;
    driver.analyze = deleter_analyze;
    options.analyzer_driver = &driver;
    assert_ok(person_create(&person, &options, CPK_PLAN_CREDITS, &error), error);
    deleter.person = &person;
    deleter.status = CPK_OK;
    add_and_run(&person, "I live in Lisbon.", CPK_ERROR_NOT_FOUND, &error);
    assert_refused(CPK_ERROR_NOT_FOUND, CPK_ERROR_NOT_FOUND, "deleted", &error);
    assert_int_equal(deleter.status, CPK_OK);
    assert_ok(cpk_user_get(person.service, cpk_user_id(person.user), &user, &error), error);
    assert_int_equal(cpk_user_credits_balance(user), 10); /* the chunk was not charged */
    cpk_user_free(user);
    assert_ok(cpk_user_delete(person.service, cpk_user_id(person.user), &deletion, &error), error); /* again */
    assert_int_equal(deletion.sources, 1);
    assert_healthy(&person, &error);
    person_free(&person);
}

/* --- totals --- */

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void assert_totals(struct person *person, int64_t *updated_us, cpk_error **error)
{
    cpk_source_list *sources;
    cpk_pack_progress progress = {sizeof progress, 0, 0, 0, 0, 0};
    int64_t tokens = 0;
    int64_t analysis_tokens = 0;
    cpk_pack *pack;

    assert_ok(cpk_pack_get(person->session, cpk_pack_id(person->pack), &pack, error), *error);
    assert_ok(cpk_source_list_get(person->session, cpk_pack_id(pack), NULL, &sources, error), *error);
    for (size_t i = 0; i < cpk_source_list_count(sources); i++) {
        const cpk_source *source = cpk_source_list_at(sources, i);

        tokens += cpk_source_text_tokens(source);
        analysis_tokens += cpk_source_input_tokens(source) + cpk_source_output_tokens(source);
    }
    assert_int_equal(cpk_pack_total_sources(pack), cpk_source_list_count(sources));
    assert_int_equal(cpk_pack_total_tokens(pack), tokens);
    assert_ok(cpk_pack_get_progress(person->session, cpk_pack_id(pack), &progress, error), *error);
    assert_int_equal(progress.sources, cpk_source_list_count(sources));
    assert_int_equal(progress.analysis_tokens, analysis_tokens);
    assert_true(cpk_pack_updated_at(pack) >= *updated_us);
    *updated_us = cpk_pack_updated_at(pack);
    cpk_source_list_free(sources);
    cpk_pack_free(pack);
}

static void random_step(struct person *person, uint32_t *seed, int number, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;
    cpk_source_list *sources;
    cpk_source *source;
    char text[200];
    size_t count;
    int length = snprintf(text, sizeof text, "I live in town number %d. I work as a diver. %.*s", number,
                          (int)(next_random(seed) % 40), "I like tea and long walks at low tide, too.");

    assert_ok(cpk_source_list_get(person->session, cpk_pack_id(person->pack), NULL, &sources, error), *error);
    count = cpk_source_list_count(sources);
    if (count == 0 || next_random(seed) % 3 == 0) {
        input.data = text;
        input.length = (size_t)length;
        assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, &source, error),
                  *error);
        cpk_source_free(source);
    } else {
        const char *id = cpk_source_id(cpk_source_list_at(sources, next_random(seed) % count));

        switch (next_random(seed) % 4) {
        case 0:
            assert_ok(cpk_source_delete(person->session, id, error), *error);
            break;
        case 1:
            assert_ok(cpk_source_run(person->session, id, CPK_SOURCE_READY_FOR_ANALYSIS, NULL, NULL, error), *error);
            break;
        default:
            assert_ok(cpk_source_run(person->session, id, CPK_SOURCE_COMPLETED, NULL, NULL, error), *error);
            break;
        }
    }
    cpk_source_list_free(sources);
}

static void pack_totals_are_correct_after_every_step(void **state)
{
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;
    uint32_t seed = 20240501;
    int64_t updated_us = 0;
    struct person person;

    (void)state;
    assert_ok(person_create(&person, &options, CPK_PLAN_UNLIMITED, &error), error);
    for (int i = 0; i < 150; i++) {
        random_step(&person, &seed, i, &error);
        assert_totals(&person, &updated_us, &error);
    }
    assert_healthy(&person, &error);
    person_free(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suspended_account_may_read_and_delete_but_not_store_or_analyse),
        cmocka_unit_test(invalid_reasons_and_details_are_rejected),
        cmocka_unit_test(json_is_the_same_on_every_database),
        cmocka_unit_test(overview_returns_balance_holds_and_latest_ten_transactions),
        cmocka_unit_test(deleting_an_account_keeps_only_the_ledger),
        cmocka_unit_test(account_with_running_work_is_deleted),
        cmocka_unit_test(pack_totals_are_correct_after_every_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

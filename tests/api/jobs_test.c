/* V1: jobs, their packs, and the way to V2 and back. */
#include "support/person.h"

#define TEXT_BYTES_MAX 4096

/* An analyzer that fails the chunks whose text has a word, a number of times. */
struct moody {
    const char *word;
    int32_t failures_left;
    int32_t calls;
};

static const char *moody_identity(void *self)
{
    (void)self;
    return "moody/1";
}

static cpk_status moody_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn answer, void *user,
                                cpk_analyzer_usage *usage, cpk_error **error)
{
    static const char text[] = "They live by the sea.";
    struct moody *moody = self;

    moody->calls++;
    if (moody->failures_left > 0 && memmem(request->text, request->text_length, moody->word, strlen(moody->word))) {
        moody->failures_left--;
        *error = cpk_error_new(CPK_ERROR_ANALYZER, "analyze", "no mood for it", "", 0);
        return CPK_ERROR_ANALYZER;
    }
    usage->input_tokens = request->text_tokens;
    usage->output_tokens = 5;
    usage->cost_micros = 7;
    answer(user, text, sizeof text - 1);
    return CPK_OK;
}

static void moody_person(struct person *person, struct moody *moody, int32_t plan, cpk_error **error)
{
    static const cpk_setting setting = {"chunk.max_tokens", 16};
    cpk_engine_options options = person_options();
    cpk_analyzer_driver driver;

    memset(&driver, 0, sizeof driver);
    driver.abi_version = CPK_ANALYZER_ABI;
    driver.struct_size = sizeof driver;
    driver.self = moody;
    driver.identity = moody_identity;
    driver.analyze = moody_analyze;
    options.analyzer_driver = &driver;
    options.settings = &setting;
    options.setting_count = 1;
    assert_ok(person_create(person, &options, plan, error), *error);
}

static void create_job(struct person *person, const char *text, cpk_job **job, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;

    input.data = text;
    input.length = strlen(text);
    input.name = "diary.txt";
    assert_ok(cpk_job_create(person->session, &input, NULL, job, error), *error);
}

static void take_check(void *user, int32_t outcome, const char *subject, const char *text)
{
    (void)user;
    if (outcome == CPK_CHECK_FAILED) {
        print_message("%s: %s\n", subject, text);
    }
}

static void assert_healthy(struct person *person, cpk_error **error)
{
    int32_t failures = -1;

    assert_ok(cpk_engine_check(person->engine, take_check, NULL, &failures, error), *error);
    assert_int_equal(failures, 0);
}

struct written {
    char bytes[TEXT_BYTES_MAX];
    size_t length;
};

static int32_t take_bytes(void *user, const void *data, size_t length)
{
    struct written *written = user;

    if (length > sizeof written->bytes - 1 - written->length) {
        return -1;
    }
    memcpy(written->bytes + written->length, data, length);
    written->length += length;
    written->bytes[written->length] = '\0';
    return 0;
}

static void assert_fails_with(cpk_status status, cpk_status expected, const char *text, cpk_error **error)
{
    assert_int_equal(status, expected);
    if (strstr(cpk_error_message(*error), text) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", text, cpk_error_message(*error));
    }
    cpk_error_free(*error);
    *error = NULL;
}

static int64_t count_usage(struct person *person, const char *job_id, cpk_error **error)
{
    cpk_transaction_list *entries;
    int64_t count = 0;

    assert_ok(cpk_transaction_list_get(person->session, NULL, NULL, &entries, error), *error);
    for (size_t i = 0; i < cpk_transaction_list_count(entries); i++) {
        const cpk_transaction *entry = cpk_transaction_list_at(entries, i);

        count +=
            cpk_transaction_type(entry) == CPK_TRANSACTION_USAGE && strcmp(cpk_transaction_job_id(entry), job_id) == 0;
    }
    cpk_transaction_list_free(entries);
    return count;
}

/* As the engine spells JSON: with or without a space. */
static long failed_chunks_of(const cpk_legacy_pack *pack)
{
    static const char key[] = "\"failed_chunks\":";
    const char *found = strstr(cpk_legacy_pack_analysis_stats(pack), key);

    assert_non_null(found);
    return strtol(found + sizeof key - 1, NULL, 10);
}

/* Three chunks or so: each line of its own. */
static const char DIARY[] = "I live in a small house by the sea in the south of Portugal with my family.\n\n"
                            "I work as a marine biologist and count the seagrass meadows every spring.\n\n"
                            "In winter I repair the old boat and write the yearly report for the institute.\n";

static void job_makes_a_pack_and_charges_each_chunk(void **state)
{
    struct moody moody = {"", 0, 0};
    cpk_error *error = NULL;
    cpk_legacy_pack *pack;
    struct written written = {"", 0};
    cpk_job *job;
    cpk_job *done;
    cpk_user *user;
    struct person person;
    int64_t chunks;

    (void)state;
    moody_person(&person, &moody, CPK_PLAN_CREDITS, &error);
    create_job(&person, DIARY, &job, &error);
    assert_int_equal(cpk_job_status(job), CPK_JOB_CREATED);
    assert_string_equal(cpk_job_file_name(job), "diary.txt");
    assert_int_equal(cpk_job_file_size(job), sizeof DIARY - 1);
    assert_ok(cpk_job_run(person.session, cpk_job_id(job), NULL, &done, &error), error);
    chunks = cpk_job_total_chunks(done);
    assert_in_range(chunks, 3, 9);
    assert_int_equal(cpk_job_status(done), CPK_JOB_COMPLETED);
    assert_int_equal(cpk_job_progress(done), 100);
    assert_int_equal(cpk_job_processed_chunks(done), chunks);
    assert_string_equal(cpk_job_failed_chunks(done), "[]");
    assert_int_equal(cpk_job_output_tokens(done), 5 * chunks);
    assert_int_equal(cpk_job_cost_micros(done), 7 * chunks);
    assert_true(cpk_job_completed_at(done) >= cpk_job_created_at(done));
    assert_int_equal(count_usage(&person, cpk_job_id(job), &error), chunks);
    assert_ok(cpk_user_get(person.session, NULL, &user, &error), error);
    assert_int_equal(cpk_user_credits_balance(user), 10 - chunks);
    assert_int_equal(cpk_user_chunks_analyzed(user), chunks);
    cpk_user_free(user);
    cpk_job_free(done);

    assert_ok(cpk_job_run(person.session, cpk_job_id(job), NULL, NULL, &error), error); /* nothing is left */
    assert_int_equal(moody.calls, chunks);
    assert_ok(cpk_legacy_pack_find(person.session, cpk_job_id(job), &pack, &error), error);
    assert_string_equal(cpk_legacy_pack_name(pack), "diary.txt");
    assert_non_null(strstr(cpk_legacy_pack_extraction_stats(pack), "\"messages\":"));
    assert_int_equal(failed_chunks_of(pack), 0);
    assert_ok(cpk_legacy_pack_read(person.session, cpk_legacy_pack_id(pack), take_bytes, &written, &error), error);
    assert_int_equal(written.length, cpk_legacy_pack_file_size(pack));
    assert_non_null(strstr(written.bytes, "live by the sea"));
    cpk_legacy_pack_free(pack);
    assert_healthy(&person, &error);
    cpk_job_free(job);
    person_free(&person);
}

static void failed_chunk_is_listed_and_retried_on_request(void **state)
{
    struct moody moody = {"seagrass", 1, 0};
    cpk_error *error = NULL;
    cpk_legacy_pack *pack;
    cpk_job *job;
    cpk_job *done;
    struct person person;
    int64_t chunks;
    char id[64];

    (void)state;
    moody_person(&person, &moody, CPK_PLAN_CREDITS, &error);
    create_job(&person, DIARY, &job, &error);
    assert_ok(cpk_job_run(person.session, cpk_job_id(job), NULL, &done, &error), error);
    chunks = cpk_job_total_chunks(done);
    assert_int_equal(cpk_job_status(done), CPK_JOB_COMPLETED);
    assert_int_equal(cpk_job_processed_chunks(done), chunks - 1);
    assert_true(strlen(cpk_job_failed_chunks(done)) == 3);
    assert_int_equal(count_usage(&person, cpk_job_id(job), &error), chunks - 1);
    assert_ok(cpk_legacy_pack_find(person.session, cpk_job_id(job), &pack, &error), error);
    assert_int_equal(failed_chunks_of(pack), 1);
    snprintf(id, sizeof id, "%s", cpk_legacy_pack_id(pack));
    cpk_legacy_pack_free(pack);
    cpk_job_free(done);

    assert_ok(cpk_job_run(person.session, cpk_job_id(job), NULL, &done, &error), error);
    assert_int_equal(cpk_job_status(done), CPK_JOB_COMPLETED);
    assert_string_equal(cpk_job_failed_chunks(done), "[]");
    assert_int_equal(cpk_job_processed_chunks(done), chunks);
    assert_int_equal(count_usage(&person, cpk_job_id(job), &error), chunks);
    assert_int_equal(moody.calls, chunks + 1);
    assert_ok(cpk_legacy_pack_find(person.session, cpk_job_id(job), &pack, &error), error);
    assert_string_equal(cpk_legacy_pack_id(pack), id); /* the same pack, made anew */
    assert_int_equal(failed_chunks_of(pack), 0);
    cpk_legacy_pack_free(pack);
    cpk_job_free(done);
    cpk_job_free(job);
    assert_healthy(&person, &error);
    person_free(&person);
}

static void job_with_only_failed_chunks_has_failed(void **state)
{
    struct moody moody = {"", 99, 0};
    cpk_error *error = NULL;
    cpk_legacy_pack *pack;
    cpk_job *job;
    cpk_job *done;
    cpk_user *user;
    struct person person;

    (void)state;
    moody_person(&person, &moody, CPK_PLAN_CREDITS, &error);
    create_job(&person, DIARY, &job, &error);
    assert_fails_with(cpk_job_run(person.session, cpk_job_id(job), NULL, &done, &error), CPK_ERROR_ANALYZER,
                      "could not be analysed", &error);
    assert_int_equal(cpk_job_status(done), CPK_JOB_FAILED);
    assert_non_null(strstr(cpk_job_error_message(done), "could not be analysed"));
    cpk_job_free(done);
    assert_ok(cpk_user_get(person.session, NULL, &user, &error), error);
    assert_int_equal(cpk_user_credits_balance(user), 10);
    cpk_user_free(user);
    assert_fails_with(cpk_legacy_pack_find(person.session, cpk_job_id(job), &pack, &error), CPK_ERROR_NOT_FOUND,
                      "no V1 pack", &error);
    moody.failures_left = 0;
    assert_ok(cpk_job_run(person.session, cpk_job_id(job), NULL, &done, &error), error);
    assert_int_equal(cpk_job_status(done), CPK_JOB_COMPLETED);
    assert_null(cpk_job_error_message(done));
    cpk_job_free(done);
    cpk_job_free(job);
    assert_healthy(&person, &error);
    person_free(&person);
}

static int32_t stop_after_one(void *user, int32_t stage, int64_t done, int64_t total)
{
    (void)user;
    (void)total;
    return stage == CPK_STAGE_ANALYZE && done >= 1;
}

static void interrupted_job_continues(void **state)
{
    struct moody moody = {"", 0, 0};
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_error *error = NULL;
    cpk_job *job;
    cpk_job *done;
    cpk_user *user;
    struct person person;

    (void)state;
    moody_person(&person, &moody, CPK_PLAN_CREDITS, &error);
    create_job(&person, DIARY, &job, &error);
    options.progress = stop_after_one;
    assert_int_equal(cpk_job_run(person.session, cpk_job_id(job), &options, &done, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(cpk_job_status(done), CPK_JOB_ANALYZING);
    assert_int_equal(cpk_job_processed_chunks(done), 1);
    cpk_job_free(done);
    assert_ok(cpk_user_get(person.session, NULL, &user, &error), error);
    assert_int_equal(cpk_user_credits_balance(user), 9); /* the rest was released */
    cpk_user_free(user);
    assert_ok(cpk_job_run(person.session, cpk_job_id(job), NULL, &done, &error), error);
    assert_int_equal(moody.calls, cpk_job_total_chunks(done));
    assert_int_equal(count_usage(&person, cpk_job_id(job), &error), cpk_job_total_chunks(done));
    cpk_job_free(done);
    cpk_job_free(job);
    person_free(&person);
}

static void rejected_calls_name_the_reason(void **state)
{
    struct moody moody = {"", 0, 0};
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    cpk_error *error = NULL;
    cpk_job_list *list;
    cpk_job *job;
    cpk_job *done;
    cpk_user_params stranger = CPK_USER_PARAMS_INIT;
    cpk_session *session;
    cpk_user *user;
    struct person person;

    (void)state;
    moody_person(&person, &moody, CPK_PLAN_CREDITS, &error);
    create_job(&person, DIARY, &job, &error);
    stranger.email = "stranger@example.com";
    assert_ok(cpk_user_create(person.service, &stranger, &user, &error), error);
    assert_ok(cpk_session_open_user(person.engine, cpk_user_id(user), &session, &error), error);
    cpk_user_free(user);
    assert_fails_with(cpk_job_get(session, cpk_job_id(job), &done, &error), CPK_ERROR_NOT_FOUND, "no such job", &error);
    assert_fails_with(cpk_job_run(session, cpk_job_id(job), NULL, NULL, &error), CPK_ERROR_NOT_FOUND, "no such job",
                      &error);
    assert_fails_with(cpk_job_delete(session, cpk_job_id(job), &error), CPK_ERROR_NOT_FOUND, "no such job", &error);
    assert_ok(cpk_job_list_get(session, NULL, &list, &error), error);
    assert_int_equal(cpk_job_list_count(list), 0);
    cpk_job_list_free(list);
    cpk_session_close(session);

    params.reason = "chargeback";
    assert_ok(cpk_admin_suspend(person.service, cpk_user_id(person.user), &params, NULL, &error), error);
    assert_fails_with(cpk_job_run(person.session, cpk_job_id(job), NULL, NULL, &error), CPK_ERROR_PERMISSION_DENIED,
                      "chargeback", &error);
    assert_ok(cpk_admin_unsuspend(person.service, cpk_user_id(person.user), &params, NULL, &error), error);
    assert_ok(cpk_admin_adjust_credits(person.service, cpk_user_id(person.user), -9, &params, NULL, &error), error);
    assert_fails_with(cpk_job_run(person.session, cpk_job_id(job), NULL, &done, &error), CPK_ERROR_INSUFFICIENT_CREDITS,
                      "the balance is 1", &error);
    assert_int_equal(cpk_job_status(done), CPK_JOB_READY_FOR_ANALYSIS);
    assert_int_equal(moody.calls, 0);
    cpk_job_free(done);
    assert_ok(cpk_job_delete(person.session, cpk_job_id(job), &error), error);
    assert_fails_with(cpk_job_get(person.session, cpk_job_id(job), &done, &error), CPK_ERROR_NOT_FOUND, "no such job",
                      &error);
    cpk_job_free(job);
    assert_healthy(&person, &error);
    person_free(&person);
}

static void v1_pack_can_be_copied_and_the_copy_deleted(void **state)
{
    struct moody moody = {"", 0, 0};
    cpk_error *error = NULL;
    cpk_legacy_pack_list *legacy_packs;
    cpk_legacy_pack *legacy;
    cpk_source_list *sources;
    cpk_pack *pack;
    cpk_pack *again;
    int32_t copied = -1;
    cpk_job *job;
    struct person person;

    (void)state;
    moody_person(&person, &moody, CPK_PLAN_UNLIMITED, &error);
    create_job(&person, DIARY, &job, &error);
    assert_ok(cpk_job_run(person.session, cpk_job_id(job), NULL, NULL, &error), error);
    assert_ok(cpk_legacy_pack_list_get(person.session, NULL, &legacy_packs, &error), error);
    assert_int_equal(cpk_legacy_pack_list_count(legacy_packs), 1);
    assert_null(cpk_legacy_pack_copy_id(cpk_legacy_pack_list_at(legacy_packs, 0)));
    assert_ok(cpk_legacy_pack_get(person.session, cpk_legacy_pack_id(cpk_legacy_pack_list_at(legacy_packs, 0)), &legacy,
                                  &error),
              error);
    cpk_legacy_pack_list_free(legacy_packs);
    assert_fails_with(cpk_legacy_pack_undo_copy(person.session, cpk_legacy_pack_id(legacy), &error),
                      CPK_ERROR_NOT_FOUND, "no copy", &error);
    assert_ok(cpk_legacy_pack_copy(person.session, cpk_legacy_pack_id(legacy), NULL, &copied, &pack, &error), error);
    assert_int_equal(copied, 1);
    assert_string_equal(cpk_pack_name(pack), "diary.txt");
    assert_non_null(strstr(cpk_pack_description(pack), cpk_legacy_pack_id(legacy)));
    assert_int_equal(cpk_pack_total_sources(pack), 1);
    assert_ok(cpk_legacy_pack_copy(person.session, cpk_legacy_pack_id(legacy), NULL, &copied, &again, &error), error);
    assert_int_equal(copied, 0);
    assert_string_equal(cpk_pack_id(again), cpk_pack_id(pack));
    cpk_pack_free(again);
    assert_ok(cpk_source_list_get(person.session, cpk_pack_id(pack), NULL, &sources, &error), error);
    assert_int_equal(cpk_source_status(cpk_source_list_at(sources, 0)), CPK_SOURCE_PENDING);
    assert_int_equal(cpk_source_file_size(cpk_source_list_at(sources, 0)), sizeof DIARY - 1);
    assert_ok(cpk_source_run(person.session, cpk_source_id(cpk_source_list_at(sources, 0)), CPK_SOURCE_COMPLETED, NULL,
                             NULL, &error),
              error);
    cpk_source_list_free(sources);
    assert_ok(cpk_legacy_pack_undo_copy(person.session, cpk_legacy_pack_id(legacy), &error), error);
    assert_int_equal(cpk_pack_get(person.session, cpk_pack_id(pack), &again, NULL), CPK_ERROR_NOT_FOUND);
    cpk_pack_free(pack);
    cpk_legacy_pack_free(legacy);
    assert_ok(cpk_legacy_pack_find(person.session, cpk_job_id(job), &legacy, &error), error); /* V1 is as it was */
    assert_null(cpk_legacy_pack_copy_id(legacy));

    assert_ok(cpk_legacy_pack_copy(person.session, cpk_legacy_pack_id(legacy), NULL, NULL, &pack, &error), error);
    assert_ok(cpk_legacy_pack_delete(person.session, cpk_legacy_pack_id(legacy), &error), error);
    assert_ok(cpk_pack_get(person.session, cpk_pack_id(pack), &again, &error), error); /* the copy is independent */
    cpk_pack_free(again);
    cpk_pack_free(pack);
    cpk_legacy_pack_free(legacy);
    cpk_job_free(job);
    assert_healthy(&person, &error);
    person_free(&person);
}

static void deleting_an_account_deletes_its_jobs(void **state)
{
    struct moody moody = {"", 0, 0};
    cpk_user_deletion deletion = CPK_USER_DELETION_INIT;
    cpk_error *error = NULL;
    cpk_job *job;
    struct person person;

    (void)state;
    moody_person(&person, &moody, CPK_PLAN_CREDITS, &error);
    create_job(&person, DIARY, &job, &error);
    assert_ok(cpk_job_run(person.session, cpk_job_id(job), NULL, NULL, &error), error);
    cpk_job_free(job);
    assert_ok(cpk_user_delete(person.service, cpk_user_id(person.user), &deletion, &error), error);
    assert_int_equal(deletion.jobs, 1);
    assert_int_equal(deletion.legacy_packs, 1);
    assert_true(deletion.blobs >= 7); /* raw, text, index, pack, three answers */
    assert_healthy(&person, &error);
    person_free(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(job_makes_a_pack_and_charges_each_chunk),
        cmocka_unit_test(failed_chunk_is_listed_and_retried_on_request),
        cmocka_unit_test(job_with_only_failed_chunks_has_failed),
        cmocka_unit_test(interrupted_job_continues),
        cmocka_unit_test(rejected_calls_name_the_reason),
        cmocka_unit_test(v1_pack_can_be_copied_and_the_copy_deleted),
        cmocka_unit_test(deleting_an_account_deletes_its_jobs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What an analysis will cost, and analysing as much as there are credits for. */
#include "support/person.h"

#include <pthread.h>

#define FIRST_CREDITS 10
#define LINES         60
#define THREADS       8
#define PRICE_MICROS  90000
#define TEXT_BYTES    8192
#define ADMIN         "00000000-0000-4000-8000-0000000000aa"

/* An analyzer that fails on some calls. */
struct critic {
    int32_t failing_call; /* -1: none */
    int32_t failing_all;
    int32_t calls;
};

static const char *critic_identity(void *self)
{
    (void)self;
    return "critic/1";
}

static cpk_status critic_analyze(void *self, const cpk_analyzer_request *request, cpk_write_fn write, void *write_user,
                                 cpk_analyzer_usage *usage, cpk_error **error)
{
    static const char answer[] = "The user bakes bread at night.";
    struct critic *critic = self;

    if (critic->failing_all || critic->calls++ == critic->failing_call) {
        *error = cpk_error_new(CPK_ERROR_ANALYZER, "critic", "no opinion", "", 1);
        return CPK_ERROR_ANALYZER;
    }
    usage->input_tokens = request->text_tokens;
    usage->output_tokens = 7;
    usage->cost_micros = 1500;
    return write(write_user, answer, sizeof answer - 1) == 0 ? CPK_OK : CPK_ERROR_CANCELLED;
}

static void open_person(struct person *person, struct critic *critic, int32_t plan)
{
    static const cpk_setting settings[] = {{"chunk.max_tokens", 16}, {"billing.credit_price_micros", PRICE_MICROS}};
    static const cpk_text_setting currency = {"billing.currency", "eur"};
    cpk_analyzer_driver driver = {.abi_version = CPK_ANALYZER_ABI, .struct_size = sizeof driver, .self = critic};
    cpk_engine_options options = person_options();
    cpk_error *error = NULL;

    driver.identity = critic_identity;
    driver.analyze = critic_analyze;
    options.settings = settings;
    options.setting_count = 2;
    options.text_settings = &currency;
    options.text_setting_count = 1;
    options.analyzer_driver = critic != NULL ? &driver : NULL;
    assert_ok(person_create(person, &options, plan, &error), error);
}

static void grant(const struct person *person, int64_t credits)
{
    static int32_t number;
    cpk_credit_params params = CPK_CREDIT_PARAMS_INIT;
    cpk_error *error = NULL;
    char key[32];

    snprintf(key, sizeof key, "gift-%d", ++number);
    params.key = key;
    params.credits = credits;
    assert_ok(cpk_credits_grant(person->service, cpk_user_id(person->user), &params, NULL, &error), error);
}

static void write_text(char text[TEXT_BYTES], int32_t lines, int32_t salt)
{
    size_t length = 0;

    for (int32_t i = 0; i < lines; i++) {
        length += (size_t)snprintf(text + length, TEXT_BYTES - length,
                                   "Town number %d of %d is where I lived in year %d of my life, happily.\n\n", i, salt,
                                   i * 3);
    }
}

static cpk_input text_input(char text[TEXT_BYTES], int32_t lines, int32_t salt)
{
    cpk_input input = CPK_INPUT_INIT;

    write_text(text, lines, salt);
    input.data = text;
    input.length = strlen(text);
    input.name = "towns.txt";
    return input;
}

static void add_source(const struct person *person, int32_t lines, int32_t salt, char id[64])
{
    char text[TEXT_BYTES];
    cpk_input input = text_input(text, lines, salt);
    cpk_source *source = NULL;
    cpk_error *error = NULL;

    assert_ok(cpk_source_add(person->session, cpk_pack_id(person->pack), &input, NULL, NULL, &source, &error), error);
    snprintf(id, 64, "%s", cpk_source_id(source));
    cpk_source_free(source);
}

static void extract(const struct person *person, const char *id)
{
    cpk_error *error = NULL;

    assert_ok(cpk_source_run(person->session, id, CPK_SOURCE_READY_FOR_ANALYSIS, NULL, NULL, &error), error);
}

static cpk_quote quote_of(const struct person *person, const char *id)
{
    cpk_quote quote = CPK_QUOTE_INIT;
    cpk_error *error = NULL;

    assert_ok(cpk_quote_source(person->session, id, &quote, &error), error);
    return quote;
}

/* Runs all or a part; returns the number of analysed chunks. */
static int64_t run(const struct person *person, const char *id, uint32_t flags, int64_t max_chunks, cpk_status expected,
                   int32_t expected_state)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    cpk_status status;
    int64_t done;

    options.flags = flags;
    options.max_chunks = max_chunks;
    status = cpk_source_run(person->session, id, CPK_SOURCE_COMPLETED, &options, &source, &error);
    if (status != expected) {
        fail_msg("%s instead of %s: %s", cpk_status_name(status), cpk_status_name(expected), cpk_error_message(error));
    }
    cpk_error_free(error);
    assert_int_equal(cpk_source_status(source), expected_state);
    done = cpk_source_processed_chunks(source);
    cpk_source_free(source);
    return done;
}

static void quote_equals_the_later_cost(void **state)
{
    struct person person;
    cpk_quote quote = CPK_QUOTE_INIT;
    cpk_error *error = NULL;
    char first[64];
    char second[64];
    int64_t chunks;

    (void)state;
    open_person(&person, NULL, CPK_PLAN_CREDITS);
    assert_ok(cpk_quote_pack(person.session, cpk_pack_id(person.pack), &quote, &error), error);
    assert_int_equal(quote.sources, 0);
    assert_int_equal(quote.can_proceed, 1);
    add_source(&person, 4, 1, first);
    quote = quote_of(&person, first);
    assert_int_equal(quote.sources, 1);
    assert_int_equal(quote.unknown_sources, 1);
    assert_int_equal(quote.chunks_total, 0);
    extract(&person, first);
    quote = quote_of(&person, first);
    chunks = quote.chunks_total;
    assert_in_range(chunks, 3, 9);
    assert_int_equal(quote.unknown_sources, 0);
    assert_int_equal(quote.chunks_left, chunks);
    assert_int_equal(quote.credits_needed, chunks);
    assert_int_equal(quote.chunks_covered, chunks);
    assert_int_equal(quote.balance, FIRST_CREDITS);
    assert_int_equal(quote.can_proceed, 1);
    assert_int_equal(quote.price_micros, PRICE_MICROS);
    assert_int_equal(quote.cost_micros, chunks * PRICE_MICROS);
    assert_string_equal(quote.currency, "eur");
    person_has(&person, FIRST_CREDITS, 0);

    assert_int_equal(run(&person, first, 0, 1, CPK_OK, CPK_SOURCE_ANALYZING), 1);
    add_source(&person, 4, 2, second);
    assert_ok(cpk_quote_pack(person.session, cpk_pack_id(person.pack), &quote, &error), error);
    assert_int_equal(quote.sources, 2);
    assert_int_equal(quote.unknown_sources, 1);
    assert_int_equal(quote.chunks_total, chunks);
    assert_int_equal(quote.chunks_done, 1);
    assert_int_equal(quote.chunks_left, chunks - 1);
    assert_int_equal(run(&person, first, 0, 0, CPK_OK, CPK_SOURCE_COMPLETED), chunks);
    quote = quote_of(&person, first);
    assert_int_equal(quote.chunks_left, 0);
    assert_int_equal(quote.cost_micros, 0);
    person_close(&person);
}

static void quote_is_only_for_the_owner(void **state)
{
    cpk_user_params params = CPK_USER_PARAMS_INIT;
    cpk_quote quote = CPK_QUOTE_INIT;
    cpk_session *session = NULL;
    cpk_user *user = NULL;
    cpk_error *error = NULL;
    struct person person;
    char id[64];

    (void)state;
    open_person(&person, NULL, CPK_PLAN_CREDITS);
    add_source(&person, 4, 1, id);
    params.email = "somebody@example.com";
    assert_ok(cpk_user_create(person.service, &params, &user, &error), error);
    assert_ok(cpk_session_open_user(person.engine, cpk_user_id(user), &session, &error), error);
    assert_int_equal(cpk_quote_source(session, id, &quote, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_quote_pack(session, cpk_pack_id(person.pack), &quote, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_quote_job(session, "none", &quote, NULL), CPK_ERROR_NOT_FOUND);
    assert_int_equal(cpk_quote_source(person.session, "none", &quote, NULL), CPK_ERROR_NOT_FOUND);
    cpk_session_close(session);
    cpk_user_free(user);
    person_close(&person);
}

static void quote_on_the_unlimited_plan_needs_no_credits(void **state)
{
    cpk_quote quote;
    struct person person;
    char id[64];

    (void)state;
    open_person(&person, NULL, CPK_PLAN_UNLIMITED);
    add_source(&person, LINES, 1, id);
    extract(&person, id);
    quote = quote_of(&person, id);
    assert_true(quote.chunks_left > FIRST_CREDITS);
    assert_int_equal(quote.is_unlimited, 1);
    assert_int_equal(quote.credits_needed, 0);
    assert_int_equal(quote.cost_micros, 0);
    assert_int_equal(quote.chunks_covered, quote.chunks_left);
    assert_int_equal(quote.can_proceed, 1);
    assert_int_equal(run(&person, id, CPK_RUN_PARTIAL, 3, CPK_OK, CPK_SOURCE_ANALYZING), 3);
    assert_int_equal(run(&person, id, CPK_RUN_PARTIAL, 0, CPK_OK, CPK_SOURCE_COMPLETED), quote.chunks_total);
    person_has(&person, FIRST_CREDITS, 0);
    person_close(&person);
}

static void quote_of_a_suspended_account_cannot_proceed(void **state)
{
    cpk_admin_params params = CPK_ADMIN_PARAMS_INIT;
    cpk_session *admin = NULL;
    cpk_error *error = NULL;
    struct person person;
    char id[64];

    (void)state;
    open_person(&person, NULL, CPK_PLAN_CREDITS);
    add_source(&person, 4, 1, id);
    extract(&person, id);
    assert_int_equal(quote_of(&person, id).can_proceed, 1);
    assert_ok(cpk_session_open_admin(person.engine, ADMIN, &admin, &error), error);
    params.reason = "a test";
    assert_ok(cpk_admin_suspend(admin, cpk_user_id(person.user), &params, NULL, &error), error);
    assert_int_equal(quote_of(&person, id).can_proceed, 0);
    cpk_session_close(admin);
    person_close(&person);
}

static int32_t count_bytes(void *user, const void *data, size_t length_bytes)
{
    (void)data;
    *(size_t *)user += length_bytes;
    return 0;
}

static void partial_run_analyses_the_requested_chunks(void **state)
{
    cpk_export *document = NULL;
    cpk_error *error = NULL;
    cpk_quote quote;
    struct person person;
    size_t bytes = 0;
    char id[64];

    (void)state;
    open_person(&person, NULL, CPK_PLAN_CREDITS);
    add_source(&person, LINES, 1, id);
    extract(&person, id);
    quote = quote_of(&person, id);
    assert_true(quote.chunks_total > 2 * FIRST_CREDITS);
    assert_int_equal(quote.can_proceed, 0);
    assert_int_equal(quote.chunks_covered, FIRST_CREDITS);
    run(&person, id, 0, 0, CPK_ERROR_INSUFFICIENT_CREDITS, CPK_SOURCE_READY_FOR_ANALYSIS);
    run(&person, id, 0, FIRST_CREDITS + 1, CPK_ERROR_INSUFFICIENT_CREDITS, CPK_SOURCE_READY_FOR_ANALYSIS);
    person_has(&person, FIRST_CREDITS, 0);
    assert_int_equal(run(&person, id, 0, 3, CPK_OK, CPK_SOURCE_ANALYZING), 3);
    person_has(&person, FIRST_CREDITS - 3, 0);
    assert_int_equal(run(&person, id, CPK_RUN_PARTIAL, 0, CPK_OK, CPK_SOURCE_ANALYZING), FIRST_CREDITS);
    person_has(&person, 0, 0);
    run(&person, id, CPK_RUN_PARTIAL, 0, CPK_ERROR_INSUFFICIENT_CREDITS, CPK_SOURCE_ANALYZING);
    assert_ok(
        cpk_export_create(person.session, cpk_pack_id(person.pack), CPK_EXPORT_COMPLETE, NULL, NULL, &document, &error),
        error);
    assert_ok(
        cpk_export_read(person.session, cpk_export_id(document), CPK_FORMAT_MARKDOWN, count_bytes, &bytes, &error),
        error);
    assert_true(bytes > 0);
    cpk_export_free(document);

    grant(&person, quote.chunks_total - FIRST_CREDITS + 1);
    quote = quote_of(&person, id);
    assert_int_equal(quote.chunks_done, FIRST_CREDITS);
    assert_int_equal(quote.can_proceed, 1);
    assert_int_equal(run(&person, id, 0, 0, CPK_OK, CPK_SOURCE_COMPLETED), quote.chunks_total);
    person_has(&person, 1, 0);
    person_close(&person);
}

/* A failed chunk is not charged: its credit is used for another one, and the run reports the failure. */
static void credit_of_a_failed_chunk_is_used_for_another(void **state)
{
    struct critic critic = {0, 0, 0};
    struct person person;
    char id[64];

    (void)state;
    open_person(&person, &critic, CPK_PLAN_CREDITS);
    add_source(&person, LINES, 1, id);
    assert_int_equal(run(&person, id, CPK_RUN_PARTIAL, 0, CPK_ERROR_ANALYZER, CPK_SOURCE_FAILED), FIRST_CREDITS);
    person_has(&person, 0, 0);
    grant(&person, 2);
    assert_int_equal(run(&person, id, CPK_RUN_PARTIAL, 0, CPK_OK, CPK_SOURCE_ANALYZING), FIRST_CREDITS + 2);
    critic.failing_all = 1;
    grant(&person, 5);
    critic.calls = 0;
    run(&person, id, 0, 2, CPK_ERROR_ANALYZER, CPK_SOURCE_FAILED); /* and no third one is tried */
    person_has(&person, 5, 0);
    person_close(&person);
}

static int32_t cancel_at_third(void *user, int32_t stage, int64_t done, int64_t total)
{
    (void)user;
    (void)total;
    return stage == CPK_STAGE_ANALYZE && done == 3;
}

static void cancelled_run_releases_the_remaining_hold(void **state)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    struct person person;
    char id[64];

    (void)state;
    open_person(&person, NULL, CPK_PLAN_CREDITS);
    add_source(&person, LINES, 1, id);
    options.flags = CPK_RUN_PARTIAL;
    options.progress = cancel_at_third;
    assert_int_equal(cpk_source_run(person.session, id, CPK_SOURCE_COMPLETED, &options, NULL, NULL),
                     CPK_ERROR_CANCELLED);
    person_has(&person, FIRST_CREDITS - 3, 0);
    assert_int_equal(run(&person, id, CPK_RUN_PARTIAL, 0, CPK_OK, CPK_SOURCE_ANALYZING), FIRST_CREDITS);
    options.flags = 2;
    assert_int_equal(cpk_source_run(person.session, id, CPK_SOURCE_COMPLETED, &options, NULL, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    options.flags = 0;
    options.max_chunks = -1;
    assert_int_equal(cpk_source_run(person.session, id, CPK_SOURCE_COMPLETED, &options, NULL, NULL),
                     CPK_ERROR_INVALID_ARGUMENT);
    person_close(&person);
}

static void jobs_can_be_run_in_part(void **state)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_legacy_pack *pack = NULL;
    cpk_quote quote = CPK_QUOTE_INIT;
    cpk_error *error = NULL;
    cpk_job *job = NULL;
    char text[TEXT_BYTES];
    cpk_input input = text_input(text, LINES, 1);
    struct person person;
    char id[64];

    (void)state;
    open_person(&person, NULL, CPK_PLAN_CREDITS);
    assert_ok(cpk_job_create(person.session, &input, NULL, &job, &error), error);
    snprintf(id, sizeof id, "%s", cpk_job_id(job));
    cpk_job_free(job);
    assert_ok(cpk_quote_job(person.session, id, &quote, &error), error);
    assert_int_equal(quote.unknown_sources, 1);
    assert_int_equal(cpk_job_run(person.session, id, NULL, NULL, NULL), CPK_ERROR_INSUFFICIENT_CREDITS);
    assert_ok(cpk_quote_job(person.session, id, &quote, &error), error);
    assert_int_equal(quote.unknown_sources, 0);
    assert_true(quote.chunks_left > FIRST_CREDITS);
    options.flags = CPK_RUN_PARTIAL;
    assert_ok(cpk_job_run(person.session, id, &options, &job, &error), error);
    assert_int_equal(cpk_job_status(job), CPK_JOB_ANALYZING);
    assert_int_equal(cpk_job_processed_chunks(job), FIRST_CREDITS);
    cpk_job_free(job);
    person_has(&person, 0, 0);
    assert_int_equal(cpk_legacy_pack_find(person.session, id, &pack, NULL), CPK_ERROR_NOT_FOUND);
    grant(&person, quote.chunks_left - FIRST_CREDITS);
    assert_ok(cpk_job_run(person.session, id, NULL, &job, &error), error);
    assert_int_equal(cpk_job_status(job), CPK_JOB_COMPLETED);
    cpk_job_free(job);
    person_has(&person, 0, 0);
    assert_ok(cpk_legacy_pack_find(person.session, id, &pack, &error), error);
    cpk_legacy_pack_free(pack);
    assert_ok(cpk_quote_job(person.session, id, &quote, &error), error);
    assert_int_equal(quote.chunks_left, 0);
    person_close(&person);
}

/* Sources of one user that are started at once share the balance to the last credit, and never take more. */
struct runner {
    struct person *person;
    char id[64];
    int64_t done;
    cpk_status status;
};

static void *run_source(void *user)
{
    struct runner *runner = user;
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_session *session = NULL;
    cpk_source *source = NULL;

    options.flags = CPK_RUN_PARTIAL;
    runner->status = cpk_session_open_user(runner->person->engine, cpk_user_id(runner->person->user), &session, NULL);
    if (runner->status == CPK_OK) {
        runner->status = cpk_source_run(session, runner->id, CPK_SOURCE_COMPLETED, &options, &source, NULL);
    }
    runner->done = cpk_source_processed_chunks(source);
    cpk_source_free(source);
    cpk_session_close(session);
    return NULL;
}

static void concurrent_runs_share_the_balance(void **state)
{
    static struct runner runners[THREADS];
    pthread_t threads[THREADS];
    struct person person;
    int64_t done = 0;

    (void)state;
    open_person(&person, NULL, CPK_PLAN_CREDITS);
    for (int32_t i = 0; i < THREADS; i++) {
        runners[i].person = &person;
        add_source(&person, 4, i, runners[i].id);
        extract(&person, runners[i].id);
    }
    for (int32_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, run_source, &runners[i]), 0);
    }
    for (int32_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(runners[i].status == CPK_OK || runners[i].status == CPK_ERROR_INSUFFICIENT_CREDITS);
        assert_true(runners[i].status == CPK_OK ? runners[i].done > 0 : runners[i].done == 0);
        done += runners[i].done;
    }
    assert_int_equal(done, FIRST_CREDITS);
    person_has(&person, 0, 0);
    person_close(&person);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quote_equals_the_later_cost),
        cmocka_unit_test(quote_is_only_for_the_owner),
        cmocka_unit_test(quote_on_the_unlimited_plan_needs_no_credits),
        cmocka_unit_test(quote_of_a_suspended_account_cannot_proceed),
        cmocka_unit_test(partial_run_analyses_the_requested_chunks),
        cmocka_unit_test(credit_of_a_failed_chunk_is_used_for_another),
        cmocka_unit_test(cancelled_run_releases_the_remaining_hold),
        cmocka_unit_test(jobs_can_be_run_in_part),
        cmocka_unit_test(concurrent_runs_share_the_balance),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

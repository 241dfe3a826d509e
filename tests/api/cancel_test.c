/* A requested token ends calls that wait for a lock which another connection holds. */
#include "support/person.h"

#include "support/scratch.h"
#include "support/tables.h"

#include <pthread.h>
#include <time.h>

#define DELAY_MS 150
#define LIMIT_US 1000000 /* from the request to the end of the call */

struct bench {
    struct person person;
    struct tables other; /* the other connection */
    char folder[SCRATCH_PATH_BYTES];
    cpk_cancel *cancel;
    int64_t requested_us;
};

static int64_t steady_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void run_sql(struct bench *bench, const char *sql)
{
    char text[TABLES_TEXT_BYTES];

    tables_text(&bench->other, sql, text);
    if (bench->other.problem[0] != '\0') {
        fail_msg("%s: %s", sql, bench->other.problem);
    }
}

static int setup(void **state)
{
    const cpk_setting patient = {"database.busy_timeout_ms", 20000};
    cpk_engine_options options = person_options();
    struct bench *bench = calloc(1, sizeof *bench);
    char path[SCRATCH_PATH_BYTES + 32];
    cpk_error *error = NULL;

    assert_non_null(bench);
    scratch_make(bench->folder);
    snprintf(path, sizeof path, "sqlite:%s/test.db", bench->folder);
    if (!backend_is_postgres()) {
        options.database = path;
    }
    options.settings = &patient;
    options.setting_count = 1;
    assert_ok(person_create(&bench->person, &options, CPK_PLAN_CREDITS, &error), error);
    assert_true(tables_open(&bench->other, options.database));
    assert_ok(cpk_cancel_create(&bench->cancel, &error), error);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    tables_close(&bench->other);
    person_free(&bench->person);
    cpk_cancel_free(bench->cancel);
    scratch_remove(bench->folder);
    free(bench);
    return 0;
}

static void lock_database(struct bench *bench)
{
    if (bench->other.postgres != NULL) {
        run_sql(bench, "BEGIN");
        run_sql(bench, "LOCK TABLE pack_sources IN ACCESS EXCLUSIVE MODE");
    } else {
        run_sql(bench, "BEGIN IMMEDIATE");
    }
}

static void *request_soon(void *argument)
{
    const struct timespec delay = {0, DELAY_MS * 1000000L};
    struct bench *bench = argument;

    nanosleep(&delay, NULL);
    bench->requested_us = steady_us();
    cpk_cancel_request(bench->cancel);
    return NULL;
}

static cpk_status add(struct bench *bench, cpk_source **source, cpk_error **error)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;
    cpk_input input = CPK_INPUT_INIT;

    options.cancel = bench->cancel;
    input.path = SAMPLE;
    return cpk_source_add(bench->person.session, cpk_pack_id(bench->person.pack), &input, &options, NULL, source,
                          error);
}

static cpk_status run_source(struct bench *bench, const char *source_id, cpk_error **error)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;

    options.cancel = bench->cancel;
    return cpk_source_run(bench->person.session, source_id, CPK_SOURCE_READY_FOR_ANALYSIS, &options, NULL, error);
}

static void waiting_for_a_lock_ends_when_cancelled(void **state)
{
    struct bench *bench = *state;
    cpk_source *source = NULL;
    cpk_error *error = NULL;
    pthread_t thread;

    lock_database(bench);
    assert_int_equal(pthread_create(&thread, NULL, request_soon, bench), 0);
    assert_int_equal(add(bench, &source, NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(steady_us() - bench->requested_us < LIMIT_US);
    run_sql(bench, "ROLLBACK");
    cpk_cancel_reset(bench->cancel);
    assert_ok(add(bench, &source, &error), error); /* and continues from there */

    lock_database(bench);
    assert_int_equal(pthread_create(&thread, NULL, request_soon, bench), 0);
    assert_int_equal(run_source(bench, cpk_source_id(source), NULL), CPK_ERROR_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(steady_us() - bench->requested_us < LIMIT_US);
    run_sql(bench, "ROLLBACK");
    cpk_cancel_reset(bench->cancel);
    assert_ok(run_source(bench, cpk_source_id(source), &error), error);
    cpk_source_free(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(waiting_for_a_lock_ends_when_cancelled, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Cancelling running statements by a token, on the database named by CONTEXTPACK_TEST_BACKEND. */
#include "support/test.h"

#include "base/context.h"
#include "database/database.h"
#include "support/backend.h"

#include <pthread.h>
#include <time.h>

#define DELAY_MS 150
#define LIMIT_US 1000000 /* from the request to the end of the statement */

static const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
static const char endless[] = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n "
                              "WHERE i < 4000000000) SELECT count(*) FROM n";
static const char many[] = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n "
                           "WHERE i < 3000000) SELECT count(*) FROM n";

struct bench {
    struct context context;
    struct database *database;
    struct db_session *session;
    cpk_cancel *cancel;
    int64_t requested_us;
    cpk_error *error;
};

static int setup(void **state)
{
    static char uri[BACKEND_URI_BYTES];
    struct bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    context_init(&bench->context);
    assert_ok(database_open(&bench->context, backend_database(uri), &bench->database, &bench->error), bench->error);
    assert_ok(db_session_open(bench->database, &service, &bench->session, &bench->error), bench->error);
    assert_ok(cpk_cancel_create(&bench->cancel, &bench->error), bench->error);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    db_session_close(bench->session);
    database_free(bench->database);
    cpk_cancel_free(bench->cancel);
    context_free(&bench->context);
    free(bench);
    return 0;
}

static cpk_status run(struct bench *bench, const char *sql, cpk_error **error)
{
    const cpk_value *columns;
    size_t count;
    void *cursor;
    cpk_status status = db_session_exec(bench->session, 0, sql, NULL, 0, &cursor, error);

    if (status != CPK_OK) {
        return status;
    }
    do {
        status = db_session_next(bench->session, cursor, &columns, &count, error);
    } while (status == CPK_OK && columns != NULL);
    db_session_cursor_close(bench->session, cursor);
    return status;
}

static void *request_soon(void *argument)
{
    const struct timespec delay = {0, DELAY_MS * 1000000L};
    struct bench *bench = argument;

    nanosleep(&delay, NULL);
    bench->requested_us = context_steady_us();
    cpk_cancel_request(bench->cancel);
    return NULL;
}

static void run_cancelled(struct bench *bench)
{
    cpk_error *error = NULL;
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, request_soon, bench), 0);
    assert_int_equal(run(bench, endless, &error), CPK_ERROR_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(context_steady_us() - bench->requested_us < LIMIT_US);
    assert_non_null(error);
    cpk_error_free(error);
}

static void running_statement_is_cancelled_within_a_second(void **state)
{
    struct bench *bench = *state;

    assert_null(db_session_watch(bench->session, bench->cancel));
    run_cancelled(bench);
    assert_ptr_equal(db_session_watch(bench->session, NULL), bench->cancel);
    assert_ok(run(bench, "SELECT 1", &bench->error), bench->error); /* the session stays usable */
    cpk_cancel_reset(bench->cancel);
    db_session_watch(bench->session, bench->cancel);
    run_cancelled(bench); /* and can be cancelled again */
}

static void cancelled_statement_rolls_its_transaction_back(void **state)
{
    struct bench *bench = *state;

    db_session_watch(bench->session, bench->cancel);
    assert_ok(db_begin(bench->session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    run_cancelled(bench);
    assert_int_equal(run(bench, "SELECT 1", NULL), CPK_ERROR_CONFLICT);
    assert_ok(db_rollback(bench->session, &bench->error), bench->error);
    assert_ok(db_begin(bench->session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    assert_ok(db_commit(bench->session, &bench->error), bench->error);
}

/* Clean-up after a cancelled operation may take longer than the polling interval. */
static void statement_after_the_request_is_not_cancelled(void **state)
{
    struct bench *bench = *state;

    db_session_watch(bench->session, bench->cancel);
    cpk_cancel_request(bench->cancel);
    assert_ok(db_begin(bench->session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    assert_ok(run(bench, many, &bench->error), bench->error);
    assert_ok(db_commit(bench->session, &bench->error), bench->error);
}

static void token_of_another_session_has_no_effect(void **state)
{
    struct bench *bench = *state;
    struct db_session *other;

    assert_ok(db_session_open(bench->database, &service, &other, &bench->error), bench->error);
    db_session_watch(other, bench->cancel);
    cpk_cancel_request(bench->cancel);
    assert_ok(run(bench, many, &bench->error), bench->error);
    db_session_close(other); /* while its token is set */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(running_statement_is_cancelled_within_a_second, setup, teardown),
        cmocka_unit_test_setup_teardown(cancelled_statement_rolls_its_transaction_back, setup, teardown),
        cmocka_unit_test_setup_teardown(statement_after_the_request_is_not_cancelled, setup, teardown),
        cmocka_unit_test_setup_teardown(token_of_another_session_has_no_effect, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/test.h"

#include "conformance/database_conformance.h"

#include "base/context.h"
#include "database/statement.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES 4
#define ROWS_EACH 200
#define KILLS     12
#define KILLS_MAX 45 /* delays below a second */

static const char *suite_uri;
static const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};

struct bench {
    struct context context;
    struct database *database;
    struct db_session *session;
    cpk_error *error;
};

static void run_sql(struct bench *bench, struct db_session *session, const char *sql)
{
    struct statement run;

    statement_start_sql(&run, session, sql);
    assert_ok(statement_run(&run, NULL, &bench->error), bench->error);
}

static int64_t count_rows(struct bench *bench, struct db_session *session)
{
    struct statement query;
    int32_t has_row;
    int64_t count;

    statement_start_sql(&query, session, "SELECT count(*) FROM conformance");
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    count = statement_int64(&query, 0);
    statement_finish(&query);
    return count;
}

/* As the owner of the schema; other actors only use the table. */
static void make_table(struct bench *bench)
{
    const cpk_actor owner = {sizeof owner, CPK_ACTOR_MIGRATION, NULL};
    struct db_session *session;

    assert_ok(db_session_open(bench->database, &owner, &session, &bench->error), bench->error);
    run_sql(bench, session, "DROP TABLE IF EXISTS conformance");
    run_sql(bench, session, "CREATE TABLE conformance (id bigint PRIMARY KEY, label text, size double precision)");
    if (database_dialect(bench->database) == CPK_DIALECT_POSTGRESQL) {
        run_sql(bench, session, "GRANT SELECT, INSERT, UPDATE, DELETE ON conformance TO service_role");
    }
    db_session_close(session);
}

static int setup(void **state)
{
    struct bench *created = calloc(1, sizeof *created);

    context_init(&created->context);
    created->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = 20000;
    assert_ok(database_open(&created->context, suite_uri, &created->database, &created->error), created->error);
    make_table(created);
    assert_ok(db_session_open(created->database, &service, &created->session, &created->error), created->error);
    *state = created;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    db_session_close(bench->session);
    database_free(bench->database);
    free(bench);
    return 0;
}

static cpk_status insert(struct db_session *session, int64_t id, const char *label, int64_t *rows, cpk_error **error)
{
    struct statement change;

    statement_start_sql(&change, session, "INSERT INTO conformance (id, label) VALUES ($1, $2) RETURNING id");
    statement_bind_int64(&change, 1, id);
    statement_bind_text(&change, 2, label);
    return statement_run(&change, rows, error);
}

/* Placeholders are bound by number, not by position, and may occur twice. */
static void parameters_go_by_number(void **state)
{
    struct bench *bench = *state;
    struct statement query;
    int32_t has_row;

    statement_start_sql(&query, bench->session,
                        "SELECT CAST($3 AS text), CAST($1 AS bigint), CAST($2 AS text), CAST($1 AS bigint) + 1");
    statement_bind_int64(&query, 1, 41);
    statement_bind_text(&query, 2, "two");
    statement_bind_text(&query, 3, "three");
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    assert_int_equal(has_row, 1);
    assert_string_equal(statement_take_text(&query, NULL), "three");
    assert_int_equal(statement_take_int64(&query), 41);
    assert_string_equal(statement_take_text(&query, NULL), "two");
    assert_int_equal(statement_take_int64(&query), 42);
    assert_ok(statement_check(&query, &bench->error), bench->error);
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    assert_int_equal(has_row, 0);
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    assert_int_equal(has_row, 0);
    statement_finish(&query);
}

static void a_missing_value_is_refused(void **state)
{
    struct bench *bench = *state;
    struct statement query;
    int32_t has_row;

    statement_start_sql(&query, bench->session, "SELECT CAST($1 AS bigint), CAST($3 AS bigint)");
    statement_bind_int64(&query, 1, 1);
    statement_bind_int64(&query, 3, 3);
    assert_int_not_equal(statement_step(&query, &has_row, NULL), CPK_OK);
    statement_start_sql(&query, bench->session, "SELECT CAST($1 AS bigint), CAST($2 AS bigint)");
    statement_bind_int64(&query, 1, 1);
    assert_int_not_equal(statement_step(&query, &has_row, NULL), CPK_OK);
}

static void nulls_have_types(void **state)
{
    struct bench *bench = *state;
    struct statement query;
    int32_t has_row;

    statement_start_sql(&query, bench->session,
                        "SELECT CAST($1 AS bigint), CAST($2 AS text), CASE WHEN $1 IS NULL THEN 1 ELSE 0 END, "
                        "COALESCE($3, 7), COALESCE($4, 'none')");
    statement_bind_null(&query, 1, CPK_VALUE_INT64);
    statement_bind_null(&query, 2, CPK_VALUE_TEXT);
    statement_bind_time(&query, 3, CPK_TIME_UNKNOWN);
    statement_bind_text(&query, 4, NULL);
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    assert_int_equal(statement_take_int64_or(&query, -5), -5);
    assert_null(statement_take_text(&query, NULL));
    assert_int_equal(statement_take_int64(&query), 1);
    assert_int_equal(statement_take_int64(&query), 7);
    assert_string_equal(statement_take_text(&query, NULL), "none");
    assert_ok(statement_check(&query, &bench->error), bench->error);
    statement_finish(&query);
}

static void numbers_and_bytes_come_back_whole(void **state)
{
    struct bench *bench = *state;
    size_t length = (size_t)5 << 20;
    char *large = malloc(length + 1);
    static const unsigned char blob[] = {0, 1, 2, 0, 255, 0};
    struct statement query;
    int32_t has_row;
    size_t got;

    memset(large, 'x', length);
    large[length] = '\0';
    statement_start_sql(&query, bench->session, "SELECT $1, $2, $3, $4, $5, $6");
    statement_bind_int64(&query, 1, INT64_MIN);
    statement_bind_int64(&query, 2, INT64_MAX);
    statement_bind_blob(&query, 3, blob, sizeof blob);
    statement_bind_text_length(&query, 4, large, length);
    statement_bind_text(&query, 5, "");
    statement_bind_blob(&query, 6, "", 0);
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    assert_int_equal(statement_take_int64(&query), INT64_MIN);
    assert_int_equal(statement_take_int64(&query), INT64_MAX);
    assert_memory_equal(statement_take_blob(&query, &got), blob, sizeof blob);
    assert_int_equal(got, sizeof blob);
    assert_memory_equal(statement_take_text(&query, &got), large, length + 1);
    assert_int_equal(got, length);
    assert_string_equal(statement_take_text(&query, &got), "");
    assert_non_null(statement_take_blob(&query, &got));
    assert_int_equal(got, 0);
    assert_ok(statement_check(&query, &bench->error), bench->error);
    statement_finish(&query);
    free(large);
}

static void a_wrong_look_is_reported(void **state)
{
    struct bench *bench = *state;
    struct statement query;
    int32_t has_row;

    statement_start_sql(&query, bench->session, "SELECT 'text', 2");
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    assert_int_equal(statement_take_int64(&query), 0);
    assert_int_equal(statement_check(&query, NULL), CPK_ERROR_DATABASE);
    statement_start_sql(&query, bench->session, "SELECT 1, 2");
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    statement_take_int64(&query);
    assert_int_equal(statement_check(&query, NULL), CPK_ERROR_DATABASE); /* one column was not read */
}

static void transactions_are_all_or_nothing(void **state)
{
    struct bench *bench = *state;

    assert_ok(db_begin(bench->session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    assert_ok(insert(bench->session, 1, "one", NULL, &bench->error), bench->error);
    assert_ok(db_rollback(bench->session, &bench->error), bench->error);
    assert_int_equal(count_rows(bench, bench->session), 0);
    assert_ok(db_begin(bench->session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    assert_ok(insert(bench->session, 1, "one", NULL, &bench->error), bench->error);
    assert_int_equal(db_begin(bench->session, CPK_TRANSACTION_WRITE, NULL), CPK_ERROR_INTERNAL);
    assert_ok(db_commit(bench->session, &bench->error), bench->error);
    assert_int_equal(count_rows(bench, bench->session), 1);
    assert_int_equal(db_commit(bench->session, NULL), CPK_ERROR_INTERNAL);
    assert_ok(db_rollback(bench->session, &bench->error), bench->error);
}

static void after_an_error_only_rollback_is_legal(void **state)
{
    struct bench *bench = *state;

    assert_ok(db_begin(bench->session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    assert_ok(insert(bench->session, 1, "one", NULL, &bench->error), bench->error);
    assert_int_equal(insert(bench->session, 1, "again", NULL, NULL), CPK_ERROR_ALREADY_EXISTS);
    assert_int_equal(insert(bench->session, 2, "two", NULL, NULL), CPK_ERROR_CONFLICT);
    assert_int_equal(db_commit(bench->session, NULL), CPK_ERROR_CONFLICT);
    assert_int_equal(count_rows(bench, bench->session), 0);
    assert_ok(insert(bench->session, 2, "two", NULL, &bench->error), bench->error);
    assert_int_equal(insert(bench->session, 2, "two", NULL, NULL), CPK_ERROR_ALREADY_EXISTS);
    assert_int_equal(count_rows(bench, bench->session), 1); /* outside a transaction an error costs nothing more */
}

static void one_statement_at_a_time(void **state)
{
    struct bench *bench = *state;
    struct statement first;
    struct statement second;
    int32_t has_row;

    statement_start_sql(&first, bench->session, "SELECT 1 UNION ALL SELECT 2");
    assert_ok(statement_step(&first, &has_row, &bench->error), bench->error);
    statement_start_sql(&second, bench->session, "SELECT 3");
    assert_int_equal(statement_step(&second, &has_row, NULL), CPK_ERROR_INTERNAL);
    assert_ok(statement_step(&first, &has_row, &bench->error), bench->error);
    assert_int_equal(statement_int64(&first, 0), 2);
    statement_finish(&first);
    statement_finish(&first);
    statement_start_sql(&second, bench->session, "SELECT 3");
    assert_ok(statement_step(&second, &has_row, &bench->error), bench->error);
    assert_int_equal(statement_int64(&second, 0), 3);
    statement_finish(&second);
}

/* RETURNING returns the changed rows; a partially read statement is executed completely. */
static void changes_answer_with_rows(void **state)
{
    struct bench *bench = *state;
    struct statement change;
    int32_t has_row;
    int64_t rows;

    for (int64_t i = 0; i < 5; i++) {
        assert_ok(insert(bench->session, i, "x", &rows, &bench->error), bench->error);
        assert_int_equal(rows, 1);
    }
    statement_start_sql(&change, bench->session, "UPDATE conformance SET label = 'y' WHERE id >= $1 RETURNING id");
    statement_bind_int64(&change, 1, 3);
    assert_ok(statement_run(&change, &rows, &bench->error), bench->error);
    assert_int_equal(rows, 2);
    statement_start_sql(&change, bench->session, "DELETE FROM conformance WHERE id < $1 RETURNING id");
    statement_bind_int64(&change, 1, 2);
    assert_ok(statement_step(&change, &has_row, &bench->error), bench->error);
    statement_finish(&change);
    assert_int_equal(count_rows(bench, bench->session), 3);
}

static void closing_rolls_back(void **state)
{
    struct bench *bench = *state;
    struct db_session *other;
    struct statement query;
    int32_t has_row;

    assert_ok(db_session_open(bench->database, &service, &other, &bench->error), bench->error);
    assert_ok(db_begin(other, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    assert_ok(insert(other, 1, "lost", NULL, &bench->error), bench->error);
    statement_start_sql(&query, other, "SELECT 1 UNION ALL SELECT 2");
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    db_session_close(other); /* with a statement and a transaction open */
    assert_int_equal(count_rows(bench, bench->session), 0);
    assert_ok(db_session_open(bench->database, &service, &other, &bench->error), bench->error);
    assert_ok(insert(other, 1, "kept", NULL, &bench->error), bench->error); /* the next session starts clean */
    db_session_close(other);
    assert_int_equal(count_rows(bench, bench->session), 1);
}

struct writer {
    struct db_session *session;
    cpk_status status;
    cpk_error *error;
};

static void *write_second(void *argument)
{
    struct writer *writer = argument;

    writer->status = db_begin(writer->session, CPK_TRANSACTION_WRITE, &writer->error);
    if (writer->status == CPK_OK) { /* an engine with finer locks: the conflict is on the row */
        writer->status = insert(writer->session, 1, "second", NULL, &writer->error);
    }
    return NULL;
}

static void a_second_writer_waits_and_then_is_told(void **state)
{
    struct bench *bench = *state;
    struct writer writer = {0};
    struct db_session *other;
    pthread_t thread;

    bench->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = 50; /* for sessions opened from now on */
    assert_ok(db_session_open(bench->database, &service, &other, &bench->error), bench->error);
    assert_ok(db_begin(bench->session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    assert_ok(insert(bench->session, 1, "first", NULL, &bench->error), bench->error);
    writer.session = other;
    assert_int_equal(pthread_create(&thread, NULL, write_second, &writer), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(writer.status, CPK_ERROR_BUSY);
    assert_int_equal(cpk_error_retryable(writer.error), 1);
    assert_non_null(strstr(cpk_error_message(writer.error), "database.busy_timeout_ms"));
    cpk_error_free(writer.error);
    db_rollback(other, NULL);
    assert_ok(db_commit(bench->session, &bench->error), bench->error);
    assert_ok(db_begin(other, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    assert_ok(insert(other, 2, "second", NULL, &bench->error), bench->error);
    assert_ok(db_commit(other, &bench->error), bench->error);
    db_session_close(other);
    assert_int_equal(count_rows(bench, bench->session), 2);
}

static cpk_status add_rows(struct database *database, int64_t first_id, cpk_error **error)
{
    struct db_session *session;
    cpk_status status = db_session_open(database, &service, &session, error);

    for (int64_t i = 0; i < ROWS_EACH && status == CPK_OK; i++) {
        status = db_begin(session, CPK_TRANSACTION_WRITE, error);
        if (status == CPK_OK) {
            status = insert(session, first_id + i, "contended", NULL, error);
        }
        if (status == CPK_OK) {
            status = db_commit(session, error);
        }
    }
    db_session_close(session);
    return status;
}

struct worker {
    struct database *database;
    int64_t first_id;
    cpk_error *error;
    cpk_status status;
};

static void *work(void *argument)
{
    struct worker *worker = argument;

    worker->status = add_rows(worker->database, worker->first_id, &worker->error);
    return NULL;
}

static void threads_write_at_once(void **state)
{
    struct bench *bench = *state;
    pthread_t threads[PROCESSES];
    struct worker workers[PROCESSES];

    for (int i = 0; i < PROCESSES; i++) {
        workers[i] = (struct worker){bench->database, (int64_t)i * ROWS_EACH, NULL, CPK_OK};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < PROCESSES; i++) {
        pthread_join(threads[i], NULL);
        assert_ok(workers[i].status, workers[i].error);
    }
    assert_int_equal(count_rows(bench, bench->session), PROCESSES * ROWS_EACH);
}

static void child_writes(int number)
{
    struct context context;
    struct database *database;
    cpk_error *error = NULL;
    cpk_status status;

    context_init(&context);
    context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = 20000;
    status = database_open(&context, suite_uri, &database, &error);
    if (status == CPK_OK) {
        status = add_rows(database, (int64_t)number * ROWS_EACH, &error);
        database_free(database);
    }
    if (status != CPK_OK) {
        fprintf(stderr, "process %d: %s\n", number, cpk_error_message(error));
    }
    _exit(status == CPK_OK ? 0 : 1);
}

/* The parent has no session open while it forks: connections do not cross. */
static void processes_write_at_once(void **state)
{
    struct bench *bench = *state;
    pid_t children[PROCESSES];

    db_session_close(bench->session);
    database_free(bench->database);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            child_writes(i);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int result;

        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    }
    assert_ok(database_open(&bench->context, suite_uri, &bench->database, &bench->error), bench->error);
    assert_ok(db_session_open(bench->database, &service, &bench->session, &bench->error), bench->error);
    assert_int_equal(count_rows(bench, bench->session), PROCESSES * ROWS_EACH);
}

static void child_writes_pairs(int64_t first_id)
{
    struct context context;
    struct database *database;
    struct db_session *session;
    cpk_error *error = NULL;
    cpk_status status;

    context_init(&context);
    status = database_open(&context, suite_uri, &database, &error);
    if (status == CPK_OK) {
        status = db_session_open(database, &service, &session, &error);
    }
    for (int64_t id = first_id; status == CPK_OK; id += 2) {
        status = db_begin(session, CPK_TRANSACTION_WRITE, &error);
        status = status == CPK_OK ? insert(session, id, "first", NULL, &error) : status;
        status = status == CPK_OK ? insert(session, id + 1, "second", NULL, &error) : status;
        status = status == CPK_OK ? db_commit(session, &error) : status;
    }
    fprintf(stderr, "%s\n", cpk_error_message(error));
    _exit(1);
}

/* Killed at any instruction, a transaction is there whole or not at all, and the next writer is not held up. */
static void killed_writers_leave_whole_transactions(void **state)
{
    struct bench *bench = *state;
    int64_t before = 0;

    /* A loaded machine may need longer for the first commit: the moments grow until there was one. */
    for (int round = 0; round < KILLS || (before == 0 && round < KILLS_MAX); round++) {
        const struct timespec delay = {0, 20000000 + (long)round * 20000000};
        int64_t after;
        pid_t child;
        int result;

        db_session_close(bench->session);
        database_free(bench->database);
        child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            child_writes_pairs((int64_t)round * 1000000);
        }
        nanosleep(&delay, NULL);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &result, 0), child);
        assert_true(WIFSIGNALED(result));
        assert_ok(database_open(&bench->context, suite_uri, &bench->database, &bench->error), bench->error);
        assert_ok(db_session_open(bench->database, &service, &bench->session, &bench->error), bench->error);
        after = count_rows(bench, bench->session);
        assert_int_equal(after % 2, 0);
        assert_true(after >= before);
        before = after;
    }
    assert_true(before > 0);
}

#define conformance_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int database_conformance_run(const char *name, const char *uri, int several_processes)
{
    const struct CMUnitTest tests[] = {
        conformance_test(parameters_go_by_number),
        conformance_test(a_missing_value_is_refused),
        conformance_test(nulls_have_types),
        conformance_test(numbers_and_bytes_come_back_whole),
        conformance_test(a_wrong_look_is_reported),
        conformance_test(transactions_are_all_or_nothing),
        conformance_test(after_an_error_only_rollback_is_legal),
        conformance_test(one_statement_at_a_time),
        conformance_test(changes_answer_with_rows),
        conformance_test(closing_rolls_back),
        conformance_test(a_second_writer_waits_and_then_is_told),
        conformance_test(threads_write_at_once),
    };
    const struct CMUnitTest process_tests[] = {
        conformance_test(processes_write_at_once),
        conformance_test(killed_writers_leave_whole_transactions),
    };
    int failed;

    suite_uri = uri;
    failed = _cmocka_run_group_tests(name, tests, sizeof tests / sizeof tests[0], NULL, NULL);
    if (several_processes) {
        failed +=
            _cmocka_run_group_tests(name, process_tests, sizeof process_tests / sizeof process_tests[0], NULL, NULL);
    }
    return failed;
}

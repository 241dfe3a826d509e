/* The rules of <contextpack/backend/database.h>, tested through a driver's table. Uses only the public library, so that
 * hosts can test their own drivers. */
#include "conformance/conformance.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FAILURE_BYTES   512
#define WORKERS         4
#define ROWS_EACH       150
#define STREAMED_ROWS   5000
#define KILLS           10
#define LARGE_BYTES     ((size_t)5 << 20)
#define PATIENT_MS      20000
#define IMPATIENT_MS    100
#define CANCEL_DELAY_MS 300

static const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
static const char INSERT[] = "INSERT INTO contextpack_conformance (id, label) VALUES ($1, $2) RETURNING id";
static const char COUNT[] = "SELECT count(*) FROM contextpack_conformance";

struct trial {
    const cpk_database_conformance *suite;
    cpk_database_driver driver;
    int32_t is_open;
    void *session; /* of the service */
    char failure[FAILURE_BYTES];
};

/* Tests one rule. Returns 1 if it passes; otherwise trial->failure describes why. */
typedef int (*rule_fn)(struct trial *trial);

static int fail(struct trial *trial, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(trial->failure, sizeof trial->failure, format, arguments);
    va_end(arguments);
    return 0;
}

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            return fail(trial, "line %d: failed: %s", __LINE__, #condition);                                           \
        }                                                                                                              \
    } while (0)

/* Records the error of a call that must succeed. */
static int check_ok(struct trial *trial, int line, const char *what, cpk_status status, cpk_error *error)
{
    int passed = status == CPK_OK && error == NULL;

    if (!passed) {
        fail(trial, "line %d: %s: %s: %s", line, what, cpk_status_name(status), cpk_error_message(error));
    }
    cpk_error_free(error);
    return passed;
}

#define CHECK_OK(call)                                                                                                 \
    do {                                                                                                               \
        cpk_error *error = NULL;                                                                                       \
        cpk_status status_ = call;                                                                                     \
        if (!check_ok(trial, __LINE__, #call, status_, error)) {                                                       \
            return 0;                                                                                                  \
        }                                                                                                              \
    } while (0)

/* --- statements --- */

static cpk_value int64_value(int64_t number)
{
    const cpk_value value = {.type = CPK_VALUE_INT64, .int64_value = number};

    return value;
}

static cpk_value text_value(const char *text)
{
    const cpk_value value = {.type = CPK_VALUE_TEXT, .bytes = text, .length = strlen(text)};

    return value;
}

static cpk_value null_value(int32_t type)
{
    const cpk_value value = {.type = type, .is_null = 1};

    return value;
}

struct query {
    const char *sql;
    const cpk_value *values;
    size_t value_count;
};

/* Runs a statement to its end. *rows: number of rows; *number: integer in the first column of the first row. Both may
 * be NULL. */
static cpk_status run(const cpk_database_driver *driver, void *session, const struct query *query, int64_t *rows,
                      int64_t *number, cpk_error **error)
{
    const cpk_value *columns;
    size_t column_count;
    int64_t count = 0;
    void *cursor;
    cpk_status status =
        driver->exec(driver->self, session, 0, query->sql, query->values, query->value_count, &cursor, error);

    if (status != CPK_OK) {
        return status;
    }
    while ((status = driver->cursor_next(driver->self, cursor, &columns, &column_count, error)) == CPK_OK &&
           columns != NULL) {
        if (count++ == 0 && number != NULL && column_count > 0) {
            *number = columns[0].int64_value;
        }
    }
    driver->cursor_close(driver->self, cursor);
    if (rows != NULL) {
        *rows = count;
    }
    return status;
}

static cpk_status run_sql(struct trial *trial, void *session, const char *sql, cpk_error **error)
{
    return run(&trial->driver, session, &(struct query){.sql = sql}, NULL, NULL, error);
}

static cpk_status insert(const cpk_database_driver *driver, void *session, int64_t id, const char *label,
                         cpk_error **error)
{
    const cpk_value values[] = {int64_value(id), text_value(label)};

    return run(driver, session, &(struct query){INSERT, values, 2}, NULL, NULL, error);
}

static cpk_status begin(struct trial *trial, void *session, int32_t mode, cpk_error **error)
{
    return trial->driver.begin(trial->driver.self, session, mode, error);
}

static cpk_status commit(struct trial *trial, void *session, cpk_error **error)
{
    return trial->driver.commit(trial->driver.self, session, error);
}

static cpk_status rollback(struct trial *trial, void *session, cpk_error **error)
{
    return trial->driver.rollback(trial->driver.self, session, error);
}

static cpk_status session_open(struct trial *trial, void **session, cpk_error **error)
{
    return trial->driver.session_open(trial->driver.self, &service, session, error);
}

static void session_close(struct trial *trial, void *session)
{
    trial->driver.session_close(trial->driver.self, session);
}

/* Returns -1 on failure. */
static int64_t count_rows(struct trial *trial, void *session)
{
    int64_t count = -1;

    run(&trial->driver, session, &(struct query){.sql = COUNT}, NULL, &count, NULL);
    return count;
}

/* --- setup --- */

static cpk_status driver_open(const cpk_database_conformance *suite, int64_t busy_timeout_ms,
                              cpk_database_driver *driver, cpk_error **error)
{
    memset(driver, 0, sizeof *driver);
    return suite->open(suite->user, busy_timeout_ms, driver, error);
}

static void driver_close(cpk_database_driver *driver)
{
    if (driver->destroy != NULL) {
        driver->destroy(driver->self);
    }
}

static void trial_close(struct trial *trial)
{
    if (trial->session != NULL) {
        session_close(trial, trial->session);
        trial->session = NULL;
    }
    if (trial->is_open) {
        driver_close(&trial->driver);
        trial->is_open = 0;
    }
}

static int trial_open(struct trial *trial, int64_t busy_timeout_ms)
{
    CHECK_OK(driver_open(trial->suite, busy_timeout_ms, &trial->driver, &error));
    trial->is_open = 1;
    CHECK_OK(session_open(trial, &trial->session, &error));
    return 1;
}

/* Creates the table as owner of the schema; the service only uses it. */
static int table_create(struct trial *trial)
{
    const cpk_actor owner = {sizeof owner, CPK_ACTOR_MIGRATION, NULL};
    void *session;

    CHECK_OK(trial->driver.session_open(trial->driver.self, &owner, &session, &error));
    CHECK_OK(run_sql(trial, session, "DROP TABLE IF EXISTS contextpack_conformance", &error));
    CHECK_OK(run_sql(trial, session,
                     "CREATE TABLE contextpack_conformance (id bigint PRIMARY KEY, label text, size double precision)",
                     &error));
    if (trial->driver.dialect == CPK_DIALECT_POSTGRESQL) {
        CHECK_OK(run_sql(trial, session,
                         "GRANT SELECT, INSERT, UPDATE, DELETE ON contextpack_conformance TO service_role", &error));
    }
    session_close(trial, session);
    return 1;
}

static void table_drop(struct trial *trial)
{
    const cpk_actor owner = {sizeof owner, CPK_ACTOR_MIGRATION, NULL};
    void *session;

    if (trial->is_open && trial->driver.session_open(trial->driver.self, &owner, &session, NULL) == CPK_OK) {
        run_sql(trial, session, "DROP TABLE IF EXISTS contextpack_conformance", NULL);
        session_close(trial, session);
    }
}

/* --- the rules: values --- */

static int required_slots_are_set(struct trial *trial)
{
    const cpk_database_driver *driver = &trial->driver;

    CHECK(driver->abi_version == CPK_DATABASE_ABI);
    CHECK(driver->struct_size >= offsetof(cpk_database_driver, cursor_close) + sizeof driver->cursor_close);
    CHECK(driver->dialect == CPK_DIALECT_SQLITE || driver->dialect == CPK_DIALECT_POSTGRESQL);
    CHECK(driver->session_open != NULL && driver->session_close != NULL);
    CHECK(driver->begin != NULL && driver->commit != NULL && driver->rollback != NULL);
    CHECK(driver->exec != NULL && driver->cursor_next != NULL && driver->cursor_close != NULL);
    return 1;
}

/* Reads a statement's first row. The caller closes the cursor. */
static int first_row(struct trial *trial, const struct query *query, void **cursor, const cpk_value **columns,
                     size_t *column_count)
{
    CHECK_OK(trial->driver.exec(trial->driver.self, trial->session, 0, query->sql, query->values, query->value_count,
                                cursor, &error));
    CHECK_OK(trial->driver.cursor_next(trial->driver.self, *cursor, columns, column_count, &error));
    CHECK(*columns != NULL);
    return 1;
}

static int is_text(const cpk_value *value, const char *text)
{
    return value->type == CPK_VALUE_TEXT && !value->is_null && value->length == strlen(text) &&
           memcmp(value->bytes, text, value->length + 1) == 0; /* including the NUL */
}

static int is_int64(const cpk_value *value, int64_t number)
{
    return value->type == CPK_VALUE_INT64 && !value->is_null && value->int64_value == number;
}

/* Placeholders are bound by number, not by position, and may be repeated. */
static int parameters_are_bound_by_number(struct trial *trial)
{
    const cpk_value values[] = {int64_value(41), text_value("two"), text_value("three")};
    const cpk_value *columns;
    size_t count;
    void *cursor;

    if (!first_row(
            trial,
            &(struct query){"SELECT CAST($3 AS text), CAST($1 AS bigint), CAST($2 AS text), CAST($1 AS bigint) + 1",
                            values, 3},
            &cursor, &columns, &count)) {
        return 0;
    }
    CHECK(count == 4);
    CHECK(is_text(&columns[0], "three") && is_int64(&columns[1], 41));
    CHECK(is_text(&columns[2], "two") && is_int64(&columns[3], 42));
    CHECK_OK(trial->driver.cursor_next(trial->driver.self, cursor, &columns, &count, &error));
    CHECK(columns == NULL);
    CHECK_OK(trial->driver.cursor_next(trial->driver.self, cursor, &columns, &count, &error));
    CHECK(columns == NULL); /* the end is reported again */
    trial->driver.cursor_close(trial->driver.self, cursor);
    return 1;
}

static int missing_value_is_rejected(struct trial *trial)
{
    const cpk_value value = int64_value(1);
    int64_t number = 0;

    CHECK(run(&trial->driver, trial->session,
              &(struct query){"SELECT CAST($1 AS bigint), CAST($2 AS bigint)", &value, 1}, NULL, NULL, NULL) != CPK_OK);
    CHECK_OK(run(&trial->driver, trial->session, &(struct query){"SELECT CAST($1 AS bigint)", &value, 1}, NULL, &number,
                 &error));
    CHECK(number == 1); /* the session stays usable */
    return 1;
}

static int null_of_each_type_is_accepted(struct trial *trial)
{
    const cpk_value values[] = {null_value(CPK_VALUE_INT64), null_value(CPK_VALUE_TEXT), null_value(CPK_VALUE_INT64),
                                null_value(CPK_VALUE_BLOB), null_value(CPK_VALUE_DOUBLE)};
    const cpk_value *columns;
    size_t count;
    void *cursor;

    if (!first_row(
            trial,
            &(struct query){"SELECT CAST($1 AS bigint), CAST($2 AS text), CASE WHEN $1 IS NULL THEN 1 ELSE 0 END, "
                            "COALESCE($3, 7), COALESCE($2, 'none'), $4, $5",
                            values, 5},
            &cursor, &columns, &count)) {
        return 0;
    }
    CHECK(count == 7);
    CHECK(columns[0].is_null && columns[1].is_null && columns[5].is_null && columns[6].is_null);
    CHECK(is_int64(&columns[2], 1) && is_int64(&columns[3], 7) && is_text(&columns[4], "none"));
    trial->driver.cursor_close(trial->driver.self, cursor);
    return 1;
}

static int values_survive_a_round_trip(struct trial *trial)
{
    static const unsigned char blob[] = {0, 1, 2, 0, 255, 0};
    char *large = malloc(LARGE_BYTES + 1);
    const cpk_value values[] = {int64_value(INT64_MIN),
                                int64_value(INT64_MAX),
                                {.type = CPK_VALUE_DOUBLE, .double_value = -0.1},
                                {.type = CPK_VALUE_BLOB, .bytes = blob, .length = sizeof blob},
                                {.type = CPK_VALUE_TEXT, .bytes = large, .length = LARGE_BYTES},
                                text_value(""),
                                {.type = CPK_VALUE_BLOB, .bytes = "", .length = 0}};
    const cpk_value *columns;
    size_t count;
    void *cursor;
    int passed;

    CHECK(large != NULL);
    memset(large, 'x', LARGE_BYTES); /* not NUL-terminated: the driver must use the length */
    large[LARGE_BYTES] = 'y';
    passed =
        first_row(trial, &(struct query){"SELECT $1, $2, $3, $4, $5, $6, $7", values, 7}, &cursor, &columns, &count);
    if (passed) {
        passed = count == 7 && is_int64(&columns[0], INT64_MIN) && is_int64(&columns[1], INT64_MAX) &&
                 columns[2].type == CPK_VALUE_DOUBLE && columns[2].double_value == -0.1 &&
                 columns[3].type == CPK_VALUE_BLOB && columns[3].length == sizeof blob &&
                 memcmp(columns[3].bytes, blob, sizeof blob) == 0 && columns[4].type == CPK_VALUE_TEXT &&
                 columns[4].length == LARGE_BYTES && memcmp(columns[4].bytes, large, LARGE_BYTES) == 0 &&
                 ((const char *)columns[4].bytes)[LARGE_BYTES] == '\0' && is_text(&columns[5], "") &&
                 columns[6].type == CPK_VALUE_BLOB && columns[6].length == 0 && columns[6].bytes != NULL;
        trial->driver.cursor_close(trial->driver.self, cursor);
        if (!passed) {
            fail(trial, "a value was changed");
        }
    }
    free(large);
    return passed;
}

static int many_rows_are_returned_in_order(struct trial *trial)
{
    const cpk_value values[] = {int64_value(STREAMED_ROWS)};
    const cpk_value *columns;
    size_t count;
    void *cursor;
    int64_t number = 0;

    CHECK_OK(trial->driver.exec(trial->driver.self, trial->session, 0,
                                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) "
                                "SELECT i, 'row ' || CAST(i AS text) FROM n ORDER BY i",
                                values, 1, &cursor, &error));
    for (;;) {
        char label[32];

        CHECK_OK(trial->driver.cursor_next(trial->driver.self, cursor, &columns, &count, &error));
        if (columns == NULL) {
            break;
        }
        snprintf(label, sizeof label, "row %lld", (long long)++number);
        CHECK(count == 2 && is_int64(&columns[0], number) && is_text(&columns[1], label));
    }
    CHECK(number == STREAMED_ROWS);
    trial->driver.cursor_close(trial->driver.self, cursor);
    return 1;
}

static int statement_id_is_reusable(struct trial *trial)
{
    for (int64_t i = 0; i < 50; i++) {
        const cpk_value values[] = {int64_value(i), text_value("stored")};
        const cpk_value *columns;
        size_t count;
        void *cursor;

        CHECK_OK(trial->driver.exec(trial->driver.self, trial->session, 7, INSERT, values, 2, &cursor, &error));
        CHECK_OK(trial->driver.cursor_next(trial->driver.self, cursor, &columns, &count, &error));
        CHECK(columns != NULL && is_int64(&columns[0], i));
        trial->driver.cursor_close(trial->driver.self, cursor);
    }
    CHECK(count_rows(trial, trial->session) == 50);
    return 1;
}

/* --- the rules: changes and transactions --- */

/* Changes return rows by RETURNING; a change takes full effect even if its rows are not all read. */
static int changes_return_rows(struct trial *trial)
{
    const cpk_value three = int64_value(3);
    const cpk_value *columns;
    size_t count;
    void *cursor;
    int64_t rows;

    for (int64_t i = 0; i < 5; i++) {
        CHECK_OK(insert(&trial->driver, trial->session, i, "x", &error));
    }
    CHECK_OK(
        run(&trial->driver, trial->session,
            &(struct query){"UPDATE contextpack_conformance SET label = 'y' WHERE id >= $1 RETURNING id", &three, 1},
            &rows, NULL, &error));
    CHECK(rows == 2);
    if (!first_row(trial, &(struct query){"DELETE FROM contextpack_conformance WHERE id < $1 RETURNING id", &three, 1},
                   &cursor, &columns, &count)) {
        return 0;
    }
    trial->driver.cursor_close(trial->driver.self, cursor);
    CHECK(count_rows(trial, trial->session) == 2);
    CHECK_OK(trial->driver.exec(trial->driver.self, trial->session, 0, "UPDATE contextpack_conformance SET label = 'z'",
                                NULL, 0, &cursor, &error));
    CHECK_OK(trial->driver.cursor_next(trial->driver.self, cursor, &columns, &count, &error));
    CHECK(columns == NULL);
    CHECK(trial->driver.cursor_changes == NULL || trial->driver.cursor_changes(trial->driver.self, cursor) == 2);
    trial->driver.cursor_close(trial->driver.self, cursor);
    return 1;
}

static int transactions_are_atomic(struct trial *trial)
{
    void *other;

    CHECK_OK(session_open(trial, &other, &error));
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    CHECK_OK(insert(&trial->driver, trial->session, 1, "one", &error));
    CHECK((trial->suite->flags & CPK_CONFORMANCE_PROCESSES) == 0 ||
          count_rows(trial, other) == 0); /* uncommitted; skipped in memory, where a reader may block */
    CHECK_OK(rollback(trial, trial->session, &error));
    CHECK(count_rows(trial, trial->session) == 0);
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    CHECK_OK(insert(&trial->driver, trial->session, 1, "one", &error));
    CHECK_OK(insert(&trial->driver, trial->session, 2, "two", &error));
    CHECK_OK(commit(trial, trial->session, &error));
    CHECK(count_rows(trial, other) == 2);
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error)); /* without statements */
    CHECK_OK(commit(trial, trial->session, &error));
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_READ, &error));
    CHECK(count_rows(trial, trial->session) == 2);
    CHECK_OK(commit(trial, trial->session, &error));
    session_close(trial, other);
    return 1;
}

static int duplicate_key_is_already_exists(struct trial *trial)
{
    cpk_error *refusal = NULL;
    cpk_status status;
    int has_native;

    CHECK_OK(insert(&trial->driver, trial->session, 1, "one", &error));
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    CHECK_OK(insert(&trial->driver, trial->session, 2, "two", &error));
    status = insert(&trial->driver, trial->session, 1, "again", &refusal);
    has_native = cpk_error_native(refusal)[0] != '\0' && cpk_error_message(refusal)[0] != '\0';
    CHECK(!cpk_error_retryable(refusal));
    cpk_error_free(refusal);
    CHECK(status == CPK_ERROR_ALREADY_EXISTS);
    CHECK(has_native);
    CHECK_OK(rollback(trial, trial->session, &error)); /* the only legal call now */
    CHECK(count_rows(trial, trial->session) == 1);
    CHECK(insert(&trial->driver, trial->session, 1, "again", NULL) == CPK_ERROR_ALREADY_EXISTS);
    CHECK_OK(insert(&trial->driver, trial->session, 2, "two",
                    &error)); /* outside a transaction an error has no further effect */
    return 1;
}

static int invalid_sql_is_an_error(struct trial *trial)
{
    CHECK(run_sql(trial, trial->session, "SELECT nothing FROM nowhere", NULL) != CPK_OK);
    CHECK(run_sql(trial, trial->session, "SELEKT 1", NULL) != CPK_OK);
    CHECK(run_sql(trial, trial->session, "", NULL) != CPK_OK);
    CHECK(count_rows(trial, trial->session) == 0);
    return 1;
}

static int closing_a_session_rolls_back(struct trial *trial)
{
    const cpk_value *columns;
    size_t count;
    void *cursor;
    void *other;

    CHECK_OK(session_open(trial, &other, &error));
    CHECK_OK(begin(trial, other, CPK_TRANSACTION_WRITE, &error));
    CHECK_OK(insert(&trial->driver, other, 1, "lost", &error));
    CHECK_OK(trial->driver.exec(trial->driver.self, other, 0, "SELECT 1 UNION ALL SELECT 2", NULL, 0, &cursor, &error));
    CHECK_OK(trial->driver.cursor_next(trial->driver.self, cursor, &columns, &count, &error));
    session_close(trial, other); /* with an open statement and transaction */
    CHECK(count_rows(trial, trial->session) == 0);
    CHECK_OK(session_open(trial, &other, &error));
    CHECK_OK(insert(&trial->driver, other, 1, "stored", &error)); /* the next session is in no transaction */
    session_close(trial, other);
    CHECK(count_rows(trial, trial->session) == 1);
    return 1;
}

static int second_writer_waits_then_gets_busy(struct trial *trial)
{
    cpk_error *refusal = NULL;
    cpk_status status;
    int32_t is_retryable;
    void *other;

    trial_close(trial);
    if (!trial_open(trial, IMPATIENT_MS) || !table_create(trial)) { /* an in-memory table was freed with the driver */
        return 0;
    }
    CHECK_OK(session_open(trial, &other, &error));
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    CHECK_OK(insert(&trial->driver, trial->session, 1, "first", &error));
    status = begin(trial, other, CPK_TRANSACTION_WRITE, &refusal);
    if (status == CPK_OK) { /* row locks: the conflict is on the row */
        status = insert(&trial->driver, other, 1, "second", &refusal);
        rollback(trial, other, NULL);
    }
    is_retryable = cpk_error_retryable(refusal);
    cpk_error_free(refusal);
    CHECK(status == CPK_ERROR_BUSY);
    CHECK(is_retryable);
    CHECK_OK(commit(trial, trial->session, &error));
    CHECK_OK(insert(&trial->driver, other, 2, "second", &error));
    session_close(trial, other);
    CHECK(count_rows(trial, trial->session) == 2);
    return 1;
}

/* --- the rules: actors, threads, processes --- */

static int session_opens_for_each_actor(struct trial *trial)
{
    static const cpk_actor actors[] = {
        {sizeof(cpk_actor), CPK_ACTOR_USER, "11111111-1111-4111-8111-111111111111"},
        {sizeof(cpk_actor), CPK_ACTOR_SERVICE, NULL},
        {sizeof(cpk_actor), CPK_ACTOR_ADMIN, "22222222-2222-4222-8222-222222222222"},
        {sizeof(cpk_actor), CPK_ACTOR_MIGRATION, NULL},
    };

    for (size_t i = 0; i < sizeof actors / sizeof actors[0]; i++) {
        int64_t number = 0;
        void *session;

        CHECK_OK(trial->driver.session_open(trial->driver.self, &actors[i], &session, &error));
        CHECK_OK(run(&trial->driver, session, &(struct query){.sql = "SELECT 1"}, NULL, &number, &error));
        CHECK(number == 1);
        CHECK_OK(begin(trial, session, CPK_TRANSACTION_READ, &error));
        CHECK_OK(run(&trial->driver, session, &(struct query){.sql = "SELECT 2"}, NULL, &number, &error));
        CHECK(number == 2);
        CHECK_OK(rollback(trial, session, &error));
        session_close(trial, session);
    }
    return 1;
}

struct canceller {
    const cpk_database_driver *driver;
    void *session;
};

static void sleep_ms(int64_t ms)
{
    const struct timespec delay = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

    nanosleep(&delay, NULL);
}

static void *cancel_soon(void *argument)
{
    const struct canceller *canceller = argument;

    sleep_ms(CANCEL_DELAY_MS);
    canceller->driver->cancel(canceller->driver->self, canceller->session, NULL);
    return NULL;
}

static int another_thread_can_cancel_a_statement(struct trial *trial)
{
    struct canceller canceller = {&trial->driver, trial->session};
    pthread_t thread;
    cpk_status status;

    if (trial->driver.struct_size < offsetof(cpk_database_driver, cancel) + sizeof trial->driver.cancel ||
        trial->driver.cancel == NULL) {
        return 1; /* optional */
    }
    CHECK_OK(
        trial->driver.cancel(trial->driver.self, trial->session, &error)); /* without a running statement: no effect */
    CHECK(pthread_create(&thread, NULL, cancel_soon, &canceller) == 0);
    status = run_sql(trial, trial->session,
                     "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n "
                     "WHERE i < 4000000000) SELECT count(*) FROM n",
                     NULL);
    pthread_join(thread, NULL);
    CHECK(status == CPK_ERROR_CANCELLED);
    CHECK(count_rows(trial, trial->session) == 0); /* the session stays usable */
    return 1;
}

static const char UPDATE[] = "UPDATE contextpack_conformance SET label = $2 WHERE id = $1 RETURNING id";

static void queue(struct trial *trial, const cpk_queued_statement *statements, size_t count, int32_t is_last)
{
    trial->driver.queue(trial->driver.self, trial->session, statements, count, is_last);
}

static int queued_statements_run_first(struct trial *trial, const cpk_queued_statement *insert_one)
{
    int64_t found = 0;

    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    queue(trial, insert_one, 1, 0);
    CHECK_OK(run(&trial->driver, trial->session,
                 &(struct query){.sql = "SELECT count(*) FROM contextpack_conformance WHERE id = 1"}, NULL, &found,
                 &error));
    CHECK(found == 1);
    CHECK_OK(rollback(trial, trial->session, &error));
    CHECK(count_rows(trial, trial->session) == 0);
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    queue(trial, insert_one, 1, 0);
    CHECK_OK(rollback(trial, trial->session, &error)); /* drops the queue */
    CHECK(count_rows(trial, trial->session) == 0);
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    queue(trial, insert_one, 1, 0);
    CHECK_OK(commit(trial, trial->session, &error)); /* runs the queue */
    CHECK(count_rows(trial, trial->session) == 1);
    return 1;
}

/* The second statement returns no row: the third must not run, and the transaction fails. */
static int queue_stops_at_a_missing_row(struct trial *trial, const cpk_queued_statement *three)
{
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    queue(trial, three, 3, 0);
    CHECK(commit(trial, trial->session, NULL) == CPK_ERROR_INSUFFICIENT_CREDITS);
    CHECK(count_rows(trial, trial->session) == 1);
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    queue(trial, three, 3, 0);
    CHECK(run_sql(trial, trial->session, "SELECT 1", NULL) == CPK_ERROR_INSUFFICIENT_CREDITS);
    CHECK_OK(rollback(trial, trial->session, &error));
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    queue(trial, three, 3, 1);
    CHECK(run_sql(trial, trial->session, "SELECT 1", NULL) == CPK_ERROR_INSUFFICIENT_CREDITS);
    CHECK_OK(rollback(trial, trial->session, &error));
    CHECK(count_rows(trial, trial->session) == 1);
    return 1;
}

static int statements_can_be_queued(struct trial *trial)
{
    const cpk_value one[] = {int64_value(1), text_value("one")};
    const cpk_value two[] = {int64_value(2), text_value("two")};
    const cpk_value absent[] = {int64_value(9), text_value("nobody")};
    const cpk_queued_statement three[] = {
        {INSERT, two, 2, 0, CPK_OK, NULL},
        {UPDATE, absent, 2, 0, CPK_ERROR_INSUFFICIENT_CREDITS, "no row 9"},
        {INSERT, absent, 2, 0, CPK_OK, NULL},
    };
    const cpk_queued_statement insert_one = {INSERT, one, 2, 0, CPK_ERROR_CONFLICT, "nothing was inserted"};
    int64_t number = 0;

    if (trial->driver.struct_size < offsetof(cpk_database_driver, queue) + sizeof trial->driver.queue ||
        trial->driver.queue == NULL) {
        return 1; /* optional */
    }
    if (!queued_statements_run_first(trial, &insert_one) || !queue_stops_at_a_missing_row(trial, three)) {
        return 0;
    }
    CHECK_OK(begin(trial, trial->session, CPK_TRANSACTION_WRITE, &error));
    queue(trial, three, 1, 1); /* the next statement is the transaction's last */
    CHECK_OK(run(&trial->driver, trial->session, &(struct query){.sql = COUNT}, NULL, &number, &error));
    CHECK(number == 2);
    CHECK_OK(commit(trial, trial->session, &error));
    CHECK(count_rows(trial, trial->session) == 2);
    return 1;
}

static cpk_status add_row(const cpk_database_driver *driver, void *session, int64_t id, cpk_error **error)
{
    cpk_status status = driver->begin(driver->self, session, CPK_TRANSACTION_WRITE, error);

    if (status == CPK_OK) {
        status = insert(driver, session, id, "contended", error);
    }
    return status == CPK_OK ? driver->commit(driver->self, session, error) : status;
}

static cpk_status add_rows(const cpk_database_driver *driver, int64_t first_id, cpk_error **error)
{
    void *session;
    cpk_status status = driver->session_open(driver->self, &service, &session, error);

    if (status != CPK_OK) {
        return status;
    }
    for (int64_t i = 0; i < ROWS_EACH && status == CPK_OK; i++) {
        status = add_row(driver, session, first_id + i, error);
    }
    driver->session_close(driver->self, session);
    return status;
}

struct worker {
    const cpk_database_driver *driver;
    int64_t first_id;
    cpk_error *error;
    cpk_status status;
};

static void *work(void *argument)
{
    struct worker *worker = argument;

    worker->status = add_rows(worker->driver, worker->first_id, &worker->error);
    return NULL;
}

static int threads_write_concurrently(struct trial *trial)
{
    pthread_t threads[WORKERS];
    struct worker workers[WORKERS];
    int passed = 1;

    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){&trial->driver, (int64_t)i * ROWS_EACH, NULL, CPK_OK};
        CHECK(pthread_create(&threads[i], NULL, work, &workers[i]) == 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        passed = check_ok(trial, __LINE__, "a thread's inserts", workers[i].status, workers[i].error) && passed;
    }
    CHECK(!passed || count_rows(trial, trial->session) == (int64_t)WORKERS * ROWS_EACH);
    return passed;
}

static void child_writes(const cpk_database_conformance *suite, int number)
{
    cpk_database_driver driver;
    cpk_error *error = NULL;
    cpk_status status = driver_open(suite, PATIENT_MS, &driver, &error);

    if (status == CPK_OK) {
        status = add_rows(&driver, (int64_t)number * ROWS_EACH, &error);
        driver_close(&driver);
    }
    if (status != CPK_OK) {
        fprintf(stderr, "process %d: %s\n", number, cpk_error_message(error));
    }
    _exit(status == CPK_OK ? 0 : 1);
}

/* The driver is closed before fork(): connections can't be shared with a child. */
static int processes_write_concurrently(struct trial *trial)
{
    pid_t children[WORKERS];
    int result;
    int passed = 1;

    trial_close(trial);
    for (int i = 0; i < WORKERS; i++) {
        children[i] = fork();
        CHECK(children[i] >= 0);
        if (children[i] == 0) {
            child_writes(trial->suite, i);
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        passed =
            waitpid(children[i], &result, 0) == children[i] && WIFEXITED(result) && WEXITSTATUS(result) == 0 && passed;
    }
    CHECK(passed);
    if (!trial_open(trial, PATIENT_MS)) {
        return 0;
    }
    CHECK(count_rows(trial, trial->session) == (int64_t)WORKERS * ROWS_EACH);
    return 1;
}

static void child_writes_pairs(const cpk_database_conformance *suite, int64_t first_id)
{
    cpk_database_driver driver;
    void *session;

    if (driver_open(suite, PATIENT_MS, &driver, NULL) == CPK_OK &&
        driver.session_open(driver.self, &service, &session, NULL) == CPK_OK) {
        for (int64_t id = first_id; driver.begin(driver.self, session, CPK_TRANSACTION_WRITE, NULL) == CPK_OK &&
                                    insert(&driver, session, id, "first", NULL) == CPK_OK &&
                                    insert(&driver, session, id + 1, "second", NULL) == CPK_OK &&
                                    driver.commit(driver.self, session, NULL) == CPK_OK;
             id += 2) {
        }
    }
    _exit(1);
}

/* A writer killed at any point leaves no partial transaction and does not block the next writer. */
static int killed_writer_leaves_no_partial_transaction(struct trial *trial)
{
    int64_t before = 0;

    for (int round = 0; round < KILLS; round++) {
        int64_t after;
        pid_t child;
        int result;

        trial_close(trial);
        child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            child_writes_pairs(trial->suite, (int64_t)round * 1000000);
        }
        sleep_ms(20 + round * 20);
        kill(child, SIGKILL);
        CHECK(waitpid(child, &result, 0) == child && WIFSIGNALED(result));
        if (!trial_open(trial, PATIENT_MS)) {
            return 0;
        }
        after = count_rows(trial, trial->session);
        CHECK(after % 2 == 0 && after >= before);
        before = after;
    }
    CHECK(before > 0);
    return 1;
}

/* --- the suite --- */

static int32_t rule_run(const cpk_database_conformance *suite, const char *name, rule_fn rule)
{
    struct trial trial = {.suite = suite};
    int passed = trial_open(&trial, PATIENT_MS) && table_create(&trial) && rule(&trial);

    if (trial.session != NULL) { /* a failed rule may have left a transaction open */
        session_close(&trial, trial.session);
        trial.session = NULL;
    }
    table_drop(&trial);
    trial_close(&trial);
    if (suite->report != NULL) {
        suite->report(suite->report_user, name, passed ? NULL : trial.failure);
    }
    return !passed;
}

cpk_status cpk_database_conformance_run(const cpk_database_conformance *suite, int32_t *failures, cpk_error **error)
{
#define RULE(rule, flags)                                                                                              \
    {                                                                                                                  \
#rule, rule, flags                                                                                             \
    }
    static const struct {
        const char *name;
        rule_fn rule;
        uint32_t flags;
    } rules[] = {
        RULE(required_slots_are_set, 0),
        RULE(parameters_are_bound_by_number, 0),
        RULE(missing_value_is_rejected, 0),
        RULE(null_of_each_type_is_accepted, 0),
        RULE(values_survive_a_round_trip, 0),
        RULE(many_rows_are_returned_in_order, 0),
        RULE(statement_id_is_reusable, 0),
        RULE(changes_return_rows, 0),
        RULE(transactions_are_atomic, 0),
        RULE(duplicate_key_is_already_exists, 0),
        RULE(invalid_sql_is_an_error, 0),
        RULE(closing_a_session_rolls_back, 0),
        RULE(second_writer_waits_then_gets_busy, 0),
        RULE(session_opens_for_each_actor, 0),
        RULE(another_thread_can_cancel_a_statement, 0),
        RULE(statements_can_be_queued, 0),
        RULE(threads_write_concurrently, 0),
        RULE(processes_write_concurrently, CPK_CONFORMANCE_PROCESSES),
        RULE(killed_writer_leaves_no_partial_transaction, CPK_CONFORMANCE_PROCESSES),
    };
#undef RULE
    int32_t failed = 0;

    if (suite == NULL || suite->struct_size < sizeof *suite || suite->open == NULL) {
        if (error != NULL) {
            *error = cpk_error_new(CPK_ERROR_INVALID_ARGUMENT, "conformance",
                                   "the suite or its `open` is missing, or its struct_size is too small", NULL, 0);
        }
        return CPK_ERROR_INVALID_ARGUMENT;
    }
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if ((rules[i].flags & ~suite->flags) == 0) {
            failed += rule_run(suite, rules[i].name, rules[i].rule);
        }
    }
    if (failures != NULL) {
        *failures = failed;
    }
    return CPK_OK;
}

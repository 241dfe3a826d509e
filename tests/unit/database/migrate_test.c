#include "support/test.h"

#include "base/context.h"
#include "database/catalogue.h"
#include "database/migrate.h"
#include "database/statement.h"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 4

struct bench {
    char folder[64];
    char path[96];
    char uri[128];
    struct context context;
    struct database *database;
    cpk_error *error;
};

struct report {
    int64_t count;
    int64_t applied_before;
};

static int setup(void **state)
{
    struct bench *created = calloc(1, sizeof *created);

    snprintf(created->folder, sizeof created->folder, "/tmp/contextpack-migrate-XXXXXX");
    assert_non_null(mkdtemp(created->folder));
    snprintf(created->path, sizeof created->path, "%s/test.db", created->folder);
    snprintf(created->uri, sizeof created->uri, "sqlite:%s", created->path);
    context_init(&created->context);
    assert_ok(database_open(&created->context, created->uri, &created->database, &created->error), created->error);
    *state = created;
    return 0;
}

static int teardown(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    struct bench *bench = *state;
    char file[128];

    database_free(bench->database);
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s%s", bench->path, suffixes[i]);
        unlink(file);
    }
    rmdir(bench->folder);
    free(bench);
    return 0;
}

static void count(void *user, const struct migration_info *migration)
{
    struct report *report = user;

    report->count++;
    assert_int_equal(migration->number, report->count);
    assert_int_equal(strlen(migration->checksum), 64);
    report->applied_before += migration->was_applied;
}

static void run_sql(struct bench *bench, const char *sql)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    struct db_session *session;
    struct statement run;

    assert_ok(db_session_open(bench->database, &service, &session, &bench->error), bench->error);
    statement_start_sql(&run, session, sql);
    assert_ok(statement_run(&run, NULL, &bench->error), bench->error);
    db_session_close(session);
}

static void a_dry_run_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct report seen = {0, 0};
    int64_t applied = -1;
    int64_t known = 0;

    assert_ok(database_migrate(bench->database, count, &seen, 1, &bench->error), bench->error);
    assert_int_equal(seen.applied_before, 0);
    assert_ok(database_version(bench->database, &applied, &known, &bench->error), bench->error);
    assert_int_equal(applied, 0);
    assert_int_equal(known, seen.count);
    assert_true(known >= 2);
}

static void migrations_are_applied_once(void **state)
{
    struct bench *bench = *state;
    struct report first = {0, 0};
    struct report second = {0, 0};
    int64_t applied;

    assert_ok(database_migrate(bench->database, count, &first, 0, &bench->error), bench->error);
    assert_int_equal(first.applied_before, 0);
    assert_ok(database_version(bench->database, &applied, NULL, &bench->error), bench->error);
    assert_int_equal(applied, first.count);
    assert_ok(database_migrate(bench->database, count, &second, 0, &bench->error), bench->error);
    assert_int_equal(second.applied_before, second.count);
}

static void expect_refusal(struct bench *bench, cpk_status code, const char *text)
{
    for (int32_t dry_run = 0; dry_run < 2; dry_run++) {
        assert_int_equal(database_migrate(bench->database, NULL, NULL, dry_run, &bench->error), code);
        if (strstr(cpk_error_message(bench->error), text) == NULL) {
            fail_msg("\"%s\" is not in \"%s\"", text, cpk_error_message(bench->error));
        }
        cpk_error_free(bench->error);
        bench->error = NULL;
    }
}

static void a_changed_migration_is_refused(void **state)
{
    struct bench *bench = *state;

    assert_ok(database_migrate(bench->database, NULL, NULL, 0, &bench->error), bench->error);
    run_sql(bench, "UPDATE contextpack_migrations SET checksum = 'edited' WHERE number = 1");
    expect_refusal(bench, CPK_ERROR_INVALID_DATA, "differs");
}

static void a_newer_database_is_refused(void **state)
{
    struct bench *bench = *state;

    assert_ok(database_migrate(bench->database, NULL, NULL, 0, &bench->error), bench->error);
    run_sql(bench, "INSERT INTO contextpack_migrations VALUES (9000, 'of_the_future', 'x', 0, 9000, '9.0.0')");
    expect_refusal(bench, CPK_ERROR_UNSUPPORTED, "of_the_future");
}

static void a_missing_migration_is_refused(void **state)
{
    struct bench *bench = *state;

    assert_ok(database_migrate(bench->database, NULL, NULL, 0, &bench->error), bench->error);
    run_sql(bench, "DELETE FROM contextpack_migrations WHERE number = 1");
    expect_refusal(bench, CPK_ERROR_INVALID_DATA, "differs");
}

/* A migration that fails half-way leaves nothing of itself: here a table of the first one is in its way. */
static void a_failed_run_leaves_nothing(void **state)
{
    struct bench *bench = *state;
    int64_t applied = -1;

    run_sql(bench, "CREATE TABLE contextpack_chunks (x INTEGER)");
    assert_int_equal(database_migrate(bench->database, NULL, NULL, 0, &bench->error), CPK_ERROR_DATABASE);
    assert_non_null(strstr(cpk_error_message(bench->error), "migration 2 (engine)"));
    assert_non_null(strstr(cpk_error_message(bench->error), "already exists"));
    cpk_error_free(bench->error);
    bench->error = NULL;
    assert_ok(database_version(bench->database, &applied, NULL, &bench->error), bench->error);
    assert_int_equal(applied, 0);
    run_sql(bench, "DROP TABLE contextpack_chunks");
    assert_ok(database_migrate(bench->database, NULL, NULL, 0, &bench->error), bench->error);
}

static void child_migrates(const char *uri, int start)
{
    struct context context;
    struct database *database;
    cpk_error *error = NULL;
    cpk_status status;
    char go;

    context_init(&context);
    if (read(start, &go, 1) < 0) { /* all children leave together, when the parent closes its end */
        _exit(2);
    }
    status = database_open(&context, uri, &database, &error);
    if (status == CPK_OK) {
        status = database_migrate(database, NULL, NULL, 0, &error);
        database_free(database);
    }
    if (status != CPK_OK) {
        fprintf(stderr, "%s\n", cpk_error_message(error));
    }
    _exit(status == CPK_OK ? 0 : 1);
}

static void several_processes_start_at_once(void **state)
{
    struct bench *bench = *state;
    pid_t children[PROCESSES];
    int start[2];
    int64_t applied;
    int64_t known;

    database_free(bench->database);
    unlink(bench->path);
    assert_int_equal(pipe(start), 0);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            close(start[1]);
            child_migrates(bench->uri, start[0]);
        }
    }
    close(start[0]);
    close(start[1]);
    for (int i = 0; i < PROCESSES; i++) {
        int result;

        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    }
    assert_ok(database_open(&bench->context, bench->uri, &bench->database, &bench->error), bench->error);
    assert_ok(database_version(bench->database, &applied, &known, &bench->error), bench->error);
    assert_int_equal(applied, known);
}

/* As the first version of the library left it: one user with an opening, transactions and an open hold. */
#define FIRST_VERSION 2
static const char OLD_ROWS[] =
    "INSERT INTO user_profiles (id, email, r2_user_directory, credits_balance) VALUES ('u', 'u@example.com', 'u', 31);"
    "INSERT INTO contextpack_openings VALUES ('u', 25, 0);"
    "INSERT INTO credit_transactions (id, user_id, transaction_type, credits) VALUES ('1', 'u', 'purchase', 20),"
    " ('2', 'u', 'usage', -6), ('3', 'u', 'unlimited_usage', 9);"
    "INSERT INTO packs_v2 (id, user_id, pack_id, pack_name, r2_pack_directory) VALUES ('p', 'u', 'p', 'p', 'p');"
    "INSERT INTO pack_sources (id, user_id, pack_id, source_id, source_type, source_name) VALUES"
    " ('s', 'u', 'p', 's', 'text', 's');"
    "INSERT INTO contextpack_sources (user_id, source_id, pack_id) VALUES ('u', 's', 'p');"
    "INSERT INTO contextpack_holds VALUES ('u', 'h', 's', 'credits', 10, 8, 'open', NULL, 0, 0);";

static void old_exec(sqlite3 *handle, const char *sql)
{
    char *message = NULL;

    if (sqlite3_exec(handle, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s in %s", message, sql);
    }
}

static void make_old(const struct bench *bench)
{
    const struct catalogue_schema *schema = catalogue_schema_find(CPK_DIALECT_SQLITE);
    sqlite3 *handle;

    assert_int_equal(sqlite3_open(bench->path, &handle), SQLITE_OK);
    for (size_t i = 0; i < schema->bootstrap.count; i++) {
        old_exec(handle, schema->bootstrap.statements[i]);
    }
    for (size_t i = 0; i < FIRST_VERSION; i++) {
        const struct catalogue_migration *migration = &schema->migrations[i];
        char sql[512];

        for (size_t j = 0; j < migration->statement_count; j++) {
            old_exec(handle, migration->statements[j]);
        }
        snprintf(sql, sizeof sql, "INSERT INTO contextpack_migrations VALUES (%lld, '%s', '%s', 0)",
                 (long long)migration->number, migration->name, migration->checksum);
        old_exec(handle, sql);
    }
    old_exec(handle, OLD_ROWS);
    sqlite3_close(handle);
}

/* Later versions take over what was held and what was there before: no balance drifts by a migration. */
static void the_ledger_stays_true(void **state)
{
    const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    struct bench *bench = *state;
    struct db_session *session;
    struct statement query;
    int32_t has_row;

    make_old(bench);
    assert_ok(database_migrate(bench->database, NULL, NULL, 0, &bench->error), bench->error);
    assert_ok(db_session_open(bench->database, &service, &session, &bench->error), bench->error);
    statement_start(&query, session, STATEMENT_LEDGER_DRIFT);
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    assert_int_equal(has_row, 0);
    statement_start(&query, session, STATEMENT_LEDGER_BALANCE);
    statement_bind_text(&query, 1, "u");
    assert_ok(statement_step(&query, &has_row, &bench->error), bench->error);
    assert_int_equal(has_row, 1);
    assert_int_equal(statement_take_int64(&query), 31);
    assert_int_equal(statement_take_int64(&query), 25);
    assert_int_equal(statement_take_int64(&query), 14);
    assert_int_equal(statement_take_int64(&query), 8);
    statement_finish(&query);
    db_session_close(session);
}

#define bench_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        bench_test(a_dry_run_changes_nothing),       bench_test(migrations_are_applied_once),
        bench_test(a_changed_migration_is_refused),  bench_test(a_newer_database_is_refused),
        bench_test(a_missing_migration_is_refused),  bench_test(a_failed_run_leaves_nothing),
        bench_test(several_processes_start_at_once), bench_test(the_ledger_stays_true),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

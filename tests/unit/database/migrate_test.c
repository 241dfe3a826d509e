#include "support/test.h"

#include "base/context.h"
#include "database/catalogue.h"
#include "database/migrate.h"
#include "database/statement.h"
#include "support/scratch.h"

#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 4

struct bench {
    char folder[SCRATCH_SHORT_BYTES];
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

    scratch_make_short(created->folder);
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

static void dry_run_changes_nothing(void **state)
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

static void changed_migration_is_rejected(void **state)
{
    struct bench *bench = *state;

    assert_ok(database_migrate(bench->database, NULL, NULL, 0, &bench->error), bench->error);
    run_sql(bench, "UPDATE contextpack_migrations SET checksum = 'edited' WHERE number = 1");
    expect_refusal(bench, CPK_ERROR_INVALID_DATA, "differs");
}

static void newer_database_is_rejected(void **state)
{
    struct bench *bench = *state;

    assert_ok(database_migrate(bench->database, NULL, NULL, 0, &bench->error), bench->error);
    run_sql(bench, "INSERT INTO contextpack_migrations VALUES (9000, 'of_the_future', 'x', 0, 9000, '9.0.0')");
    expect_refusal(bench, CPK_ERROR_UNSUPPORTED, "of_the_future");
}

static void missing_migration_is_rejected(void **state)
{
    struct bench *bench = *state;

    assert_ok(database_migrate(bench->database, NULL, NULL, 0, &bench->error), bench->error);
    run_sql(bench, "DELETE FROM contextpack_migrations WHERE number = 1");
    expect_refusal(bench, CPK_ERROR_INVALID_DATA, "differs");
}

/* A migration that fails halfway is rolled back; here because a table of the first one exists. */
static void failed_run_is_rolled_back(void **state)
{
    struct bench *bench = *state;
    int64_t applied = -1;

    run_sql(bench, "CREATE TABLE contextpack_chunks (x INTEGER)");
    assert_int_equal(database_migrate(bench->database, NULL, NULL, 0, &bench->error), CPK_ERROR_DATABASE);
    assert_non_null(strstr(cpk_error_message(bench->error), "migration 2 (library)"));
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
    if (read(start, &go, 1) < 0) { /* all children start when the parent closes its end */
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

static void concurrent_processes_migrate_once(void **state)
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

#define bench_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        bench_test(dry_run_changes_nothing),           bench_test(migrations_are_applied_once),
        bench_test(changed_migration_is_rejected),     bench_test(newer_database_is_rejected),
        bench_test(missing_migration_is_rejected),     bench_test(failed_run_is_rolled_back),
        bench_test(concurrent_processes_migrate_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Errors of files: each message names the file. */
#include "support/test.h"

#include "base/context.h"
#include "database/migrate.h"
#include "database/statement.h"
#include "support/scratch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

struct bench {
    char folder[SCRATCH_SHORT_BYTES];
    char path[128];
    char uri[160];
    struct context context;
    cpk_error *error;
};

static const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};

static int setup(void **state)
{
    struct bench *created = calloc(1, sizeof *created);

    scratch_make_short(created->folder);
    snprintf(created->path, sizeof created->path, "%s/data/deep/test.db", created->folder);
    snprintf(created->uri, sizeof created->uri, "sqlite:%s", created->path);
    context_init(&created->context);
    created->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = 100;
    *state = created;
    return 0;
}

static void remove_in(const struct bench *bench, const char *name)
{
    char path[160];

    snprintf(path, sizeof path, "%s/%s", bench->folder, name);
    if (unlink(path) != 0) {
        rmdir(path);
    }
}

static int teardown(void **state)
{
    static const char *const names[] = {
        "data/deep/test.db-wal", "data/deep/test.db-shm", "data/deep/test.db", "data/deep", "data", ""};
    struct bench *bench = *state;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        remove_in(bench, names[i]);
    }
    free(bench);
    return 0;
}

static cpk_status migrate(struct bench *bench)
{
    struct database *database;
    cpk_status status = database_open(&bench->context, bench->uri, &database, &bench->error);

    if (status == CPK_OK) {
        status = database_migrate(database, NULL, NULL, 0, &bench->error);
        database_free(database);
    }
    return status;
}

static void expect(struct bench *bench, cpk_status status, cpk_status code, const char *text)
{
    if (status != code || strstr(cpk_error_message(bench->error), text) == NULL) {
        fail_msg("%s: \"%s\" lacks \"%s\"", cpk_status_name(status), cpk_error_message(bench->error), text);
    }
    cpk_error_free(bench->error);
    bench->error = NULL;
}

static void files_and_folders_are_accessible_by_their_owner_only(void **state)
{
    struct bench *bench = *state;
    char folder[128];
    struct stat info;

    umask(0);
    assert_ok(migrate(bench), bench->error);
    assert_int_equal(stat(bench->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    snprintf(folder, sizeof folder, "%s/data", bench->folder);
    assert_int_equal(stat(folder, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
}

static void invalid_path_is_rejected(void **state)
{
    struct bench *bench = *state;
    struct database *database;
    char uri[160];

    expect(bench, database_open(&bench->context, "sqlite:", &database, &bench->error), CPK_ERROR_INVALID_ARGUMENT,
           "requires a path");
    expect(bench, database_open(&bench->context, "mysql://x", &database, &bench->error), CPK_ERROR_UNSUPPORTED,
           "sqlite:PATH");
    snprintf(uri, sizeof uri, "sqlite:%s", bench->folder);
    expect(bench, database_open(&bench->context, uri, &database, &bench->error), CPK_ERROR_INVALID_ARGUMENT,
           "not a regular file");
    expect(bench, database_open(&bench->context, "sqlite:/proc/none/x.db", &database, &bench->error),
           CPK_ERROR_NOT_FOUND, "/proc/none");
}

static void write_file(const struct bench *bench, const char *bytes, size_t length, int64_t offset)
{
    int file = open(bench->path, O_WRONLY | O_CREAT, 0600);

    assert_true(file >= 0);
    assert_int_equal(pwrite(file, bytes, length, offset), length);
    close(file);
}

static void file_that_is_not_a_database_is_rejected(void **state)
{
    struct bench *bench = *state;
    char bytes[4096];

    assert_ok(migrate(bench), bench->error); /* creates the folders */
    unlink(bench->path);
    memset(bytes, 'x', sizeof bytes);
    write_file(bench, bytes, sizeof bytes, 0);
    expect(bench, migrate(bench), CPK_ERROR_INVALID_DATA, bench->path);
}

static void damaged_file_is_reported(void **state)
{
    struct bench *bench = *state;
    char bytes[8192];

    assert_ok(migrate(bench), bench->error);
    memset(bytes, 0xff, sizeof bytes);
    write_file(bench, bytes, sizeof bytes, 100); /* keeps the header, overwrites the schema */
    expect(bench, migrate(bench), CPK_ERROR_INVALID_DATA, bench->path);
}

/* Root may write everything, so that this runs as another user. */
static void child_reads_only(struct bench *bench)
{
    cpk_status status;

    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)) {
        _exit(2);
    }
    status = migrate(bench);
    if (status != CPK_ERROR_PERMISSION_DENIED || strstr(cpk_error_message(bench->error), bench->path) == NULL) {
        fprintf(stderr, "%s: %s\n", cpk_status_name(status), cpk_error_message(bench->error));
        _exit(1);
    }
    _exit(0);
}

static void read_only_file_is_rejected(void **state)
{
    struct bench *bench = *state;
    char folder[128];
    pid_t child;
    int result;

    assert_ok(migrate(bench), bench->error);
    chmod(bench->path, 0444);
    chmod(bench->folder, 0755);
    snprintf(folder, sizeof folder, "%s/data", bench->folder);
    chmod(folder, 0755);
    snprintf(folder, sizeof folder, "%s/data/deep", bench->folder);
    chmod(folder, 0755);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        child_reads_only(bench);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
}

/* Simulates a full disk by SQLite's page limit, which has the same result code. */
static void full_disk_rolls_the_transaction_back(void **state)
{
    struct bench *bench = *state;
    struct database *database;
    struct db_session *session;
    struct statement run;
    int32_t has_row;
    cpk_status status = CPK_OK;
    char text[5000];

    memset(text, 'x', sizeof text);
    assert_ok(migrate(bench), bench->error);
    assert_ok(database_open(&bench->context, bench->uri, &database, &bench->error), bench->error);
    assert_ok(db_session_open(database, &service, &session, &bench->error), bench->error);
    statement_start_sql(&run, session, "PRAGMA max_page_count = 1");
    assert_ok(statement_run(&run, NULL, &bench->error), bench->error);
    assert_ok(db_begin(session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    for (int i = 0; i < 100 && status == CPK_OK; i++) {
        statement_start_sql(&run, session,
                            "INSERT INTO webhook_logs (id, webhook_id, event_type) VALUES ($1, $2, 'x')");
        statement_bind_int64(&run, 1, i);
        statement_bind_text_length(&run, 2, text, sizeof text);
        status = statement_run(&run, NULL, &bench->error);
    }
    expect(bench, status, CPK_ERROR_NO_SPACE, bench->path);
    expect(bench, db_commit(session, &bench->error), CPK_ERROR_CONFLICT, "rolled back");
    statement_start_sql(&run, session, "SELECT count(*) FROM webhook_logs");
    assert_ok(statement_step(&run, &has_row, &bench->error), bench->error);
    assert_int_equal(statement_int64(&run, 0), 0);
    statement_finish(&run);
    db_session_close(session);
    database_free(database);
}

static void in_memory_databases_are_separate(void **state)
{
    struct bench *bench = *state;
    struct database *first;
    struct database *second;
    int64_t applied;

    assert_ok(database_open(&bench->context, "sqlite::memory:", &first, &bench->error), bench->error);
    assert_ok(database_open(&bench->context, "sqlite::memory:", &second, &bench->error), bench->error);
    assert_ok(database_migrate(first, NULL, NULL, 0, &bench->error), bench->error);
    assert_ok(database_version(first, &applied, NULL, &bench->error), bench->error);
    assert_true(applied > 0);
    assert_ok(database_version(second, &applied, NULL, &bench->error), bench->error);
    assert_int_equal(applied, 0);
    database_free(first);
    database_free(second);
}

#define bench_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        bench_test(files_and_folders_are_accessible_by_their_owner_only),
        bench_test(invalid_path_is_rejected),
        bench_test(file_that_is_not_a_database_is_rejected),
        bench_test(damaged_file_is_reported),
        bench_test(read_only_file_is_rejected),
        bench_test(full_disk_rolls_the_transaction_back),
        bench_test(in_memory_databases_are_separate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

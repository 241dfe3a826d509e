/* Locks of the SQLite driver's connections survive other opens and closes of the files in this process, and the driver
 * does not release the locks of a second SQLite. "Host" is a connection through SQLite's own VFS, with POSIX locks.
 * Another process tests whether a lock is held. */
#include "support/test.h"

#include "base/context.h"
#include "database/migrate.h"
#include "database/sqlite/log.h"
#include "database/statement.h"
#include "sqlite/libsqlite.h"
#include "support/scratch.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define PATH_BYTES  1024
#define OPENS       50
#define LOG_BYTES   1024
#define FRAME_BYTES (24 + 4096)

struct bench {
    char folder[SCRATCH_PATH_BYTES];
    char path[PATH_BYTES];
    char uri[PATH_BYTES + 8];
    char log[LOG_BYTES]; /* the last line */
    struct context context;
    cpk_error *error;
};

static const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};

/* --- simulates a kernel without open file description locks --- */

static int ofd_locks_are_missing;

int fcntl(int number, int command, ...)
{
    va_list arguments;
    long argument;

    va_start(arguments, command);
    argument = va_arg(arguments, long);
    va_end(arguments);
    if (ofd_locks_are_missing && (command == F_OFD_SETLK || command == F_OFD_GETLK)) {
        errno = EINVAL;
        return -1;
    }
    return (int)syscall(SYS_fcntl, number, command, argument);
}

/* --- helpers --- */

static void keep_log(void *user, int32_t level, const char *domain, const char *line)
{
    (void)level;
    (void)domain;
    snprintf(((struct bench *)user)->log, LOG_BYTES, "%s", line);
}

static int setup(void **state)
{
    struct bench *made = calloc(1, sizeof *made);

    assert_non_null(made);
    scratch_make(made->folder);
    snprintf(made->path, sizeof made->path, "%s/test.db", made->folder);
    snprintf(made->uri, sizeof made->uri, "sqlite:%s", made->path);
    context_init(&made->context);
    made->context.log = keep_log;
    made->context.log_user = made;
    made->context.settings.values[SETTING_DATABASE_BUSY_TIMEOUT_MS] = 100;
    *state = made;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;

    ofd_locks_are_missing = 0;
    context_free(&bench->context);
    scratch_remove(bench->folder);
    free(bench);
    return 0;
}

static struct database *open_database(struct bench *bench)
{
    struct database *opened;

    assert_ok(database_open(&bench->context, bench->uri, &opened, &bench->error), bench->error);
    return opened;
}

static struct db_session *open_session(struct bench *bench, struct database *database)
{
    struct db_session *session;

    assert_ok(db_session_open(database, &service, &session, &bench->error), bench->error);
    return session;
}

static void run(struct bench *bench, struct db_session *session, const char *sql)
{
    struct statement statement;

    statement_start_sql(&statement, session, sql);
    assert_ok(statement_run(&statement, NULL, &bench->error), bench->error);
}

static sqlite3 *open_host(const struct bench *bench)
{
    sqlite3 *handle;

    assert_int_equal(libsqlite_load(NULL), CPK_OK);
    assert_int_equal(sqlite3_open_v2(bench->path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    return handle;
}

static void host_runs(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
    }
}

/* Returns the SQLite result code of BEGIN IMMEDIATE in another process. */
static int writing_elsewhere(const struct bench *bench)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        sqlite3 *handle = NULL;
        int result = sqlite3_open_v2(bench->path, &handle, SQLITE_OPEN_READWRITE, NULL);

        if (result == SQLITE_OK) {
            result =
                sqlite3_exec(handle, "BEGIN IMMEDIATE; SELECT count(*) FROM sqlite_schema; ROLLBACK", NULL, NULL, NULL);
        }
        sqlite3_close(handle);
        _exit(result & 0xff);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void touch(const struct bench *bench, const char *suffix)
{
    char path[PATH_BYTES + 8];
    char byte;
    int file;

    snprintf(path, sizeof path, "%s%s", bench->path, suffix);
    file = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_true(read(file, &byte, 1) >= 0);
    close(file);
}

static int open_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

/* --- the driver's locks --- */

static void lock_survives_open_and_close_of_each_file(void **state)
{
    struct bench *bench = *state;
    struct database *database = open_database(bench);
    struct db_session *session = open_session(bench, database);

    run(bench, session, "CREATE TABLE t (a INTEGER)");
    assert_ok(db_begin(session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    run(bench, session, "INSERT INTO t VALUES (1)");
    assert_int_equal(writing_elsewhere(bench), SQLITE_BUSY);
    touch(bench, "");
    touch(bench, "-wal");
    touch(bench, "-shm");
    assert_int_equal(writing_elsewhere(bench), SQLITE_BUSY);
    assert_ok(db_commit(session, &bench->error), bench->error);
    assert_int_equal(writing_elsewhere(bench), SQLITE_OK);
    db_session_close(session);
    database_free(database);
}

static void lock_survives_a_second_sqlite(void **state)
{
    struct bench *bench = *state;
    struct database *database = open_database(bench);
    struct db_session *session = open_session(bench, database);
    sqlite3 *host;

    run(bench, session, "CREATE TABLE t (a INTEGER)");
    assert_ok(db_begin(session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
    run(bench, session, "INSERT INTO t VALUES (1)");
    host = open_host(bench);
    host_runs(host, "SELECT count(*) FROM t");
    assert_int_equal(sqlite3_exec(host, "BEGIN IMMEDIATE", NULL, NULL, NULL) & 0xff, SQLITE_BUSY);
    sqlite3_close(host);
    assert_int_equal(writing_elsewhere(bench), SQLITE_BUSY);
    assert_ok(db_rollback(session, &bench->error), bench->error);
    db_session_close(session);
    database_free(database);
}

/* --- the host's locks --- */

static void locks_of_a_second_sqlite_survive_the_driver(void **state)
{
    struct bench *bench = *state;
    struct database *database = open_database(bench);
    struct db_session *session = open_session(bench, database);
    sqlite3 *host;

    run(bench, session, "CREATE TABLE t (a INTEGER)");
    host = open_host(bench);
    host_runs(host, "BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
    db_session_close(session);
    database_free(database);
    database = open_database(bench);
    session = open_session(bench, database);
    run(bench, session, "SELECT count(*) FROM t");
    db_session_close(session);
    database_free(database);
    assert_int_equal(writing_elsewhere(bench), SQLITE_BUSY);
    host_runs(host, "COMMIT");
    assert_int_equal(writing_elsewhere(bench), SQLITE_OK);
    sqlite3_close(host);
}

static void descriptors_do_not_accumulate(void **state)
{
    struct bench *bench = *state;
    int before;

    database_free(open_database(bench));
    before = open_descriptors();
    for (int i = 0; i < OPENS; i++) {
        struct database *database = open_database(bench);
        struct db_session *first = open_session(bench, database);
        struct db_session *second = open_session(bench, database);

        run(bench, first, "CREATE TABLE IF NOT EXISTS t (a INTEGER)");
        run(bench, second, "SELECT count(*) FROM t");
        db_session_close(first);
        db_session_close(second);
        database_free(database);
    }
    assert_true(open_descriptors() <= before); /* fewer: those of deleted files are closed */
}

/* While a host holds locks on the file, the driver's descriptors stay open and are reused. */
static void open_descriptors_are_reused(void **state)
{
    struct bench *bench = *state;
    struct database *database = open_database(bench);
    struct db_session *session = open_session(bench, database);
    sqlite3 *host;
    int before;

    run(bench, session, "CREATE TABLE t (a INTEGER)");
    host = open_host(bench);
    host_runs(host, "BEGIN; SELECT count(*) FROM t");
    db_session_close(session);
    database_free(database);
    before = open_descriptors();
    for (int i = 0; i < OPENS; i++) {
        database = open_database(bench);
        session = open_session(bench, database);
        run(bench, session, "INSERT INTO t VALUES (2)");
        db_session_close(session);
        database_free(database);
    }
    assert_int_equal(open_descriptors(), before);
    host_runs(host, "COMMIT");
    sqlite3_close(host);
    database_free(open_database(bench)); /* does not open the file */
}

/* --- fork --- */

static void child_does_not_keep_locks_of_a_dead_parent(void **state)
{
    struct bench *bench = *state;
    struct database *database = open_database(bench);
    struct db_session *session = open_session(bench, database);
    pid_t child;
    pid_t grandchild;
    int ends[2];
    int status;

    run(bench, session, "CREATE TABLE t (a INTEGER)");
    db_session_close(session);
    database_free(database);
    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        database = open_database(bench);
        session = open_session(bench, database);
        assert_ok(db_begin(session, CPK_TRANSACTION_WRITE, &bench->error), bench->error);
        run(bench, session, "INSERT INTO t VALUES (1)");
        grandchild = fork();
        if (grandchild == 0) {
            grandchild = getpid();
            (void)!write(ends[1], &grandchild, sizeof grandchild);
            pause();
            _exit(0);
        }
        pause();
    }
    assert_int_equal(read(ends[0], &grandchild, sizeof grandchild), sizeof grandchild);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    status = writing_elsewhere(bench);
    kill(grandchild, SIGKILL);
    assert_int_equal(status, SQLITE_OK);
    close(ends[0]);
    close(ends[1]);
}

/* --- without open file description locks --- */

/* A dl_iterate_phdr() callback: finds the file that SQLite was loaded from. */
static int take_sqlite(struct dl_phdr_info *object, size_t size, void *user)
{
    (void)size;
    if (strstr(object->dlpi_name, "libsqlite3") == NULL) {
        return 0;
    }
    snprintf(user, PATH_BYTES, "%s", object->dlpi_name);
    return 1;
}

static void second_sqlite_is_reported_without_such_locks(void **state)
{
    struct bench *bench = *state;
    char copy[PATH_BYTES + 64];
    char command[3 * PATH_BYTES];
    char sqlite[PATH_BYTES];
    struct database *database;
    struct db_session *session;
    void *second;

    ofd_locks_are_missing = 1;
    database = open_database(bench);
    session = open_session(bench, database);
    run(bench, session, "CREATE TABLE t (a INTEGER)");
    assert_string_equal(bench->log, "");
    db_session_close(session);
    database_free(database);

    snprintf(copy, sizeof copy, "%s/libsqlite3-second.so", bench->folder);
    assert_int_equal(dl_iterate_phdr(take_sqlite, sqlite), 1);
    snprintf(command, sizeof command, "cp -L '%s' '%s'", sqlite, copy);
    assert_int_equal(system(command), 0);
    second = dlopen(copy, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(second);
    database = open_database(bench);
    session = open_session(bench, database);
    assert_non_null(strstr(bench->log, "libsqlite3-second.so"));
    db_session_close(session);
    database_free(database);

    ofd_locks_are_missing = 0;
    bench->log[0] = '\0';
    database = open_database(bench);
    db_session_close(open_session(bench, database));
    assert_string_equal(bench->log, "");
    database_free(database);
    dlclose(second);
}

/* --- a damaged log --- */

/* A database with a log of three transactions of one frame each, and more, as left by a killed process. */
static void leave_log(struct bench *bench)
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        sqlite3 *handle;

        sqlite3_open_v2(bench->path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
        sqlite3_exec(handle, "PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER)", NULL, NULL, NULL);
        for (int i = 0; i < 4; i++) {
            sqlite3_exec(handle, "INSERT INTO t VALUES (1)", NULL, NULL, NULL);
        }
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
}

static void damage_log(const struct bench *bench, off_t offset)
{
    char path[PATH_BYTES + 8];
    unsigned char byte;
    int file;

    snprintf(path, sizeof path, "%s-wal", bench->path);
    file = open(path, O_RDWR | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, offset), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(file, &byte, 1, offset), 1);
    close(file);
}

static off_t log_bytes(const struct bench *bench)
{
    char path[PATH_BYTES + 8];
    struct stat info;

    snprintf(path, sizeof path, "%s-wal", bench->path);
    assert_int_equal(stat(path, &info), 0);
    return info.st_size;
}

static void intact_log_is_recovered(void **state)
{
    struct bench *bench = *state;
    struct log_damage damage;
    struct database *database;

    leave_log(bench);
    assert_false(log_find_damage(bench->path, &damage));
    database = open_database(bench);
    db_session_close(open_session(bench, database));
    assert_string_equal(bench->log, "");
    database_free(database);
}

static void lost_transactions_of_a_damaged_log_are_reported(void **state)
{
    static const off_t PLACES[] = {0, 5, 16, 25, 32, 36, 40, 48, 100, 32 + FRAME_BYTES + 2000};
    struct bench *bench = *state;

    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        struct database *database;
        struct db_session *session;

        leave_log(bench);
        damage_log(bench, PLACES[i]);
        database = open_database(bench);
        if (db_session_open(database, &service, &session, &bench->error) == CPK_OK) {
            fail_msg("damage at %ld is not noticed", (long)PLACES[i]);
        }
        assert_int_equal(cpk_error_code(bench->error), CPK_ERROR_INVALID_DATA);
        if (strstr(cpk_error_message(bench->error), "database.accept_damaged_log") == NULL) {
            fail_msg("damage at %ld: %s", (long)PLACES[i], cpk_error_message(bench->error));
        }
        cpk_error_free(bench->error);
        bench->error = NULL;
        database_free(database);
        bench->context.settings.values[SETTING_DATABASE_ACCEPT_DAMAGED_LOG] = 1;
        database = open_database(bench);
        session = open_session(bench, database);
        run(bench, session, "SELECT count(*) FROM sqlite_schema");
        assert_non_null(strstr(bench->log, "are lost"));
        bench->context.settings.values[SETTING_DATABASE_ACCEPT_DAMAGED_LOG] = 0;
        db_session_close(session);
        database_free(database);
        unlink(bench->path);
    }
}

/* It is unknown whether the last transaction was truncated by a crash or damaged later: only logged. */
static void incomplete_last_transaction_is_logged(void **state)
{
    struct bench *bench = *state;
    struct database *database;

    leave_log(bench);
    damage_log(bench, log_bytes(bench) - 100);
    database = open_database(bench);
    db_session_close(open_session(bench, database));
    assert_non_null(strstr(bench->log, "cut off"));
    database_free(database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lock_survives_open_and_close_of_each_file, setup, teardown),
        cmocka_unit_test_setup_teardown(lock_survives_a_second_sqlite, setup, teardown),
        cmocka_unit_test_setup_teardown(locks_of_a_second_sqlite_survive_the_driver, setup, teardown),
        cmocka_unit_test_setup_teardown(descriptors_do_not_accumulate, setup, teardown),
        cmocka_unit_test_setup_teardown(open_descriptors_are_reused, setup, teardown),
        cmocka_unit_test_setup_teardown(child_does_not_keep_locks_of_a_dead_parent, setup, teardown),
        cmocka_unit_test_setup_teardown(second_sqlite_is_reported_without_such_locks, setup, teardown),
        cmocka_unit_test_setup_teardown(intact_log_is_recovered, setup, teardown),
        cmocka_unit_test_setup_teardown(lost_transactions_of_a_damaged_log_are_reported, setup, teardown),
        cmocka_unit_test_setup_teardown(incomplete_last_transaction_is_logged, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What follows "sqlite:" is a file name even if the host has enabled SQLite's URIs for the process. */
#include "support/test.h"

#include "base/context.h"
#include "database/database.h"
#include "database/migrate.h"
#include "support/scratch.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[SCRATCH_SHORT_BYTES];
static char host_folder[4096];

static int setup(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_URI, 1), SQLITE_OK);
    assert_non_null(getcwd(host_folder, sizeof host_folder));
    scratch_make_short(folder);
    return chdir(folder);
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(chdir(host_folder), 0);
    return rmdir(folder);
}

static void host_uses_uris(void)
{
    sqlite3 *handle = NULL;

    assert_int_equal(sqlite3_open("file:host?mode=memory", &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "CREATE TABLE t (a)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
    assert_int_not_equal(access("file:host?mode=memory", F_OK), 0); /* it was interpreted as a URI */
}

static void paths_are_file_names(void **state)
{
    static const char *const NAMES[] = {"file:a.db",          "file:b.db?mode=memory",
                                        "file::memory:",      "c.db?mode=ro",
                                        "file:d.db?vfs=none", "e%20f#g.db",
                                        ":memory:x",          "FILE:h.db"};
    struct context context;

    (void)state;
    context_init(&context);
    host_uses_uris();
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        cpk_error *error = NULL;
        struct database *database = NULL;
        struct stat info;
        int64_t applied = 0;
        char uri[128];

        snprintf(uri, sizeof uri, "sqlite:%s", NAMES[i]);
        assert_int_equal(database_open_existing(&context, uri, &database, &error), CPK_ERROR_NOT_FOUND);
        assert_non_null(strstr(cpk_error_message(error), NAMES[i]));
        assert_int_not_equal(access(NAMES[i], F_OK), 0);
        cpk_error_free(error);
        error = NULL;

        assert_ok(database_open(&context, uri, &database, &error), error);
        assert_ok(database_migrate(database, NULL, NULL, 0, &error), error);
        database_free(database);
        assert_int_equal(stat(NAMES[i], &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        assert_true(info.st_size > 0);

        assert_ok(database_open_existing(&context, uri, &database, &error), error);
        assert_ok(database_version(database, &applied, NULL, &error), error);
        assert_true(applied > 0);
        database_free(database);
        assert_int_equal(unlink(NAMES[i]), 0);
    }
    context_free(&context);
}

static void umask_does_not_change_the_mode(void **state)
{
    static const mode_t MASKS[] = {0, 022, 077, 0377, 0777};
    struct context context;

    (void)state;
    context_init(&context);
    for (size_t i = 0; i < sizeof MASKS / sizeof MASKS[0]; i++) {
        mode_t before = umask(MASKS[i]);
        cpk_error *error = NULL;
        struct database *database = NULL;
        struct stat info;

        assert_ok(database_open(&context, "sqlite:x.db", &database, &error), error);
        assert_ok(database_migrate(database, NULL, NULL, 0, &error), error);
        assert_int_equal(stat("x.db", &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        assert_int_equal(stat("x.db-wal", &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        assert_int_equal(stat("x.db-shm", &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        database_free(database);
        umask(before);
        assert_int_equal(unlink("x.db"), 0);
    }
    context_free(&context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_file_names),
        cmocka_unit_test(umask_does_not_change_the_mode),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

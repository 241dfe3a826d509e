/* What the locks of the SQLite driver's connections cost, beside SQLite's own: sqlite_locks_bench FILE */
#include "database/sqlite/vfs.h"
#include "sqlite/libsqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 3
#define READS  200000
#define WRITES 100000
#define OPENS  2000

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void run(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(handle));
        exit(1);
    }
}

static double statements(sqlite3 *handle, const char *sql, int count)
{
    sqlite3_stmt *statement;
    double start = seconds();

    sqlite3_prepare_v3(handle, sql, -1, 0, &statement, NULL);
    for (int i = 0; i < count; i++) {
        sqlite3_step(statement);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return (seconds() - start) / count * 1e6;
}

static double opens(const char *path, const char *vfs)
{
    double start = seconds();

    for (int i = 0; i < OPENS; i++) {
        sqlite3 *handle;

        sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, vfs);
        run(handle, "SELECT * FROM t");
        sqlite3_close(handle);
    }
    return (seconds() - start) / OPENS * 1e6;
}

static void measure(const char *path, const char *vfs, const char *label)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3 *handle;

    if (sqlite3_open_v2(path, &handle, flags, vfs) != SQLITE_OK) {
        fprintf(stderr, "%s can't be opened\n", path);
        exit(1);
    }
    run(handle, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY "
                "KEY, b TEXT); INSERT OR IGNORE INTO t VALUES (1, 'x')");
    printf("%-12s read %.2f us, write %.2f us, ", label, statements(handle, "SELECT b FROM t WHERE a = 1", READS),
           statements(handle, "UPDATE t SET b = 'y' WHERE a = 1", WRITES));
    printf("open and close %.0f us\n", opens(path, vfs));
    sqlite3_close(handle);
}

int main(int argc, char **argv)
{
    const char *vfs;

    if (argc != 2 || libsqlite_load(NULL) != CPK_OK || (vfs = vfs_acquire()) == NULL) {
        fprintf(stderr, "usage: sqlite_locks_bench FILE\n");
        return 2;
    }
    for (int i = 0; i < ROUNDS; i++) {
        measure(argv[1], NULL, "unix");
        measure(argv[1], vfs, "contextpack");
    }
    vfs_release();
    return 0;
}

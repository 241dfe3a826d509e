#include "database/sqlite/backup.h"

#include "base/error.h"
#include "database/sqlite/damage.h"
#include "database/sqlite/failure.h"

#include <contextpack/engine.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOMAIN     "backup"
#define PATH_BYTES 4096
#define STEP_PAGES 256 /* pages per progress call */

/* The temporary file beside the target, in which the copy is written. */
struct draft {
    char path[PATH_BYTES];
    int32_t exists;
};

/* --- checks --- */

static int file_exists(const char *path, const char *suffix)
{
    char beside[PATH_BYTES];

    snprintf(beside, sizeof beside, "%s%s", path, suffix);
    return access(beside, F_OK) == 0;
}

static int is_same_file(const char *first, const char *second)
{
    struct stat a;
    struct stat b;

    return stat(first, &a) == 0 && stat(second, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Checks the target path. A -wal or journal file beside it would be applied to the copy. */
static cpk_status check_target(const struct sqlite_backup *backup, cpk_error **error)
{
    static const char *const SUFFIXES[] = {"-wal", "-shm", "-journal"};

    if (backup->path[0] == '\0' || strlen(backup->path) > PATH_BYTES - 64) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the path of the copy is empty or too long");
    }
    if (backup->source != NULL && is_same_file(backup->source, backup->path)) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "%s is the database itself", backup->path);
    }
    if (!backup->replace && access(backup->path, F_OK) == 0) {
        return error_set(error, CPK_ERROR_ALREADY_EXISTS, DOMAIN, "%s exists and replacing it was not requested",
                         backup->path);
    }
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof *SUFFIXES; i++) {
        if (file_exists(backup->path, SUFFIXES[i])) {
            return error_set(error, CPK_ERROR_CONFLICT, DOMAIN,
                             "%s%s exists: a database at this path is in use or was not closed; choose another path",
                             backup->path, SUFFIXES[i]);
        }
    }
    return CPK_OK;
}

static cpk_status draft_create(struct draft *draft, const char *path, cpk_error **error)
{
    int file;

    snprintf(draft->path, sizeof draft->path, "%s.XXXXXX", path);
    file = mkostemp(draft->path, O_CLOEXEC); /* 0600 */
    if (file < 0) {
        return error_set_errno(error, errno, DOMAIN, "can't create a file beside %s", path);
    }
    draft->exists = 1;
    (void)fchmod(file, 0600);
    close(file);
    return CPK_OK;
}

/* --- copying --- */

static cpk_status set_cancelled_error(cpk_error **error)
{
    return error_set(error, CPK_ERROR_CANCELLED, DOMAIN, "the backup was cancelled");
}

static cpk_status copy_pages(const struct sqlite_backup *backup, sqlite3 *from, sqlite3 *to, cpk_error **error)
{
    sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");
    int result = copy != NULL ? SQLITE_OK : SQLITE_ERROR;
    int is_cancelled = 0;

    while (result == SQLITE_OK && !is_cancelled) {
        result = sqlite3_backup_step(copy, STEP_PAGES);
        if ((result == SQLITE_OK || result == SQLITE_DONE) && backup->progress != NULL) {
            int64_t total = sqlite3_backup_pagecount(copy);

            is_cancelled = backup->progress(backup->user, total - sqlite3_backup_remaining(copy), total) != 0;
        }
    }
    if (copy != NULL && sqlite3_backup_finish(copy) != SQLITE_OK && result == SQLITE_DONE) {
        result = SQLITE_IOERR;
    }
    if (is_cancelled) {
        return set_cancelled_error(error);
    }
    if (result != SQLITE_DONE) { /* the source is corrupt, or the copy can't be written */
        return sqlite_failure((result & 0xff) == SQLITE_CORRUPT ? backup->name : backup->path, to, result, error);
    }
    return CPK_OK;
}

/* A cpk_database_report_fn: stores the first finding. */
static void store_finding(void *user, int32_t outcome, const char *text)
{
    char *first = user;

    if (outcome != CPK_CHECK_PASSED && first[0] == '\0') {
        snprintf(first, 512, "%s", text);
    }
}

/* Checks the copy, because damaged pages are copied unchanged: a damaged copy must not replace a good backup. */
static cpk_status check_copy(const struct sqlite_backup *backup, sqlite3 *copy, cpk_error **error)
{
    char finding[512] = "";

    CPK_TRY(sqlite_check_damage(copy, backup->path, store_finding, finding, error));
    if (finding[0] != '\0') {
        return error_set(error, CPK_ERROR_INVALID_DATA, DOMAIN, "the database %s is damaged; no copy was made: %s",
                         backup->name, finding);
    }
    return CPK_OK;
}

static cpk_status run_sql(sqlite3 *handle, const char *name, const char *sql, cpk_error **error)
{
    int result = sqlite3_exec(handle, sql, NULL, NULL, NULL);

    return result == SQLITE_OK ? CPK_OK : sqlite_failure(name, handle, result, error);
}

/* Copies in one read transaction: the copy is consistent, writers do not wait, and the copy is not restarted by them.
 */
static cpk_status copy_in_transaction(const struct sqlite_backup *backup, sqlite3 *from, sqlite3 *to, cpk_error **error)
{
    cpk_status status;

    CPK_TRY_CLEANUP(run_sql(from, backup->name, "BEGIN; SELECT count(*) FROM sqlite_schema", error));
    CPK_TRY_CLEANUP(copy_pages(backup, from, to, error));
cleanup:
    (void)sqlite3_exec(from, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

static cpk_status copy_database(const struct sqlite_backup *backup, sqlite3 *from, const char *path, cpk_error **error)
{
    sqlite3 *to = NULL;
    int result =
        sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, "unix");
    cpk_status status;

    CPK_TRY_CLEANUP(result == SQLITE_OK ? CPK_OK : sqlite_failure(backup->path, to, result, error));
    /* The temporary file needs no journal. */
    CPK_TRY_CLEANUP(run_sql(to, backup->path, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", error));
    CPK_TRY_CLEANUP(copy_in_transaction(backup, from, to, error));
    CPK_TRY_CLEANUP(check_copy(backup, to, error));
cleanup:
    sqlite3_close(to);
    return status;
}

/* --- publishing --- */

static int sync_path(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    int result = file < 0 ? -1 : fsync(file);

    if (file >= 0) {
        close(file);
    }
    return result;
}

static int sync_folder_of(const char *path)
{
    char folder[PATH_BYTES];
    char *slash;

    snprintf(folder, sizeof folder, "%s", path);
    slash = strrchr(folder, '/');
    if (slash == NULL) {
        return sync_path(".", O_RDONLY | O_DIRECTORY);
    }
    slash[slash == folder] = '\0';
    return sync_path(folder, O_RDONLY | O_DIRECTORY);
}

/* Moves the draft to the target. Uses link() if an existing file must not be replaced, as rename() would do. */
static int draft_move(struct draft *draft, const struct sqlite_backup *backup)
{
    if (!backup->replace) {
        if (link(draft->path, backup->path) == 0) {
            return 0; /* draft_remove() removes the temporary name */
        }
        if (errno == EEXIST || access(backup->path, F_OK) == 0) {
            errno = EEXIST;
            return -1;
        }
    }
    if (rename(draft->path, backup->path) != 0) {
        return -1;
    }
    draft->exists = 0;
    return 0;
}

static cpk_status publish(struct draft *draft, const struct sqlite_backup *backup, cpk_error **error)
{
    if (sync_path(draft->path, O_RDONLY) != 0 || draft_move(draft, backup) != 0) {
        return error_set_errno(error, errno, DOMAIN, "can't finish the copy %s", backup->path);
    }
    if (sync_folder_of(backup->path) != 0) {
        return error_set_errno(error, errno, DOMAIN, "can't finish the copy %s", backup->path);
    }
    return CPK_OK;
}

static void draft_remove(const struct draft *draft)
{
    static const char *const SUFFIXES[] = {"", "-wal", "-shm", "-journal"};

    for (size_t i = 0; draft->exists && i < sizeof SUFFIXES / sizeof *SUFFIXES; i++) {
        char path[PATH_BYTES + 16];

        snprintf(path, sizeof path, "%s%s", draft->path, SUFFIXES[i]);
        (void)unlink(path);
    }
}

cpk_status sqlite_backup_run(const struct sqlite_backup *backup, sqlite3 *handle, cpk_error **error)
{
    struct draft draft = {"", 0};
    cpk_status status;

    CPK_TRY(check_target(backup, error));
    CPK_TRY(draft_create(&draft, backup->path, error));
    CPK_TRY_CLEANUP(copy_database(backup, handle, draft.path, error));
    CPK_TRY_CLEANUP(check_target(backup, error)); /* again, because copying may take long */
    CPK_TRY_CLEANUP(publish(&draft, backup, error));
cleanup:
    draft_remove(&draft);
    return status;
}

#include "database/sqlite/sqlite.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "database/sqlite/backup.h"
#include "database/sqlite/damage.h"
#include "database/sqlite/failure.h"
#include "database/sqlite/turn.h"
#include "database/sqlite/vfs.h"
#include "sqlite/libsqlite.h"

#include <contextpack/engine.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DOMAIN            "database"
#define COLUMNS_MAX       64
#define IDLE_MAX          8 /* idle connections reused for reuse */
#define RETRY_DELAY_US    2000
#define BUSY_DELAY_MS     25
#define PATH_BYTES_MAX    4096
#define MEMORY_NAME_BYTES 16

struct connection;

struct sqlite_driver {
    const struct context *context;
    char *path;      /* for sqlite3_open_v2() */
    char *name;      /* for messages */
    const char *vfs; /* NULL until it is acquired */
    int32_t in_memory;
    struct turn_queue *writers; /* queue of the file's writers in this process */
    atomic_int warned;          /* warn_of_other_sqlite() has logged its warning */
    pthread_mutex_t mutex;      /* guards `idle` and `idle_count` */
    struct connection *idle;
    int32_t idle_count;
    sqlite3 *anchor; /* connection that keeps an in-memory database alive */
};

/* A session of the driver. At most one cursor is open, so the connection itself serves as cursor. */
struct connection {
    struct sqlite_driver *driver;
    sqlite3 *handle;
    sqlite3_stmt *rollback;  /* prepared in advance, so that it needs no memory */
    struct connection *next; /* in the idle list */
    sqlite3_stmt **cached;   /* prepared statements by statement id */
    size_t cached_count;
    sqlite3_stmt *current; /* the open cursor's statement */
    int32_t current_is_cached;
    int32_t current_is_done;
    int64_t changes;
    struct turn turn;          /* held while the connection writes */
    int64_t busy_ms;           /* how long to wait for locks of other processes */
    int64_t busy_end_us;       /* end of the current wait, on context_steady_us()'s clock */
    atomic_int is_interrupted; /* cancel() was called during the current call */
    cpk_value columns[COLUMNS_MAX];
};

static cpk_status fail(const struct sqlite_driver *driver, sqlite3 *handle, int result, cpk_error **error)
{
    return sqlite_failure(driver->name, handle, result, error);
}

/* --- opening --- */

static cpk_status folders_create(const char *path, cpk_error **error)
{
    char folder[PATH_BYTES_MAX];
    size_t length = strlen(path);

    if (length >= sizeof folder) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the path of the database is longer than %d bytes",
                         PATH_BYTES_MAX - 1);
    }
    memcpy(folder, path, length + 1);
    for (size_t i = 1; i < length; i++) {
        if (folder[i] != '/') {
            continue;
        }
        folder[i] = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST && access(folder, F_OK) != 0) {
            return error_set_errno(error, errno, DOMAIN, "can't create the folder %s for the database", folder);
        }
        folder[i] = '/';
    }
    return CPK_OK;
}

/* Checks the file or creates it with mode 0600 regardless of the umask; SQLite's -wal and -shm files get the same mode.
 * An existing file is not opened, because closing it would release POSIX locks of a second SQLite in this process. */
static cpk_status file_prepare(const char *path, int32_t create, cpk_error **error)
{
    struct stat info;
    int file;

    if (create) {
        CPK_TRY(folders_create(path, error));
    }
    if (stat(path, &info) == 0) {
        if (!S_ISREG(info.st_mode)) {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the database %s is not a regular file", path);
        }
        return faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0
                   ? CPK_OK
                   : error_set_errno(error, errno, DOMAIN, "can't open the database %s for writing", path);
    }
    if (!create) {
        return errno == ENOENT ? error_set(error, CPK_ERROR_NOT_FOUND, DOMAIN, "no database at %s", path)
                               : error_set_errno(error, errno, DOMAIN, "can't open the database %s", path);
    }
    file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST) { /* a dangling link, or created by another process meanwhile */
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    } else if (file >= 0) {
        (void)fchmod(file, 0600);
    }
    if (file < 0) {
        return error_set_errno(error, errno, DOMAIN, "can't open the database %s for writing", path);
    }
    close(file);
    return CPK_OK;
}

/* Prefixes a relative path with "./", because SQLite treats a name that begins with "file:" as a URI if the host has
 * enabled that for the process. */
static char *literal_path(const struct context *context, const char *path)
{
    size_t length = strlen(path);
    char *literal = memory_allocate(&context->allocator, length + 3);

    if (literal != NULL) {
        snprintf(literal, length + 3, "%s%s", path[0] == '/' ? "" : "./", path);
    }
    return literal;
}

/* Sets WAL mode, retrying while the database is busy: it requires an exclusive lock, for which SQLite does not wait. */
static cpk_status set_wal(const struct sqlite_driver *driver, sqlite3 *handle, cpk_error **error)
{
    int64_t left_us = context_setting(driver->context, SETTING_DATABASE_BUSY_TIMEOUT_MS) * 1000;
    const struct timespec delay = {0, (long)RETRY_DELAY_US * 1000};
    int result = sqlite3_exec(handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);

    while ((result & 0xff) == SQLITE_BUSY && left_us > 0) {
        nanosleep(&delay, NULL);
        left_us -= RETRY_DELAY_US;
        result = sqlite3_exec(handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    }
    return result == SQLITE_OK ? CPK_OK : fail(driver, handle, result, error);
}

/* Warns once if SQLite's own locks are used, which are lost when a second SQLite in this process closes the file. */
static void warn_of_other_sqlite(struct sqlite_driver *driver)
{
    char other[512];

    if (atomic_load(&driver->warned) || !libsqlite_find_other(other, sizeof other) ||
        atomic_exchange(&driver->warned, 1)) {
        return;
    }
    context_log(driver->context, CPK_LOG_WARNING, DOMAIN,
                "the file system of %s does not support open file description locks, and the process has a second "
                "SQLite (%s): opening this database with it can corrupt the database",
                driver->name, other);
}

static cpk_status fail_log_damage(const struct sqlite_driver *driver, const struct log_damage *damage,
                                  cpk_error **error)
{
    return error_set_native(error, CPK_ERROR_INVALID_DATA, DOMAIN, "SQLITE_CORRUPT", 0,
                            "the write-ahead log %s-wal is damaged at byte %lld: %lld committed transactions can't be "
                            "read. Restore a backup; or copy both files and open the database once with the setting "
                            "database.accept_damaged_log = 1, which loses these transactions",
                            driver->name, (long long)damage->offset, (long long)damage->lost_commits);
}

/* Logs the damage that the connection which recovered the log has found. */
static void log_wal_damage(const struct sqlite_driver *driver, const struct log_damage *damage)
{
    if (damage->lost_commits > 0 || damage->torn_commits > 0) {
        context_log(
            driver->context, CPK_LOG_WARNING, DOMAIN,
            "the write-ahead log of %s ends at byte %lld: %lld committed transactions after it are lost, and %s",
            driver->name, (long long)damage->offset, (long long)damage->lost_commits,
            damage->torn_commits > 0 ? "the last one was cut off by a crash" : "none was cut off");
    }
}

static cpk_status set_pragmas(const struct sqlite_driver *driver, sqlite3 *handle, cpk_error **error)
{
    int result = sqlite3_exec(handle, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;", NULL, NULL, NULL);

    if (result != SQLITE_OK) {
        return fail(driver, handle, result, error);
    }
    if (sqlite3_db_readonly(handle, "main") == 1) {
        return error_set_native(error, CPK_ERROR_PERMISSION_DENIED, DOMAIN, "SQLITE_READONLY", 0,
                                "the database %s is read-only; check the permissions of the file and its folder",
                                driver->name);
    }
    return driver->in_memory ? CPK_OK : set_wal(driver, handle, error);
}

static cpk_status handle_prepare(struct sqlite_driver *driver, sqlite3 *handle, cpk_error **error)
{
    struct log_damage damage;
    cpk_status status;

    sqlite3_busy_timeout(handle, (int)context_setting(driver->context, SETTING_DATABASE_BUSY_TIMEOUT_MS));
    if (driver->in_memory) {
        return set_pragmas(driver, handle, error);
    }
    if (context_setting(driver->context, SETTING_DATABASE_ACCEPT_DAMAGED_LOG) != 0) {
        vfs_accept_damaged_log(handle);
    }
    status = set_pragmas(driver, handle, error); /* recovers the log */
    if (vfs_log_damage(handle, &damage) && status != CPK_OK) {
        error_clear(error);
        return fail_log_damage(driver, &damage, error);
    }
    log_wal_damage(driver, &damage);
    if (status == CPK_OK && !vfs_locks_survive_close(handle)) {
        warn_of_other_sqlite(driver);
    }
    return status;
}

static cpk_status handle_open(struct sqlite_driver *driver, sqlite3 **handle, cpk_error **error)
{
    /* Without CREATE: file_prepare() has created the file, with stricter permissions than SQLite's. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (driver->in_memory ? SQLITE_OPEN_CREATE : 0);
    int result = sqlite3_open_v2(driver->path, handle, flags, driver->in_memory ? "memdb" : driver->vfs);
    cpk_status status =
        result == SQLITE_OK ? handle_prepare(driver, *handle, error) : fail(driver, *handle, result, error);

    if (status != CPK_OK) {
        sqlite3_close(*handle);
        *handle = NULL;
    }
    return status;
}

/* --- sessions --- */

static void connection_free(struct connection *connection)
{
    const cpk_allocator *allocator = &connection->driver->context->allocator;

    for (size_t i = 0; i < connection->cached_count; i++) {
        sqlite3_finalize(connection->cached[i]);
    }
    memory_release_array(allocator, connection->cached, connection->cached_count, sizeof *connection->cached);
    sqlite3_finalize(connection->rollback);
    sqlite3_close(connection->handle);
    turn_free(&connection->turn);
    memory_release(allocator, connection, sizeof *connection);
}

static struct connection *idle_acquire(struct sqlite_driver *driver)
{
    struct connection *acquired;

    pthread_mutex_lock(&driver->mutex);
    acquired = driver->idle;
    if (acquired != NULL) {
        driver->idle = acquired->next;
        driver->idle_count--;
    }
    pthread_mutex_unlock(&driver->mutex);
    return acquired;
}

/* A busy handler that can be interrupted, unlike SQLite's busy timeout. */
static int wait_for_lock(void *user, int waits)
{
    struct connection *connection = user;
    const struct timespec delay = {0, waits < 5 ? 1000000L << waits : BUSY_DELAY_MS * 1000000L};

    if (waits == 0) {
        connection->busy_end_us = context_steady_us() + connection->busy_ms * 1000;
    }
    if (atomic_load(&connection->is_interrupted) || context_steady_us() >= connection->busy_end_us) {
        return 0;
    }
    nanosleep(&delay, NULL);
    return 1;
}

static cpk_status connection_prepare(struct connection *opened, cpk_error **error)
{
    int result = turn_init(&opened->turn, opened->driver->writers);

    if (result != 0) {
        return error_set_errno(error, result, DOMAIN, "can't open the database %s", opened->driver->name);
    }
    CPK_TRY(handle_open(opened->driver, &opened->handle, error));
    opened->busy_ms = context_setting(opened->driver->context, SETTING_DATABASE_BUSY_TIMEOUT_MS);
    sqlite3_busy_handler(opened->handle, wait_for_lock, opened);
    result = sqlite3_prepare_v3(opened->handle, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT, &opened->rollback, NULL);
    return result == SQLITE_OK ? CPK_OK : fail(opened->driver, opened->handle, result, error);
}

static cpk_status session_open(void *self, const cpk_actor *actor, void **session, cpk_error **error)
{
    struct sqlite_driver *driver = self;
    struct connection *opened = idle_acquire(driver);
    cpk_status status;

    (void)actor; /* SQLite has no row security: the statements filter by owner */
    *session = opened;
    if (opened != NULL) {
        return CPK_OK;
    }
    opened = memory_allocate_zeroed(&driver->context->allocator, sizeof *opened);
    if (opened == NULL) {
        return error_out_of_memory(error);
    }
    opened->driver = driver;
    status = connection_prepare(opened, error);
    if (status != CPK_OK) {
        connection_free(opened);
        return status;
    }
    *session = opened;
    return CPK_OK;
}

static void cursor_close(void *self, void *cursor)
{
    struct connection *connection = cursor;

    (void)self;
    if (connection->current_is_cached) {
        sqlite3_reset(connection->current);
        sqlite3_clear_bindings(connection->current);
    } else {
        sqlite3_finalize(connection->current);
    }
    connection->current = NULL;
    if (sqlite3_get_autocommit(connection->handle)) { /* the statement was an implicit transaction */
        turn_release(&connection->turn);
    }
}

/* Rolls back unless an error (disk full, out of memory) has already done so. */
static int roll_back(struct connection *connection)
{
    int result = SQLITE_OK;

    if (!sqlite3_get_autocommit(connection->handle)) {
        sqlite3_step(connection->rollback);
        result = sqlite3_reset(connection->rollback);
    }
    if (result == SQLITE_OK) {
        turn_release(&connection->turn);
    }
    return result;
}

static void session_close(void *self, void *session)
{
    struct sqlite_driver *driver = self;
    struct connection *closed = session;
    int32_t reused = 0;

    if (closed->current != NULL) {
        cursor_close(self, closed);
    }
    if (roll_back(closed) != SQLITE_OK) {
        connection_free(closed);
        return;
    }
    pthread_mutex_lock(&driver->mutex);
    if (driver->idle_count < IDLE_MAX) {
        closed->next = driver->idle;
        driver->idle = closed;
        driver->idle_count++;
        reused = 1;
    }
    pthread_mutex_unlock(&driver->mutex);
    if (!reused) {
        connection_free(closed);
    }
}

/* --- transactions --- */

/* Sets the error of a failed call. An interrupted wait for a lock fails with SQLITE_BUSY: reported as cancelled. */
static cpk_status fail_call(struct connection *connection, int result, cpk_error **error)
{
    int32_t was_interrupted = (result & 0xff) == SQLITE_BUSY && atomic_load(&connection->is_interrupted);

    return was_interrupted ? fail(connection->driver, NULL, SQLITE_INTERRUPT, error)
                           : fail(connection->driver, connection->handle, result, error);
}

static cpk_status run(struct connection *connection, const char *sql, cpk_error **error)
{
    int result = sqlite3_exec(connection->handle, sql, NULL, NULL, NULL);

    return result == SQLITE_OK ? CPK_OK : fail_call(connection, result, error);
}

/* Waits until no other connection of this process writes. *left_ms: the rest of the busy timeout. */
static cpk_status wait_for_turn(struct connection *connection, int64_t *left_ms, cpk_error **error)
{
    const struct sqlite_driver *driver = connection->driver;

    *left_ms = context_setting(driver->context, SETTING_DATABASE_BUSY_TIMEOUT_MS);
    switch (turn_acquire(&connection->turn, left_ms)) {
    case TURN_ACQUIRED:
        return CPK_OK;
    case TURN_INTERRUPTED:
        return fail(driver, NULL, SQLITE_INTERRUPT, error);
    case TURN_DEADLOCK:
        return error_set_native(error, CPK_ERROR_BUSY, DOMAIN, "SQLITE_BUSY (5)", 1,
                                "this thread is writing the database %s in another session: callbacks of that call "
                                "can't write it",
                                driver->name);
    default:
        return error_set_native(error, CPK_ERROR_BUSY, DOMAIN, "SQLITE_BUSY (5)", 1,
                                "other threads of this process are writing the database %s; try again or raise "
                                "database.busy_timeout_ms",
                                driver->name);
    }
}

static cpk_status begin_write(struct connection *connection, cpk_error **error)
{
    int64_t busy_ms = context_setting(connection->driver->context, SETTING_DATABASE_BUSY_TIMEOUT_MS);
    cpk_status status;

    CPK_TRY(wait_for_turn(connection, &connection->busy_ms, error));
    status = run(connection, "BEGIN IMMEDIATE", error);
    connection->busy_ms = busy_ms;
    if (status != CPK_OK) {
        turn_release(&connection->turn);
    }
    return status;
}

static cpk_status begin(void *self, void *session, int32_t mode, cpk_error **error)
{
    (void)self;
    atomic_store(&((struct connection *)session)->is_interrupted, 0);
    /* A writer locks at once, because upgrading a read transaction later may fail with SQLITE_BUSY. */
    return mode == CPK_TRANSACTION_WRITE ? begin_write(session, error) : run(session, "BEGIN", error);
}

static cpk_status rollback(void *self, void *session, cpk_error **error)
{
    struct connection *connection = session;
    int result = roll_back(connection);

    (void)self;
    return result == SQLITE_OK ? CPK_OK : fail(connection->driver, connection->handle, result, error);
}

static cpk_status commit(void *self, void *session, cpk_error **error)
{
    struct connection *connection = session;
    cpk_status status;

    if (sqlite3_get_autocommit(connection->handle)) {
        turn_release(&connection->turn);
        return error_set(error, CPK_ERROR_DATABASE, DOMAIN, "the transaction was rolled back by an earlier error");
    }
    atomic_store(&connection->is_interrupted, 0);
    status = run(connection, "COMMIT", error);
    if (status != CPK_OK) {
        rollback(self, session, NULL);
    }
    turn_release(&connection->turn);
    return status;
}

/* --- statements --- */

static cpk_status cache_grow(struct connection *connection, size_t needed, cpk_error **error)
{
    size_t count = needed < 64 ? 64 : needed + needed / 2;
    sqlite3_stmt **grown;

    if (needed <= connection->cached_count) {
        return CPK_OK;
    }
    grown = memory_resize_array(&connection->driver->context->allocator, connection->cached, connection->cached_count,
                                count, sizeof *grown);
    if (grown == NULL) {
        return error_out_of_memory(error);
    }
    memset(grown + connection->cached_count, 0, (count - connection->cached_count) * sizeof *grown);
    connection->cached = grown;
    connection->cached_count = count;
    return CPK_OK;
}

static cpk_status prepare(struct connection *connection, uint32_t id, const char *sql, sqlite3_stmt **prepared,
                          cpk_error **error)
{
    unsigned int flags = id > 0 ? SQLITE_PREPARE_PERSISTENT : 0;
    int result;

    if (id > 0) {
        CPK_TRY(cache_grow(connection, (size_t)id + 1, error));
        *prepared = connection->cached[id];
        if (*prepared != NULL) {
            return CPK_OK;
        }
    }
    result = sqlite3_prepare_v3(connection->handle, sql, -1, flags, prepared, NULL);
    if (result != SQLITE_OK) {
        return fail(connection->driver, connection->handle, result, error);
    }
    if (*prepared == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the statement is empty");
    }
    if (sqlite3_column_count(*prepared) > COLUMNS_MAX) {
        sqlite3_finalize(*prepared);
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN, "a statement has more than %d columns", COLUMNS_MAX);
    }
    if (id > 0) {
        connection->cached[id] = *prepared;
    }
    return CPK_OK;
}

static int bind_value(sqlite3_stmt *prepared, int at, const cpk_value *value)
{
    if (value->is_null) {
        return sqlite3_bind_null(prepared, at);
    }
    switch (value->type) {
    case CPK_VALUE_INT64:
        return sqlite3_bind_int64(prepared, at, value->int64_value);
    case CPK_VALUE_DOUBLE:
        return sqlite3_bind_double(prepared, at, value->double_value);
    case CPK_VALUE_TEXT:
        return sqlite3_bind_text64(prepared, at, value->bytes, value->length, SQLITE_TRANSIENT, SQLITE_UTF8);
    case CPK_VALUE_BLOB:
        return value->length == 0 ? sqlite3_bind_zeroblob(prepared, at, 0)
                                  : sqlite3_bind_blob64(prepared, at, value->bytes, value->length, SQLITE_TRANSIENT);
    default:
        return SQLITE_MISUSE;
    }
}

/* Looks up each parameter by name, because SQLite numbers $1, $2 ... in order of appearance. */
static int bind_values(sqlite3_stmt *prepared, const cpk_value *values, size_t value_count)
{
    int bound = 0;

    for (size_t i = 0; i < value_count; i++) {
        char name[24];
        int at;
        int result;

        snprintf(name, sizeof name, "$%zu", i + 1);
        at = sqlite3_bind_parameter_index(prepared, name);
        if (at == 0) {
            continue; /* not used by this dialect's statement */
        }
        result = bind_value(prepared, at, &values[i]);
        if (result != SQLITE_OK) {
            return result;
        }
        bound++;
    }
    return bound == sqlite3_bind_parameter_count(prepared) ? SQLITE_OK : SQLITE_RANGE;
}

/* Binds the values. A writing statement outside a transaction is an implicit one and needs the turn. */
static cpk_status exec_prepare(struct connection *connection, const cpk_value *values, size_t value_count,
                               cpk_error **error)
{
    sqlite3_stmt *prepared = connection->current;
    int64_t left_ms;
    int result;

    if (sqlite3_get_autocommit(connection->handle) && !sqlite3_stmt_readonly(prepared)) {
        CPK_TRY(wait_for_turn(connection, &left_ms, error));
    }
    result = bind_values(prepared, values, value_count);
    if (result == SQLITE_RANGE) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "a parameter of the statement has no value");
    }
    return result == SQLITE_OK ? CPK_OK : fail(connection->driver, NULL, result, error);
}

static cpk_status exec(void *self, void *session, uint32_t statement_id, const char *sql, const cpk_value *values,
                       size_t value_count, void **cursor, cpk_error **error)
{
    struct connection *connection = session;
    sqlite3_stmt *prepared = NULL;
    cpk_status status;

    *cursor = NULL;
    if (connection->current != NULL) {
        return error_set(error, CPK_ERROR_INTERNAL, DOMAIN, "another statement of this session is still open");
    }
    atomic_store(&connection->is_interrupted, 0);
    CPK_TRY(prepare(connection, statement_id, sql, &prepared, error));
    connection->current = prepared;
    connection->current_is_cached = statement_id > 0;
    connection->current_is_done = 0;
    connection->changes = 0;
    status = exec_prepare(connection, values, value_count, error);
    if (status != CPK_OK) {
        cursor_close(self, connection);
        return status;
    }
    *cursor = connection;
    return CPK_OK;
}

static cpk_status column_read(struct connection *connection, int at, cpk_error **error)
{
    sqlite3_stmt *prepared = connection->current;
    cpk_value *value = &connection->columns[at];

    memset(value, 0, sizeof *value);
    switch (sqlite3_column_type(prepared, at)) {
    case SQLITE_INTEGER:
        value->type = CPK_VALUE_INT64;
        value->int64_value = sqlite3_column_int64(prepared, at);
        return CPK_OK;
    case SQLITE_FLOAT:
        value->type = CPK_VALUE_DOUBLE;
        value->double_value = sqlite3_column_double(prepared, at);
        return CPK_OK;
    case SQLITE_TEXT:
        value->type = CPK_VALUE_TEXT;
        value->bytes = sqlite3_column_text(prepared, at);
        break;
    case SQLITE_BLOB:
        value->type = CPK_VALUE_BLOB;
        value->bytes = sqlite3_column_blob(prepared, at);
        break;
    default:
        value->type = CPK_VALUE_TEXT;
        value->is_null = 1;
        return CPK_OK;
    }
    value->length = (size_t)sqlite3_column_bytes(prepared, at);
    if (value->bytes == NULL && value->length > 0) {
        return error_out_of_memory(error);
    }
    if (value->bytes == NULL) {
        value->bytes = ""; /* an empty blob */
    }
    return CPK_OK;
}

/* Retries once on a failed CHECK, because json_valid() returns false when out of memory. The failed statement had no
 * effect. */
static int step_with_retry(sqlite3_stmt *prepared)
{
    int result = sqlite3_step(prepared);

    if (result == SQLITE_CONSTRAINT_CHECK) {
        sqlite3_reset(prepared);
        result = sqlite3_step(prepared);
    }
    return result;
}

static cpk_status cursor_next(void *self, void *cursor, const cpk_value **columns, size_t *column_count,
                              cpk_error **error)
{
    struct connection *connection = cursor;
    int result;
    int count;

    (void)self;
    *columns = NULL;
    *column_count = 0;
    if (connection->current_is_done) {
        return CPK_OK; /* sqlite3_step() would run the statement again */
    }
    result = step_with_retry(connection->current);
    if (result != SQLITE_ROW) {
        connection->current_is_done = 1;
    }
    if (result == SQLITE_DONE) {
        connection->changes = sqlite3_stmt_readonly(connection->current) ? 0 : sqlite3_changes64(connection->handle);
        return CPK_OK;
    }
    if (result != SQLITE_ROW) {
        return fail_call(connection, result, error);
    }
    count = sqlite3_column_count(connection->current);
    for (int i = 0; i < count; i++) {
        CPK_TRY(column_read(connection, i, error));
    }
    *columns = connection->columns;
    *column_count = (size_t)count;
    return CPK_OK;
}

static int64_t cursor_changes(void *self, void *cursor)
{
    struct connection *connection = cursor;

    (void)self;
    return connection->changes;
}

static cpk_status cancel(void *self, void *session, cpk_error **error)
{
    struct connection *connection = session;

    (void)self;
    (void)error;
    atomic_store(&connection->is_interrupted, 1);
    turn_interrupt(&connection->turn);
    sqlite3_interrupt(connection->handle); /* thread-safe */
    return CPK_OK;
}

/* --- backup and check --- */

static cpk_status backup(void *self, const char *path, int32_t replace, cpk_database_progress_fn progress, void *user,
                         cpk_error **error)
{
    static const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    const struct sqlite_driver *driver = self;
    const struct sqlite_backup work = {driver->name, driver->in_memory ? NULL : driver->path, path, replace, progress,
                                       user};
    void *session;
    cpk_status status;

    CPK_TRY(session_open(self, &service, &session, error));
    status = sqlite_backup_run(&work, ((struct connection *)session)->handle, error);
    session_close(self, session);
    return status;
}

/* Reports the SQLite in use, and whether a second one in the process can corrupt the file. */
static void check_copies(const struct sqlite_driver *driver, sqlite3 *handle, cpk_database_report_fn report, void *user)
{
    int32_t is_safe = driver->in_memory || vfs_locks_survive_close(handle);
    char other[512];
    char line[1024];

    if (!libsqlite_find_other(other, sizeof other)) {
        snprintf(line, sizeof line, "SQLite %s, the only one in this process%s", sqlite3_libversion(),
                 is_safe ? ""
                         : "; the file system does not support open file description locks: nothing else in this "
                           "process may open the file");
        report(user, is_safe ? CPK_CHECK_PASSED : CPK_CHECK_WARNING, line);
    } else if (is_safe) {
        snprintf(line, sizeof line, "SQLite %s; this process has a second one (%s), which is harmless here",
                 sqlite3_libversion(), other);
        report(user, CPK_CHECK_PASSED, line);
    } else {
        snprintf(
            line, sizeof line,
            "this process has a second SQLite (%s), and the file system does not support open file description locks: "
            "opening the database with it can corrupt the database; use another process",
            other);
        report(user, CPK_CHECK_FAILED, line);
    }
}

static cpk_status check(void *self, cpk_database_report_fn report, void *user, cpk_error **error)
{
    static const cpk_actor service = {sizeof service, CPK_ACTOR_SERVICE, NULL};
    const struct sqlite_driver *driver = self;
    void *session;
    sqlite3 *handle;
    cpk_status status;

    CPK_TRY(session_open(self, &service, &session, error));
    handle = ((struct connection *)session)->handle;
    check_copies(driver, handle, report, user);
    status = sqlite_check_damage(handle, driver->name, report, user, error);
    session_close(self, session);
    return status;
}

/* --- the driver --- */

static void destroy(void *self)
{
    struct sqlite_driver *driver = self;
    const cpk_allocator *allocator = &driver->context->allocator;

    while (driver->idle != NULL) {
        struct connection *next = driver->idle->next;

        connection_free(driver->idle);
        driver->idle = next;
    }
    if (driver->anchor != NULL) {
        sqlite3_close(driver->anchor);
    }
    if (driver->vfs != NULL) {
        vfs_release();
    }
    if (driver->writers != NULL) {
        turn_queue_release(driver->writers);
    }
    pthread_mutex_destroy(&driver->mutex);
    memory_release_text(allocator, driver->path);
    memory_release_text(allocator, driver->name);
    memory_release(allocator, driver, sizeof *driver);
}

/* Generates a unique name for an in-memory database. */
static cpk_status memory_name(const struct context *context, char path[64], cpk_error **error)
{
    unsigned char random[MEMORY_NAME_BYTES];
    char hex[2 * MEMORY_NAME_BYTES + 1];

    CPK_TRY(context_random(context, random, sizeof random, error));
    hash_hex(random, sizeof random, hex);
    snprintf(path, 64, "/contextpack-%s", hex);
    return CPK_OK;
}

static cpk_status writers_join(struct sqlite_driver *driver, cpk_error **error)
{
    struct stat info;

    if (!driver->in_memory && stat(driver->path, &info) != 0) {
        return error_set_errno(error, errno, DOMAIN, "can't open the database %s", driver->name);
    }
    driver->writers = turn_queue_acquire(driver->in_memory ? NULL : &info);
    return driver->writers != NULL ? CPK_OK : error_out_of_memory(error);
}

static cpk_status driver_prepare(struct sqlite_driver *driver, const char *path, int32_t create, cpk_error **error)
{
    char generated[64];

    CPK_TRY(libsqlite_load(error));
    driver->vfs = vfs_acquire();
    if (driver->vfs == NULL) {
        return error_out_of_memory(error);
    }
    driver->in_memory = strcmp(path, ":memory:") == 0;
    if (driver->in_memory) {
        CPK_TRY(memory_name(driver->context, generated, error));
    } else {
        CPK_TRY(file_prepare(path, create, error));
    }
    driver->path = driver->in_memory ? memory_copy_text(&driver->context->allocator, generated)
                                     : literal_path(driver->context, path);
    driver->name = memory_copy_text(&driver->context->allocator, driver->in_memory ? "in memory" : path);
    if (driver->path == NULL || driver->name == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY(writers_join(driver, error));
    return driver->in_memory ? handle_open(driver, &driver->anchor, error) : CPK_OK;
}

cpk_status sqlite_driver_create(const struct context *context, const char *path, int32_t create,
                                cpk_database_driver *table, cpk_error **error)
{
    struct sqlite_driver *driver;
    cpk_status status;

    if (path[0] == '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN,
                         "the database setting \"sqlite:\" requires a path, as in \"sqlite:/home/me/contextpack.db\"");
    }
    driver = memory_allocate_zeroed(&context->allocator, sizeof *driver);
    if (driver == NULL) {
        return error_out_of_memory(error);
    }
    driver->context = context;
    pthread_mutex_init(&driver->mutex, NULL);
    status = driver_prepare(driver, path, create, error);
    if (status != CPK_OK) {
        destroy(driver);
        return status;
    }
    *table = (cpk_database_driver){.abi_version = CPK_DATABASE_ABI,
                                   .struct_size = sizeof(cpk_database_driver),
                                   .self = driver,
                                   .destroy = destroy,
                                   .dialect = CPK_DIALECT_SQLITE,
                                   .session_open = session_open,
                                   .session_close = session_close,
                                   .begin = begin,
                                   .commit = commit,
                                   .rollback = rollback,
                                   .exec = exec,
                                   .cursor_next = cursor_next,
                                   .cursor_close = cursor_close,
                                   .cursor_changes = cursor_changes,
                                   .cancel = cancel,
                                   .backup = backup,
                                   .check = check};
    return CPK_OK;
}

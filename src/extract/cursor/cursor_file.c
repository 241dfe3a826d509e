#include "extract/cursor/cursor_file.h"

#include "base/error.h"
#include "base/memory.h"
#include "sqlite/libsqlite.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN             "cursor"
#define BLOCK_BYTES        ((size_t)64 * 1024)
#define STEPS_PER_PROGRESS 100000 /* of SQLite's virtual machine */
#define CACHE_KIB          "2048"
#define VERSION_OFFSET     18 /* of the versions of the file's format, 2 bytes: 2 is a write-ahead log */

struct open_file {
    sqlite3_file base; /* must be first */
    struct cursor_file *file;
};

/* --- a read-only VFS over the reader --- */

static struct cursor_file *file_of(sqlite3_file *opened)
{
    return ((struct open_file *)opened)->file;
}

static int file_close(sqlite3_file *opened)
{
    opened->pMethods = NULL;
    return SQLITE_OK;
}

/* Reads up to `count` bytes; the rest is past the end. */
static cpk_status read_bytes(struct cursor_file *file, char *bytes, size_t count, int64_t offset, size_t *done)
{
    size_t got = 1;

    *done = 0;
    if (file->bytes != NULL) {
        size_t left = (uint64_t)offset < file->size_bytes ? file->size_bytes - (size_t)offset : 0;

        *done = left < count ? left : count;
        memcpy(bytes, file->bytes + (file->size_bytes - left), *done);
        return CPK_OK;
    }
    while (*done < count && got > 0) {
        CPK_TRY(file->reader->read_at(file->reader->self, offset + (int64_t)*done, bytes + *done, count - *done, &got,
                                      file->error));
        *done += got;
    }
    return CPK_OK;
}

/* A database with a write-ahead log is read without it: the log is another file. */
static void clear_log_version(char *bytes, size_t length, sqlite3_int64 offset)
{
    for (sqlite3_int64 at = VERSION_OFFSET; at < VERSION_OFFSET + 2; at++) {
        if (at >= offset && at < offset + (sqlite3_int64)length && bytes[at - offset] == 2) {
            bytes[at - offset] = 1;
        }
    }
}

static int file_read(sqlite3_file *opened, void *bytes, int count, sqlite3_int64 offset)
{
    struct cursor_file *file = file_of(opened);
    size_t done;

    file->status = read_bytes(file, bytes, (size_t)count, offset, &done);
    if (file->status != CPK_OK) {
        return SQLITE_IOERR_READ;
    }
    clear_log_version(bytes, done, offset);
    if (done < (size_t)count) {
        memset((char *)bytes + done, 0, (size_t)count - done);
        return SQLITE_IOERR_SHORT_READ;
    }
    return SQLITE_OK;
}

static int file_write(sqlite3_file *opened, const void *bytes, int count, sqlite3_int64 offset)
{
    (void)opened;
    (void)bytes;
    (void)count;
    (void)offset;
    return SQLITE_READONLY;
}

static int file_truncate(sqlite3_file *opened, sqlite3_int64 size)
{
    (void)opened;
    (void)size;
    return SQLITE_READONLY;
}

static int file_sync(sqlite3_file *opened, int flags)
{
    (void)opened;
    (void)flags;
    return SQLITE_OK;
}

static int file_size(sqlite3_file *opened, sqlite3_int64 *size)
{
    struct cursor_file *file = file_of(opened);

    *size = file->bytes != NULL ? (sqlite3_int64)file->size_bytes : file->reader->size_bytes;
    return SQLITE_OK;
}

static int file_lock(sqlite3_file *opened, int level)
{
    (void)opened;
    (void)level;
    return SQLITE_OK;
}

static int file_check_lock(sqlite3_file *opened, int *is_reserved)
{
    (void)opened;
    *is_reserved = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *opened, int operation, void *argument)
{
    (void)opened;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *opened)
{
    (void)opened;
    return 4096;
}

static int file_traits(sqlite3_file *opened)
{
    (void)opened;
    return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods methods = {.iVersion = 1,
                                           .xClose = file_close,
                                           .xRead = file_read,
                                           .xWrite = file_write,
                                           .xTruncate = file_truncate,
                                           .xSync = file_sync,
                                           .xFileSize = file_size,
                                           .xLock = file_lock,
                                           .xUnlock = file_lock,
                                           .xCheckReservedLock = file_check_lock,
                                           .xFileControl = file_control,
                                           .xSectorSize = file_sector,
                                           .xDeviceCharacteristics = file_traits};

/* Only the database itself can be opened: no journal, no temporary files (they are in memory), no attached databases.
 */
static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *opened, int flags, int *out_flags)
{
    opened->pMethods = NULL;
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0 || name == NULL || strcmp(name, "input") != 0) {
        return SQLITE_CANTOPEN;
    }
    ((struct open_file *)opened)->file = vfs->pAppData;
    opened->pMethods = &methods;
    if (out_flags != NULL) {
        *out_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_READONLY;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *result = 0;
    return SQLITE_OK;
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size, char *full)
{
    (void)vfs;
    return snprintf(full, (size_t)size, "%s", name) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int vfs_random(sqlite3_vfs *vfs, int size, char *bytes)
{
    (void)vfs;
    memset(bytes, 0, (size_t)size);
    return size;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int vfs_time(sqlite3_vfs *vfs, double *days)
{
    (void)vfs;
    *days = 2440587.5; /* 1970: not needed */
    return SQLITE_OK;
}

/* --- reading into memory, for readers that can't seek --- */

static cpk_status read_whole(struct cursor_file *file)
{
    int64_t limit = context_setting(file->context, SETTING_IMPORT_MAX_CONVERSATION_BYTES);
    size_t got = 1;

    while (got > 0) {
        if (file->capacity - file->size_bytes < BLOCK_BYTES) {
            size_t capacity = file->capacity + file->capacity / 2 + BLOCK_BYTES;
            char *bytes = memory_resize_array(&file->context->allocator, file->bytes, file->capacity, capacity, 1);

            if (bytes == NULL) {
                return error_out_of_memory(file->error);
            }
            file->bytes = bytes;
            file->capacity = capacity;
        }
        CPK_TRY(file->reader->read(file->reader->self, file->bytes + file->size_bytes, BLOCK_BYTES, &got, file->error));
        file->size_bytes += got;
        if ((int64_t)file->size_bytes > limit) {
            return error_set(file->error, CPK_ERROR_LIMIT_EXCEEDED, DOMAIN,
                             "%s is a database in an archive and longer than import.max_conversation_bytes (%lld): "
                             "unpack it first",
                             file->reader->name, (long long)limit);
        }
    }
    return CPK_OK;
}

/* --- the database --- */

static cpk_status report(struct cursor_file *file, int code)
{
    if (file->status != CPK_OK) {
        return file->status;
    }
    if (code == SQLITE_NOMEM) {
        return error_out_of_memory(file->error);
    }
    return error_set(file->error, CPK_ERROR_INVALID_DATA, DOMAIN, "%s is an SQLite database that can't be read: %s",
                     file->reader->name, sqlite3_errstr(code));
}

/* SQLite's progress handler: lets the host cancel. */
static int check_host(void *user)
{
    struct cursor_file *file = user;

    if (file->status == CPK_OK) {
        file->status = file->sink->progress(file->sink->self, 0, file->error);
    }
    return file->status != CPK_OK;
}

static void describe_vfs(struct cursor_file *file)
{
    snprintf(file->vfs_name, sizeof file->vfs_name, "contextpack-input-%p", (void *)file);
    file->vfs = (struct sqlite3_vfs){.iVersion = 1,
                                     .szOsFile = sizeof(struct open_file),
                                     .mxPathname = 64,
                                     .zName = file->vfs_name,
                                     .pAppData = file,
                                     .xOpen = vfs_open,
                                     .xDelete = vfs_delete,
                                     .xAccess = vfs_access,
                                     .xFullPathname = vfs_full_name,
                                     .xRandomness = vfs_random,
                                     .xSleep = vfs_sleep,
                                     .xCurrentTime = vfs_time};
}

static cpk_status open_database(struct cursor_file *file)
{
    int64_t size = file->bytes != NULL ? (int64_t)file->size_bytes : file->reader->size_bytes;
    int64_t limit = context_setting(file->context, SETTING_IMPORT_MAX_CONVERSATION_BYTES);
    int code;

    limit = size < limit ? size : limit; /* no value is longer than the file */
    describe_vfs(file);
    code = sqlite3_vfs_register(&file->vfs, 0);
    if (code != SQLITE_OK) {
        return report(file, code);
    }
    code = sqlite3_open_v2("input", &file->database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, file->vfs_name);
    if (code == SQLITE_OK) {
        sqlite3_limit(file->database, SQLITE_LIMIT_LENGTH, limit < INT32_MAX ? (int)limit : INT32_MAX);
        sqlite3_limit(file->database, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_limit(file->database, SQLITE_LIMIT_TRIGGER_DEPTH, 0);
        sqlite3_progress_handler(file->database, STEPS_PER_PROGRESS, check_host, file);
        code = sqlite3_exec(file->database,
                            "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON; "
                            "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cache_size = -" CACHE_KIB,
                            NULL, NULL, NULL);
    }
    return code == SQLITE_OK ? CPK_OK : report(file, code);
}

cpk_status cursor_file_open(struct cursor_file *file, const struct context *context, const cpk_reader *reader,
                            const cpk_sink *sink, cpk_error **error)
{
    memset(file, 0, sizeof *file);
    file->context = context;
    file->reader = reader;
    file->sink = sink;
    file->error = error;
    CPK_TRY(libsqlite_load(error));
    if (reader->read_at == NULL || reader->size_bytes < 0) {
        CPK_TRY(read_whole(file));
    }
    return open_database(file);
}

void cursor_file_close(struct cursor_file *file)
{
    if (file->database != NULL) {
        sqlite3_close(file->database);
    }
    if (file->vfs.zName != NULL) {
        sqlite3_vfs_unregister(&file->vfs);
    }
    memory_release_array(&file->context->allocator, file->bytes, file->capacity, 1);
}

cpk_status cursor_file_query(struct cursor_file *file, const char *sql, const char *first, const char *second,
                             sqlite3_stmt **statement)
{
    int code = sqlite3_prepare_v3(file->database, sql, -1, 0, statement, NULL);

    if (code == SQLITE_OK && first != NULL) {
        code = sqlite3_bind_text64(*statement, 1, first, strlen(first), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    if (code == SQLITE_OK && second != NULL) {
        code = sqlite3_bind_text64(*statement, 2, second, strlen(second), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    return code == SQLITE_OK ? CPK_OK : report(file, code);
}

cpk_status cursor_file_step(struct cursor_file *file, sqlite3_stmt *statement, int32_t *row)
{
    int code = sqlite3_step(statement);

    *row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? CPK_OK : report(file, code);
}

cpk_status cursor_file_has_table(struct cursor_file *file, const char *table, int32_t *found)
{
    /* Views, virtual tables and generated columns run code of the schema. */
    static const char sql[] = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1 AND rootpage > 0 "
                              "AND sql LIKE 'CREATE TABLE%' "
                              "AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo($1) WHERE hidden <> 0)";
    sqlite3_stmt *statement = NULL;
    cpk_status status = cursor_file_query(file, sql, table, NULL, &statement);

    if (status == CPK_OK) {
        status = cursor_file_step(file, statement, found);
    }
    sqlite3_finalize(statement);
    return status;
}

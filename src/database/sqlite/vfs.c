#include "database/sqlite/vfs.h"

#include "database/sqlite/descriptor.h"
#include "database/sqlite/shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Offsets of SQLite's locks in a database file, part of its file format ("File Locking And Concurrency"). */
#define PENDING_BYTE  0x40000000
#define RESERVED_BYTE (PENDING_BYTE + 1)
#define SHARED_FIRST  (PENDING_BYTE + 2)
#define SHARED_COUNT  510

#define SECTOR_BYTES  4096
#define NAME_BYTES    48

/* This VFS's opcodes for sqlite3_file_control(); SQLite's own are small numbers. */
#define FCNTL_HAS_OWN_LOCKS     0x63706b01 /* int *: set to 1 */
#define FCNTL_LOG_DAMAGE        0x63706b02 /* struct log_damage *: filled */
#define FCNTL_ACCEPT_LOG_DAMAGE 0x63706b03

/* An open database file; SQLite allocates it. */
struct database_file {
    sqlite3_file base; /* must be first */
    const char *path;  /* borrowed from SQLite while the file is open */
    struct descriptor *descriptor;
    int level;    /* SQLITE_LOCK_* */
    int keep_log; /* SQLITE_FCNTL_PERSIST_WAL */
    struct shared_memory memory;
};

static struct database_file *as_database(sqlite3_file *file)
{
    return (struct database_file *)file;
}

/* --- reading and writing --- */

static int file_close(sqlite3_file *file)
{
    struct database_file *database = as_database(file);

    shared_memory_close(&database->memory, 0);
    descriptor_release(database->descriptor);
    database->descriptor = NULL;
    file->pMethods = NULL;
    return SQLITE_OK;
}

static int read_failure(int code)
{
    return code == EIO || code == ENXIO || code == ERANGE ? SQLITE_IOERR_CORRUPTFS : SQLITE_IOERR_READ;
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset)
{
    int done = 0;

    while (done < count) {
        ssize_t got = pread(as_database(file)->descriptor->number, (char *)bytes + done, (size_t)(count - done),
                            (off_t)offset + done);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return read_failure(errno);
        }
        if (got == 0) {
            memset((char *)bytes + done, 0, (size_t)(count - done));
            return SQLITE_IOERR_SHORT_READ;
        }
        done += (int)got;
    }
    return SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset)
{
    int done = 0;

    while (done < count) {
        ssize_t written = pwrite(as_database(file)->descriptor->number, (const char *)bytes + done,
                                 (size_t)(count - done), (off_t)offset + done);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return written == 0 || errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_IOERR_WRITE;
        }
        done += (int)written;
    }
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int result;

    do {
        result = ftruncate(as_database(file)->descriptor->number, (off_t)size);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int file_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    return fdatasync(as_database(file)->descriptor->number) == 0 ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct stat info;

    if (fstat(as_database(file)->descriptor->number, &info) != 0) {
        return SQLITE_IOERR_FSTAT;
    }
    /* As SQLite does: some file systems create an empty file with one byte. */
    *size = info.st_size == 1 ? 0 : info.st_size;
    return SQLITE_OK;
}

/* --- locks of the database --- */

static int lock_shared(struct database_file *database)
{
    const struct descriptor *descriptor = database->descriptor;
    int result = descriptor_lock(descriptor, F_RDLCK, PENDING_BYTE, 1, SQLITE_IOERR_RDLOCK);
    int unlocked;

    if (result != SQLITE_OK) {
        return result;
    }
    result = descriptor_lock(descriptor, F_RDLCK, SHARED_FIRST, SHARED_COUNT, SQLITE_IOERR_RDLOCK);
    unlocked = descriptor_lock(descriptor, F_UNLCK, PENDING_BYTE, 1, SQLITE_IOERR_UNLOCK);
    if (result == SQLITE_OK && unlocked == SQLITE_OK) {
        database->level = SQLITE_LOCK_SHARED;
    }
    return result == SQLITE_OK ? unlocked : result;
}

static int lock_exclusive(struct database_file *database)
{
    const struct descriptor *descriptor = database->descriptor;
    int result;

    if (database->level < SQLITE_LOCK_PENDING) { /* blocks new readers while the current ones finish */
        result = descriptor_lock(descriptor, F_WRLCK, PENDING_BYTE, 1, SQLITE_IOERR_LOCK);
        if (result != SQLITE_OK) {
            return result;
        }
        database->level = SQLITE_LOCK_PENDING;
    }
    result = descriptor_lock(descriptor, F_WRLCK, SHARED_FIRST, SHARED_COUNT, SQLITE_IOERR_LOCK);
    if (result == SQLITE_OK) {
        database->level = SQLITE_LOCK_EXCLUSIVE;
    }
    return result;
}

static int file_lock(sqlite3_file *file, int level)
{
    struct database_file *database = as_database(file);
    int result;

    if (database->level >= level) {
        return SQLITE_OK;
    }
    switch (level) {
    case SQLITE_LOCK_SHARED:
        return lock_shared(database);
    case SQLITE_LOCK_RESERVED:
        result = descriptor_lock(database->descriptor, F_WRLCK, RESERVED_BYTE, 1, SQLITE_IOERR_LOCK);
        if (result == SQLITE_OK) {
            database->level = SQLITE_LOCK_RESERVED;
        }
        return result;
    default:
        return lock_exclusive(database);
    }
}

static int file_unlock(sqlite3_file *file, int level)
{
    struct database_file *database = as_database(file);
    const struct descriptor *descriptor = database->descriptor;
    int result;

    if (database->level <= level) {
        return SQLITE_OK;
    }
    if (level == SQLITE_LOCK_NONE) {
        result = descriptor_lock(descriptor, F_UNLCK, 0, 0, SQLITE_IOERR_UNLOCK);
    } else {
        result = descriptor_lock(descriptor, F_RDLCK, SHARED_FIRST, SHARED_COUNT, SQLITE_IOERR_RDLOCK);
        if (result == SQLITE_OK) { /* PENDING_BYTE and RESERVED_BYTE, which are adjacent */
            result = descriptor_lock(descriptor, F_UNLCK, PENDING_BYTE, 2, SQLITE_IOERR_UNLOCK);
        }
    }
    if (result == SQLITE_OK) {
        database->level = level;
    }
    return result;
}

static int file_check_reserved(sqlite3_file *file, int *is_reserved)
{
    const struct database_file *database = as_database(file);

    if (database->level > SQLITE_LOCK_SHARED) {
        *is_reserved = 1;
        return SQLITE_OK;
    }
    return descriptor_is_locked(database->descriptor, RESERVED_BYTE, 1, is_reserved);
}

/* --- the rest of a file --- */

static int has_moved(const struct database_file *database)
{
    struct stat info;

    return stat(database->path, &info) != 0 || info.st_ino != database->descriptor->inode ||
           info.st_dev != database->descriptor->device;
}

static int file_control(sqlite3_file *file, int opcode, void *argument)
{
    struct database_file *database = as_database(file);
    int *number = argument;

    switch (opcode) {
    case FCNTL_HAS_OWN_LOCKS:
        *number = 1;
        return SQLITE_OK;
    case FCNTL_LOG_DAMAGE:
        memcpy(argument, &database->memory.log_damage, sizeof database->memory.log_damage);
        return SQLITE_OK;
    case FCNTL_ACCEPT_LOG_DAMAGE:
        database->memory.accept_damaged_log = 1;
        return SQLITE_OK;
    case SQLITE_FCNTL_LOCKSTATE:
        *number = database->level;
        return SQLITE_OK;
    case SQLITE_FCNTL_PERSIST_WAL:
        if (*number >= 0) {
            database->keep_log = *number != 0;
        }
        *number = database->keep_log;
        return SQLITE_OK;
    case SQLITE_FCNTL_POWERSAFE_OVERWRITE:
        *number = 1;
        return SQLITE_OK;
    case SQLITE_FCNTL_HAS_MOVED:
        *number = has_moved(database);
        return SQLITE_OK;
    default:
        return SQLITE_NOTFOUND;
    }
}

static int file_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR_BYTES;
}

static int file_characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int file_shm_map(sqlite3_file *file, int region, int region_bytes, int extend, void volatile **address)
{
    struct database_file *database = as_database(file);

    return shared_memory_map(
        &database->memory,
        &(struct shared_memory_region){database->path, database->descriptor, region, region_bytes, extend}, address);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return shared_memory_lock(&as_database(file)->memory, offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
#ifdef __SANITIZE_THREAD__ /* ThreadSanitizer does not support fences */
    static int barrier;

    (void)file;
    __atomic_fetch_add(&barrier, 1, __ATOMIC_SEQ_CST);
#else
    (void)file;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

static int file_shm_unmap(sqlite3_file *file, int delete_file)
{
    shared_memory_close(&as_database(file)->memory, delete_file);
    return SQLITE_OK;
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* --- the VFS --- */

static sqlite3_vfs *unix_of(const sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

/* Returns NULL with errno on failure. *is_readonly: 1 if the file was opened for reading only. */
static struct descriptor *open_database(const char *path, int flags, int *is_readonly)
{
    int create = (flags & SQLITE_OPEN_CREATE ? O_CREAT : 0) | (flags & SQLITE_OPEN_EXCLUSIVE ? O_EXCL | O_NOFOLLOW : 0);
    struct descriptor *opened = NULL;

    *is_readonly = (flags & SQLITE_OPEN_READWRITE) == 0;
    if (!*is_readonly) {
        opened = descriptor_open(path, O_RDWR | create, 0600);
        if (opened != NULL || (errno != EACCES && errno != EROFS && errno != EPERM)) {
            return opened;
        }
        *is_readonly = 1;
    }
    return descriptor_open(path, O_RDONLY, 0);
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
    struct database_file *database = as_database(file);
    int is_readonly;

    if (name == NULL || (flags & SQLITE_OPEN_MAIN_DB) == 0) {
        return unix_of(vfs)->xOpen(unix_of(vfs), name, file, flags, out_flags);
    }
    memset(database, 0, sizeof *database);
    database->descriptor = open_database(name, flags, &is_readonly);
    if (database->descriptor == NULL) {
        return errno == ENOMEM ? SQLITE_NOMEM : SQLITE_CANTOPEN;
    }
    if (!descriptor_can_lock(database->descriptor)) { /* detected by vfs_locks_survive_close() */
        descriptor_release(database->descriptor);
        memset(database, 0, sizeof *database);
        return unix_of(vfs)->xOpen(unix_of(vfs), name, file, flags, out_flags);
    }
    database->path = name;
    database->base.pMethods = &METHODS;
    if (out_flags != NULL) {
        *out_flags =
            is_readonly ? (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY : flags;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    return unix_of(vfs)->xDelete(unix_of(vfs), name, sync_folder);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
    return unix_of(vfs)->xAccess(unix_of(vfs), name, flags, result);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    return unix_of(vfs)->xFullPathname(unix_of(vfs), name, size, out);
}

static int vfs_randomness(sqlite3_vfs *vfs, int count, char *out)
{
    return unix_of(vfs)->xRandomness(unix_of(vfs), count, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    return unix_of(vfs)->xSleep(unix_of(vfs), microseconds);
}

static int vfs_current_time(sqlite3_vfs *vfs, double *now)
{
    return unix_of(vfs)->xCurrentTime(unix_of(vfs), now);
}

static int vfs_current_time_int64(sqlite3_vfs *vfs, sqlite3_int64 *now)
{
    return unix_of(vfs)->xCurrentTimeInt64(unix_of(vfs), now);
}

static int vfs_last_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    (void)size;
    (void)out;
    return errno; /* for sqlite3_system_errno() */
}

/* --- registration --- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int users; /* number of drivers */
static char name[NAME_BYTES];
static sqlite3_vfs registered;

static int register_vfs(void)
{
    sqlite3_vfs *base = sqlite3_vfs_find("unix");

    if (base == NULL || base->iVersion < 2) {
        return SQLITE_ERROR;
    }
    /* Unique, because another copy of this library may use the same SQLite. */
    snprintf(name, sizeof name, "contextpack-%p", (void *)&registered);
    registered = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile =
            base->szOsFile > (int)sizeof(struct database_file) ? base->szOsFile : (int)sizeof(struct database_file),
        .mxPathname = base->mxPathname,
        .zName = name,
        .pAppData = base,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_current_time,
        .xGetLastError = vfs_last_error,
        .xCurrentTimeInt64 = vfs_current_time_int64,
    };
    return sqlite3_vfs_register(&registered, 0);
}

const char *vfs_acquire(void)
{
    int result = SQLITE_OK;

    pthread_mutex_lock(&mutex);
    if (users == 0) {
        result = register_vfs();
    }
    users += result == SQLITE_OK;
    pthread_mutex_unlock(&mutex);
    return result == SQLITE_OK ? name : NULL;
}

void vfs_release(void)
{
    pthread_mutex_lock(&mutex);
    users--;
    if (users == 0) {
        sqlite3_vfs_unregister(&registered);
    }
    pthread_mutex_unlock(&mutex);
}

int vfs_locks_survive_close(sqlite3 *handle)
{
    int answer = 0;

    return sqlite3_file_control(handle, "main", FCNTL_HAS_OWN_LOCKS, &answer) == SQLITE_OK && answer;
}

void vfs_accept_damaged_log(sqlite3 *handle)
{
    (void)sqlite3_file_control(handle, "main", FCNTL_ACCEPT_LOG_DAMAGE, NULL);
}

int vfs_log_damage(sqlite3 *handle, struct log_damage *damage)
{
    memset(damage, 0, sizeof *damage);
    return sqlite3_file_control(handle, "main", FCNTL_LOG_DAMAGE, damage) == SQLITE_OK && damage->lost_commits > 0;
}

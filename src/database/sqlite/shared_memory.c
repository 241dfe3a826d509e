#include "database/sqlite/shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* Offsets of SQLite's locks in the -shm file, part of its file format ("WAL-mode File Format"). */
#define LOCK_BASE ((22 + SQLITE_SHM_NLOCK) * 4)
#define LOCK_USED (LOCK_BASE + SQLITE_SHM_NLOCK) /* read-locked by every connection */
#define BLOCK     4096

/* --- opening --- */

/* Registers this connection. The first connection of all processes truncates the file, whose content may be from before
 * a crash, and checks the log. */
static int join_users(struct shared_memory *memory, const char *database)
{
    const struct descriptor *descriptor = memory->descriptor;
    int result = descriptor_lock(descriptor, F_WRLCK, LOCK_USED, 1, SQLITE_IOERR_LOCK);

    if (result == SQLITE_OK) {
        if (log_find_damage(database, &memory->log_damage) && !memory->accept_damaged_log) {
            return SQLITE_CORRUPT;
        }
        /* 3 bytes, as SQLite does: an empty file means that another process has just created it */
        if (ftruncate(descriptor->number, 3) != 0) {
            return SQLITE_IOERR_SHMOPEN;
        }
    } else if (result != SQLITE_BUSY) {
        return result;
    }
    return descriptor_lock(descriptor, F_RDLCK, LOCK_USED, 1, SQLITE_IOERR_LOCK);
}

static int open_file(struct shared_memory *memory, const char *database, const struct descriptor *like)
{
    size_t length = strlen(database);
    struct stat info;
    int result;

    if (fstat(like->number, &info) != 0) {
        return SQLITE_IOERR_FSTAT;
    }
    memory->path = sqlite3_malloc64(length + sizeof "-shm");
    if (memory->path == NULL) {
        return SQLITE_NOMEM;
    }
    memcpy(memory->path, database, length);
    memcpy(memory->path + length, "-shm", sizeof "-shm");
    memory->descriptor = descriptor_open(memory->path, O_RDWR | O_CREAT | O_NOFOLLOW, info.st_mode & 0777);
    if (memory->descriptor == NULL) {
        result = errno == ENOMEM ? SQLITE_NOMEM : SQLITE_CANTOPEN;
    } else {
        if (geteuid() == 0) { /* as SQLite does: root gives the file to the owner of the database */
            (void)!fchown(memory->descriptor->number, info.st_uid, info.st_gid);
        }
        result = join_users(memory, database);
    }
    if (result != SQLITE_OK) {
        shared_memory_close(memory, 0);
    }
    return result;
}

/* --- mapping --- */

/* Writes to each block, so that a full disk is an error here instead of SIGBUS on access. */
static int grow_file(const struct shared_memory *memory, off_t size, off_t wanted)
{
    for (off_t block = size / BLOCK; block < wanted / BLOCK; block++) {
        ssize_t written;

        do {
            written = pwrite(memory->descriptor->number, "", 1, block * BLOCK + BLOCK - 1);
        } while (written < 0 && errno == EINTR);
        if (written != 1) {
            return SQLITE_IOERR_SHMSIZE;
        }
    }
    return SQLITE_OK;
}

static int map_up_to(struct shared_memory *memory, int region, int extend)
{
    int mappings = region / memory->regions_per_mapping + 1;
    off_t wanted = (off_t)mappings * memory->regions_per_mapping * memory->region_bytes;
    struct stat info;
    int result = SQLITE_OK;

    if (mappings <= memory->descriptor->mapped_count) {
        return SQLITE_OK;
    }
    if (fstat(memory->descriptor->number, &info) != 0) {
        return SQLITE_IOERR_SHMSIZE;
    }
    if (info.st_size < wanted) {
        if (!extend) {
            return SQLITE_OK;
        }
        result = grow_file(memory, info.st_size, wanted);
    }
    while (result == SQLITE_OK && memory->descriptor->mapped_count < mappings) {
        if (descriptor_map_next(memory->descriptor,
                                (size_t)memory->region_bytes * (size_t)memory->regions_per_mapping) != 0) {
            result = errno == ENOMEM ? SQLITE_IOERR_NOMEM : SQLITE_IOERR_SHMMAP;
        }
    }
    return result;
}

int shared_memory_map(struct shared_memory *memory, const struct shared_memory_region *region, void volatile **address)
{
    int mapping;
    int result = SQLITE_OK;

    *address = NULL;
    if (memory->descriptor == NULL) {
        long page = sysconf(_SC_PAGESIZE);

        memory->region_bytes = region->bytes;
        memory->regions_per_mapping = page > region->bytes ? (int)(page / region->bytes) : 1;
        result = open_file(memory, region->database, region->like);
    }
    if (result == SQLITE_OK) {
        result = map_up_to(memory, region->index, region->extend);
    }
    if (result != SQLITE_OK) {
        return result;
    }
    mapping = region->index / memory->regions_per_mapping;
    if (mapping < memory->descriptor->mapped_count) {
        *address = memory->descriptor->mapped[mapping] +
                   (ptrdiff_t)(region->index % memory->regions_per_mapping) * region->bytes;
    }
    return SQLITE_OK;
}

/* --- locks --- */

int shared_memory_lock(struct shared_memory *memory, int offset, int count, int flags)
{
    unsigned int mask = ((1u << count) - 1u) << offset;
    short type = flags & SQLITE_SHM_UNLOCK ? F_UNLCK : flags & SQLITE_SHM_SHARED ? F_RDLCK : F_WRLCK;
    int result;

    if (memory->descriptor == NULL) {
        return SQLITE_IOERR_SHMLOCK;
    }
    if ((type == F_RDLCK && (memory->shared_locks & mask) == mask) ||
        (type == F_UNLCK && ((memory->shared_locks | memory->exclusive_locks) & mask) == 0)) {
        return SQLITE_OK;
    }
    result = descriptor_lock(memory->descriptor, type, LOCK_BASE + offset, count, SQLITE_IOERR_SHMLOCK);
    if (result != SQLITE_OK) {
        return result;
    }
    memory->shared_locks = type == F_RDLCK ? memory->shared_locks | mask : memory->shared_locks & ~mask;
    memory->exclusive_locks = type == F_WRLCK ? memory->exclusive_locks | mask : memory->exclusive_locks & ~mask;
    return SQLITE_OK;
}

/* --- closing --- */

void shared_memory_close(struct shared_memory *memory, int delete_file)
{
    int accept_damaged_log = memory->accept_damaged_log;
    struct log_damage damage = memory->log_damage;

    if (memory->descriptor != NULL && delete_file) {
        unlink(memory->path);
    }
    descriptor_release(memory->descriptor);
    sqlite3_free(memory->path);
    memset(memory, 0, sizeof *memory);
    memory->accept_damaged_log = accept_damaged_log;
    memory->log_damage = damage;
}

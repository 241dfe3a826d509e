/* The -shm file of one connection: mappings and locks. */
#ifndef DATABASE_SQLITE_SHARED_MEMORY_H
#define DATABASE_SQLITE_SHARED_MEMORY_H

#include "database/sqlite/descriptor.h"
#include "database/sqlite/log.h"

struct shared_memory {
    struct descriptor *descriptor; /* NULL: not open */
    char *path;
    int regions_per_mapping; /* more than 1 if memory pages are larger than a region */
    int region_bytes;
    unsigned int shared_locks; /* one bit per lock slot */
    unsigned int exclusive_locks;
    int accept_damaged_log;
    struct log_damage log_damage;
};

struct shared_memory_region {
    const char *database;          /* path of the database */
    const struct descriptor *like; /* the database's file: gives the mode and owner of a new -shm file */
    int index;
    int bytes;
    int extend; /* 1: grows the file if necessary */
};

/* These implement xShmMap, xShmLock and xShmUnmap of SQLite's I/O methods. */
int shared_memory_map(struct shared_memory *memory, const struct shared_memory_region *region, void volatile **address);
int shared_memory_lock(struct shared_memory *memory, int offset, int count, int flags);
void shared_memory_close(struct shared_memory *memory, int delete_file);

#endif

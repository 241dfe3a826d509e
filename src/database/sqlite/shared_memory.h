/* The -shm file of one connection: its mapping and its locks. */
#ifndef DATABASE_SQLITE_SHARED_MEMORY_H
#define DATABASE_SQLITE_SHARED_MEMORY_H

#include "database/sqlite/descriptor.h"
#include "database/sqlite/log.h"

struct shared_memory {
    struct descriptor *descriptor; /* NULL: not open */
    char *path;
    int regions_per_mapping; /* more than one where pages of memory are larger than a region */
    int region_bytes;
    unsigned int shared_locks; /* bits, by slot */
    unsigned int exclusive_locks;
    int accept_damaged_log;
    struct log_damage log_damage;
};

int shared_memory_map(struct shared_memory *memory, const char *database, const struct descriptor *like, int region,
                      int region_bytes, int extend, void volatile **address);
int shared_memory_lock(struct shared_memory *memory, int offset, int count, int flags);
void shared_memory_close(struct shared_memory *memory, int delete_file);

#endif

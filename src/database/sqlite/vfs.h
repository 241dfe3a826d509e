/* An SQLite VFS for this library's connections: reads and writes of the database, its locks and its -shm file with
 * locks that survive another descriptor's close (descriptor.h). All other files, and the rest of a VFS, are those of
 * "unix". It is registered under a name of its own and is not the default, so that a host's connections are not
 * affected. */
#ifndef DATABASE_SQLITE_VFS_H
#define DATABASE_SQLITE_VFS_H

#include "database/sqlite/log.h"

#include <sqlite3.h>

/* Registers the VFS with the loaded SQLite on the first call, unregisters it on the last. NULL without memory. */
const char *vfs_acquire(void);
void vfs_release(void);

/* 1 when the connection's locks survive a close; 0 on file systems that lack such locks, where SQLite's own are used.
 */
int vfs_locks_survive_close(sqlite3 *handle);

/* Before the first statement: lets the connection recover from a damaged log and lose what it can't read. */
void vfs_accept_damaged_log(sqlite3 *handle);

/* Why the first statement failed with SQLITE_CORRUPT: 1 and *damage when the log is damaged. */
int vfs_log_damage(sqlite3 *handle, struct log_damage *damage);

#endif

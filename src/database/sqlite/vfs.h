/* SQLite VFS for this library's connections. Implements I/O and locks of the database and its -shm file, with locks
 * that are not lost when another descriptor is closed (descriptor.h). Other files and operations are passed to the VFS
 * "unix". It is not the default VFS, so that the host's connections are not affected. */
#ifndef DATABASE_SQLITE_VFS_H
#define DATABASE_SQLITE_VFS_H

#include "database/sqlite/log.h"

#include <sqlite3.h>

/* Return the VFS's name, or NULL on failure. Registers it on the first call and unregisters it on the last release. */
const char *vfs_acquire(void);
void vfs_release(void);

/* Returns 1 if the connection uses this VFS's locks; 0 on file systems that do not support them, where SQLite's own are
 * used. */
int vfs_locks_survive_close(sqlite3 *handle);

/* Allows the connection to recover from a damaged log, losing what can't be read. Call before the first statement. */
void vfs_accept_damaged_log(sqlite3 *handle);

/* Call after the first statement. Sets *damage; returns 1 if the log is damaged. */
int vfs_log_damage(sqlite3 *handle, struct log_damage *damage);

#endif

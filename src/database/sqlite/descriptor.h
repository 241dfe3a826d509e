/* File descriptors of databases, with open file description locks.
 *
 * POSIX record locks (F_SETLK) belong to the process: closing any descriptor of a file releases all locks that the
 * process has on it. Hence two rules for the files that SQLite locks (the database and its -shm):
 * 1. Locks are F_OFD_SETLK locks, which are released only when their own descriptor is closed. They conflict with POSIX
 *    locks of other processes and of a second SQLite in this process.
 * 2. A descriptor is closed only while no POSIX lock is held on the file, because otherwise a second SQLite in this
 *    process would lose its locks. Until then it is kept in a list and reused by the next connection. */
#ifndef DATABASE_SQLITE_DESCRIPTOR_H
#define DATABASE_SQLITE_DESCRIPTOR_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

struct descriptor {
    int number; /* file descriptor; -1 in a forked child, which does not have the parent's locks */
    int access; /* O_RDWR or O_RDONLY */
    int in_use;
    dev_t device;
    ino_t inode;
    char **mapped; /* mappings of consecutive ranges of the file, all of the same size */
    int mapped_count;
    size_t mapped_bytes; /* size of one mapping */
    struct descriptor *next;
};

/* Opens a file, or reuses a released descriptor of it. `flags` as for open(2); O_CLOEXEC is added. NULL with errno on
 * failure. */
struct descriptor *descriptor_open(const char *path, int flags, mode_t mode);

/* Releases all locks and mappings of the descriptor. Preserves errno. NULL is allowed. */
void descriptor_release(struct descriptor *descriptor);

/* Maps the next range of the file, shared and writable; all ranges have the same size. A mapping keeps the locks of its
 * descriptor alive, so a forked child replaces it by private memory. Returns 0, or -1 with errno. */
int descriptor_map_next(struct descriptor *descriptor, size_t bytes);

/* Returns 0 if the kernel or the file system does not support open file description locks. */
int descriptor_can_lock(const struct descriptor *descriptor);

/* Sets or releases a lock without waiting. type: F_RDLCK, F_WRLCK or F_UNLCK; length 0: without end. Returns an SQLite
 * result code: SQLITE_OK, SQLITE_BUSY for a conflicting lock, SQLITE_PERM, or `otherwise` for other failures. */
int descriptor_lock(const struct descriptor *descriptor, short type, off_t start, off_t length, int otherwise);

/* *is_locked: 1 if another holder's lock on the range conflicts with a write lock. Returns an SQLite result code. */
int descriptor_is_locked(const struct descriptor *descriptor, off_t start, off_t length, int *is_locked);

#endif

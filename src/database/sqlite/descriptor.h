/* File descriptors of databases, and locks that belong to the open file description.
 *
 * POSIX record locks (F_SETLK) belong to the process: closing any descriptor of a file drops all locks that the process
 * has on it. Hence two rules for the files that SQLite locks (the database and its -shm):
 * 1. our locks are F_OFD_SETLK locks, which only this descriptor's own close can drop. They conflict with the POSIX
 * locks of other processes, and with those of a second SQLite in this process;
 * 2. we close a descriptor only while no one holds a POSIX lock on the file, because a second SQLite in this process
 *    would lose its locks. Until then it waits in a list and is used again by the next connection. */
#ifndef DATABASE_SQLITE_DESCRIPTOR_H
#define DATABASE_SQLITE_DESCRIPTOR_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

struct descriptor {
    int number; /* -1 in a child that was forked: the locks of the parent are not the child's */
    int access; /* O_RDWR or O_RDONLY */
    int in_use;
    dev_t device;
    ino_t inode;
    char **mapped; /* pieces of the file in memory, one after the other, of the same size */
    int mapped_count;
    size_t mapped_bytes; /* of one */
    struct descriptor *next;
};

/* Opens a file, or takes a waiting descriptor of it. `flags` as for open(2); O_CLOEXEC is added. NULL with errno. */
struct descriptor *descriptor_open(const char *path, int flags, mode_t mode);

/* Drops all its locks and unmaps it. Keeps errno. NULL is allowed. */
void descriptor_release(struct descriptor *descriptor);

/* Maps the next piece of the file, shared, for reading and writing; all pieces have the same size. A mapping keeps the
 * locks of its descriptor, so that a forked child gets memory of its own in its place. 0, or -1 with errno. */
int descriptor_map_next(struct descriptor *descriptor, size_t bytes);

/* 0 when the kernel or the file system has no locks of open file descriptions. */
int descriptor_can_lock(const struct descriptor *descriptor);

/* type: F_RDLCK, F_WRLCK, F_UNLCK; length 0: to the end of all files. Does not wait. An SQLite result code:
 * SQLITE_OK, SQLITE_BUSY when another holds it, SQLITE_PERM, or `otherwise`. */
int descriptor_lock(const struct descriptor *descriptor, short type, off_t start, off_t length, int otherwise);

/* *is_locked: someone else holds a lock on the range that conflicts with a write lock. An SQLite result code. */
int descriptor_is_locked(const struct descriptor *descriptor, off_t start, off_t length, int *is_locked);

#endif

#include "database/sqlite/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define FIRST_DESCRIPTOR 3 /* not 0 to 2: a write to a closed standard output would corrupt the database */

/* All descriptors of the process, in use or released. Process-wide, as POSIX locks are. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct descriptor *all;

/* --- fork --- */

static void before_fork(void)
{
    pthread_mutex_lock(&mutex);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&mutex);
}

/* Replaces mappings by private memory, so that a handle inherited from the parent fails instead of crashing. */
static void replace_mappings(const struct descriptor *descriptor)
{
    for (int i = 0; i < descriptor->mapped_count; i++) {
        (void)mmap(descriptor->mapped[i], descriptor->mapped_bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
}

/* Closes the inherited copies in the child. A lock lives as long as any copy or mapping of its descriptor: otherwise
 * the locks of a parent that dies would live on in the child. */
static void in_child(void)
{
    struct descriptor **link = &all;

    while (*link != NULL) {
        struct descriptor *descriptor = *link;

        replace_mappings(descriptor);
        close(descriptor->number);
        descriptor->number = -1;
        *link = descriptor->next;
        if (!descriptor->in_use) {
            free(descriptor);
        }
    }
    pthread_mutex_unlock(&mutex);
}

static void register_fork_handlers(void)
{
    (void)pthread_atfork(before_fork, after_fork, in_child);
}

/* --- locks --- */

#ifdef F_OFD_SETLK

static int call_lock(int number, int command, struct flock *lock)
{
    int result;

    do {
        result = fcntl(number, command, lock);
    } while (result != 0 && errno == EINTR);
    return result;
}

int descriptor_lock(const struct descriptor *descriptor, short type, off_t start, off_t length, int otherwise)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};

    if (call_lock(descriptor->number, F_OFD_SETLK, &lock) == 0) {
        return SQLITE_OK;
    }
    switch (errno) {
    case EACCES:
    case EAGAIN:
    case ENOLCK:
        return SQLITE_BUSY;
    case EPERM:
        return SQLITE_PERM;
    default:
        return otherwise;
    }
}

int descriptor_is_locked(const struct descriptor *descriptor, off_t start, off_t length, int *is_locked)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};

    *is_locked = 0;
    if (call_lock(descriptor->number, F_OFD_GETLK, &lock) != 0) {
        return SQLITE_IOERR_CHECKRESERVEDLOCK;
    }
    *is_locked = lock.l_type != F_UNLCK;
    return SQLITE_OK;
}

int descriptor_can_lock(const struct descriptor *descriptor)
{
    int is_locked;

    return descriptor_is_locked(descriptor, 0, 1, &is_locked) == SQLITE_OK;
}

#else

int descriptor_lock(const struct descriptor *descriptor, short type, off_t start, off_t length, int otherwise)
{
    (void)descriptor;
    (void)type;
    (void)start;
    (void)length;
    return otherwise;
}

int descriptor_is_locked(const struct descriptor *descriptor, off_t start, off_t length, int *is_locked)
{
    (void)descriptor;
    (void)start;
    (void)length;
    *is_locked = 0;
    return SQLITE_IOERR_CHECKRESERVEDLOCK;
}

int descriptor_can_lock(const struct descriptor *descriptor)
{
    (void)descriptor;
    return 0;
}

#endif

/* --- the list; the caller holds the mutex --- */

static int is_deleted(const struct descriptor *descriptor)
{
    struct stat info;

    return fstat(descriptor->number, &info) == 0 && info.st_nlink == 0;
}

static int has_user(const struct descriptor *released)
{
    for (const struct descriptor *other = all; other != NULL; other = other->next) {
        if (other->in_use && other->inode == released->inode && other->device == released->device) {
            return 1;
        }
    }
    return 0;
}

/* Returns 1 if closing the descriptor releases no lock of others: the file is deleted, or this descriptor holds a write
 * lock on the whole file. */
static int may_close(const struct descriptor *descriptor)
{
    return is_deleted(descriptor) ||
           (!has_user(descriptor) &&
            (descriptor->access == O_RDWR ? descriptor_lock(descriptor, F_WRLCK, 0, 0, SQLITE_IOERR) == SQLITE_OK : 0));
}

static void close_one(struct descriptor **link)
{
    struct descriptor *closed = *link;

    *link = closed->next;
    close(closed->number);
    free(closed);
}

/* Closes the other released descriptors of a file while `holder` keeps it locked. */
static void close_siblings(const struct descriptor *holder)
{
    struct descriptor **link = &all;

    while (*link != NULL) {
        if (*link != holder && !(*link)->in_use && (*link)->inode == holder->inode &&
            (*link)->device == holder->device) { /* in_use: a deleted file may still be open */
            close_one(link);
        } else {
            link = &(*link)->next;
        }
    }
}

static struct descriptor **find_link(const struct descriptor *descriptor)
{
    struct descriptor **link = &all;

    while (*link != descriptor) {
        link = &(*link)->next;
    }
    return link;
}

static void close_released(void)
{
    struct descriptor *descriptor = all;

    while (descriptor != NULL) {
        if (descriptor->in_use || !may_close(descriptor)) {
            descriptor = descriptor->next;
            continue;
        }
        close_siblings(descriptor);
        close_one(find_link(descriptor));
        descriptor = all; /* the list has changed */
    }
}

static struct descriptor *find_released(const struct stat *info, int access)
{
    for (struct descriptor *found = all; found != NULL; found = found->next) {
        if (!found->in_use && found->inode == info->st_ino && found->device == info->st_dev &&
            found->access == access) {
            return found;
        }
    }
    return NULL;
}

/* --- opening and releasing --- */

static int open_number(const char *path, int flags, mode_t mode)
{
    int number;

    for (;;) {
        number = open(path, flags | O_CLOEXEC, mode);
        if (number < 0 && errno == EINTR) {
            continue;
        }
        if (number < 0 || number >= FIRST_DESCRIPTOR) {
            return number;
        }
        close(number);
        if (open("/dev/null", O_RDONLY) < 0) { /* stays open in place of the closed standard descriptor */
            return -1;
        }
        flags &= ~O_EXCL; /* the file was created by the first open() */
    }
}

static struct descriptor *open_new(const char *path, int flags, mode_t mode)
{
    struct descriptor *opened = calloc(1, sizeof *opened);
    struct stat info;

    if (opened == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    opened->number = open_number(path, flags, mode);
    if (opened->number < 0) {
        free(opened);
        return NULL;
    }
    if (fstat(opened->number, &info) == 0) {
        if (mode != 0 && info.st_size == 0 &&
            (info.st_mode & 0777) != mode) { /* as SQLite does: regardless of the umask */
            (void)fchmod(opened->number, mode);
        }
        opened->device = info.st_dev;
        opened->inode = info.st_ino;
    }
    opened->access = flags & O_ACCMODE;
    opened->next = all;
    all = opened;
    return opened;
}

struct descriptor *descriptor_open(const char *path, int flags, mode_t mode)
{
    struct descriptor *opened = NULL;
    struct stat info;

    pthread_once(&once, register_fork_handlers);
    pthread_mutex_lock(&mutex);
    if ((flags & O_EXCL) == 0 && stat(path, &info) == 0) {
        opened = find_released(&info, flags & O_ACCMODE);
    }
    if (opened == NULL) {
        opened = open_new(path, flags, mode);
    }
    if (opened != NULL) {
        opened->in_use = 1;
    }
    pthread_mutex_unlock(&mutex);
    return opened;
}

int descriptor_map_next(struct descriptor *descriptor, size_t bytes)
{
    char **grown;
    void *address = MAP_FAILED;

    pthread_mutex_lock(&mutex);
    grown = realloc(descriptor->mapped, ((size_t)descriptor->mapped_count + 1) * sizeof *grown);
    if (grown == NULL) {
        errno = ENOMEM;
    } else {
        descriptor->mapped = grown;
        address = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor->number,
                       (off_t)bytes * descriptor->mapped_count);
    }
    if (address != MAP_FAILED) {
        descriptor->mapped[descriptor->mapped_count++] = address;
        descriptor->mapped_bytes = bytes;
    }
    pthread_mutex_unlock(&mutex);
    return address != MAP_FAILED ? 0 : -1;
}

/* The caller holds the mutex. */
static void unmap(struct descriptor *descriptor)
{
    for (int i = 0; i < descriptor->mapped_count; i++) {
        munmap(descriptor->mapped[i], descriptor->mapped_bytes);
    }
    free(descriptor->mapped);
    descriptor->mapped = NULL;
    descriptor->mapped_count = 0;
}

void descriptor_release(struct descriptor *descriptor)
{
    int code = errno;

    if (descriptor == NULL) {
        return;
    }
    pthread_mutex_lock(&mutex);
    unmap(descriptor);
    pthread_mutex_unlock(&mutex);
    if (descriptor->number < 0) { /* inherited from the parent; in no list */
        free(descriptor);
        return;
    }
    (void)descriptor_lock(descriptor, F_UNLCK, 0, 0, SQLITE_OK);
    pthread_mutex_lock(&mutex);
    descriptor->in_use = 0;
    close_released();
    pthread_mutex_unlock(&mutex);
    errno = code;
}

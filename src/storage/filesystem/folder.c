#include "storage/filesystem/folder.h"

#include "storage/filesystem/path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_MODE  0700
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static void close_keeping_errno(int descriptor)
{
    int kept = errno;

    close(descriptor);
    errno = kept;
}

int folder_make_private(int parent, const char *name)
{
    struct stat made;

    if (mkdirat(parent, name, FOLDER_MODE) != 0) {
        return -1;
    }
    if (fstatat(parent, name, &made, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(made.st_mode) &&
        (made.st_mode & FOLDER_MODE) != FOLDER_MODE) {
        return fchmodat(parent, name, FOLDER_MODE, 0);
    }
    return 0;
}

/* Also when the entry was there already: who made it may not have come to its own fsync yet. */
static int make_durable(int parent, const char *name)
{
    if (folder_make_private(parent, name) != 0 && errno != EEXIST) {
        return -1;
    }
    return fsync(parent);
}

static int folder_walk(int root, const char *path, size_t length, int32_t make)
{
    char name[PATH_NAME_BYTES];
    const char *end = path + length;
    int at = openat(root, ".", FOLDER_FLAGS); /* no duplicate: that would share the root's reading position */

    while (at >= 0 && path < end) {
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t name_length = (size_t)((slash != NULL ? slash : end) - path);
        int next;

        if (name_length == 0 || name_length >= sizeof name) {
            errno = ENAMETOOLONG;
            close_keeping_errno(at);
            return -1;
        }
        memcpy(name, path, name_length);
        name[name_length] = '\0';
        next = make && make_durable(at, name) != 0 ? -1 : openat(at, name, FOLDER_FLAGS);
        close_keeping_errno(at);
        at = next;
        path += name_length + (slash != NULL);
    }
    return at;
}

int folder_open(int root, const char *path, size_t length)
{
    return folder_walk(root, path, length, 0);
}

int folder_make(int root, const char *path, size_t length)
{
    return folder_walk(root, path, length, 1);
}

size_t folder_length(const char *path, size_t length)
{
    while (length > 0 && path[length - 1] != '/') {
        length--;
    }
    return length;
}

void folder_prune(int root, const char *path, size_t length)
{
    char name[PATH_NAME_BYTES];

    while (length > 0) {
        size_t parent_length = folder_length(path, length - 1);
        size_t name_length = length - 1 - parent_length;
        int parent = folder_open(root, path, parent_length);
        int removed;

        if (parent < 0 || name_length >= sizeof name) {
            /* Somebody else is removing the same folders. */
            if (parent >= 0) {
                close(parent);
            }
            return;
        }
        memcpy(name, path + parent_length, name_length);
        name[name_length] = '\0';
        removed = unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
        close(parent);
        if (!removed) {
            return; /* not empty: the usual end */
        }
        length = parent_length;
    }
}

/* Steps into a folder of the machine's path, making it where it is missing; closes `parent`. */
static int enter(int parent, const char *name)
{
    int next = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (next < 0 && errno == ENOENT && (folder_make_private(parent, name) == 0 || errno == EEXIST) &&
        fsync(parent) == 0) {
        next = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    close_keeping_errno(parent);
    return next;
}

int folder_make_root(const char *path)
{
    char name[PATH_NAME_BYTES];
    int at = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (at >= 0 || errno != ENOENT) {
        return at;
    }
    at = open(path[0] == '/' ? "/" : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (at >= 0) {
        size_t length;

        path += strspn(path, "/");
        length = strcspn(path, "/");
        if (length == 0) {
            return at;
        }
        if (length >= sizeof name) {
            errno = ENAMETOOLONG;
            close_keeping_errno(at);
            return -1;
        }
        memcpy(name, path, length);
        name[length] = '\0';
        at = enter(at, name);
        path += length;
    }
    return -1;
}

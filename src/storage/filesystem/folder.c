#include "storage/filesystem/folder.h"

#include "storage/filesystem/path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_MODE  0700
#define UNSYNCED     S_ISVTX /* on a new folder until its entry is synced in its parent; other processes see it */
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static void close_keeping_errno(int descriptor)
{
    int saved_errno = errno;

    close(descriptor);
    errno = saved_errno;
}

/* mkdirat() with this mode regardless of the umask. */
static int make_with_mode(int parent, const char *name, mode_t mode)
{
    struct stat made;

    if (mkdirat(parent, name, mode) != 0) {
        return -1;
    }
    if (fstatat(parent, name, &made, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(made.st_mode) &&
        (made.st_mode & FOLDER_MODE) != FOLDER_MODE) {
        return fchmodat(parent, name, mode, 0);
    }
    return 0;
}

int folder_make_private(int parent, const char *name)
{
    return make_with_mode(parent, name, FOLDER_MODE);
}

/* Syncs the folder's entry in its parent if this call made it, or if its maker may not have synced it yet. */
static int sync_entry(int parent, int folder, int32_t is_made)
{
    struct stat found;

    if (fstat(folder, &found) != 0) {
        return -1;
    }
    if (!is_made && (found.st_mode & UNSYNCED) == 0) {
        return 0;
    }
    if (fsync(parent) != 0) {
        return -1;
    }
    /* If the mark stays, later writers only sync once more. */
    (void)fchmod(folder, found.st_mode & (mode_t)07777 & ~(mode_t)UNSYNCED);
    return 0;
}

/* Opens or creates a folder whose entry is durable. */
static int open_durable(int parent, const char *name)
{
    int folder = openat(parent, name, FOLDER_FLAGS);
    int32_t is_made = 0;

    if (folder < 0 && errno == ENOENT) {
        is_made = make_with_mode(parent, name, FOLDER_MODE | UNSYNCED) == 0;
        if (!is_made && errno != EEXIST) {
            return -1;
        }
        folder = openat(parent, name, FOLDER_FLAGS);
    }
    if (folder >= 0 && sync_entry(parent, folder, is_made) != 0) {
        close_keeping_errno(folder);
        return -1;
    }
    return folder;
}

static int open_path(int root, const char *path, size_t length, int32_t make)
{
    char name[PATH_NAME_BYTES];
    const char *end = path + length;
    int at = openat(root, ".", FOLDER_FLAGS); /* not dup(), which would share the directory offset */

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
        next = make ? open_durable(at, name) : openat(at, name, FOLDER_FLAGS);
        close_keeping_errno(at);
        at = next;
        path += name_length + (slash != NULL);
    }
    return at;
}

int folder_open(int root, const char *path, size_t length)
{
    return open_path(root, path, length, 0);
}

int folder_make(int root, const char *path, size_t length)
{
    return open_path(root, path, length, 1);
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
            /* Another process is removing the same folders. */
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
            return; /* not empty */
        }
        length = parent_length;
    }
}

/* Opens or creates the folder `name` in `parent`, and closes `parent`. */
static int open_or_make(int parent, const char *name)
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
        at = open_or_make(at, name);
        path += length;
    }
    return -1;
}

#include "files/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CREATE_ATTEMPTS 100
#define REASON_BYTES    128

static cpk_status status_of_errno(int error_number)
{
    switch (error_number) {
    case ENOENT:
        return CPK_ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return CPK_ERROR_PERMISSION_DENIED;
    case ENOSPC:
    case EDQUOT:
        return CPK_ERROR_NO_SPACE;
    case ENOMEM:
        return CPK_ERROR_OUT_OF_MEMORY;
    default:
        return CPK_ERROR_IO;
    }
}

static cpk_status give_error(cpk_error **error, cpk_status status, const char *domain, const char *message,
                             const char *native)
{
    if (error != NULL) {
        *error = cpk_error_new(status, domain, message, native, 0);
    }
    return status;
}

cpk_status files_error(cpk_error **error, int error_number, const char *what, const char *path)
{
    char reason[REASON_BYTES];
    char native[32];
    char *message = NULL;
    cpk_status status = status_of_errno(error_number);

    snprintf(native, sizeof native, "errno %d", error_number);
    if (asprintf(&message, "%s %s: %s", what, path, strerror_r(error_number, reason, sizeof reason)) < 0) {
        return give_error(error, CPK_ERROR_OUT_OF_MEMORY, "memory", "out of memory", "");
    }
    give_error(error, status, "file", message, native);
    free(message);
    return status;
}

unsigned files_folder_mode(unsigned file_mode)
{
    unsigned readers = file_mode & 0044;

    return 0700 | readers | (readers >> 2);
}

/* mkdir() that the umask has no part in; the rights are never wider than `mode` meanwhile. Returns 0, or -1 with errno.
 */
static int make_one(const char *path, unsigned mode)
{
    int fd = -1;

    if (mkdir(path, mode) != 0) {
        return -1;
    }
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return chmod(path, mode); /* the umask took the right to look into it */
    }
    (void)fchmod(fd, mode);
    close(fd);
    return 0;
}

cpk_status files_make_folder(const char *path, unsigned mode, cpk_error **error)
{
    struct stat details;
    char *copy = strdup(path);
    int error_number = 0;

    if (copy == NULL) {
        return files_error(error, ENOMEM, "can't make the folder", path);
    }
    for (char *slash = strchr(copy + 1, '/'); slash != NULL && error_number == 0; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        error_number = make_one(copy, mode) != 0 && errno != EEXIST ? errno : 0;
        error_number =
            error_number != 0 && stat(copy, &details) == 0 ? 0 : error_number; /* a read-only parent that is there */
        *slash = '/';
    }
    if (error_number == 0 && make_one(copy, mode) != 0) {
        error_number = errno;
        if (stat(copy, &details) == 0) {
            error_number = S_ISDIR(details.st_mode) ? 0 : ENOTDIR;
        }
    }
    free(copy);
    return error_number == 0 ? CPK_OK : files_error(error, error_number, "can't make the folder", path);
}

/* Takes away what a process that was killed has left; waits for one that is still writing. Returns 0, or -1 with
 * errno. */
static int remove_abandoned(const char *path)
{
    struct stat locked;
    struct stat named;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int result = 0;

    if (fd < 0 && errno == ELOOP) {
        return unlink(path); /* a link: no draft is one */
    }
    if (fd < 0) {
        return errno == ENOENT ? 0 : -1;
    }
    do {
        result = flock(fd, LOCK_EX);
    } while (result != 0 && errno == EINTR);
    result = 0; /* without locks, nobody can be told to be alive */
    if (fstat(fd, &locked) == 0 && lstat(path, &named) == 0 && locked.st_dev == named.st_dev &&
        locked.st_ino == named.st_ino) {
        result = unlink(path);
    }
    close(fd);
    return result;
}

/* A new file of that name, locked while it is written, so that what a killed process leaves is known to be left.
 * Returns -1 with errno. */
static int create_locked(const char *path)
{
    for (int attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
        struct stat details;
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILES_PRIVATE_MODE);

        if (fd < 0 && errno == EEXIST && remove_abandoned(path) == 0) {
            continue;
        }
        if (fd < 0) {
            return -1;
        }
        if ((flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) && fstat(fd, &details) == 0 &&
            details.st_nlink > 0) {
            return fd;
        }
        close(fd); /* taken for an abandoned one before it was locked */
    }
    errno = EBUSY;
    return -1;
}

/* Names of open files, which may be regular ones: /dev/stdout, /dev/fd/3. Folders like /dev/shm hold files as others
 * do. */
static bool is_descriptor(const char *path)
{
    return strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
           (strncmp(path, "/dev/", 5) == 0 && strchr(path + 5, '/') == NULL);
}

/* Whether a path is written to instead of being replaced: a descriptor's, a device's or a pipe's. */
static bool is_written_directly(const char *path)
{
    struct stat details;

    return is_descriptor(path) || (stat(path, &details) == 0 && !S_ISREG(details.st_mode) && !S_ISDIR(details.st_mode));
}

cpk_status files_begin(struct files_draft *draft, const char *path, unsigned mode, cpk_error **error)
{
    const char *slash = strrchr(path, '/');
    int folder_length = slash != NULL ? (int)(slash + 1 - path) : 0;
    bool direct = is_written_directly(path);
    int fd = -1;

    draft->mode = mode;
    draft->error_number = 0;
    draft->temporary_path = NULL;
    draft->path = strdup(path);
    if (draft->path == NULL ||
        (!direct && asprintf(&draft->temporary_path, "%.*s.%s.part", folder_length, path, path + folder_length) < 0)) {
        free(draft->path);
        draft->path = NULL;
        return files_error(error, ENOMEM, "can't write", path);
    }
    fd = direct ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : create_locked(draft->temporary_path);
    if (fd < 0) {
        cpk_status status = files_error(error, errno, "can't write", path);

        free(draft->temporary_path);
        free(draft->path);
        draft->path = NULL;
        return status;
    }
    draft->fd = fd;
    return CPK_OK;
}

cpk_status files_complete(struct files_draft *draft, cpk_error **error)
{
    int error_number = draft->error_number;

    if (error_number == 0 && fsync(draft->fd) != 0 && errno != EINVAL && errno != ENOTSUP) {
        error_number = errno;
    }
    if (error_number == 0 && draft->temporary_path != NULL && fchmod(draft->fd, draft->mode) != 0 &&
        draft->mode != FILES_PRIVATE_MODE) { /* some file systems have no rights to give */
        error_number = errno;
    }
    return error_number == 0 ? CPK_OK : files_error(error, error_number, "can't write", draft->path);
}

cpk_status files_publish(struct files_draft *draft, cpk_error **error)
{
    cpk_status status = files_complete(draft, error);

    if (status == CPK_OK && draft->temporary_path != NULL && rename(draft->temporary_path, draft->path) != 0) {
        status = files_error(error, errno, "can't write", draft->path);
    }
    if (status == CPK_OK) {
        free(draft->temporary_path);
        draft->temporary_path = NULL;
    }
    files_discard(draft);
    return status;
}

int32_t files_write(void *user, const void *data, size_t length_bytes)
{
    struct files_draft *draft = user;
    const char *bytes = data;

    while (length_bytes > 0 && draft->error_number == 0) {
        ssize_t written = write(draft->fd, bytes, length_bytes);

        if (written < 0 && errno != EINTR) {
            draft->error_number = errno;
        } else if (written > 0) {
            bytes += written;
            length_bytes -= (size_t)written;
        }
    }
    return draft->error_number != 0;
}

void files_discard(struct files_draft *draft)
{
    if (draft->path == NULL) {
        return;
    }
    if (draft->temporary_path != NULL) {
        unlink(draft->temporary_path);
    }
    close(draft->fd);
    free(draft->temporary_path);
    free(draft->path);
    draft->path = NULL;
}

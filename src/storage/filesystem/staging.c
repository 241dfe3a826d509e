#include "storage/filesystem/staging.h"

#include "base/hash.h"
#include "storage/filesystem/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX          ".part"
#define CREATE_ATTEMPTS 100

static int open_folder(int root, int32_t make)
{
    if (make && folder_make_private(root, STAGING_FOLDER) != 0 && errno != EEXIST) {
        return -1;
    }
    return openat(root, STAGING_FOLDER, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int make_name(const struct context *context, char name[STAGING_NAME_BYTES])
{
    unsigned char random[12];
    char hex[2 * sizeof random + 1];

    if (context_random(context, random, sizeof random, NULL) != CPK_OK) {
        errno = EIO;
        return -1;
    }
    hash_hex(random, sizeof random, hex);
    snprintf(name, STAGING_NAME_BYTES, "%s" SUFFIX, hex);
    return 0;
}

/* Locks a new file. Returns 0 if staging_remove_abandoned() of another process has locked or unlinked it meanwhile. On
 * file systems without flock that function removes nothing, so the file is safe there, too. */
static int32_t lock_file(int file)
{
    struct stat found;

    if (flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return 0;
    }
    return fstat(file, &found) == 0 && found.st_nlink > 0;
}

int staging_create(const struct context *context, int root, struct staging_file *staging)
{
    int error_number;

    staging->file = -1;
    staging->folder = open_folder(root, 1);
    if (staging->folder < 0) {
        return -1;
    }
    for (int32_t i = 0; i < CREATE_ATTEMPTS; i++) {
        if (make_name(context, staging->name) != 0) {
            break;
        }
        staging->file =
            openat(staging->folder, staging->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (staging->file < 0 && errno != EEXIST) {
            break;
        }
        if (staging->file >= 0 && lock_file(staging->file)) {
            (void)fchmod(staging->file, 0600); /* regardless of the umask */
            return 0;
        }
        if (staging->file >= 0) {
            close(staging->file);
            staging->file = -1;
        }
        errno = EBUSY;
    }
    error_number = errno;
    close(staging->folder);
    staging->folder = -1;
    errno = error_number;
    return -1;
}

void staging_close(struct staging_file *staging, int32_t was_renamed)
{
    if (!was_renamed) {
        unlinkat(staging->folder, staging->name, 0);
    }
    close(staging->file);
    close(staging->folder);
    staging->file = -1;
    staging->folder = -1;
}

static int32_t is_staging_name(const char *name)
{
    size_t length = strlen(name);

    return length == 24 + sizeof SUFFIX - 1 && strspn(name, "0123456789abcdef") == 24 && strcmp(name + 24, SUFFIX) == 0;
}

static int32_t remove_if_abandoned(int folder, const char *name)
{
    struct stat found;
    int file = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int32_t removed = 0;

    if (file < 0) {
        return 0;
    }
    if (fstat(file, &found) == 0 && S_ISREG(found.st_mode) && flock(file, LOCK_EX | LOCK_NB) == 0) {
        removed = unlinkat(folder, name, 0) == 0;
    }
    close(file);
    return removed;
}

void staging_remove_abandoned(const struct context *context, int root)
{
    int descriptor = open_folder(root, 0);
    DIR *folder = descriptor >= 0 ? fdopendir(descriptor) : NULL;
    const struct dirent *item;
    int64_t removed = 0;

    if (folder == NULL) {
        if (descriptor >= 0) {
            close(descriptor);
        }
        return;
    }
    while ((item = readdir(folder)) != NULL) {
        removed += is_staging_name(item->d_name) && remove_if_abandoned(dirfd(folder), item->d_name);
    }
    closedir(folder);
    if (removed > 0) {
        context_log(context, CPK_LOG_INFO, "storage", "removed %lld unfinished blobs of dead processes",
                    (long long)removed);
    }
}

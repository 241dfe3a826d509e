#include "storage/filesystem/filesystem.h"

#include "base/buffer.h"
#include "base/disk.h"
#include "base/error.h"
#include "base/memory.h"
#include "storage/filesystem/folder.h"
#include "storage/filesystem/listing.h"
#include "storage/filesystem/path.h"
#include "storage/filesystem/staging.h"
#include "storage/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOMAIN "storage"

/* Of one read() or write(): the token is looked at between two. */
#define STEP_BYTES ((size_t)8 << 20)
/* An attempt fails if another process removes the folder between its creation and the rename. */
#define COMMIT_ATTEMPTS 1000

struct filesystem {
    const struct context *context;
    char *folder; /* as configured, for messages */
    int root;
};

struct filesystem_writer {
    struct staging_file staging;
    struct buffer path;
    int64_t written_bytes;
    int32_t failed;
};

struct filesystem_reader {
    int file;
    int64_t at;
    int64_t end; /* INT64_MAX: end of the file */
};

static cpk_status set_errno_error(const struct filesystem *filesystem, int error_number, const char *what,
                                  const struct buffer *path, cpk_error **error)
{
    if (error_number == EFBIG) { /* RLIMIT_FSIZE or the file system's limit */
        return error_set_native(error, CPK_ERROR_NO_SPACE, DOMAIN, "errno EFBIG", 0,
                                "can't %s %s/%s: the file is larger than the system allows", what, filesystem->folder,
                                buffer_text(path));
    }
    if (error_number == ELOOP || error_number == ENOTDIR || error_number == EISDIR) {
        return error_set_native(error, CPK_ERROR_STORAGE, DOMAIN, "", 0,
                                "can't %s %s/%s: a link or another foreign entry is in its place", what,
                                filesystem->folder, buffer_text(path));
    }
    return error_set_errno(error, error_number, DOMAIN, "can't %s %s/%s", what, filesystem->folder, buffer_text(path));
}

static cpk_status key_path(const struct filesystem *filesystem, const char *key, struct buffer *path, cpk_error **error)
{
    buffer_init(path, &filesystem->context->allocator);
    path_append_key(path, key);
    if (path->failed) {
        buffer_free(path);
        return error_out_of_memory(error);
    }
    return CPK_OK;
}

static cpk_status filesystem_write_open(void *self, const char *key, int64_t size_hint, void **writer_out,
                                        cpk_error **error)
{
    struct filesystem *filesystem = self;
    struct filesystem_writer *writer;
    cpk_status status;

    CPK_TRY(watch_check(error));
    writer = memory_allocate_zeroed(&filesystem->context->allocator, sizeof *writer);
    if (writer == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY_CLEANUP(key_path(filesystem, key, &writer->path, error));
    CPK_TRY_CLEANUP(
        disk_check(filesystem->context, filesystem->root, 0, size_hint > 0 ? size_hint : 0, writer->path.data, error));
    if (staging_create(filesystem->context, filesystem->root, &writer->staging) != 0) {
        status = set_errno_error(filesystem, errno, "write", &writer->path, error);
        goto cleanup;
    }
    *writer_out = writer;
    return CPK_OK;

cleanup:
    buffer_free(&writer->path);
    memory_release(&filesystem->context->allocator, writer, sizeof *writer);
    return status;
}

static cpk_status filesystem_write_data(void *self, void *writer_handle, const void *data, size_t length,
                                        cpk_error **error)
{
    struct filesystem *filesystem = self;
    struct filesystem_writer *writer = writer_handle;
    const char *at = data;
    cpk_status status = disk_check(filesystem->context, writer->staging.file, writer->written_bytes, (int64_t)length,
                                   writer->path.data, error);

    if (status != CPK_OK) {
        writer->failed = 1;
        return status;
    }
    writer->written_bytes += (int64_t)length;
    while (length > 0) {
        ssize_t written;

        status = watch_check(error);
        if (status != CPK_OK) {
            writer->failed = 1;
            return status;
        }
        written = write(writer->staging.file, at, length < STEP_BYTES ? length : STEP_BYTES);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            writer->failed = 1;
            return set_errno_error(self, errno, "write", &writer->path, error);
        }
        at += written;
        length -= (size_t)written;
    }
    return CPK_OK;
}

/* Renames the temporary file to its final name. Returns 0, or -1 with errno. */
static int writer_publish(const struct filesystem *filesystem, const struct filesystem_writer *writer)
{
    const char *path = writer->path.data;
    size_t parent_length = folder_length(path, writer->path.length);
    int error_number = ENOENT;

    for (int32_t i = 0; i < COMMIT_ATTEMPTS && error_number == ENOENT; i++) {
        int parent = folder_make(filesystem->root, path, parent_length);

        if (parent < 0) {
            error_number = errno;
            continue;
        }
        error_number =
            renameat(writer->staging.folder, writer->staging.name, parent, path + parent_length) == 0 ? 0 : errno;
        if (error_number == 0 && fsync(parent) != 0) {
            error_number = errno;
        }
        close(parent);
    }
    errno = error_number;
    return error_number == 0 ? 0 : -1;
}

static cpk_status writer_commit(const struct filesystem *filesystem, const struct filesystem_writer *writer,
                                cpk_error **error)
{
    if (writer->failed) {
        return error_set(error, CPK_ERROR_STORAGE, DOMAIN, "can't commit %s/%s: an earlier write to it failed",
                         filesystem->folder, buffer_text(&writer->path));
    }
    if (fsync(writer->staging.file) != 0 || writer_publish(filesystem, writer) != 0) {
        return set_errno_error(filesystem, errno, "write", &writer->path, error);
    }
    return CPK_OK;
}

static cpk_status filesystem_write_close(void *self, void *writer_handle, int32_t commit, cpk_error **error)
{
    struct filesystem *filesystem = self;
    struct filesystem_writer *writer = writer_handle;
    cpk_status status = commit ? watch_check(error) : CPK_OK;

    if (commit && status == CPK_OK) {
        status = writer_commit(filesystem, writer, error);
    }
    staging_close(&writer->staging, commit && status == CPK_OK);
    buffer_free(&writer->path);
    memory_release(&filesystem->context->allocator, writer, sizeof *writer);
    return status;
}

/* Opens the blob's file. Does not follow a link or block on a FIFO in its place. */
static int open_blob(const struct filesystem *filesystem, const struct buffer *path)
{
    size_t parent_length = folder_length(path->data, path->length);
    int parent = folder_open(filesystem->root, path->data, parent_length);
    struct stat found;
    int error_number = 0;
    int file;

    if (parent < 0) {
        return -1;
    }
    file = openat(parent, path->data + parent_length, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        error_number = errno;
    } else if (fstat(file, &found) != 0 || !S_ISREG(found.st_mode)) {
        error_number = EISDIR;
        close(file);
        file = -1;
    }
    close(parent);
    errno = error_number;
    return file;
}

static cpk_status set_read_error(const struct filesystem *filesystem, int error_number, const char *key,
                                 const struct buffer *path, cpk_error **error)
{
    if (error_number == ENOENT) {
        return error_set(error, CPK_ERROR_NOT_FOUND, DOMAIN, "no blob \"%s\" in %s", key, filesystem->folder);
    }
    return set_errno_error(filesystem, error_number, "read", path, error);
}

static cpk_status filesystem_read_open(void *self, const char *key, int64_t offset, int64_t length, void **reader_out,
                                       cpk_error **error)
{
    struct filesystem *filesystem = self;
    struct filesystem_reader *reader;
    cpk_status status = CPK_OK;
    struct buffer path;
    int file;

    CPK_TRY(watch_check(error));
    CPK_TRY(key_path(filesystem, key, &path, error));
    file = open_blob(filesystem, &path);
    if (file < 0) {
        status = set_read_error(filesystem, errno, key, &path, error);
    }
    buffer_free(&path);
    CPK_TRY(status);
    reader = memory_allocate_zeroed(&filesystem->context->allocator, sizeof *reader);
    if (reader == NULL) {
        close(file);
        return error_out_of_memory(error);
    }
    reader->file = file;
    reader->at = offset;
    reader->end = length < 0 || length > INT64_MAX - offset ? INT64_MAX : offset + length;
    *reader_out = reader;
    return CPK_OK;
}

static cpk_status filesystem_read_data(void *self, void *reader_handle, void *target, size_t capacity, size_t *got,
                                       cpk_error **error)
{
    struct filesystem *filesystem = self;
    struct filesystem_reader *reader = reader_handle;

    *got = 0;
    while (*got < capacity && reader->at < reader->end) {
        size_t wanted = capacity - *got < STEP_BYTES ? capacity - *got : STEP_BYTES;
        ssize_t piece;

        CPK_TRY(watch_check(error));
        if ((uint64_t)(reader->end - reader->at) < wanted) {
            wanted = (size_t)(reader->end - reader->at);
        }
        piece = pread(reader->file, (char *)target + *got, wanted, reader->at);
        if (piece < 0 && errno == EINTR) {
            continue;
        }
        if (piece < 0) {
            return error_set_errno(error, errno, DOMAIN, "can't read a blob of %s", filesystem->folder);
        }
        if (piece == 0) {
            reader->end = reader->at;
        }
        reader->at += piece;
        *got += (size_t)piece;
    }
    return CPK_OK;
}

static void filesystem_read_close(void *self, void *reader_handle)
{
    struct filesystem *filesystem = self;
    struct filesystem_reader *reader = reader_handle;

    close(reader->file);
    memory_release(&filesystem->context->allocator, reader, sizeof *reader);
}

static cpk_status filesystem_stat(void *self, const char *key, cpk_blob_info *info, cpk_error **error)
{
    struct filesystem *filesystem = self;
    cpk_blob_info full = {info->struct_size, 0, 0, CPK_TIME_UNKNOWN};
    cpk_status status = CPK_OK;
    struct stat found;
    struct buffer path;
    int file;

    CPK_TRY(watch_check(error));
    CPK_TRY(key_path(filesystem, key, &path, error));
    file = open_blob(filesystem, &path);
    if (file < 0 || fstat(file, &found) != 0) {
        status = set_read_error(filesystem, errno, key, &path, error);
    } else {
        full.size_bytes = found.st_size;
        full.modified_us = (int64_t)found.st_mtim.tv_sec * 1000000 + found.st_mtim.tv_nsec / 1000;
        memcpy(info, &full, info->struct_size < sizeof full ? info->struct_size : sizeof full);
    }
    if (file >= 0) {
        close(file);
    }
    buffer_free(&path);
    return status;
}

static int unlink_blob(const struct filesystem *filesystem, const struct buffer *path, size_t parent_length)
{
    int parent = folder_open(filesystem->root, path->data, parent_length);
    int error_number = 0;

    if (parent < 0) {
        return -1;
    }
    if (unlinkat(parent, path->data + parent_length, 0) != 0 || fsync(parent) != 0) {
        error_number = errno;
    }
    close(parent);
    errno = error_number;
    return error_number == 0 ? 0 : -1;
}

static cpk_status filesystem_remove(void *self, const char *key, cpk_error **error)
{
    struct filesystem *filesystem = self;
    cpk_status status = CPK_OK;
    size_t parent_length;
    struct buffer path;

    CPK_TRY(watch_check(error));
    CPK_TRY(key_path(filesystem, key, &path, error));
    parent_length = folder_length(path.data, path.length);
    if (unlink_blob(filesystem, &path, parent_length) == 0) {
        folder_prune(filesystem->root, path.data, parent_length);
    } else if (errno != ENOENT) {
        status = set_errno_error(filesystem, errno, "remove", &path, error);
    }
    buffer_free(&path);
    return status;
}

static cpk_status filesystem_list(void *self, const char *prefix, cpk_list_fn each, void *user, cpk_error **error)
{
    struct filesystem *filesystem = self;

    return listing_run(filesystem->context, filesystem->root, prefix, each, user, error);
}

static void filesystem_destroy(void *self)
{
    struct filesystem *filesystem = self;

    close(filesystem->root);
    memory_release_text(&filesystem->context->allocator, filesystem->folder);
    memory_release(&filesystem->context->allocator, filesystem, sizeof *filesystem);
}

static void driver_fill(cpk_storage_driver *driver, struct filesystem *filesystem)
{
    *driver = (cpk_storage_driver){
        .abi_version = CPK_STORAGE_ABI,
        .struct_size = sizeof *driver,
        .self = filesystem,
        .destroy = filesystem_destroy,
        .write_open = filesystem_write_open,
        .write_data = filesystem_write_data,
        .write_close = filesystem_write_close,
        .read_open = filesystem_read_open,
        .read_data = filesystem_read_data,
        .read_close = filesystem_read_close,
        .stat = filesystem_stat,
        .remove = filesystem_remove,
        .list = filesystem_list,
        .set_cancel = watch_set_cancel,
    };
}

cpk_status filesystem_driver_open(const struct context *context, const char *folder, int32_t create,
                                  cpk_storage_driver *driver, cpk_error **error)
{
    const cpk_allocator *allocator = &context->allocator;
    struct filesystem *opened;
    int root;

    if (folder == NULL || folder[0] == '\0') {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "file: has no folder; use file:DIR");
    }
    root = create ? folder_make_root(folder) : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        int error_number = errno;

        if (error_number == ENOENT && !create) {
            return error_set(error, CPK_ERROR_NOT_FOUND, DOMAIN, "no storage folder at %s", folder);
        }
        if (error_number == ENOTDIR) {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, DOMAIN, "the storage folder %s is not a folder",
                             folder);
        }
        return error_set_errno(error, error_number, DOMAIN, "can't open the storage folder %s", folder);
    }
    opened = memory_allocate_zeroed(allocator, sizeof *opened);
    if (opened != NULL) {
        opened->folder = memory_copy_text(allocator, folder);
    }
    if (opened == NULL || opened->folder == NULL) {
        memory_release(allocator, opened, sizeof *opened);
        close(root);
        return error_out_of_memory(error);
    }
    opened->context = context;
    opened->root = root;
    staging_remove_abandoned(context, root);
    driver_fill(driver, opened);
    return CPK_OK;
}

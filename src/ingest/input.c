#include "ingest/input.h"

#include "base/cancel.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "ingest/byte_reader.h"
#include "ingest/folder.h"
#include "ingest/link.h"
#include "ingest/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STREAM_BLOCK_BYTES ((size_t)64 * 1024)
#define CANCEL_POLL_MS     100

/* A link without its scheme. */
static const char *link_name(const char *url)
{
    const char *host = strstr(url, "://");

    return host != NULL && host[3] != '\0' ? host + 3 : url;
}

/* Sets the name to the last path component, as valid UTF-8, truncated to fit and never empty. */
static cpk_status set_name(const struct context *context, const cpk_input *given, struct input *opened,
                           cpk_error **error)
{
    const char *name = given->name;
    struct buffer repaired;
    size_t length = 0;

    if (name == NULL && given->url != NULL) {
        name = link_name(given->url);
    }
    if (name == NULL && given->path != NULL) {
        size_t end = strlen(given->path);

        while (end > 1 && given->path[end - 1] == '/') { /* of a folder */
            end--;
        }
        name = given->path + end;
        while (name > given->path && name[-1] != '/') {
            name--;
        }
        length = (size_t)(given->path + end - name);
    } else if (name != NULL) {
        length = strlen(name);
    }
    if (length == 0) {
        name = "Pasted text";
        length = strlen(name);
    }
    buffer_init(&repaired, &context->allocator);
    utf8_append_repaired(&repaired, name, length);
    if (repaired.failed) {
        buffer_free(&repaired);
        return error_out_of_memory(error);
    }
    repaired.length = utf8_floor(repaired.data, repaired.length, sizeof opened->name - 1);
    memcpy(opened->name, repaired.data, repaired.length);
    opened->name[repaired.length] = '\0';
    buffer_free(&repaired);
    return CPK_OK;
}

static cpk_status check_size(const struct context *context, const char *name, int64_t size_bytes, cpk_error **error)
{
    if (size_bytes == 0) {
        return error_set(error, CPK_ERROR_NO_CONTENT, "input", "%s is empty", name);
    }
    if (size_bytes > context_setting(context, SETTING_IMPORT_MAX_FILE_BYTES)) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "input", "%s is larger than import.max_file_bytes (%lld)",
                         name, (long long)context_setting(context, SETTING_IMPORT_MAX_FILE_BYTES));
    }
    return CPK_OK;
}

struct stream {
    cpk_read_fn read;
    void *user;
    char *block; /* of STREAM_BLOCK_BYTES; set by open_stream() */
};

struct descriptor_stream {
    int descriptor;
    const cpk_cancel *cancel;
};

/* Waits for data and polls the cancel token, because nothing else ends a wait on an idle stream. The descriptor
 * is O_NONBLOCK; a FIFO reads as empty until its first writer opens it, which is not the end. */
static int64_t read_descriptor(void *user, void *buffer, size_t capacity)
{
    const struct descriptor_stream *from = user;
    struct pollfd ready = {.fd = from->descriptor, .events = POLLIN};

    while (!cpk_cancel_requested(from->cancel)) {
        int found = poll(&ready, 1, CANCEL_POLL_MS);
        ssize_t got = found > 0 ? read(from->descriptor, buffer, capacity) : -1;

        if (got >= 0) {
            return got;
        }
        if (found != 0 && errno != EINTR && errno != EAGAIN) {
            return -1;
        }
    }
    return -1;
}

static cpk_status spool_blocks(const struct op_context *op, const struct stream *stream, int descriptor,
                               const char *name, int64_t *size_bytes, cpk_error **error)
{
    const struct context *context = op->context;

    *size_bytes = 0;
    for (;;) {
        int64_t got = stream->read(stream->user, stream->block, STREAM_BLOCK_BYTES);

        CPK_TRY(cancel_check(op->options.cancel, error)); /* cancellation may be what ended the read */
        if (got < 0 || (uint64_t)got > STREAM_BLOCK_BYTES) {
            return error_set(error, CPK_ERROR_IO, "input", "can't read %s", name);
        }
        if (got == 0) {
            return check_size(context, name, *size_bytes, error);
        }
        *size_bytes += got;
        if (*size_bytes > context_setting(context, SETTING_IMPORT_MAX_FILE_BYTES)) {
            return check_size(context, name, *size_bytes, error);
        }
        CPK_TRY(spool_write(context, descriptor, *size_bytes - got, stream->block, (size_t)got, error));
    }
}

static cpk_status open_stream(const struct op_context *op, struct stream *stream, struct input *opened,
                              cpk_error **error)
{
    const struct context *context = op->context;
    int descriptor = -1;
    int64_t size_bytes;
    cpk_status status;

    stream->block = memory_allocate(&context->allocator, STREAM_BLOCK_BYTES);
    if (stream->block == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY_CLEANUP(spool_create(&descriptor, error));
    CPK_TRY_CLEANUP(spool_blocks(op, stream, descriptor, opened->name, &size_bytes, error));
    CPK_TRY_CLEANUP(byte_reader_from_file(context, descriptor, opened->name, size_bytes, &opened->reader, error));
    descriptor = -1;
cleanup:
    if (descriptor >= 0) {
        close(descriptor);
    }
    memory_release(&context->allocator, stream->block, STREAM_BLOCK_BYTES);
    return status;
}

/* A folder is read as an archive of its files. */
static cpk_status open_folder(const struct op_context *op, const char *path, struct input *opened, cpk_error **error)
{
    int descriptor;
    int64_t size_bytes;
    cpk_status status;

    if (strspn(opened->name, ".") == strlen(opened->name)) { /* "." or "..": the name of that folder */
        char *real = realpath(path, NULL);
        const char *slash = real != NULL ? strrchr(real, '/') : NULL;

        if (slash != NULL && slash[1] != '\0') {
            snprintf(opened->name, sizeof opened->name, "%s", slash + 1);
            opened->name[utf8_floor(opened->name, strlen(opened->name), sizeof opened->name - 1)] = '\0';
        }
        free(real);
    }
    CPK_TRY(folder_pack(op, path, opened->name, &descriptor, &size_bytes, error));
    status = byte_reader_from_file(op->context, descriptor, opened->name, size_bytes, &opened->reader, error);
    if (status != CPK_OK) {
        close(descriptor);
    }
    return status;
}

static cpk_status open_descriptor(const struct op_context *op, const char *path, int *descriptor, struct input *opened,
                                  cpk_error **error)
{
    struct stat information;

    if (fstat(*descriptor, &information) != 0) {
        return error_set_errno(error, errno, "input", "can't look at %s", path);
    }
    if (S_ISDIR(information.st_mode)) {
        return open_folder(op, path, opened, error);
    }
    if (!S_ISREG(information.st_mode)) {
        struct descriptor_stream from = {*descriptor, op->options.cancel};
        struct stream stream = {read_descriptor, &from, NULL};

        return open_stream(op, &stream, opened, error);
    }
    CPK_TRY(check_size(op->context, path, information.st_size, error));
    CPK_TRY(byte_reader_from_file(op->context, *descriptor, opened->name, information.st_size, &opened->reader, error));
    *descriptor = -1;
    return CPK_OK;
}

static cpk_status open_path(const struct op_context *op, const char *path, struct input *opened, cpk_error **error)
{
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* blocking open() would wait for a FIFO's writer */
    cpk_status status;

    if (descriptor < 0 && errno == ENXIO) {
        return error_set(error, CPK_ERROR_UNSUPPORTED, "input",
                         "%s is a socket or a device without a driver: give a file", path);
    }
    if (descriptor < 0 && errno == ENOENT && strstr(path, "://") != NULL) { /* not named: it may hold a password */
        return error_set(error, CPK_ERROR_NOT_FOUND, "input",
                         "no such file; the address of a page must begin with https:// or http://");
    }
    if (descriptor < 0) {
        return error_set_errno(error, errno, "input", "can't open %s", path);
    }
    status = open_descriptor(op, path, &descriptor, opened, error);
    if (descriptor >= 0) {
        close(descriptor);
    }
    return status;
}

cpk_status input_open(const struct op_context *op, const cpk_input *given, struct input *opened, cpk_error **error)
{
    const struct context *context = op->context;

    memset(opened, 0, sizeof *opened);
    opened->source_type = given->source_type;
    opened->is_paste = given->path == NULL;
    CPK_TRY(set_name(context, given, opened, error));
    if (given->url != NULL) {
        opened->source_type = CPK_SOURCE_URL;
        opened->name[strcspn(opened->name, given->name == NULL ? "?#" : "")] = '\0'; /* a query may be a secret */
        return link_open(op, given->url, opened->name, &opened->reader, error);
    }
    if (given->path != NULL) {
        return open_path(op, given->path, opened, error);
    }
    if (given->read != NULL) {
        struct stream stream = {given->read, given->read_user, NULL};

        return open_stream(op, &stream, opened, error);
    }
    if (given->length > INT64_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "argument", "input.length is out of range");
    }
    CPK_TRY(check_size(context, opened->name, (int64_t)given->length, error));
    return byte_reader_from_memory(context, given->data, (int64_t)given->length, opened->name, &opened->reader, error);
}

void input_close(struct input *opened)
{
    byte_reader_release(&opened->reader);
}

void input_rewind(struct input *opened)
{
    byte_reader_rewind(&opened->reader);
}

int32_t input_is_changed(const struct input *opened)
{
    return byte_reader_is_changed(&opened->reader);
}

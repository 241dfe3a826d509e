#include "ingest/spool.h"

#include "base/cancel.h"
#include "base/disk.h"
#include "base/error.h"
#include "base/memory.h"
#include "ingest/byte_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SPOOL_BLOCK_BYTES ((size_t)64 * 1024)

cpk_status spool_create(int *descriptor, cpk_error **error)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];

    if (folder == NULL || folder[0] == '\0') {
        folder = "/tmp";
    }
    *descriptor = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (*descriptor >= 0) {
        return CPK_OK;
    }
    /* O_TMPFILE is not supported by every file system. */
    if (snprintf(path, sizeof path, "%s/contextpack-XXXXXX", folder) >= (int)sizeof path) {
        return error_set(error, CPK_ERROR_IO, "input", "TMPDIR is too long a path");
    }
    *descriptor = mkostemp(path, O_CLOEXEC);
    if (*descriptor < 0) {
        return error_set_errno(error, errno, "input", "can't make a temporary file in %s", folder);
    }
    unlink(path);
    return CPK_OK;
}

cpk_status spool_write(const struct context *context, int descriptor, int64_t written, const void *data, size_t length,
                       cpk_error **error)
{
    const char *at = data;

    CPK_TRY(
        disk_check(context, descriptor, written, (int64_t)length, "a temporary file (TMPDIR names its folder)", error));
    while (length > 0) {
        ssize_t done = write(descriptor, at, length);

        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return error_set_errno(error, errno, "input", "can't write a temporary file (TMPDIR names its folder)");
        }
        at += done;
        length -= (size_t)done;
    }
    return CPK_OK;
}

static cpk_status copy_reader(const struct op_context *op, const cpk_reader *forward, int descriptor, char *block,
                              int64_t *size_bytes, cpk_error **error)
{
    size_t got;

    *size_bytes = 0;
    for (;;) {
        CPK_TRY(cancel_check(op->options.cancel, error));
        CPK_TRY(forward->read(forward->self, block, SPOOL_BLOCK_BYTES, &got, error));
        if (got == 0) {
            return CPK_OK;
        }
        *size_bytes += (int64_t)got;
        if (*size_bytes > context_setting(op->context, SETTING_IMPORT_MAX_FILE_BYTES)) {
            return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "input", "%s is larger than import.max_file_bytes",
                             forward->name);
        }
        CPK_TRY(spool_write(op->context, descriptor, *size_bytes - (int64_t)got, block, got, error));
    }
}

static cpk_status spool_reader(void *self, const cpk_reader *forward, cpk_reader *seekable, cpk_error **error)
{
    const struct op_context *op = self;
    const struct context *context = op->context;
    char *block = memory_allocate(&context->allocator, SPOOL_BLOCK_BYTES);
    int64_t size_bytes;
    int descriptor = -1;
    cpk_status status;

    if (block == NULL) {
        return error_out_of_memory(error);
    }
    CPK_TRY_CLEANUP(spool_create(&descriptor, error));
    CPK_TRY_CLEANUP(copy_reader(op, forward, descriptor, block, &size_bytes, error));
    CPK_TRY_CLEANUP(byte_reader_from_file(context, descriptor, forward->name, size_bytes, seekable, error));
    descriptor = -1;
cleanup:
    if (descriptor >= 0) {
        close(descriptor);
    }
    memory_release(&context->allocator, block, SPOOL_BLOCK_BYTES);
    return status;
}

static void unspool_reader(void *self, cpk_reader *seekable)
{
    (void)self;
    byte_reader_release(seekable);
}

void spool_init(struct import_spool *spool, const struct op_context *op)
{
    spool->self = (void *)(uintptr_t)op;
    spool->spool = spool_reader;
    spool->unspool = unspool_reader;
}

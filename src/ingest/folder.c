#include "ingest/folder.h"

#include "base/buffer.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/archive/bundle_plan.h"
#include "files/files.h"
#include "ingest/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define BLOCK_BYTES ((size_t)256 * 1024)

/* ZIP, APPNOTE 6.3: signatures and what they need. */
#define LOCAL_SIGNATURE     0x04034B50U
#define CENTRAL_SIGNATURE   0x02014B50U
#define END64_SIGNATURE     0x06064B50U
#define LOCATOR64_SIGNATURE 0x07064B50U
#define END_SIGNATURE       0x06054B50U
#define VERSION_ZIP64       45
#define FLAG_UTF8           0x0800
#define FIRST_DAY           0x0021 /* 1980-01-01: times would change the bytes of the same files */
#define EXTRA64_ID          0x0001
#define LARGE               0xFFFFFFFFU
#define NAME_BYTES_MAX      ((size_t)60000)

struct packing {
    const struct op_context *op;
    const char *root;
    const char *name; /* of the folder, for messages */
    int descriptor;
    int64_t written;
    int64_t entries;
    unsigned char *block;
    struct buffer entry;   /* the current entry's name */
    struct buffer header;  /* the header that is being written */
    struct buffer central; /* the directory so far */
    cpk_error **error;
    cpk_status unreadable; /* of a folder below that could not be read */
};

static void put16(struct buffer *target, unsigned value)
{
    buffer_append_byte(target, (char)(value & 0xFF));
    buffer_append_byte(target, (char)(value >> 8 & 0xFF));
}

static void put32(struct buffer *target, uint32_t value)
{
    put16(target, value & 0xFFFF);
    put16(target, value >> 16);
}

static void put64(struct buffer *target, uint64_t value)
{
    put32(target, (uint32_t)value);
    put32(target, (uint32_t)(value >> 32));
}

static cpk_status append(struct packing *packing, const void *data, size_t length)
{
    int64_t limit = context_setting(packing->op->context, SETTING_IMPORT_MAX_FILE_BYTES);

    if (packing->written + (int64_t)length > limit) {
        return error_set(packing->error, CPK_ERROR_LIMIT_EXCEEDED, "input",
                         "the folder %s is larger than import.max_file_bytes (%lld)", packing->name, (long long)limit);
    }
    CPK_TRY(spool_write(packing->op->context, packing->descriptor, packing->written, data, length, packing->error));
    packing->written += (int64_t)length;
    return CPK_OK;
}

static cpk_status append_buffer(struct packing *packing, const struct buffer *buffer)
{
    return buffer->failed ? error_out_of_memory(packing->error) : append(packing, buffer_text(buffer), buffer->length);
}

/* The fields that the local header and the directory have in common. */
static void put_fields(struct packing *packing, struct buffer *target, uint32_t crc, int64_t size, int32_t is_large)
{
    uint32_t size32 = is_large ? LARGE : (uint32_t)size;

    put16(target, VERSION_ZIP64);
    put16(target, FLAG_UTF8);
    put16(target, 0); /* not compressed */
    put16(target, 0);
    put16(target, FIRST_DAY);
    put32(target, crc);
    put32(target, size32);
    put32(target, size32);
    put16(target, (unsigned)packing->entry.length);
}

static void make_local_header(struct packing *packing, uint32_t crc, int64_t size)
{
    struct buffer *header = &packing->header;
    int32_t is_large = size >= (int64_t)LARGE;

    buffer_clear(header);
    put32(header, LOCAL_SIGNATURE);
    put_fields(packing, header, crc, size, is_large);
    put16(header, is_large ? 20 : 0);
    buffer_append(header, packing->entry.data, packing->entry.length);
    if (is_large) {
        put16(header, EXTRA64_ID);
        put16(header, 16);
        put64(header, (uint64_t)size);
        put64(header, (uint64_t)size);
    }
}

static void put_central(struct packing *packing, uint32_t crc, int64_t size, int64_t offset)
{
    struct buffer *central = &packing->central;
    int32_t is_large = size >= (int64_t)LARGE || offset >= (int64_t)LARGE;

    put32(central, CENTRAL_SIGNATURE);
    put16(central, VERSION_ZIP64);
    put_fields(packing, central, crc, size, is_large);
    put16(central, is_large ? 28 : 0);
    put16(central, 0); /* comment, disk, attributes */
    put16(central, 0);
    put16(central, 0);
    put32(central, 0);
    put32(central, is_large ? LARGE : (uint32_t)offset);
    buffer_append(central, packing->entry.data, packing->entry.length);
    if (is_large) {
        put16(central, EXTRA64_ID);
        put16(central, 24);
        put64(central, (uint64_t)size);
        put64(central, (uint64_t)size);
        put64(central, (uint64_t)offset);
    }
}

static cpk_status put_end(struct packing *packing)
{
    struct buffer *end = &packing->header;
    int64_t offset = packing->written;
    int64_t length = (int64_t)packing->central.length;
    int32_t is_large = packing->entries >= 0xFFFF || offset >= (int64_t)LARGE || length >= (int64_t)LARGE;

    CPK_TRY(append_buffer(packing, &packing->central));
    buffer_clear(end);
    if (is_large) {
        put32(end, END64_SIGNATURE);
        put64(end, 44);
        put16(end, VERSION_ZIP64);
        put16(end, VERSION_ZIP64);
        put32(end, 0);
        put32(end, 0);
        put64(end, (uint64_t)packing->entries);
        put64(end, (uint64_t)packing->entries);
        put64(end, (uint64_t)length);
        put64(end, (uint64_t)offset);
        put32(end, LOCATOR64_SIGNATURE);
        put32(end, 0);
        put64(end, (uint64_t)(offset + length));
        put32(end, 1);
    }
    put32(end, END_SIGNATURE);
    put32(end, 0);
    put16(end, is_large ? 0xFFFF : (unsigned)packing->entries);
    put16(end, is_large ? 0xFFFF : (unsigned)packing->entries);
    put32(end, is_large ? LARGE : (uint32_t)length);
    put32(end, is_large ? LARGE : (uint32_t)offset);
    put16(end, 0);
    return append_buffer(packing, end);
}

/* Copies at most `size` bytes of a file; *copied is less if it has become shorter. */
static cpk_status copy_file(struct packing *packing, const char *path, int file, int64_t size, int64_t *copied,
                            uint32_t *crc)
{
    *copied = 0;
    *crc = 0;
    while (*copied < size) {
        size_t wanted = size - *copied < (int64_t)BLOCK_BYTES ? (size_t)(size - *copied) : BLOCK_BYTES;
        ssize_t got = read(file, packing->block, wanted);

        CPK_TRY(cancel_check(packing->op->options.cancel, packing->error));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set_errno(packing->error, errno, "input", "can't read %s", path);
        }
        if (got == 0) {
            return CPK_OK;
        }
        *crc = (uint32_t)crc32(*crc, packing->block, (uInt)got);
        CPK_TRY(append(packing, packing->block, (size_t)got));
        *copied += got;
    }
    return CPK_OK;
}

static cpk_status put_file(struct packing *packing, const char *path, int file, int64_t size)
{
    int64_t offset = packing->written;
    int64_t copied;
    uint32_t crc;

    make_local_header(packing, 0, size); /* written again with the checksum */
    CPK_TRY(append_buffer(packing, &packing->header));
    CPK_TRY(copy_file(packing, path, file, size, &copied, &crc));
    if (copied < size && size >= (int64_t)LARGE) {
        return error_set(packing->error, CPK_ERROR_CONFLICT, "input", "%s changed while it was read", path);
    }
    make_local_header(packing, crc, copied);
    if (packing->header.failed) {
        return error_out_of_memory(packing->error);
    }
    if (pwrite(packing->descriptor, packing->header.data, packing->header.length, (off_t)offset) !=
        (ssize_t)packing->header.length) {
        return error_set_errno(packing->error, errno, "input", "can't write a temporary file");
    }
    put_central(packing, crc, copied, offset);
    packing->entries++;
    return packing->central.failed ? error_out_of_memory(packing->error) : CPK_OK;
}

/* 1 for a document of a build: compact.md beside compact.json, and so on. */
static int32_t is_own_document(const char *path)
{
    static const char *const names[] = {"compact", "standard", "complete"};
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    char other[4096];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t length = strlen(names[i]);
        int32_t is_markdown = strcmp(base + (strncmp(base, names[i], length) == 0 ? length : strlen(base)), ".md") == 0;
        int32_t is_json = strcmp(base + (strncmp(base, names[i], length) == 0 ? length : strlen(base)), ".json") == 0;

        if ((is_markdown || is_json) && snprintf(other, sizeof other, "%.*s%s%s", (int)(base - path), path, names[i],
                                                 is_markdown ? ".json" : ".md") < (int)sizeof other) {
            return access(other, F_OK) == 0;
        }
    }
    return 0;
}

/* Sets the entry's name to the path below the folder, as valid UTF-8. */
static cpk_status name_entry(struct packing *packing, const char *path)
{
    const char *below = path + strlen(packing->root);

    while (*below == '/') {
        below++;
    }
    buffer_clear(&packing->entry);
    utf8_append_repaired(&packing->entry, below, strlen(below));
    return packing->entry.failed ? error_out_of_memory(packing->error) : CPK_OK;
}

static cpk_status pack_file(struct packing *packing, const char *path)
{
    struct stat details;
    cpk_status status;
    int is_read;
    int file;

    CPK_TRY(name_entry(packing, path));
    if (is_own_document(path) || packing->entry.length == 0 || packing->entry.length > NAME_BYTES_MAX) {
        return CPK_OK;
    }
    is_read = bundle_may_read(buffer_text(&packing->entry));
    file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0 && !is_read) { /* a picture, say: only its name counts */
        status = put_file(packing, path, file, 0);
    } else if (file < 0 || fstat(file, &details) != 0) {
        status = error_set_errno(packing->error, errno, "input", "can't open %s", path);
    } else if (!S_ISREG(details.st_mode)) {
        status = CPK_OK;
    } else {
        status = put_file(packing, path, file, is_read ? details.st_size : 0);
    }
    if (file >= 0) {
        close(file);
    }
    return status;
}

/* A files_unreadable_fn. */
static void take_unreadable(void *user, const char *folder, int error_number)
{
    struct packing *packing = user;

    if (packing->unreadable == CPK_OK) {
        packing->unreadable =
            error_set_errno(packing->error, error_number, "input", "can't read the folder %s", folder);
    }
}

static int by_path(const void *left, const void *right)
{
    const struct files_item *a = left;
    const struct files_item *b = right;

    return strcmp(a->path, b->path);
}

static cpk_status pack_all(struct packing *packing)
{
    struct files_list files = {0};
    cpk_status status = CPK_OK;

    if (!files_list_add_tree(&files, packing->root, take_unreadable, packing)) {
        status = error_out_of_memory(packing->error);
    } else {
        status = packing->unreadable;
    }
    if (files.count > 0) {
        qsort(files.items, files.count, sizeof *files.items, by_path);
    }
    for (size_t i = 0; status == CPK_OK && i < files.count; i++) {
        status = pack_file(packing, files.items[i].path);
    }
    files_list_free(&files);
    if (status == CPK_OK && packing->entries == 0) {
        status = error_set(packing->error, CPK_ERROR_NO_CONTENT, "input", "the folder %s has no files", packing->root);
    }
    return status == CPK_OK ? put_end(packing) : status;
}

cpk_status folder_pack(const struct op_context *op, const char *path, const char *name, int *descriptor,
                       int64_t *size_bytes, cpk_error **error)
{
    const cpk_allocator *allocator = &op->context->allocator;
    struct packing packing = {.op = op, .root = path, .name = name, .descriptor = -1, .error = error};
    cpk_status status;

    *descriptor = -1;
    buffer_init(&packing.entry, allocator);
    buffer_init(&packing.header, allocator);
    buffer_init(&packing.central, allocator);
    packing.block = memory_allocate(allocator, BLOCK_BYTES);
    CPK_TRY_CLEANUP(packing.block == NULL ? error_out_of_memory(error) : CPK_OK);
    CPK_TRY_CLEANUP(spool_create(&packing.descriptor, error));
    CPK_TRY_CLEANUP(pack_all(&packing));
    *descriptor = packing.descriptor;
    *size_bytes = packing.written;
    packing.descriptor = -1;
cleanup:
    if (packing.descriptor >= 0) {
        close(packing.descriptor);
    }
    memory_release(allocator, packing.block, BLOCK_BYTES);
    buffer_free(&packing.central);
    buffer_free(&packing.header);
    buffer_free(&packing.entry);
    return status;
}

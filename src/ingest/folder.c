#include "ingest/folder.h"

#include "base/buffer.h"
#include "base/cancel.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/archive/bundle_plan.h"
#include "files/files.h"
#include "ingest/spool.h"
#include "model/pack_mark.h"

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
#define MADE_BY_UNIX        0x0300
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
    int unreadable;         /* errno of reading the folder itself */
    int64_t pack_documents; /* that were left out */
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

/* `type` marks what is left out as a Unix file of that type without permissions; 0 for a file. */
static void put_central(struct packing *packing, mode_t type, uint32_t crc, int64_t size, int64_t offset)
{
    struct buffer *central = &packing->central;
    int32_t is_large = size >= (int64_t)LARGE || offset >= (int64_t)LARGE;

    put32(central, CENTRAL_SIGNATURE);
    put16(central, type != 0 ? MADE_BY_UNIX | VERSION_ZIP64 : VERSION_ZIP64);
    put_fields(packing, central, crc, size, is_large);
    put16(central, is_large ? 28 : 0);
    put16(central, 0); /* comment, disk, attributes */
    put16(central, 0);
    put16(central, 0);
    put32(central, (uint32_t)type << 16);
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

/* What was read of a file. */
struct copied {
    int64_t bytes;
    uint32_t crc;
    int32_t is_unreadable; /* a read failed */
};

/* Copies at most `size` bytes of a file, fewer if it has become shorter. */
static cpk_status copy_file(struct packing *packing, int file, int64_t size, struct copied *copied)
{
    memset(copied, 0, sizeof *copied);
    while (copied->bytes < size) {
        int64_t left = size - copied->bytes;
        ssize_t got = read(file, packing->block, left < (int64_t)BLOCK_BYTES ? (size_t)left : BLOCK_BYTES);

        CPK_TRY(cancel_check(packing->op->options.cancel, packing->error));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        copied->is_unreadable = got < 0;
        if (got <= 0) {
            return CPK_OK;
        }
        copied->crc = (uint32_t)crc32(copied->crc, packing->block, (uInt)got);
        CPK_TRY(append(packing, packing->block, (size_t)got));
        copied->bytes += got;
    }
    return CPK_OK;
}

static cpk_status put_empty(struct packing *packing, mode_t type)
{
    int64_t offset = packing->written;

    make_local_header(packing, 0, 0);
    CPK_TRY(append_buffer(packing, &packing->header));
    put_central(packing, type, 0, 0, offset);
    packing->entries++;
    return packing->central.failed ? error_out_of_memory(packing->error) : CPK_OK;
}

static cpk_status put_file(struct packing *packing, int file, int64_t size)
{
    int64_t offset = packing->written;
    struct copied copied;

    make_local_header(packing, 0, size); /* written again with the checksum */
    CPK_TRY(append_buffer(packing, &packing->header));
    CPK_TRY(copy_file(packing, file, size, &copied));
    if (copied.is_unreadable) { /* the marker is written over it */
        packing->written = offset;
        return put_empty(packing, S_IFREG);
    }
    if (copied.bytes < size && size >= (int64_t)LARGE) {
        return error_set(packing->error, CPK_ERROR_CONFLICT, "input", "%s changed while it was read", packing->name);
    }
    make_local_header(packing, copied.crc, copied.bytes);
    if (packing->header.failed) {
        return error_out_of_memory(packing->error);
    }
    if (pwrite(packing->descriptor, packing->header.data, packing->header.length, (off_t)offset) !=
        (ssize_t)packing->header.length) {
        return error_set_errno(packing->error, errno, "input", "can't write a temporary file");
    }
    put_central(packing, 0, copied.crc, copied.bytes, offset);
    packing->entries++;
    return packing->central.failed ? error_out_of_memory(packing->error) : CPK_OK;
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

/* 1 if the file begins as a document of a pack, which is no source. */
static int32_t is_pack_document(int file)
{
    char head[PACK_MARK_BYTES];
    ssize_t got = pread(file, head, sizeof head, 0);

    return got > 0 && pack_mark_is(head, (size_t)got);
}

/* Puts a marker for what is left out; an empty file where its name says that it would not be read anyway. */
static cpk_status put_left(struct packing *packing, mode_t type)
{
    int32_t is_named = type == S_IFDIR || bundle_may_read(buffer_text(&packing->entry));

    if (type == S_IFDIR) {
        buffer_append_byte(&packing->entry, '/');
    }
    if (packing->entry.length > NAME_BYTES_MAX) {
        return CPK_OK;
    }
    return put_empty(packing, is_named ? type : 0);
}

static cpk_status pack_open_file(struct packing *packing, int file, int32_t is_read)
{
    struct stat details;

    if (fstat(file, &details) != 0) {
        return put_left(packing, S_IFREG);
    }
    if (!S_ISREG(details.st_mode)) {
        return put_left(packing, S_IFIFO);
    }
    if (is_read && is_pack_document(file)) {
        packing->pack_documents++;
        return CPK_OK;
    }
    return put_file(packing, file, is_read ? details.st_size : 0);
}

/* A file that can't be read is left out and named: it makes nothing else unusable. */
static cpk_status pack_file(struct packing *packing, const char *path)
{
    cpk_status status;
    int32_t is_read;
    int file;

    CPK_TRY(name_entry(packing, path));
    if (packing->entry.length == 0 || packing->entry.length > NAME_BYTES_MAX) {
        return CPK_OK;
    }
    is_read = bundle_may_read(buffer_text(&packing->entry));
    file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return put_left(packing, errno == ELOOP ? S_IFLNK : S_IFREG);
    }
    status = pack_open_file(packing, file, is_read);
    close(file);
    return status;
}

/* What the folder has, and what was left out of it. */
struct contents {
    struct packing *packing;
    struct files_list files;
    struct files_list links;
    struct files_list others;
    struct files_list folders;
    int32_t is_out_of_memory;
};

/* A files_left_fn. */
static void take_left(void *user, const struct files_left *left)
{
    struct contents *contents = user;
    struct files_list *list = left->kind == FILES_LEFT_UNREADABLE ? &contents->folders
                              : left->kind == FILES_LEFT_SPECIAL  ? &contents->others
                                                                  : &contents->links;

    if (left->kind == FILES_LEFT_UNREADABLE && strcmp(left->path, contents->packing->root) == 0) {
        contents->packing->unreadable = left->error_number;
    } else if (!files_list_add(list, left->path)) {
        contents->is_out_of_memory = 1;
    }
}

static int by_path(const void *left, const void *right)
{
    const struct files_item *a = left;
    const struct files_item *b = right;

    return strcmp(a->path, b->path);
}

static cpk_status pack_left(struct packing *packing, const struct files_list *left, mode_t type)
{
    for (size_t i = 0; i < left->count; i++) {
        CPK_TRY(name_entry(packing, left->items[i].path));
        CPK_TRY(put_left(packing, type));
    }
    return CPK_OK;
}

static cpk_status pack_contents(struct packing *packing, struct contents *contents)
{
    struct files_list *files = &contents->files;

    if (files->count > 0) {
        qsort(files->items, files->count, sizeof *files->items, by_path);
    }
    for (size_t i = 0; i < files->count; i++) {
        CPK_TRY(pack_file(packing, files->items[i].path));
    }
    CPK_TRY(pack_left(packing, &contents->links, S_IFLNK));
    CPK_TRY(pack_left(packing, &contents->others, S_IFIFO));
    return pack_left(packing, &contents->folders, S_IFDIR);
}

/* The documents are not in the archive: an earlier build's would make another of it. */
static void note_documents(const struct packing *packing)
{
    char text[64];

    if (packing->pack_documents > 0) {
        snprintf(text, sizeof text, "not read: %lld context pack%s of this library", (long long)packing->pack_documents,
                 packing->pack_documents > 1 ? "s" : "");
        op_note(packing->op, CPK_NOTE_NOT_READ, packing->name, text);
    }
}

static cpk_status pack_all(struct packing *packing)
{
    struct contents contents = {.packing = packing};
    cpk_status status = CPK_OK;

    if (!files_list_add_tree(&contents.files, packing->root, take_left, &contents) || contents.is_out_of_memory) {
        status = error_out_of_memory(packing->error);
    } else if (packing->unreadable != 0) {
        status =
            error_set_errno(packing->error, packing->unreadable, "input", "can't read the folder %s", packing->root);
    } else {
        status = pack_contents(packing, &contents);
    }
    files_list_free(&contents.files);
    files_list_free(&contents.links);
    files_list_free(&contents.others);
    files_list_free(&contents.folders);
    if (status == CPK_OK && packing->entries == 0) {
        status = error_set(packing->error, CPK_ERROR_NO_CONTENT, "input",
                           packing->pack_documents > 0 ? "the folder %s has context packs of this library, and no "
                                                         "chats or documents"
                                                       : "the folder %s has no files",
                           packing->root);
    }
    CPK_TRY(status);
    note_documents(packing);
    return put_end(packing);
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

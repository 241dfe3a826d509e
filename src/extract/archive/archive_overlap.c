#include "extract/archive/archive_overlap.h"

#include "base/buffer.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

#define DIRECTORY_BYTES_MAX (INT64_C(256) << 20)
#define ENTRY_BYTES         46
#define LOCAL_BYTES         30

/* The bytes of an entry's data with its header, at least. */
struct extent {
    uint64_t start;
    uint64_t end;
};

static uint64_t little_endian(const unsigned char *bytes, size_t count)
{
    uint64_t value = 0;

    while (count > 0) {
        count--;
        value = value << 8 | bytes[count];
    }
    return value;
}

static int compare(const void *a, const void *b)
{
    const struct extent *first = a;
    const struct extent *second = b;

    if (first->start != second->start) {
        return first->start < second->start ? -1 : 1;
    }
    return (first->end > second->end) - (first->end < second->end);
}

/* Reads the values of ZIP64 that replace those that are all ones. */
static void read_zip64(const unsigned char *extra, size_t length, uint64_t uncompressed, uint64_t *compressed,
                       uint64_t *offset)
{
    while (length >= 4) {
        size_t size = (size_t)little_endian(extra + 2, 2);
        const unsigned char *at = extra + 4;

        if (size > length - 4) {
            return;
        }
        if (little_endian(extra, 2) == 1) {
            const unsigned char *end = at + size;

            at += uncompressed == UINT32_MAX ? 8 : 0;
            if (*compressed == UINT32_MAX && end - at >= 8) {
                *compressed = little_endian(at, 8);
                at += 8;
            }
            if (*offset == UINT32_MAX && end - at >= 8) {
                *offset = little_endian(at, 8);
            }
            return;
        }
        extra += 4 + size;
        length -= 4 + size;
    }
}

/* Reads the entry at *at of the directory; 0 at its end or if it is damaged. */
static int32_t read_entry(const struct buffer *directory, size_t *at, struct extent *extent)
{
    const unsigned char *entry = (const unsigned char *)directory->data + *at;
    uint64_t compressed;
    uint64_t offset;
    size_t name;
    size_t extra;
    size_t length;

    if (directory->length - *at < ENTRY_BYTES || memcmp(entry, "PK\1\2", 4) != 0) {
        return 0;
    }
    name = (size_t)little_endian(entry + 28, 2);
    extra = (size_t)little_endian(entry + 30, 2);
    length = ENTRY_BYTES + name + extra + (size_t)little_endian(entry + 32, 2);
    if (directory->length - *at < length) {
        return 0;
    }
    compressed = little_endian(entry + 20, 4);
    offset = little_endian(entry + 42, 4);
    read_zip64(entry + ENTRY_BYTES + name, extra, little_endian(entry + 24, 4), &compressed, &offset);
    extent->start = offset;
    extent->end =
        compressed > UINT64_MAX - offset - LOCAL_BYTES - name ? UINT64_MAX : offset + LOCAL_BYTES + name + compressed;
    *at += length;
    return 1;
}

static cpk_status compare_extents(struct extent *extents, size_t count, const char *name, cpk_error **error)
{
    qsort(extents, count, sizeof *extents, compare);
    for (size_t i = 1; i < count; i++) {
        if (extents[i].start < extents[i - 1].end) {
            return error_set(error, CPK_ERROR_INVALID_DATA, "archive",
                             "%s has entries that overlap, which indicates a decompression bomb: it is not read", name);
        }
    }
    return CPK_OK;
}

static cpk_status read_directory(const cpk_reader *reader, int64_t offset, int64_t length, struct buffer *directory,
                                 cpk_error **error)
{
    char *target = buffer_reserve(directory, (size_t)length);
    size_t got = 1;

    if (target == NULL) {
        return error_out_of_memory(error);
    }
    while (got > 0 && (int64_t)directory->length < length) {
        CPK_TRY(reader->read_at(reader->self, offset + (int64_t)directory->length, directory->data + directory->length,
                                (size_t)length - directory->length, &got, error));
        directory->length += got;
    }
    return CPK_OK;
}

cpk_status archive_check_overlaps(const cpk_allocator *allocator, const cpk_reader *reader, int64_t directory_offset,
                                  int64_t directory_bytes, uint64_t entry_count, cpk_error **error)
{
    struct extent *extents;
    struct buffer directory;
    size_t count = 0;
    size_t at = 0;
    cpk_status status;

    if (directory_offset < 0 || directory_bytes <= 0 || directory_bytes > DIRECTORY_BYTES_MAX ||
        directory_bytes > reader->size_bytes - directory_offset || entry_count > SIZE_MAX / sizeof *extents - 1) {
        return CPK_OK;
    }
    extents = memory_allocate_array(allocator, (size_t)entry_count + 1, sizeof *extents);
    if (extents == NULL) {
        return error_out_of_memory(error);
    }
    buffer_init(&directory, allocator);
    CPK_TRY_CLEANUP(read_directory(reader, directory_offset, directory_bytes, &directory, error));
    while (count < entry_count && read_entry(&directory, &at, &extents[count])) {
        count++;
    }
    status = compare_extents(extents, count, reader->name, error);
cleanup:
    buffer_free(&directory);
    memory_release_array(allocator, extents, (size_t)entry_count + 1, sizeof *extents);
    return status;
}

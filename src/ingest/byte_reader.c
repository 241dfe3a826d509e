#include "ingest/byte_reader.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Context of a cpk_reader: a file descriptor, or memory if the descriptor is -1. */
struct byte_source {
    const cpk_allocator *allocator;
    int descriptor;
    const char *memory;
    int64_t size_bytes;
    int64_t position;
    int32_t is_file; /* `as_opened` is of the descriptor */
    struct stat as_opened;
    char name[256];
};

static cpk_status read_at_file(struct byte_source *source, int64_t offset, void *buffer, size_t capacity, size_t *got,
                               cpk_error **error)
{
    *got = 0;
    while (*got < capacity) {
        ssize_t part = pread(source->descriptor, (char *)buffer + *got, capacity - *got, offset + (int64_t)*got);

        if (part < 0 && errno == EINTR) {
            continue;
        }
        if (part < 0) {
            return error_set_errno(error, errno, "input", "can't read %s", source->name);
        }
        if (part == 0) {
            break;
        }
        *got += (size_t)part;
    }
    return CPK_OK;
}

static cpk_status byte_source_read_at(void *self, int64_t offset, void *buffer, size_t capacity, size_t *got,
                                      cpk_error **error)
{
    struct byte_source *source = self;

    if (source->descriptor >= 0) {
        return read_at_file(source, offset, buffer, capacity, got, error);
    }
    *got = 0;
    if (offset < source->size_bytes) {
        int64_t left = source->size_bytes - offset;

        *got = (uint64_t)left < capacity ? (size_t)left : capacity;
        memcpy(buffer, source->memory + offset, *got);
    }
    return CPK_OK;
}

static cpk_status byte_source_read(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    struct byte_source *source = self;

    CPK_TRY(byte_source_read_at(self, source->position, buffer, capacity, got, error));
    source->position += (int64_t)*got;
    return CPK_OK;
}

/* The reader owns a copy of `bytes`; its name is cut to fit. */
static cpk_status reader_create(const struct context *context, const struct byte_source *bytes, const char *name,
                                cpk_reader *reader, cpk_error **error)
{
    struct byte_source *source = memory_allocate_zeroed(&context->allocator, sizeof *source);

    if (source == NULL) {
        return error_out_of_memory(error);
    }
    *source = *bytes;
    source->allocator = &context->allocator;
    snprintf(source->name, sizeof source->name, "%s", name);
    memset(reader, 0, sizeof *reader);
    reader->struct_size = sizeof *reader;
    reader->self = source;
    reader->name = source->name;
    reader->size_bytes = source->size_bytes;
    reader->read = byte_source_read;
    reader->read_at = byte_source_read_at;
    return CPK_OK;
}

cpk_status byte_reader_from_file(const struct context *context, int descriptor, const char *name, int64_t size_bytes,
                                 cpk_reader *reader, cpk_error **error)
{
    struct byte_source file = {.descriptor = descriptor, .size_bytes = size_bytes};

    file.is_file = fstat(descriptor, &file.as_opened) == 0;
    return reader_create(context, &file, name, reader, error);
}

cpk_status byte_reader_from_memory(const struct context *context, const void *bytes, int64_t size_bytes,
                                   const char *name, cpk_reader *reader, cpk_error **error)
{
    const struct byte_source memory = {.descriptor = -1, .memory = bytes, .size_bytes = size_bytes};

    return reader_create(context, &memory, name, reader, error);
}

void byte_reader_rewind(cpk_reader *reader)
{
    ((struct byte_source *)reader->self)->position = 0;
}

int32_t byte_reader_is_changed(const cpk_reader *reader)
{
    const struct byte_source *source = reader->self;
    struct stat now;

    if (!source->is_file) {
        return 0;
    }
    return fstat(source->descriptor, &now) != 0 || now.st_size != source->as_opened.st_size ||
           now.st_size != source->size_bytes || now.st_mtim.tv_sec != source->as_opened.st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != source->as_opened.st_mtim.tv_nsec;
}

void byte_reader_release(cpk_reader *reader)
{
    struct byte_source *source = reader->self;

    if (source == NULL) {
        return;
    }
    if (source->descriptor >= 0) {
        close(source->descriptor);
    }
    memory_release(source->allocator, source, sizeof *source);
    reader->self = NULL;
}

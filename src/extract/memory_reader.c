#include "extract/memory_reader.h"

#include <string.h>

static size_t copy(const struct memory_source *source, size_t at, void *bytes, size_t capacity)
{
    size_t length = at < source->length ? source->length - at : 0;

    length = length < capacity ? length : capacity;
    if (length > 0) {
        memcpy(bytes, source->bytes + at, length);
    }
    return length;
}

static cpk_status read_next(void *self, void *bytes, size_t capacity, size_t *got, cpk_error **error)
{
    struct memory_source *source = self;

    (void)error;
    *got = copy(source, source->at, bytes, capacity);
    source->at += *got;
    return CPK_OK;
}

static cpk_status read_at(void *self, int64_t offset, void *bytes, size_t capacity, size_t *got, cpk_error **error)
{
    (void)error;
    *got = offset >= 0 ? copy(self, (size_t)offset, bytes, capacity) : 0;
    return CPK_OK;
}

cpk_reader memory_reader(struct memory_source *source, const char *bytes, size_t length, const char *name)
{
    *source = (struct memory_source){bytes, length, 0};
    return (cpk_reader){sizeof(cpk_reader), 0, source, name, (int64_t)length, read_next, read_at, NULL};
}

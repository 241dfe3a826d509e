/* ZIPs made in memory by the tests, and readers of bytes in memory. */
#ifndef TESTS_UNIT_EXTRACT_ZIP_H
#define TESTS_UNIT_EXTRACT_ZIP_H

#include <contextpack/backend/extractor.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct zip_maker {
    zip_source_t *source;
    zip_t *zip;
};

struct zip_bytes {
    unsigned char *data;
    size_t length;
};

static inline struct zip_maker zip_start(void)
{
    struct zip_maker maker;

    maker.source = zip_source_buffer_create(NULL, 0, 0, NULL);
    assert_non_null(maker.source);
    zip_source_keep(maker.source);
    maker.zip = zip_open_from_source(maker.source, ZIP_TRUNCATE, NULL);
    assert_non_null(maker.zip);
    return maker;
}

static inline zip_int64_t zip_put(struct zip_maker *maker, const char *name, const void *data, size_t length)
{
    void *copy = NULL; /* of nothing, libzip would not free it */
    zip_source_t *source;
    zip_int64_t index;

    if (length > 0) {
        copy = malloc(length);
        assert_non_null(copy);
        memcpy(copy, data, length);
    }
    source = zip_source_buffer(maker->zip, copy, length, 1);
    assert_non_null(source);
    index = zip_file_add(maker->zip, name, source, ZIP_FL_ENC_GUESS);
    assert_true(index >= 0);
    return index;
}

static inline zip_int64_t zip_put_text(struct zip_maker *maker, const char *name, const char *text)
{
    return zip_put(maker, name, text, strlen(text));
}

static inline struct zip_bytes zip_finish(struct zip_maker *maker)
{
    struct zip_bytes bytes;
    zip_stat_t stat;

    if (zip_close(maker->zip) != 0) {
        fail_msg("zip_close: %s", zip_strerror(maker->zip));
    }
    assert_int_equal(zip_source_stat(maker->source, &stat), 0);
    bytes.length = (size_t)stat.size;
    bytes.data = malloc(bytes.length + 1);
    assert_non_null(bytes.data);
    assert_int_equal(zip_source_open(maker->source), 0);
    assert_int_equal(zip_source_read(maker->source, bytes.data, bytes.length), (zip_int64_t)bytes.length);
    zip_source_close(maker->source);
    zip_source_free(maker->source);
    return bytes;
}

/* Bytes as a reader that can seek; `at` is where `read` is. */
struct bytes_source {
    const unsigned char *data;
    size_t length;
    size_t at;
    int64_t fail_at; /* reads at or beyond this offset fail; -1: never */
};

static inline cpk_status bytes_read_at(void *self, int64_t offset, void *buffer, size_t capacity, size_t *got,
                                       cpk_error **error)
{
    struct bytes_source *source = self;
    size_t left = offset >= 0 && (size_t)offset < source->length ? source->length - (size_t)offset : 0;

    *got = 0;
    if (source->fail_at >= 0 && offset + (int64_t)capacity > source->fail_at) {
        if (error != NULL) {
            *error = cpk_error_new(CPK_ERROR_IO, "test", "the disk is on fire", "", 0);
        }
        return CPK_ERROR_IO;
    }
    *got = left < capacity ? left : capacity;
    if (*got > 0) {
        memcpy(buffer, source->data + offset, *got);
    }
    return CPK_OK;
}

static inline cpk_status bytes_read(void *self, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    struct bytes_source *source = self;
    cpk_status status = bytes_read_at(self, (int64_t)source->at, buffer, capacity, got, error);

    source->at += *got;
    return status;
}

static inline cpk_reader bytes_reader(struct bytes_source *source, const void *data, size_t length, const char *name)
{
    cpk_reader reader = {sizeof reader, 0, source, name, (int64_t)length, bytes_read, bytes_read_at, NULL};

    source->data = data;
    source->length = length;
    source->at = 0;
    source->fail_at = -1;
    return reader;
}

#endif

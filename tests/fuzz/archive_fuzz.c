#include "extract/import.h"
#include "fuzz/extract_target.h"

#define SPOOL_MAX_BYTES ((size_t)16 << 20) /* more than the limit that is set below */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static cpk_status read_at(void *self, int64_t offset, void *buffer, size_t capacity, size_t *got, cpk_error **error)
{
    struct fuzz_source *source = (struct fuzz_source *)self;
    size_t left = (uint64_t)offset < source->size ? source->size - (size_t)offset : 0;

    (void)error;
    if (offset < 0) {
        abort();
    }
    *got = left < capacity ? left : capacity;
    if (*got > 0) {
        memcpy(buffer, source->data + offset, *got);
    }
    return CPK_OK;
}

static cpk_reader seekable_reader(struct fuzz_source *source, const uint8_t *data, size_t size)
{
    cpk_reader reader = fuzz_reader(source, data, size, "fuzz.zip");

    reader.size_bytes = (int64_t)size;
    reader.read_at = read_at;
    return reader;
}

static cpk_status spool(void *self, const cpk_reader *forward, cpk_reader *seekable, cpk_error **error)
{
    uint8_t *data = malloc(SPOOL_MAX_BYTES);
    struct fuzz_source *source = malloc(sizeof *source);
    size_t length = 0;
    size_t got = 1;
    cpk_status status = CPK_OK;

    (void)self;
    if (data == NULL || source == NULL) {
        abort();
    }
    while (status == CPK_OK && got > 0) {
        status = forward->read(forward->self, data + length, SPOOL_MAX_BYTES - length, &got, error);
        length += got;
    }
    if (status != CPK_OK) {
        free(data);
        free(source);
        return status;
    }
    *seekable = seekable_reader(source, data, length);
    return CPK_OK;
}

static void unspool(void *self, cpk_reader *seekable)
{
    struct fuzz_source *source = seekable->self;

    (void)self;
    free((void *)source->data);
    free(source);
}

/* Any bytes as an archive with whatever is in it, archives inside archives included. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_source source;
    struct context context;
    struct import_spool spools = {NULL, spool, unspool};
    struct import_options options = {.context = &context, .spool = &spools};
    struct import_report report;
    cpk_reader reader = seekable_reader(&source, data, size);
    cpk_sink sink = fuzz_sink();
    cpk_error *error = NULL;
    cpk_status status;

    context_init(&context);
    if (settings_set(&context.settings, "archive.max_total_bytes", 8 << 20, NULL) != CPK_OK) {
        abort();
    }
    status = import_read(&options, &reader, &sink, &report, &error);
    if ((status == CPK_OK) != (error == NULL) || (status == CPK_OK && report.messages == 0)) {
        abort();
    }
    cpk_error_free(error);
    return 0;
}

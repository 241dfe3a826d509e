#include "storage/s3/writer.h"

#include "base/error.h"
#include "base/memory.h"
#include "storage/s3/object.h"

#include <string.h>

#define PART_ROUND_BYTES (INT64_C(1) << 20)

struct writer {
    struct client *client;
    char *key;
    struct buffer part; /* bytes that were not sent yet, at most part_bytes */
    size_t part_bytes;
    struct object_upload upload;
    int32_t has_upload;
};

/* The setting, or more for a blob that would have too many parts. */
static size_t choose_part_bytes(const struct client *client, int64_t size_hint)
{
    int64_t part_bytes = context_setting(client_context(client), SETTING_S3_PART_BYTES);
    int64_t needed = size_hint / OBJECT_PARTS_MAX;

    if (needed >= part_bytes) {
        part_bytes = (needed / PART_ROUND_BYTES + 1) * PART_ROUND_BYTES;
    }
    return (size_t)part_bytes;
}

cpk_status writer_open(struct client *client, const char *key, int64_t size_hint, struct writer **writer,
                       cpk_error **error)
{
    const cpk_allocator *allocator = &client_context(client)->allocator;
    struct writer *opened = memory_allocate_zeroed(allocator, sizeof *opened);

    if (opened == NULL) {
        return error_out_of_memory(error);
    }
    opened->client = client;
    opened->part_bytes = choose_part_bytes(client, size_hint);
    opened->key = memory_copy_text(allocator, key);
    buffer_init(&opened->part, allocator);
    if (opened->key == NULL) {
        memory_release(allocator, opened, sizeof *opened);
        return error_out_of_memory(error);
    }
    *writer = opened;
    return CPK_OK;
}

static cpk_status send_part(struct writer *writer, cpk_error **error)
{
    if (!writer->has_upload) {
        writer->has_upload = 1;
        CPK_TRY(object_upload_create(&writer->upload, writer->client, writer->key, (int64_t)writer->part_bytes, error));
    }
    CPK_TRY(object_upload_part(&writer->upload, writer->part.data, writer->part.length, error));
    writer->part.length = 0;
    return CPK_OK;
}

cpk_status writer_write(struct writer *writer, const void *data, size_t length, cpk_error **error)
{
    const char *at = data;

    while (length > 0) {
        size_t space;
        size_t piece;

        if (writer->part.length == writer->part_bytes) { /* more follows: this is not the last part */
            CPK_TRY(send_part(writer, error));
        }
        space = writer->part_bytes - writer->part.length;
        piece = length < space ? length : space;
        buffer_append(&writer->part, at, piece);
        if (writer->part.failed) {
            return error_out_of_memory(error);
        }
        at += piece;
        length -= piece;
    }
    return CPK_OK;
}

static cpk_status commit_writer(struct writer *writer, cpk_error **error)
{
    if (!writer->has_upload) {
        return object_put(writer->client, writer->key, buffer_text(&writer->part), writer->part.length, NULL, error);
    }
    CPK_TRY(send_part(writer, error));
    return object_upload_complete(&writer->upload, NULL, error);
}

cpk_status writer_close(struct writer *writer, int32_t commit, cpk_error **error)
{
    const cpk_allocator *allocator = &client_context(writer->client)->allocator;
    cpk_status status = commit ? commit_writer(writer, error) : CPK_OK;

    if (writer->has_upload) {
        object_upload_abort(&writer->upload); /* does nothing after a completion */
        object_upload_free(&writer->upload);
    }
    buffer_free(&writer->part);
    memory_release_text(allocator, writer->key);
    memory_release(allocator, writer, sizeof *writer);
    return status;
}

#include "storage/s3/writer.h"

#include "base/error.h"
#include "base/memory.h"
#include "storage/s3/lanes.h"

#include <string.h>

#define PART_ROUND_BYTES (INT64_C(1) << 20)
#define GROWING_BYTES    ((size_t)1 << 20) /* a part that is larger gets its whole memory at once */

struct writer {
    struct client *client;
    char *key;
    size_t part_bytes;
    struct lanes lanes;
    struct lane *lane; /* collects bytes that were not sent yet, at most part_bytes; NULL: after a failure */
    int64_t part_count;
    int64_t kept_count; /* parts that were sent */
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

/* Runs on the threads of the lanes. */
static cpk_status send_lane(void *user, struct lane *lane, cpk_error **error)
{
    const struct writer *writer = user;

    return object_upload_part(&writer->upload, lane->number, &lane->bytes, &lane->part, error);
}

static void writer_free(struct writer *writer)
{
    const cpk_allocator *allocator = &client_context(writer->client)->allocator;

    lanes_close(&writer->lanes);
    memory_release_text(allocator, writer->key);
    memory_release(allocator, writer, sizeof *writer);
}

cpk_status writer_open(struct client *client, const char *key, int64_t size_hint, struct writer **writer,
                       cpk_error **error)
{
    const cpk_allocator *allocator = &client_context(client)->allocator;
    struct writer *opened = memory_allocate_zeroed(allocator, sizeof *opened);
    cpk_status status;

    if (opened == NULL) {
        return error_out_of_memory(error);
    }
    opened->client = client;
    opened->part_bytes = choose_part_bytes(client, size_hint);
    opened->key = memory_copy_text(allocator, key);
    status = opened->key != NULL ? lanes_open(&opened->lanes, client, opened->part_bytes, send_lane, opened, error)
                                 : error_out_of_memory(error);
    if (status != CPK_OK) {
        writer_free(opened);
        return status;
    }
    opened->lane = lanes_take_free(&opened->lanes); /* the first is always there */
    *writer = opened;
    return CPK_OK;
}

/* Keeps what the lane's part is known by. */
static cpk_status collect(struct writer *writer, struct lane *lane, cpk_error **error)
{
    CPK_TRY(lanes_collect(&writer->lanes, lane, error));
    writer->kept_count++;
    return object_upload_keep(&writer->upload, lane->number, &lane->part, error);
}

/* Takes a lane for the next bytes, one whose part was sent if there is none other. */
static cpk_status take_lane(struct writer *writer, cpk_error **error)
{
    struct lane *lane;

    if (writer->lane != NULL) {
        return CPK_OK;
    }
    CPK_TRY(lanes_take(&writer->lanes, &lane, error));
    if (lane->state == LANE_DONE) {
        CPK_TRY(collect(writer, lane, error));
        buffer_clear(&lane->bytes);
    }
    writer->lane = lane;
    return CPK_OK;
}

static cpk_status send_part(struct writer *writer, cpk_error **error)
{
    if (!writer->has_upload) {
        writer->has_upload = 1;
        CPK_TRY(object_upload_create(&writer->upload, writer->client, writer->key, (int64_t)writer->part_bytes, error));
    }
    writer->lane->number = writer->part_count++;
    lanes_submit(&writer->lanes, writer->lane);
    writer->lane = NULL;
    return CPK_OK;
}

/* Appends to the current part. */
static cpk_status fill_part(struct writer *writer, const char *bytes, size_t length, cpk_error **error)
{
    struct buffer *part = &writer->lane->bytes;

    if (part->length + length > GROWING_BYTES) {
        buffer_reserve(part, writer->part_bytes - part->length);
    }
    buffer_append(part, bytes, length);
    return part->failed ? error_out_of_memory(error) : CPK_OK;
}

cpk_status writer_write(struct writer *writer, const void *data, size_t length, cpk_error **error)
{
    const char *at = data;

    while (length > 0) {
        size_t space;
        size_t piece;

        CPK_TRY(take_lane(writer, error));
        if (writer->lane->bytes.length == writer->part_bytes) { /* more follows: this is not the last part */
            CPK_TRY(send_part(writer, error));
            CPK_TRY(take_lane(writer, error));
        }
        space = writer->part_bytes - writer->lane->bytes.length;
        piece = length < space ? length : space;
        CPK_TRY(fill_part(writer, at, piece, error));
        at += piece;
        length -= piece;
    }
    return CPK_OK;
}

/* Waits for all parts. */
static cpk_status finish_parts(struct writer *writer, cpk_error **error)
{
    while (writer->kept_count < writer->part_count) {
        struct lane *lane;

        CPK_TRY(lanes_take_done(&writer->lanes, &lane, error));
        CPK_TRY(collect(writer, lane, error));
    }
    return CPK_OK;
}

static cpk_status commit_writer(struct writer *writer, cpk_error **error)
{
    CPK_TRY(take_lane(writer, error));
    if (!writer->has_upload) {
        const struct buffer *whole = &writer->lane->bytes;

        return object_put(writer->client, writer->key, buffer_text(whole), whole->length, NULL, error);
    }
    CPK_TRY(send_part(writer, error));
    CPK_TRY(finish_parts(writer, error));
    return object_upload_complete(&writer->upload, NULL, error);
}

cpk_status writer_close(struct writer *writer, int32_t commit, cpk_error **error)
{
    cpk_status status = commit ? commit_writer(writer, error) : CPK_OK;

    lanes_close(&writer->lanes); /* no part is sent any more when the upload is aborted */
    if (writer->has_upload) {
        object_upload_abort(&writer->upload); /* does nothing after a completion */
        object_upload_free(&writer->upload);
    }
    writer_free(writer);
    return status;
}

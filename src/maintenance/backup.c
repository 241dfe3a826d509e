#include "maintenance/backup.h"

#include "base/error.h"
#include "base/memory.h"
#include "storage/place.h"

#include <string.h>
#include <sys/stat.h>

#define PIECE_BYTES 65536

struct backup {
    cpk_engine *engine;
    const struct op_context *op;
    struct storage *target;
    cpk_backup_report *report;
    struct buffer keys; /* NUL-terminated keys to copy once the listing has ended */
    char *piece;        /* PIECE_BYTES, on the heap because a thread's stack may be small */
    int64_t total_bytes;
    int64_t done_bytes;
    cpk_status status; /* set by the callbacks when they stop the copy or the listing */
    cpk_error **error;
};

/* A cpk_database_progress_fn; counts are pages. */
static int32_t report_pages(void *user, int64_t done, int64_t total)
{
    struct backup *backup = user;

    backup->status = op_progress(backup->op, CPK_STAGE_STORE, done, total, NULL);
    return backup->status != CPK_OK;
}

/* A cpk_list_fn. A blob that the target has with the same size is not copied again. */
static int32_t collect_blob(void *user, const char *key, const cpk_blob_info *info)
{
    struct backup *backup = user;
    cpk_blob_info held = {sizeof held, 0, 0, CPK_TIME_UNKNOWN};

    backup->status = storage_stat(backup->target, key, &held, backup->error);
    if (backup->status == CPK_OK && held.size_bytes == info->size_bytes) {
        backup->report->known_blobs++;
        return 0;
    }
    if (backup->status != CPK_OK && backup->status != CPK_ERROR_NOT_FOUND) {
        return 1;
    }
    if (backup->status == CPK_ERROR_NOT_FOUND) {
        error_clear(backup->error);
        backup->status = CPK_OK;
    }
    buffer_append(&backup->keys, key, strlen(key) + 1);
    backup->total_bytes += info->size_bytes;
    return 0;
}

static cpk_status copy_pieces(struct backup *backup, struct storage_reader *reader, struct storage_writer *writer,
                              cpk_error **error)
{
    size_t got;

    for (;;) {
        CPK_TRY(storage_read_data(reader, backup->piece, PIECE_BYTES, &got, error));
        if (got == 0) {
            return CPK_OK;
        }
        CPK_TRY(storage_write_data(writer, backup->piece, got, error));
        backup->report->blob_bytes += (int64_t)got;
        backup->done_bytes += (int64_t)got;
        CPK_TRY(op_progress(backup->op, CPK_STAGE_STORE, backup->done_bytes, backup->total_bytes, error));
    }
}

/* Skips a blob that was deleted since the listing. */
static cpk_status copy_blob(struct backup *backup, const char *key, cpk_error **error)
{
    struct storage_reader *reader;
    struct storage_writer *writer;
    cpk_status status = storage_read_open(backup->engine->storage, key, 0, -1, &reader, error);

    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    CPK_TRY_CLEANUP(storage_write_open(backup->target, key, -1, &writer, error));
    status = copy_pieces(backup, reader, writer, error);
    if (status != CPK_OK) {
        storage_write_discard(writer);
        goto cleanup;
    }
    CPK_TRY_CLEANUP(storage_write_commit(writer, error));
    backup->report->blobs++;
cleanup:
    storage_read_close(reader);
    return status;
}

static cpk_status copy_blobs(struct backup *backup, cpk_error **error)
{
    CPK_TRY(storage_list(backup->engine->storage, "", collect_blob, backup, error));
    if (backup->status != CPK_OK) {
        return backup->status;
    }
    if (backup->keys.failed) {
        return error_out_of_memory(error);
    }
    for (size_t at = 0; at < backup->keys.length; at += strlen(backup->keys.data + at) + 1) {
        CPK_TRY(copy_blob(backup, backup->keys.data + at, error));
    }
    return CPK_OK;
}

static cpk_status copy_storage(struct backup *backup, const struct backup_request *request, cpk_error **error)
{
    const cpk_allocator *allocator = &backup->engine->context.allocator;
    const cpk_cancel *cancel_before;
    cpk_status status;

    CPK_TRY(storage_open(&backup->engine->context, request->storage, &backup->target, error));
    cancel_before = storage_watch(backup->op->options.cancel);
    backup->error = error;
    backup->piece = memory_allocate(allocator, PIECE_BYTES);
    status = backup->piece != NULL ? copy_blobs(backup, error) : error_out_of_memory(error);
    memory_release(allocator, backup->piece, PIECE_BYTES);
    storage_watch(cancel_before);
    storage_free(backup->target);
    return status;
}

cpk_status backup_run(cpk_engine *engine, const struct backup_request *request, const struct op_context *op,
                      cpk_backup_report *report, cpk_error **error)
{
    struct backup backup = {.engine = engine, .op = op, .report = report};
    struct stat info;
    cpk_status status;

    CPK_TRY(engine_need_database(engine, error));
    if (request->storage != NULL) {
        CPK_TRY(engine_need_storage(engine, error));
    }
    buffer_init(&backup.keys, &engine->context.allocator);
    CPK_TRY_CLEANUP(database_backup(engine->database, request->path, request->replace, report_pages, &backup, error));
    if (stat(request->path, &info) == 0) {
        report->database_bytes = info.st_size;
    }
    if (request->storage != NULL) {
        CPK_TRY_CLEANUP(copy_storage(&backup, request, error));
    }
cleanup:
    buffer_free(&backup.keys);
    return status;
}

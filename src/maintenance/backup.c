#include "maintenance/backup.h"

#include "base/error.h"
#include "maintenance/storage_copy.h"
#include "storage/place.h"

#include <sys/stat.h>

struct backup {
    cpk_engine *engine;
    const struct op_context *op;
    cpk_backup_report *report;
    cpk_status status; /* set by the callback when it stops the copy of the database */
};

/* A cpk_database_progress_fn; counts are pages. */
static int32_t report_pages(void *user, int64_t done, int64_t total)
{
    struct backup *backup = user;

    backup->status = op_progress(backup->op, CPK_STAGE_STORE, done, total, NULL);
    return backup->status != CPK_OK;
}

static cpk_status copy_storage(struct backup *backup, const struct backup_request *request, cpk_error **error)
{
    cpk_storage_copy_report copied = CPK_STORAGE_COPY_REPORT_INIT;
    struct storage *target;
    cpk_status status;

    CPK_TRY(storage_open(&backup->engine->context, request->storage, &target, error));
    status = storage_copy_blobs(backup->engine->storage, target, 0, backup->op, &copied, error);
    storage_free(target);
    backup->report->blobs = copied.blobs;
    backup->report->blob_bytes = copied.blob_bytes;
    backup->report->known_blobs = copied.known_blobs;
    return status;
}

cpk_status backup_run(cpk_engine *engine, const struct backup_request *request, const struct op_context *op,
                      cpk_backup_report *report, cpk_error **error)
{
    struct backup backup = {.engine = engine, .op = op, .report = report};
    struct stat info;

    CPK_TRY(engine_need_database(engine, error));
    if (request->storage != NULL) {
        CPK_TRY(engine_need_storage(engine, error));
    }
    CPK_TRY(database_backup(engine->database, request->path, request->replace, report_pages, &backup, error));
    if (stat(request->path, &info) == 0) {
        report->database_bytes = info.st_size;
    }
    return request->storage != NULL ? copy_storage(&backup, request, error) : CPK_OK;
}

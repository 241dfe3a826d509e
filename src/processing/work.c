#include "processing/work.h"

#include "base/error.h"
#include "engine/delete.h"
#include "engine/lease.h"
#include "ingest/damage.h"
#include "ingest/extraction.h"
#include "processing/analysis.h"
#include "processing/repair.h"
#include "store/queue.h"
#include "store/user.h"
#include "store/work.h"

#include <string.h>

/* The source is set to failed. After other errors (disk full, database busy, cancelled) the status stays, so that the
 * next run continues. */
int32_t work_is_inputs_fault(cpk_status status)
{
    return status == CPK_ERROR_UNSUPPORTED || status == CPK_ERROR_INVALID_DATA || status == CPK_ERROR_NO_CONTENT ||
           status == CPK_ERROR_ENCRYPTED || status == CPK_ERROR_LIMIT_EXCEEDED;
}

cpk_status work_extract(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error)
{
    const struct work_key key = job_target_key(target, lease->owner);
    cpk_status status = extraction_run(target, lease, op, error);

    /* The raw bytes were never stored, or are missing. */
    if (work_is_inputs_fault(status) || status == CPK_ERROR_NOT_FOUND) {
        const char *message = error != NULL ? cpk_error_message(*error) : cpk_status_name(status);

        (void)store_work_set_failed(target->session->work, &key, message, NULL);
    }
    return status;
}

static cpk_status extract(struct job_target *target, struct lease *lease, const struct op_context *op,
                          cpk_error **error)
{
    CPK_TRY(work_extract(target, lease, op, error));
    return job_target_set_extracted(target, error);
}

cpk_status work_repair_item(const struct job_target *target, struct lease *lease, int32_t thorough,
                            const struct op_context *op, int64_t *restored, cpk_error **error)
{
    int64_t dropped;

    *restored = 0;
    if (thorough) {
        CPK_TRY(damage_drop(target, lease, &dropped, error));
    }
    return repair_run(target, lease, op, restored, error);
}

cpk_status work_analyze(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error)
{
    cpk_error *loss = NULL;
    int64_t restored;
    cpk_status status = analysis_run(target, lease, op, &loss);

    if (status != CPK_ERROR_STORAGE) {
        return loss != NULL ? error_give(error, loss) : status;
    }
    status = work_repair_item(target, lease, 1, op, &restored, error);
    if (status == CPK_OK && restored == 0) {
        return error_give(error, loss); /* repair did not help: the storage has another problem */
    }
    cpk_error_free(loss);
    return status == CPK_OK ? analysis_run(target, lease, op, error) : status;
}

/* If the extraction cannot be restored identically, extracts anew, provided no chunk has been charged. */
static cpk_status go_on(struct job_target *target, struct lease *lease, const struct op_context *op, cpk_error **error)
{
    int64_t restored;
    cpk_status status = work_repair_item(target, lease, 0, op, &restored, error);

    if (status == CPK_ERROR_STORAGE && !source_is_completed(target->source) && target->source->processed_chunks == 0) {
        error_clear(error);
        return extract(target, lease, op, error);
    }
    return status;
}

static cpk_status run_item(struct job_target *target, int32_t with_analysis, struct lease *lease,
                           const struct op_context *op, cpk_error **error)
{
    const int32_t is_done = source_is_completed(target->source);

    if (source_is_extracted(target->source)) {
        CPK_TRY(go_on(target, lease, op, error));
        if (source_lacks_messages(target->source)) {
            CPK_TRY(extraction_add(target, lease, op, error));
        }
    } else if (!is_done) {
        CPK_TRY(extract(target, lease, op, error));
    }
    return is_done || !with_analysis ? CPK_OK : work_analyze(target, lease, op, error);
}

/* Checks whether a source left unfinished by another service can be run: its raw bytes must exist at the path
 * in its row. */
static cpk_status check_stored(cpk_session *session, const cpk_source *source, cpk_error **error)
{
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};
    const char *key = source->r2_raw_path;
    cpk_status status;

    if (key == NULL || key[0] == '\0') {
        return error_set(error, CPK_ERROR_NOT_FOUND, "import",
                         "%s was left unfinished by another service, and no stored file of it is on record: add the "
                         "file to the pack",
                         source->name);
    }
    status = storage_stat(session->storage, key, &info, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        return error_set(
            error, status, "import",
            "%s was left unfinished by another service, and its file \"%s\" is not in the storage: add the "
            "file to the pack",
            source->name, key);
    }
    if (status == CPK_ERROR_PERMISSION_DENIED || status == CPK_ERROR_INVALID_ARGUMENT) {
        return error_set(error, status, "import",
                         "%s was left unfinished by another service, and its file \"%s\" is not in the user's own "
                         "folder: add the file to the pack",
                         source->name, key);
    }
    return status;
}

static cpk_status take_up(cpk_session *session, const cpk_source *source, cpk_error **error)
{
    CPK_TRY(check_stored(session, source, error));
    return store_source_take_up(session->work, NULL, source->source_id, error);
}

/* A lease that was lost because somebody asked to cancel is CPK_ERROR_CANCELLED. */
static cpk_status tell_cancelled(cpk_session *session, const char *source_id, cpk_status status, cpk_error **error)
{
    cpk_work *work = NULL;
    int32_t is_cancelled;

    if (status != CPK_ERROR_CONFLICT || store_queue_get(session->work, NULL, source_id, &work, NULL) != CPK_OK) {
        return status;
    }
    is_cancelled = work->is_cancelled || work->state_code == CPK_WORK_CANCELLED;
    record_free(work);
    if (!is_cancelled) {
        return status;
    }
    error_clear(error);
    return error_set(error, CPK_ERROR_CANCELLED, "cancel", "the work on this source was cancelled");
}

/* *latest is set when the run fails and the source is still there. */
static cpk_status run_unfinished(struct job_target *target, int32_t with_analysis, const struct op_context *op,
                                 cpk_source **latest, cpk_error **error)
{
    cpk_session *session = target->session;
    const cpk_source *source = target->source;
    cpk_source *leased = NULL;
    struct lease lease;
    cpk_status status;

    if (!source->is_ours) {
        CPK_TRY(take_up(session, source, error));
    }
    CPK_TRY(lease_acquire_source(&lease, session, source->source_id, USER_MAY_PAY, &leased, error));
    job_target_set_source(target, leased); /* another process may have worked on it since it was read */
    status = run_item(target, with_analysis, &lease, op, error);
    job_target_set_source(target, source);
    record_free(leased);
    lease_release(&lease);
    status = tell_cancelled(session, source->source_id, status, error);
    return status == CPK_OK ? CPK_OK : delete_if_gone(session, source, status, latest, error);
}

static cpk_status target_create(cpk_session *session, const cpk_source *source, struct job_target *target,
                                cpk_error **error)
{
    cpk_status status = job_target_from_source(session, source, NULL, target, error);

    if (status == CPK_ERROR_NOT_FOUND && !source->is_ours) {
        return error_set(error, status, "import", "%s belongs to the pack \"%s\", which is gone: it can't be run",
                         source->name, source->pack_id);
    }
    return status;
}

/* *did_run 0: there was nothing to do. */
static cpk_status run_source(const struct op_context *op, const cpk_source *source, int32_t with_analysis,
                             int32_t *did_run, cpk_source **latest, cpk_error **error)
{
    struct job_target target;
    cpk_status status;

    *did_run = !source_is_completed(source) || source_lacks_messages(source);
    if (!*did_run && source_is_of_other_service(source)) { /* a source completed by another service stays unchanged */
        return CPK_OK;
    }
    CPK_TRY_CLEANUP(target_create(op->session, source, &target, error));
    if (!*did_run) {
        CPK_TRY_CLEANUP(damage_is_present(&target, did_run, error));
    }
    if (*did_run) {
        status = run_unfinished(&target, with_analysis, op, latest, error);
    }
cleanup:
    job_target_free(&target);
    return status;
}

cpk_status work_run(cpk_session *session, const char *source_id, int32_t with_analysis, const struct op_context *op,
                    cpk_source **latest, cpk_error **error)
{
    cpk_source *source = NULL;
    int32_t did_run;
    cpk_status status;

    *latest = NULL;
    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_source_get(session->work, NULL, source_id, &source, error));
    status = run_source(op, source, with_analysis, &did_run, latest, error);
    if (status == CPK_OK && !did_run) {
        *latest = source;
    } else {
        record_free(source);
    }
    return status;
}

static cpk_status repair_source(const struct op_context *op, const cpk_source *source, const cpk_pack *pack,
                                struct lease *lease, int64_t *restored, cpk_error **error)
{
    struct job_target target;
    cpk_status status = job_target_from_source(op->session, source, pack, &target, error);

    if (status == CPK_OK) {
        status = work_repair_item(&target, lease, 1, op, restored, error);
    }
    job_target_free(&target);
    return status;
}

cpk_status work_repair(cpk_session *session, const char *source_id, const cpk_pack *pack, const struct op_context *op,
                       int64_t *restored, cpk_error **error)
{
    cpk_source *source = NULL;
    struct lease lease;
    cpk_status status;

    *restored = 0;
    CPK_TRY(lease_acquire_source(&lease, session, source_id, USER_MAY_WORK, &source, error));
    status = source_is_extracted(source) ? repair_source(op, source, pack, &lease, restored, error) : CPK_OK;
    lease_release(&lease);
    record_free(source);
    return status;
}

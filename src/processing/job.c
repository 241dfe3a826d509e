#include "processing/job.h"

#include "base/error.h"
#include "engine/blob_guard.h"
#include "engine/blob_reader.h"
#include "engine/delete.h"
#include "ingest/damage.h"
#include "ingest/source_add.h"
#include "processing/analysis.h"
#include "processing/work.h"
#include "store/job.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

static int32_t is_done(const cpk_job *job)
{
    return job->status_code == CPK_JOB_COMPLETED && (!job->is_ours || strcmp(job->failed_chunks, "[]") == 0);
}

static cpk_status extract(cpk_session *session, const cpk_job *job, struct lease *lease, const struct op_context *op,
                          cpk_error **error)
{
    struct job_target target;
    cpk_status status = job_target_from_job(session, job, &target, error);

    if (status == CPK_OK) {
        status = work_extract(&target, lease, op, error);
    }
    job_target_free(&target);
    return status;
}

static cpk_status analyze(cpk_session *session, const char *job_id, struct lease *lease, const struct op_context *op,
                          cpk_error **error)
{
    struct job_target target;
    cpk_job *job = NULL;
    cpk_status status;

    CPK_TRY(store_job_get(session->work, NULL, job_id, &job, error)); /* reread: extraction has changed it */
    status = job_target_from_job(session, job, &target, error);
    if (status == CPK_OK) {
        status = work_analyze(&target, lease, op, error);
    }
    job_target_free(&target);
    record_free(job);
    return status;
}

/* Continues from the current status, as work_run() does for a source. */
static cpk_status go_on(cpk_session *session, const cpk_job *job, struct lease *lease, const struct op_context *op,
                        cpk_error **error)
{
    struct job_target target;
    int64_t restored;
    cpk_status status = job_target_from_job(session, job, &target, error);

    if (status == CPK_OK) {
        status = work_repair_item(&target, lease, 0, op, &restored, error);
    }
    if (status == CPK_ERROR_STORAGE && !is_done(job) && job->processed_chunks == 0) {
        error_clear(error);
        status = work_extract(&target, lease, op, error);
    }
    job_target_free(&target);
    return status;
}

/* A completed job needs work if some of its blobs are missing. */
static cpk_status needs_work(cpk_session *session, const cpk_job *job, int32_t *needs, cpk_error **error)
{
    struct job_target target;
    cpk_status status;

    *needs = 1;
    if (!is_done(job)) {
        return CPK_OK;
    }
    status = job_target_from_job(session, job, &target, error);
    if (status == CPK_OK) {
        status = damage_is_present(&target, needs, error);
    }
    job_target_free(&target);
    return status;
}

static cpk_status run_leased(cpk_session *session, const char *job_id, struct lease *lease, const struct op_context *op,
                             cpk_error **error)
{
    cpk_job *job = NULL;
    int32_t done;
    cpk_status status = CPK_OK;

    CPK_TRY(store_job_get(session->work, NULL, job_id, &job, error));
    done = is_done(job);
    if (job->text_key != NULL) {
        status = go_on(session, job, lease, op, error);
    } else if (!done) {
        status = extract(session, job, lease, op, error);
    }
    record_free(job);
    return status != CPK_OK || done ? status : analyze(session, job_id, lease, op, error);
}

/* Removes what a step stored for a job that was deleted meanwhile. */
static cpk_status after_deletion(cpk_session *session, const char *job_id, cpk_status status, cpk_error **error)
{
    char prefix[KEY_BYTES];
    cpk_job *job = NULL;
    cpk_user *user = NULL;

    if (store_job_get(session->work, NULL, job_id, &job, NULL) != CPK_ERROR_NOT_FOUND) {
        record_free(job);
        return status;
    }
    if (store_user_get(session->work, NULL, &user, NULL) == CPK_OK &&
        snprintf(prefix, sizeof prefix, "%s/" KEY_JOBS "/%s/", user->r2_user_directory, job_id) < (int)sizeof prefix) {
        (void)storage_remove_prefix(session->storage, prefix, NULL, NULL);
    }
    record_free(user);
    return error_set(error, CPK_ERROR_NOT_FOUND, "pipeline", "the job was deleted while it was worked on");
}

cpk_status job_run(cpk_session *session, const char *job_id, const struct op_context *op, cpk_error **error)
{
    cpk_job *job = NULL;
    int32_t needs;
    struct lease lease;
    cpk_status status;

    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_job_get(session->work, NULL, job_id, &job, error));
    status = needs_work(session, job, &needs, error);
    record_free(job);
    if (status != CPK_OK || !needs) {
        return status;
    }
    CPK_TRY(store_user_check(session->work, NULL, USER_MAY_PAY, error));
    CPK_TRY(store_job_take_up(session->work, NULL, job_id, error));
    CPK_TRY(lease_acquire(&lease, session, OWNER_JOB, job_id, error));
    status = run_leased(session, job_id, &lease, op, error);
    lease_release(&lease);
    return status == CPK_OK ? CPK_OK : after_deletion(session, job_id, status, error);
}

/* --- deleting --- */

/* Removes the document of a V1 pack, unless another user's row names it. Only the service can write its path. */
static cpk_status remove_document(cpk_session *session, const cpk_legacy_pack *pack, cpk_error **error)
{
    struct storage *storage = session->engine->storage;
    struct blob_guard guard;
    int64_t removed = 0;
    struct buffer keys;
    cpk_status status;

    if (storage_check_key(storage, pack->r2_pack_path, NULL) != CPK_OK) {
        context_log(&session->engine->context, CPK_LOG_WARNING, "pipeline",
                    "the V1 pack %s names \"%.200s\", which is the key of no blob", pack->id, pack->r2_pack_path);
        return CPK_OK;
    }
    CPK_TRY(blob_guard_init(&guard, session->engine, session->work, GUARD_PACK,
                            &(struct blob_owner){pack->user_id, pack->job_id, ""}, error));
    buffer_init(&keys, &session->engine->context.allocator);
    buffer_append(&keys, pack->r2_pack_path, strlen(pack->r2_pack_path) + 1);
    status = blob_guard_remove(&guard, storage, &keys, &removed, error);
    buffer_free(&keys);
    return status;
}

/* Removes the raw blob. Another program may have stored it elsewhere: it is kept unless its key shows that it
 * is the user's. */
static cpk_status remove_raw(cpk_session *session, const cpk_job *job, cpk_error **error)
{
    const struct context *context = &session->engine->context;
    cpk_status status = storage_remove(session->storage, job->r2_path, error);

    if (status != CPK_ERROR_PERMISSION_DENIED) {
        return status;
    }
    context_log(context, CPK_LOG_WARNING, "pipeline", "the file of job %s stays: it is not in its user's folder",
                job->job_id);
    error_clear(error);
    return CPK_OK;
}

static cpk_status remove_blobs(cpk_session *session, const cpk_job *job, cpk_error **error)
{
    struct storage *storage = session->storage;
    cpk_legacy_pack *pack = NULL;
    char prefix[KEY_BYTES];
    struct job_target target;
    cpk_status status;

    CPK_TRY(remove_raw(session, job, error));
    CPK_TRY(store_legacy_pack_find(session->work, NULL, job->job_id, &pack, error));
    status = pack != NULL ? remove_document(session, pack, error) : CPK_OK;
    record_free(pack);
    CPK_TRY(status);
    status = job_target_from_job(session, job, &target, error);
    if (status == CPK_OK) {
        status = blob_key_of_source(prefix, target.directory, job->job_id, "", error);
    }
    job_target_free(&target);
    return status == CPK_OK ? storage_remove_prefix(storage, prefix, NULL, error) : status;
}

static cpk_status remove_leased(cpk_session *session, const char *job_id, cpk_error **error)
{
    cpk_job *job = NULL;
    cpk_status status;

    CPK_TRY(store_job_get(session->work, NULL, job_id, &job, error));
    status = remove_blobs(session, job, error);
    record_free(job);
    return status == CPK_OK ? store_job_delete(session->work, NULL, job_id, error) : status;
}

cpk_status job_remove(cpk_session *session, const char *job_id, cpk_error **error)
{
    cpk_job *job = NULL;
    struct lease lease;
    cpk_status status;

    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_job_get(session->work, NULL, job_id, &job, error));
    record_free(job);
    CPK_TRY(store_job_take_up(session->work, NULL, job_id, error));
    CPK_TRY(lease_acquire(&lease, session, OWNER_JOB, job_id, error));
    status = remove_leased(session, job_id, error);
    if (status != CPK_OK) {
        lease_release(&lease);
    }
    lease_forget(&lease);
    return status;
}

cpk_status legacy_pack_remove(cpk_session *session, const char *legacy_pack_id, cpk_error **error)
{
    cpk_legacy_pack *pack = NULL;
    cpk_status status;

    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_legacy_pack_get(session->work, NULL, legacy_pack_id, &pack, error));
    status = remove_document(session, pack, error);
    if (status == CPK_OK) {
        status = store_legacy_pack_delete(session->work, NULL, legacy_pack_id, error);
    }
    record_free(pack);
    return status;
}

/* --- copying V1 packs to V2 --- */

/* A stored blob as an input stream; keeps the storage's error of a failed read. */
struct copy_stream {
    struct storage_reader *reader;
    cpk_error *error;
};

static int64_t read_stream(void *user, void *target, size_t capacity)
{
    struct copy_stream *stream = user;
    size_t got = 0;

    return storage_read_data(stream->reader, target, capacity, &got, &stream->error) == CPK_OK ? (int64_t)got : -1;
}

static cpk_status add_blob(const struct op_context *op, struct storage *storage, const char *pack_id, const char *key,
                           const char *name, cpk_error **error)
{
    cpk_input input = CPK_INPUT_INIT;
    struct copy_stream stream = {NULL, NULL};
    cpk_source *source = NULL;
    int32_t added;
    cpk_status status;

    CPK_TRY(storage_read_open(storage, key, 0, -1, &stream.reader, error));
    input.read = read_stream;
    input.read_user = &stream;
    input.name = name;
    status = source_add(op, pack_id, &input, &added, &source, error);
    storage_read_close(stream.reader);
    if (stream.error != NULL) {
        status = error_set(error, cpk_error_code(stream.error), "storage", "%s", cpk_error_message(stream.error));
    }
    cpk_error_free(stream.error);
    record_free(source);
    return status;
}

static cpk_status add_content(cpk_session *session, const cpk_legacy_pack *legacy, const char *pack_id,
                              const struct op_context *op, cpk_error **error)
{
    cpk_job *job = NULL;
    cpk_status status = store_job_get(session->work, NULL, legacy->job_id, &job, error);

    if (status == CPK_OK) {
        status = add_blob(op, session->storage, pack_id, job->r2_path, job->file_name, error);
    }
    record_free(job);
    if (status != CPK_ERROR_NOT_FOUND && status != CPK_ERROR_PERMISSION_DENIED) {
        return status;
    }
    error_clear(error); /* users cannot change this path, so a missing document is not an error */
    status = add_blob(op, session->engine->storage, pack_id, legacy->r2_pack_path, legacy->name, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        return error_set(error, status, "pipeline",
                         "neither the file of the V1 job nor the document of the V1 pack \"%s\" is in the storage",
                         legacy->name);
    }
    return status;
}

/* Inserts the pack and its link to the V1 pack in one transaction; the content is added by whichever call finds
 * the pack empty. */
static cpk_status create_copy(cpk_session *session, const cpk_legacy_pack *legacy, cpk_pack **pack, cpk_error **error)
{
    char description[160];
    struct pack_params params = {.name = legacy->name[0] != '\0' ? legacy->name : "V1 pack",
                                 .description = description};
    cpk_status status;

    snprintf(description, sizeof description, "Copied from the V1 pack %s (job %s)", legacy->id, legacy->job_id);
    CPK_TRY(store_begin(session->work, error));
    status = store_pack_create(session->work, NULL, &params, pack, error);
    if (status == CPK_OK) {
        status = store_legacy_copy_add(session->work, NULL, legacy->id, (*pack)->pack_id, error);
    }
    status = store_end(session->work, status, error);
    if (status != CPK_OK) {
        record_free(*pack);
        *pack = NULL;
    }
    return status;
}

/* A source that was never run may have incomplete bytes because its process died: it is added again. */
static cpk_status is_copied(cpk_session *session, const cpk_pack *pack, int32_t *whole, cpk_error **error)
{
    struct record_list *sources = NULL;

    *whole = pack->source_count > 0;
    CPK_TRY(store_source_list_unfinished(session->work, NULL, pack->pack_id, STORE_PAGE_LIMIT_MAX, &sources, error));
    for (size_t i = 0; i < sources->count; i++) {
        *whole &= ((const cpk_source *)sources->items[i])->status_code != CPK_SOURCE_PENDING;
    }
    record_list_free(sources);
    return CPK_OK;
}

static cpk_status copy(cpk_session *session, const cpk_legacy_pack *legacy, const struct op_context *op,
                       int32_t *copied, cpk_pack **pack, cpk_error **error)
{
    int32_t whole;
    cpk_status status;

    if (legacy->copy_pack_id != NULL) {
        CPK_TRY(store_pack_get(session->work, NULL, legacy->copy_pack_id, pack, error));
    } else {
        CPK_TRY(create_copy(session, legacy, pack, error));
        *copied = 1;
    }
    CPK_TRY(is_copied(session, *pack, &whole, error));
    if (whole) {
        return CPK_OK;
    }
    status = add_content(session, legacy, (*pack)->pack_id, op, error);
    if (status == CPK_OK) {
        char pack_id[UUID_TEXT_BYTES];

        snprintf(pack_id, sizeof pack_id, "%s", (*pack)->pack_id);
        record_free(*pack);
        *pack = NULL;
        return store_pack_get(session->work, NULL, pack_id, pack, error);
    }
    if (*copied) { /* nothing to copy: delete the empty pack */
        (void)delete_pack(session, (*pack)->pack_id, NULL);
    }
    return status;
}

cpk_status legacy_copy(cpk_session *session, const char *legacy_pack_id, const struct op_context *op, int32_t *copied,
                       cpk_pack **pack, cpk_error **error)
{
    cpk_legacy_pack *legacy = NULL;
    cpk_status status;

    *copied = 0;
    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_legacy_pack_get(session->work, NULL, legacy_pack_id, &legacy, error));
    status = copy(session, legacy, op, copied, pack, error);
    record_free(legacy);
    if (status != CPK_OK) {
        record_free(*pack);
        *pack = NULL;
    }
    return status;
}

cpk_status legacy_copy_undo(cpk_session *session, const char *legacy_pack_id, cpk_error **error)
{
    cpk_legacy_pack *legacy = NULL;
    cpk_status status;

    CPK_TRY(store_legacy_pack_get(session->work, NULL, legacy_pack_id, &legacy, error));
    if (legacy->copy_pack_id == NULL) {
        status = error_set(error, CPK_ERROR_NOT_FOUND, "pipeline", "the V1 pack \"%s\" has no copy", legacy->name);
    } else {
        status = delete_pack(session, legacy->copy_pack_id, error);
    }
    record_free(legacy);
    return status;
}

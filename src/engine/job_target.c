#include "engine/job_target.h"

#include "base/error.h"
#include "store/lease.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

static cpk_status set_directory(struct job_target *item, const char *format, const char *directory, cpk_error **error)
{
    int length = snprintf(item->directory, sizeof item->directory, format, directory);

    if (length < 0 || (size_t)length >= sizeof item->directory) {
        return error_set(error, CPK_ERROR_INTERNAL, "storage", "a storage prefix is too long");
    }
    return CPK_OK;
}

cpk_status job_target_from_source(cpk_session *session, const cpk_source *source, struct job_target *item,
                                  cpk_error **error)
{
    memset(item, 0, sizeof *item);
    item->session = session;
    item->kind = OWNER_SOURCE;
    item->id = source->source_id;
    item->name = source->name;
    item->raw_key = source->r2_raw_path;
    item->text_key = source->r2_extracted_path;
    item->index_key = source->r2_chunked_path;
    item->source = source;
    CPK_TRY(store_pack_get(session->work, NULL, source->pack_id, &item->pack, error));
    return set_directory(item, "%s", item->pack->r2_pack_directory, error);
}

cpk_status job_target_from_job(cpk_session *session, const cpk_job *job, struct job_target *item, cpk_error **error)
{
    cpk_user *user;
    cpk_status status;

    memset(item, 0, sizeof *item);
    item->session = session;
    item->kind = OWNER_JOB;
    item->id = job->job_id;
    item->name = job->file_name;
    item->raw_key = job->r2_path;
    item->text_key = job->text_key;
    item->index_key = job->index_key;
    item->job = job;
    CPK_TRY(store_user_get(session->work, NULL, &user, error));
    status = set_directory(item, "%s/" KEY_JOBS, user->r2_user_directory, error);
    snapshot_free(user);
    return status;
}

cpk_status job_target_set_extracted(struct job_target *item, cpk_error **error)
{
    CPK_TRY(blob_key_of_source(item->made_keys[0], item->directory, item->id, KEY_TEXT, error));
    CPK_TRY(blob_key_of_source(item->made_keys[1], item->directory, item->id, KEY_INDEX, error));
    item->text_key = item->made_keys[0];
    item->index_key = item->made_keys[1];
    return CPK_OK;
}

void job_target_free(struct job_target *item)
{
    snapshot_free(item->pack);
    item->pack = NULL;
}

cpk_status job_target_set_status(const struct job_target *item, const char *owner, const char *status, int64_t progress,
                                 cpk_error **error)
{
    struct store *store = item->session->work;

    return item->kind == OWNER_JOB ? store_job_set_status(store, NULL, item->id, owner, status, progress, error)
                                   : store_source_set_status(store, NULL, item->id, owner, status, progress, error);
}

cpk_status job_target_set_analyzer(const struct job_target *item, const char *owner, const char *analyzer,
                                   cpk_error **error)
{
    struct store *store = item->session->work;

    return item->kind == OWNER_JOB ? store_job_set_analyzer(store, NULL, item->id, owner, analyzer, error)
                                   : store_source_set_analyzer(store, NULL, item->id, owner, analyzer, error);
}

cpk_status job_target_set_failed(const struct job_target *item, const char *owner, const char *message,
                                 cpk_error **error)
{
    struct store *store = item->session->work;

    return item->kind == OWNER_JOB ? store_job_set_failed(store, NULL, item->id, owner, message, error)
                                   : store_source_set_failed(store, NULL, item->id, owner, message, error);
}

cpk_status job_target_record_extraction(const struct job_target *item, const char *owner,
                                        const struct source_extraction *extraction, cpk_error **error)
{
    struct store *store = item->session->work;

    return item->kind == OWNER_JOB ? store_job_record_extraction(store, NULL, item->id, owner, extraction, error)
                                   : store_source_record_extraction(store, NULL, item->id, owner, extraction, error);
}

#include "engine/job_target.h"

#include "base/error.h"
#include "store/lease.h"
#include "store/user.h"

#include <stdio.h>
#include <string.h>

static cpk_status set_directory(struct job_target *target, const char *format, const char *directory, cpk_error **error)
{
    int length = snprintf(target->directory, sizeof target->directory, format, directory);

    if (length < 0 || (size_t)length >= sizeof target->directory) {
        return error_set(error, CPK_ERROR_INTERNAL, "storage", "a storage prefix is too long");
    }
    return CPK_OK;
}

void job_target_set_source(struct job_target *target, const cpk_source *source)
{
    target->id = source->source_id;
    target->name = source->name;
    target->raw_key = source->r2_raw_path;
    target->text_key = source->r2_extracted_path;
    target->index_key = source->r2_chunked_path;
    target->source = source;
}

cpk_status job_target_from_source(cpk_session *session, const cpk_source *source, const cpk_pack *pack,
                                  struct job_target *target, cpk_error **error)
{
    memset(target, 0, sizeof *target);
    target->session = session;
    target->kind = OWNER_SOURCE;
    job_target_set_source(target, source);
    if (pack == NULL) {
        CPK_TRY(store_pack_get(session->work, NULL, source->pack_id, &target->own_pack, error));
    }
    target->pack = pack != NULL ? pack : target->own_pack;
    return set_directory(target, "%s", target->pack->r2_pack_directory, error);
}

cpk_status job_target_from_job(cpk_session *session, const cpk_job *job, struct job_target *target, cpk_error **error)
{
    cpk_user *user;
    cpk_status status;

    memset(target, 0, sizeof *target);
    target->session = session;
    target->kind = OWNER_JOB;
    target->id = job->job_id;
    target->name = job->file_name;
    target->raw_key = job->r2_path;
    target->text_key = job->text_key;
    target->index_key = job->index_key;
    target->job = job;
    CPK_TRY(store_user_get(session->work, NULL, &user, error));
    status = set_directory(target, "%s/" KEY_JOBS, user->r2_user_directory, error);
    record_free(user);
    return status;
}

cpk_status job_target_set_extracted(struct job_target *target, cpk_error **error)
{
    CPK_TRY(blob_key_of_source(target->made_keys[0], target->directory, target->id, KEY_TEXT, error));
    CPK_TRY(blob_key_of_source(target->made_keys[1], target->directory, target->id, KEY_INDEX, error));
    target->text_key = target->made_keys[0];
    target->index_key = target->made_keys[1];
    return CPK_OK;
}

struct work_key job_target_key(const struct job_target *target, const char *lease_owner)
{
    return (struct work_key){NULL, target->kind, target->id, lease_owner};
}

void job_target_free(struct job_target *target)
{
    record_free(target->own_pack);
    target->own_pack = NULL;
    target->pack = NULL;
}

#include "maintenance/blob_index.h"

#include "base/error.h"
#include "base/uuid.h"
#include "store/job.h"

#include <string.h>

void blob_index_init(struct blob_index *index, cpk_engine *engine, struct store *store,
                     const struct blob_index_visitor *visitor)
{
    memset(index, 0, sizeof *index);
    index->engine = engine;
    index->store = store;
    index->visitor = visitor;
}

int32_t blob_index_has_source(const struct blob_index *index, const char *source_id)
{
    cpk_source *found = NULL;
    cpk_status status = store_source_get(index->store, index->user_id, source_id, &found, NULL);

    record_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

int32_t blob_index_has_export(const struct blob_index *index, const char *export_id)
{
    cpk_export *found = NULL;
    cpk_status status;

    if (!uuid_is_valid(export_id)) {
        return 0;
    }
    status = store_export_get(index->store, index->user_id, export_id, &found, NULL);
    record_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

int32_t blob_index_has_job(const struct blob_index *index, const char *job_id)
{
    cpk_job *found = NULL;
    cpk_status status = store_job_get(index->store, index->user_id, job_id, &found, NULL);

    record_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

/* Passes a row's failure to `skip`, so that the remaining rows are still visited. `problem` is a pointer, because the
 * caller's argument `status` is the call that sets it, and arguments are evaluated in any order. */
static cpk_status handle_row_result(const struct blob_index *index, const char *what, const char *id, cpk_status status,
                                    cpk_error **problem, cpk_error **error)
{
    if (status != CPK_OK && (index->visitor->skip == NULL || status == CPK_ERROR_OUT_OF_MEMORY)) {
        return error_give(error, *problem);
    }
    if (status != CPK_OK) {
        index->visitor->skip(index->visitor->user, what, id, *problem);
    }
    cpk_error_free(*problem);
    return CPK_OK;
}

static cpk_status visit_source(void *user, void **item, cpk_error **error)
{
    struct blob_index *index = user;
    const cpk_source *source = *item;
    const struct blob_index_visitor *visitor = index->visitor;
    cpk_error *problem = NULL;

    return visitor->source == NULL
               ? CPK_OK
               : handle_row_result(index, "source", source->source_id, visitor->source(visitor->user, source, &problem),
                                   &problem, error);
}

static cpk_status visit_export(void *user, void **item, cpk_error **error)
{
    struct blob_index *index = user;
    const cpk_export *result = *item;
    const struct blob_index_visitor *visitor = index->visitor;
    cpk_error *problem = NULL;

    return visitor->export == NULL
               ? CPK_OK
               : handle_row_result(index, "document", result->export_id,
                                   visitor->export(visitor->user, result, &problem), &problem, error);
}

static cpk_status visit_pack(void *user, void **item, cpk_error **error)
{
    struct blob_index *index = user;
    const cpk_pack *pack = *item;
    cpk_error *problem = NULL;
    cpk_status status = for_each_source(index->store, index->user_id, pack->pack_id, visit_source, index, &problem);

    CPK_TRY(handle_row_result(index, "the sources of pack", pack->pack_id, status, &problem, error));
    problem = NULL;
    status = for_each_export(index->store, index->user_id, pack->pack_id, visit_export, index, &problem);
    return handle_row_result(index, "the documents of pack", pack->pack_id, status, &problem, error);
}

static cpk_status visit_job(void *user, void **item, cpk_error **error)
{
    struct blob_index *index = user;
    const cpk_job *job = *item;
    const struct blob_index_visitor *visitor = index->visitor;
    cpk_error *problem = NULL;

    return visitor->job == NULL ? CPK_OK
                                : handle_row_result(index, "job", job->job_id,
                                                    visitor->job(visitor->user, job, &problem), &problem, error);
}

static cpk_status visit_legacy_pack(void *user, void **item, cpk_error **error)
{
    struct blob_index *index = user;
    const cpk_legacy_pack *pack = *item;
    const struct blob_index_visitor *visitor = index->visitor;
    cpk_error *problem = NULL;

    return visitor->legacy_pack == NULL
               ? CPK_OK
               : handle_row_result(index, "V1 pack", pack->id, visitor->legacy_pack(visitor->user, pack, &problem),
                                   &problem, error);
}

cpk_status blob_index_read(struct blob_index *index, const cpk_user *user, cpk_error **error)
{
    cpk_error *problem = NULL;
    cpk_status status;

    index->user_id = user->id;
    status = for_each_pack(index->store, user->id, visit_pack, index, &problem);
    CPK_TRY(handle_row_result(index, "the packs of user", user->id, status, &problem, error));
    problem = NULL;
    status = for_each_job(index->store, user->id, visit_job, index, &problem);
    CPK_TRY(handle_row_result(index, "the jobs of user", user->id, status, &problem, error));
    problem = NULL;
    status = for_each_legacy_pack(index->store, user->id, visit_legacy_pack, index, &problem);
    return handle_row_result(index, "the V1 packs of user", user->id, status, &problem, error);
}

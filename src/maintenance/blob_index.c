#include "maintenance/blob_index.h"

#include "base/error.h"
#include "base/uuid.h"

#include <string.h>

void blob_index_init(struct blob_index *inventory, cpk_engine *engine, struct store *store,
                     const struct blob_index_visitor *watcher)
{
    memset(inventory, 0, sizeof *inventory);
    inventory->engine = engine;
    inventory->store = store;
    inventory->watcher = watcher;
}

int32_t blob_index_has_source(const struct blob_index *inventory, const char *source_id)
{
    cpk_source *found = NULL;
    cpk_status status = store_source_get(inventory->store, inventory->user_id, source_id, &found, NULL);

    snapshot_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

int32_t blob_index_has_export(const struct blob_index *inventory, const char *export_id)
{
    cpk_export *found = NULL;
    cpk_status status;

    if (!uuid_is_valid(export_id)) {
        return 0;
    }
    status = store_export_get(inventory->store, inventory->user_id, export_id, &found, NULL);
    snapshot_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

int32_t blob_index_has_job(const struct blob_index *inventory, const char *job_id)
{
    cpk_job *found = NULL;
    cpk_status status = store_job_get(inventory->store, inventory->user_id, job_id, &found, NULL);

    snapshot_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

/* A problem of one row does not keep the others from being looked at. */
static cpk_status after_row(const struct blob_index *inventory, const char *what, const char *id, cpk_status status,
                            cpk_error *problem, cpk_error **error)
{
    if (status != CPK_OK && (inventory->watcher->skip == NULL || status == CPK_ERROR_OUT_OF_MEMORY)) {
        return error_give(error, problem);
    }
    if (status != CPK_OK) {
        inventory->watcher->skip(inventory->watcher->user, what, id, problem);
    }
    cpk_error_free(problem);
    return CPK_OK;
}

static cpk_status take_source(void *user, void **item, cpk_error **error)
{
    struct blob_index *inventory = user;
    const cpk_source *source = *item;
    const struct blob_index_visitor *watcher = inventory->watcher;
    cpk_error *problem = NULL;

    return watcher->source == NULL ? CPK_OK
                                   : after_row(inventory, "source", source->source_id,
                                               watcher->source(watcher->user, source, &problem), problem, error);
}

static cpk_status take_export(void *user, void **item, cpk_error **error)
{
    struct blob_index *inventory = user;
    const cpk_export *result = *item;
    const struct blob_index_visitor *watcher = inventory->watcher;
    cpk_error *problem = NULL;

    return watcher->export == NULL ? CPK_OK
                                   : after_row(inventory, "document", result->export_id,
                                               watcher->export(watcher->user, result, &problem), problem, error);
}

static cpk_status take_pack(void *user, void **item, cpk_error **error)
{
    struct blob_index *inventory = user;
    const cpk_pack *pack = *item;
    cpk_error *problem = NULL;
    cpk_status status =
        for_each_source(inventory->store, inventory->user_id, pack->pack_id, take_source, inventory, &problem);

    CPK_TRY(after_row(inventory, "the sources of pack", pack->pack_id, status, problem, error));
    problem = NULL;
    status = for_each_export(inventory->store, inventory->user_id, pack->pack_id, take_export, inventory, &problem);
    return after_row(inventory, "the documents of pack", pack->pack_id, status, problem, error);
}

static cpk_status take_job(void *user, void **item, cpk_error **error)
{
    struct blob_index *inventory = user;
    const cpk_job *job = *item;
    const struct blob_index_visitor *watcher = inventory->watcher;
    cpk_error *problem = NULL;

    return watcher->job == NULL
               ? CPK_OK
               : after_row(inventory, "job", job->job_id, watcher->job(watcher->user, job, &problem), problem, error);
}

static cpk_status take_legacy_pack(void *user, void **item, cpk_error **error)
{
    struct blob_index *inventory = user;
    const cpk_legacy_pack *pack = *item;
    const struct blob_index_visitor *watcher = inventory->watcher;
    cpk_error *problem = NULL;

    return watcher->legacy_pack == NULL
               ? CPK_OK
               : after_row(inventory, "V1 pack", pack->id, watcher->legacy_pack(watcher->user, pack, &problem), problem,
                           error);
}

cpk_status blob_index_read(struct blob_index *inventory, const cpk_user *user, cpk_error **error)
{
    cpk_error *problem = NULL;
    cpk_status status;

    inventory->user_id = user->id;
    status = for_each_pack(inventory->store, user->id, take_pack, inventory, &problem);
    CPK_TRY(after_row(inventory, "the packs of user", user->id, status, problem, error));
    problem = NULL;
    status = for_each_job(inventory->store, user->id, take_job, inventory, &problem);
    CPK_TRY(after_row(inventory, "the jobs of user", user->id, status, problem, error));
    problem = NULL;
    status = for_each_legacy_pack(inventory->store, user->id, take_legacy_pack, inventory, &problem);
    return after_row(inventory, "the V1 packs of user", user->id, status, problem, error);
}

#include "pipeline/removal.h"

#include "base/error.h"
#include "pipeline/keys.h"
#include "pipeline/lease.h"
#include "store/export.h"
#include "store/pack.h"
#include "store/source.h"

#include <stdio.h>

static cpk_status remove_prefix(cpk_session *session, const char *directory, const char *part, cpk_error **error)
{
    char prefix[KEY_BYTES];

    CPK_TRY(key_of_source(prefix, directory, part, "", error));
    return storage_remove_prefix(session->engine->storage, prefix, NULL, error);
}

static cpk_status remove_leased_source(cpk_session *session, const char *source_id, cpk_error **error)
{
    cpk_source *source = NULL;
    cpk_pack *pack = NULL;
    cpk_status status;

    CPK_TRY(store_source_get(session->store, NULL, source_id, &source, error));
    status = store_pack_get(session->store, NULL, source->pack_id, &pack, error);
    snapshot_free(source);
    CPK_TRY(status);
    status = remove_prefix(session, pack->r2_pack_directory, source_id, error);
    snapshot_free(pack);
    CPK_TRY(status);
    return store_source_delete(session->store, NULL, source_id, error);
}

cpk_status removal_source(cpk_session *session, const char *source_id, cpk_error **error)
{
    lease lease;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    CPK_TRY(lease_acquire(&lease, session, LEASE_SOURCE, source_id, error)); /* nobody may be working on it */
    status = remove_leased_source(session, source_id, error);
    if (status != CPK_OK) {
        lease_release(&lease);
    }
    return status;
}

cpk_status removal_export(cpk_session *session, const char *export_id, cpk_error **error)
{
    cpk_export *found = NULL;
    lease lease;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    CPK_TRY(store_export_get(session->store, NULL, export_id, &found, error));
    status = lease_acquire(&lease, session, LEASE_EXPORT, export_id, error);
    if (status == CPK_OK) {
        status = storage_remove(session->engine->storage, found->r2_path, error);
        if (status == CPK_OK && found->json_key != NULL) {
            status = storage_remove(session->engine->storage, found->json_key, error);
        }
        if (status == CPK_OK) {
            status = store_export_delete(session->store, NULL, export_id, error);
        } else {
            lease_release(&lease);
        }
    }
    snapshot_free(found);
    return status;
}

static cpk_status remove_unfinished(cpk_session *session, const char *pack_id, cpk_error **error)
{
    snapshot_list *sources = NULL;
    cpk_status status = CPK_OK;

    CPK_TRY(store_source_list_unfinished(session->store, NULL, pack_id, STORE_PAGE_LIMIT_MAX, &sources, error));
    for (size_t i = 0; status == CPK_OK && i < sources->count; i++) {
        status = removal_source(session, ((const cpk_source *)sources->items[i])->source_id, error);
    }
    snapshot_list_free(sources);
    return status;
}

cpk_status removal_pack(cpk_session *session, const char *pack_id, cpk_error **error)
{
    cpk_pack *pack = NULL;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    CPK_TRY(store_pack_get(session->store, NULL, pack_id, &pack, error));
    status = remove_unfinished(session, pack_id, error); /* refuses while another process works on one */
    if (status == CPK_OK) {
        char prefix[KEY_BYTES];

        if (snprintf(prefix, sizeof prefix, "%s/", pack->r2_pack_directory) >= (int)sizeof prefix) {
            status = error_set(error, CPK_ERROR_INTERNAL, "storage", "a storage prefix is too long");
        } else {
            status = storage_remove_prefix(session->engine->storage, prefix, NULL, error);
        }
    }
    snapshot_free(pack);
    CPK_TRY(status);
    return store_pack_delete(session->store, NULL, pack_id, error);
}

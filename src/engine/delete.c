#include "engine/delete.h"

#include "base/error.h"
#include "engine/blob_guard.h"
#include "engine/blob_key.h"
#include "engine/for_each_row.h"
#include "engine/lease.h"
#include "store/export.h"
#include "store/pack.h"
#include "store/queue.h"
#include "store/source.h"

#include <stdio.h>
#include <string.h>

static cpk_status remove_prefix(cpk_session *session, const char *directory, const char *part, cpk_error **error)
{
    char prefix[KEY_BYTES];

    CPK_TRY(blob_key_of_source(prefix, directory, part, "", error));
    return storage_remove_prefix(session->storage, prefix, NULL, error);
}

/* The row is deleted last, so that an interrupted deletion can be repeated; adding the same bytes again repairs
 * the source instead. */
static cpk_status remove_leased_source(cpk_session *session, const char *source_id, cpk_error **error)
{
    char raw[KEY_BYTES];
    cpk_source *source = NULL;
    cpk_pack *pack = NULL;
    cpk_status status;

    CPK_TRY(store_source_get(session->work, NULL, source_id, &source, error));
    status = store_pack_get(session->work, NULL, source->pack_id, &pack, error);
    record_free(source);
    CPK_TRY(status);
    status = blob_key_of_source(raw, pack->r2_pack_directory, source_id, KEY_RAW, error);
    if (status == CPK_OK) {
        status = storage_remove(session->storage, raw, error);
    }
    if (status == CPK_OK) {
        status = remove_prefix(session, pack->r2_pack_directory, source_id, error);
    }
    record_free(pack);
    CPK_TRY(status);
    return store_source_delete(session->work, NULL, source_id, error);
}

cpk_status delete_source(cpk_session *session, const char *source_id, cpk_error **error)
{
    struct lease lease;
    cpk_status status;

    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_queue_cancel(session->work, NULL, source_id, error)); /* whoever works on it has lost its lease */
    CPK_TRY(lease_acquire(&lease, session, OWNER_SOURCE, source_id, error));
    status = remove_leased_source(session, source_id, error);
    if (status != CPK_OK) {
        lease_release(&lease);
    }
    lease_forget(&lease);
    return status;
}

/* Returns 1 if the folder (ending with '/') belongs to the source. Folders of sources made by another service
 * may be shared. */
static int32_t is_folder_of(const char *folder, const char *source_id)
{
    const size_t length = strlen(folder);
    const size_t id_length = strlen(source_id);

    return length > id_length + 1 && strncmp(folder + length - 1 - id_length, source_id, id_length) == 0 &&
           folder[length - 2 - id_length] == '/';
}

cpk_status delete_if_gone(cpk_session *session, const cpk_source *source, cpk_status status, cpk_source **latest,
                          cpk_error **error)
{
    cpk_source *found = NULL;
    char prefix[KEY_BYTES];
    const char *slash = source->r2_raw_path != NULL ? strrchr(source->r2_raw_path, '/') : NULL;

    if (store_source_get(session->work, NULL, source->source_id, &found, NULL) != CPK_ERROR_NOT_FOUND) {
        if (latest != NULL) {
            *latest = found;
        } else {
            record_free(found);
        }
        return status;
    }
    if (slash != NULL) {
        snprintf(prefix, sizeof prefix, "%.*s", (int)(slash + 1 - source->r2_raw_path), source->r2_raw_path);
        if (is_folder_of(prefix, source->source_id)) {
            (void)storage_remove_prefix(session->storage, prefix, NULL, NULL);
        }
    }
    return error_set(error, CPK_ERROR_NOT_FOUND, "pipeline", "%s was deleted while it was worked on", source->name);
}

static void remove_export_blobs(cpk_session *session, const cpk_export *item)
{
    (void)storage_remove(session->storage, item->r2_path, NULL);
    if (item->json_key != NULL) {
        (void)storage_remove(session->storage, item->json_key, NULL);
    }
}

cpk_status delete_export_if_gone(cpk_session *session, const cpk_export *item, cpk_status status, cpk_error **error)
{
    cpk_export *found = NULL;

    if (store_export_get(session->work, NULL, item->export_id, &found, NULL) != CPK_ERROR_NOT_FOUND) {
        record_free(found);
        return status;
    }
    remove_export_blobs(session, item);
    return error_set(error, CPK_ERROR_NOT_FOUND, "pipeline", "the document was deleted while it was made");
}

cpk_status delete_export(cpk_session *session, const char *export_id, cpk_error **error)
{
    cpk_export *found = NULL;
    struct lease lease;
    cpk_status status;

    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_export_get(session->work, NULL, export_id, &found, error));
    status = lease_acquire(&lease, session, OWNER_EXPORT, export_id, error);
    if (status == CPK_OK) {
        status = storage_remove(session->storage, found->r2_path, error);
        if (status == CPK_OK && found->json_key != NULL) {
            status = storage_remove(session->storage, found->json_key, error);
        }
        if (status == CPK_OK) {
            status = store_export_delete(session->work, NULL, export_id, error);
        } else {
            lease_release(&lease);
        }
        lease_forget(&lease);
    }
    record_free(found);
    return status;
}

/* Treats NOT_FOUND as success: another process already removed the row. */
static cpk_status forgive_missing(cpk_status status, cpk_error **error)
{
    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    error_clear(error);
    return CPK_OK;
}

static cpk_status remove_unfinished(cpk_session *session, const char *pack_id, cpk_error **error)
{
    size_t got;

    do {
        struct record_list *sources = NULL;
        cpk_status status = CPK_OK;

        CPK_TRY(store_source_list_unfinished(session->work, NULL, pack_id, STORE_PAGE_LIMIT_MAX, &sources, error));
        got = sources->count;
        for (size_t i = 0; status == CPK_OK && i < got; i++) {
            const cpk_source *source = sources->items[i];

            status = forgive_missing(delete_source(session, source->source_id, error), error);
        }
        record_list_free(sources);
        CPK_TRY(status);
    } while (got == STORE_PAGE_LIMIT_MAX);
    return CPK_OK;
}

/* Fails with BUSY while another process creates an export. */
static cpk_status remove_generating(cpk_session *session, const char *pack_id, cpk_error **error)
{
    struct store_page page = {STORE_PAGE_LIMIT_MAX, CPK_TIME_UNKNOWN, NULL};
    struct record_list *exports = NULL;
    cpk_status status = CPK_OK;

    CPK_TRY(store_export_list(session->work, NULL, pack_id, &page, &exports, error));
    for (size_t i = 0; status == CPK_OK && i < exports->count; i++) {
        const cpk_export *item = exports->items[i];

        if (item->status_code == CPK_EXPORT_GENERATING) {
            status = forgive_missing(delete_export(session, item->export_id, error), error);
        }
    }
    record_list_free(exports);
    return status;
}

struct pack_removal {
    cpk_session *session;
    const cpk_pack *pack;
};

/* Removes the raw blob first, as for one source: a missing raw blob marks an interrupted deletion. */
static cpk_status remove_raw(void *user, void **item, cpk_error **error)
{
    const struct pack_removal *removal = user;
    const cpk_source *source = *item;
    char raw[KEY_BYTES];

    CPK_TRY(blob_key_of_source(raw, removal->pack->r2_pack_directory, source->source_id, KEY_RAW, error));
    return storage_remove(removal->session->storage, raw, error);
}

/* Removes raw blobs, other blobs, rows, then blobs again: a process may have stored more before it found its
 * row deleted. */
static cpk_status remove_pack_rows(cpk_session *session, const cpk_pack *pack, cpk_error **error)
{
    struct pack_removal removal = {session, pack};
    struct blob_guard guard;

    CPK_TRY(blob_guard_init(&guard, session->engine, session->work, GUARD_PACK,
                            &(struct blob_owner){pack->user_id, pack->pack_id, pack->r2_pack_directory}, error));
    CPK_TRY(for_each_source(session->work, NULL, pack->pack_id, remove_raw, &removal, error));
    if (guard.folder[0] != '\0') {
        CPK_TRY(blob_guard_remove_path(&guard, session->storage, guard.folder, error));
    }
    CPK_TRY(store_pack_delete(session->work, NULL, pack->pack_id, error));
    return guard.folder[0] != '\0' ? blob_guard_remove_path(&guard, session->storage, guard.folder, error) : CPK_OK;
}

cpk_status delete_pack(cpk_session *session, const char *pack_id, cpk_error **error)
{
    cpk_pack *pack = NULL;
    cpk_status status;

    CPK_TRY(session_need_storage(session, error));
    CPK_TRY(store_pack_get(session->work, NULL, pack_id, &pack, error));
    status = remove_unfinished(session, pack_id, error); /* fails if another process works on one */
    if (status == CPK_OK) {
        status = remove_generating(session, pack_id, error);
    }
    if (status == CPK_OK) {
        status = remove_pack_rows(session, pack, error);
    }
    record_free(pack);
    return status;
}

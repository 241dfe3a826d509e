#include "processing/documents.h"

#include "base/error.h"
#include "base/uuid.h"
#include "engine/delete.h"
#include "engine/lease.h"
#include "processing/pack_material.h"
#include "processing/work.h"

#include <stdio.h>
#include <string.h>

#define FIND_TRIES_MAX 8 /* a retry happens only if the row is deleted in between */

/* State of creating one document. */
struct making {
    cpk_session *session;
    int32_t type;
    struct pack_material material;
    struct record_list *exports; /* exports of the same content and unfinished ones, as listed at the start */
    struct lease lease;
    cpk_export *row;
};

/* Restores lost or damaged answers; checks all blobs of the sources. */
static cpk_status repair_sources(const struct making *making, const struct op_context *op, int64_t *restored,
                                 cpk_error **error)
{
    const struct pack_material *material = &making->material;

    *restored = 0;
    for (size_t i = 0; i < material->document.source_count; i++) {
        int64_t blobs;

        if (source_is_of_other_service(material->sources[i])) {
            continue;
        }
        CPK_TRY(work_repair(making->session, material->sources[i]->source_id, material->pack, op, &blobs, error));
        *restored += blobs;
    }
    return CPK_OK;
}

static cpk_status fill_material(struct making *making, const struct op_context *op, cpk_error **error)
{
    cpk_error *loss = NULL;
    int64_t restored;
    cpk_status status = pack_material_fill(&making->material, op, &loss);

    if (status != CPK_ERROR_STORAGE) {
        return loss != NULL ? error_give(error, loss) : status;
    }
    status = repair_sources(making, op, &restored, error);
    if (status == CPK_OK && restored == 0) {
        return error_give(error, loss); /* repair did not help: the storage has another problem */
    }
    cpk_error_free(loss);
    return status == CPK_OK ? pack_material_fill(&making->material, op, error) : status;
}

static cpk_status render(struct making *making, const struct op_context *op, struct buffer *markdown,
                         struct buffer *json, int64_t *tokens, cpk_error **error)
{
    const struct context *context = &making->session->engine->context;

    CPK_TRY(fill_material(making, op, error));
    CPK_TRY(document_render_markdown(context, making->type, &making->material.document, markdown, tokens, error));
    CPK_TRY(document_render_json(context, making->type, &making->material.document, json, error));
    return markdown->failed || json->failed ? error_out_of_memory(error) : CPK_OK;
}

static cpk_status write_documents(struct making *making, const struct op_context *op, cpk_export **ready,
                                  cpk_error **error)
{
    const cpk_allocator *allocator = &making->session->engine->context.allocator;
    struct storage *storage = making->session->storage;
    struct buffer markdown;
    struct buffer json;
    int64_t tokens;
    cpk_status status;

    buffer_init(&markdown, allocator);
    buffer_init(&json, allocator);
    CPK_TRY_CLEANUP(render(making, op, &markdown, &json, &tokens, error));
    CPK_TRY_CLEANUP(storage_put(storage, making->row->json_key, json.data, json.length, error));
    CPK_TRY_CLEANUP(storage_put(storage, making->row->r2_path, markdown.data, markdown.length, error));
    CPK_TRY_CLEANUP(store_export_set_ready(
        making->session->work, NULL,
        &(struct export_result){making->row->export_id, making->lease.owner, tokens, (int64_t)markdown.length}, ready,
        error));
cleanup:
    buffer_free(&markdown);
    buffer_free(&json);
    return status;
}

/* Takes the lease of another process's row; CPK_ERROR_BUSY if that process still works. If it has finished the
 * document meanwhile, returns the row without a lease. */
static cpk_status take_over(struct making *making, int32_t *is_ready, cpk_error **error)
{
    struct store *store = making->session->work;
    char export_id[UUID_TEXT_BYTES];
    cpk_status status;

    snprintf(export_id, sizeof export_id, "%s", making->row->export_id);
    CPK_TRY(lease_acquire(&making->lease, making->session, OWNER_EXPORT, export_id, error));
    record_free(making->row);
    making->row = NULL;
    status = store_export_get(store, NULL, export_id, &making->row, error);
    *is_ready = status == CPK_OK && making->row->status_code == CPK_EXPORT_READY;
    if (status == CPK_OK && !*is_ready) {
        status = store_export_restart(store, NULL, export_id, making->lease.owner, error);
    }
    if (status != CPK_OK || *is_ready) {
        lease_release(&making->lease);
    }
    return status;
}

/* Returns the row for this content, or inserts one together with its lease, so that no process takes it for an
 * abandoned one. */
static cpk_status ensure_row(struct making *making, int32_t *created, cpk_error **error)
{
    char export_id[UUID_TEXT_BYTES];
    struct export_params params;
    cpk_status status;

    CPK_TRY(uuid_create(&making->session->engine->context, export_id, error));
    CPK_TRY(lease_prepare(&making->lease, making->session, OWNER_EXPORT, export_id, error));
    memset(&params, 0, sizeof params);
    params.pack_id = making->material.pack->pack_id;
    params.export_id = export_id;
    params.type = making->type;
    params.fingerprint = making->material.fingerprint;
    params.lease_owner = making->lease.owner;
    params.lease_expires_us = lease_expiry(making->session);
    status = store_export_ensure(making->session->work, NULL, &params, created, &making->row, error);
    if (status != CPK_OK || !*created) {
        lease_forget(&making->lease);
    }
    return status;
}

/* Returns a row to write to, under its lease: a new one, or one of an unfinished attempt with the same content.
 * *is_ready is 1 if another process completed the document. Searches again if the row is deleted before the
 * lease is taken. */
static cpk_status find_row(struct making *making, int32_t *is_ready, cpk_error **error)
{
    cpk_status status = CPK_ERROR_NOT_FOUND;
    int32_t created;

    *is_ready = 0;
    for (int32_t i = 0; status == CPK_ERROR_NOT_FOUND && i < FIND_TRIES_MAX; i++) {
        error_clear(error);
        record_free(making->row);
        making->row = NULL;
        CPK_TRY(ensure_row(making, &created, error));
        status = created ? CPK_OK : take_over(making, is_ready, error);
    }
    return status;
}

static int32_t is_abandoned(const struct making *making, const cpk_export *item)
{
    return item->status_code == CPK_EXPORT_GENERATING && item->fingerprint != NULL &&
           strcmp(item->fingerprint, making->material.fingerprint) != 0 &&
           (item->lease_owner == NULL || lease_owner_is_gone(item->lease_owner) ||
            item->lease_expires_us < context_now(&making->session->engine->context));
}

/* Removes unfinished documents of dead processes whose content differs from the pack's. Ignores NOT_FOUND and
 * BUSY: another process handles the row. */
static cpk_status remove_abandoned(struct making *making, cpk_error **error)
{
    const struct record_list *exports = making->exports;
    cpk_status status = CPK_OK;

    for (size_t i = 0; status == CPK_OK && i < exports->count; i++) {
        const cpk_export *item = exports->items[i];

        if (item != NULL && is_abandoned(making, item)) {
            status = delete_export(making->session, item->export_id, error);
        }
        if (status == CPK_ERROR_NOT_FOUND || status == CPK_ERROR_BUSY) {
            error_clear(error);
            status = CPK_OK;
        }
    }
    return status;
}

/* *made is 0 if another process created the same document first. */
static cpk_status make_new(struct making *making, const struct op_context *op, int32_t *made, cpk_export **ready,
                           cpk_error **error)
{
    int32_t is_ready;
    cpk_status status;

    CPK_TRY(remove_abandoned(making, error));
    CPK_TRY(find_row(making, &is_ready, error));
    *made = !is_ready;
    if (is_ready) {
        return CPK_OK;
    }
    status = op_progress(op, CPK_STAGE_EXPORT, 0, 1, error);
    if (status == CPK_OK) {
        status = write_documents(making, op, ready, error);
    }
    if (status == CPK_OK) {
        lease_forget(&making->lease);
        /* The document was created, so a late cancellation is ignored. */
        return op_progress(op, CPK_STAGE_EXPORT, 1, 1, error);
    }
    (void)store_export_set_failed(making->session->work, NULL, making->row->export_id, making->lease.owner,
                                  error != NULL ? cpk_error_message(*error) : cpk_status_name(status), NULL);
    lease_release(&making->lease);
    return delete_export_if_gone(making->session, making->row, status, error);
}

static cpk_status is_stored(const struct making *making, const char *key, int32_t *stored, cpk_error **error)
{
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};
    cpk_status status = storage_stat(making->session->storage, key, &info, error);

    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        *stored = 0;
        return CPK_OK;
    }
    return status;
}

/* Takes the first completed export of the list, if any. */
static void take_ready(struct making *making, cpk_export **found)
{
    cpk_export *first = making->exports->count > 0 ? making->exports->items[0] : NULL;

    if (first != NULL && first->status_code == CPK_EXPORT_READY) {
        making->exports->items[0] = NULL;
        *found = first;
    }
}

/* Finds the document of this content; NULL if there is none. A document whose blobs are missing (interrupted
 * deletion, emptied storage) is removed, so that it is created again. */
static cpk_status find_ready(struct making *making, cpk_export **found, cpk_error **error)
{
    int32_t stored = 1;
    cpk_status status;

    *found = NULL;
    CPK_TRY(store_export_list_like(
        making->session->work, NULL,
        &(struct export_filter){making->material.pack->pack_id, making->type, making->material.fingerprint, 0},
        &making->exports, error));
    take_ready(making, found);
    if (*found == NULL) {
        return CPK_OK;
    }
    status = is_stored(making, (*found)->r2_path, &stored, error);
    if (status == CPK_OK && (*found)->json_key != NULL) {
        status = is_stored(making, (*found)->json_key, &stored, error);
    }
    if (status == CPK_OK && stored) {
        return CPK_OK;
    }
    if (status == CPK_OK) {
        status = delete_export(making->session, (*found)->export_id, error);
    }
    if (status == CPK_ERROR_NOT_FOUND) { /* another process removed it first */
        error_clear(error);
        status = CPK_OK;
    }
    record_free(*found);
    *found = NULL;
    return status;
}

static cpk_status make(struct making *making, const char *pack_id, const struct op_context *op, int32_t *made,
                       cpk_export **result, cpk_error **error)
{
    cpk_export *ready = NULL;
    cpk_status status;

    CPK_TRY(
        pack_material_open(making->session, pack_id, making->type, op->options.max_tokens, &making->material, error));
    CPK_TRY(find_ready(making, result, error));
    if (*result != NULL) {
        return CPK_OK;
    }
    status = make_new(making, op, made, &ready, error);
    if (status != CPK_OK) {
        record_free(ready);
        return status;
    }
    *result = ready;
    if (!*made) { /* return the row as the other process left it */
        *result = making->row;
        making->row = NULL;
    }
    return CPK_OK;
}

cpk_status documents_make(const struct op_context *op, const char *pack_id, int32_t type, int32_t *made,
                          cpk_export **result, cpk_error **error)
{
    struct making making;
    cpk_status status;

    *made = 0;
    CPK_TRY(session_need_storage(op->session, error));
    memset(&making, 0, sizeof making);
    making.session = op->session;
    making.type = type;
    status = make(&making, pack_id, op, made, result, error);
    record_free(making.row);
    record_list_free(making.exports);
    pack_material_free(&making.material);
    return status;
}

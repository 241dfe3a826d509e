#include "pipeline/inventory.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/uuid.h"
#include "pipeline/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTS_PART "/exports/"
#define JOBS_PART    KEY_JOBS "/"

typedef enum folder_kind { FOLDER_SOURCE, FOLDER_EXPORT, FOLDER_JOB } folder_kind;

void inventory_init(inventory *inventory, cpk_engine *engine, store *store, const inventory_watcher *watcher)
{
    memset(inventory, 0, sizeof *inventory);
    inventory->engine = engine;
    inventory->store = store;
    inventory->watcher = watcher;
}

void inventory_free(inventory *inventory)
{
    memory_release_array(&inventory->engine->context.allocator, inventory->folders.items, inventory->folders.capacity,
                         sizeof *inventory->folders.items);
}

int32_t inventory_has_source(const inventory *inventory, const char *source_id)
{
    cpk_source *found = NULL;
    cpk_status status = store_source_get(inventory->store, inventory->user_id, source_id, &found, NULL);

    snapshot_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

int32_t inventory_has_export(const inventory *inventory, const char *export_id)
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

int32_t inventory_has_job(const inventory *inventory, const char *job_id)
{
    cpk_job *found = NULL;
    cpk_status status = store_job_get(inventory->store, inventory->user_id, job_id, &found, NULL);

    snapshot_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

/* "<pack>/<source>/...", "<pack>/exports/<export>/..." or "jobs/<job>/...": what comes before the last of these
 * slashes. *id gets the start of the identifier. */
static size_t folder_length(const char *path, const char **id, folder_kind *kind)
{
    const char *slash = strchr(path, '/');

    *kind = FOLDER_SOURCE;
    if (slash != NULL && strncmp(slash, EXPORTS_PART, strlen(EXPORTS_PART)) == 0) {
        *kind = FOLDER_EXPORT;
        slash = strchr(slash + 1, '/');
    } else if (strncmp(path, JOBS_PART, strlen(JOBS_PART)) == 0) {
        *kind = FOLDER_JOB;
    }
    *id = slash != NULL ? slash + 1 : path;
    slash = strchr(*id, '/');
    return slash != NULL ? (size_t)(slash - path) : strlen(path);
}

/* The key's folder has an owner, whether the blob itself is there yet or not. */
static cpk_status remember(inventory *inventory, const char *key, cpk_error **error)
{
    const char *path;
    const char *id;
    folder_kind kind;
    uint64_t hash;

    if (key == NULL || strncmp(key, inventory->prefix, inventory->prefix_length) != 0) {
        return CPK_OK;
    }
    path = key + inventory->prefix_length;
    hash = hash_bytes(0, path, folder_length(path, &id, &kind));
    return hash_list_append(&inventory->engine->context.allocator, &inventory->folders, &hash, 1, error);
}

static cpk_status take_source(void *user, void **item, cpk_error **error)
{
    inventory *inventory = user;
    const cpk_source *source = *item;
    const inventory_watcher *watcher = inventory->watcher;

    CPK_TRY(remember(inventory, source->r2_raw_path, error));
    return watcher != NULL && watcher->source != NULL ? watcher->source(watcher->user, source, error) : CPK_OK;
}

static cpk_status take_export(void *user, void **item, cpk_error **error)
{
    inventory *inventory = user;
    const cpk_export *result = *item;
    const inventory_watcher *watcher = inventory->watcher;

    CPK_TRY(remember(inventory, result->r2_path, error));
    return watcher != NULL && watcher->export != NULL ? watcher->export(watcher->user, result, error) : CPK_OK;
}

static cpk_status take_pack(void *user, void **item, cpk_error **error)
{
    inventory *inventory = user;
    const cpk_pack *pack = *item;

    CPK_TRY(walk_sources(inventory->store, inventory->user_id, pack->pack_id, take_source, inventory, error));
    return walk_exports(inventory->store, inventory->user_id, pack->pack_id, take_export, inventory, error);
}

static cpk_status take_job(void *user, void **item, cpk_error **error)
{
    inventory *inventory = user;
    const cpk_job *job = *item;
    const inventory_watcher *watcher = inventory->watcher;

    CPK_TRY(remember(inventory, job->r2_path, error));
    CPK_TRY(remember(inventory, job->text_key, error)); /* elsewhere, for a job that another program made */
    return watcher != NULL && watcher->job != NULL ? watcher->job(watcher->user, job, error) : CPK_OK;
}

static cpk_status take_legacy_pack(void *user, void **item, cpk_error **error)
{
    inventory *inventory = user;
    const cpk_legacy_pack *pack = *item;
    const inventory_watcher *watcher = inventory->watcher;

    CPK_TRY(remember(inventory, pack->r2_pack_path, error));
    return watcher != NULL && watcher->legacy_pack != NULL ? watcher->legacy_pack(watcher->user, pack, error) : CPK_OK;
}

static int compare_hashes(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return a < b ? -1 : a > b;
}

cpk_status inventory_read(inventory *inventory, const cpk_user *user, cpk_error **error)
{
    int length = snprintf(inventory->prefix, sizeof inventory->prefix, "%s/", user->r2_user_directory);

    if (length < 0 || (size_t)length >= sizeof inventory->prefix) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "storage", "user %s has too long a storage folder", user->id);
    }
    inventory->prefix_length = (size_t)length;
    inventory->user_id = user->id;
    inventory->folders.count = 0;
    CPK_TRY(walk_packs(inventory->store, user->id, take_pack, inventory, error));
    CPK_TRY(walk_jobs(inventory->store, user->id, take_job, inventory, error));
    CPK_TRY(walk_legacy_packs(inventory->store, user->id, take_legacy_pack, inventory, error));
    if (inventory->folders.count > 0) {
        qsort(inventory->folders.items, inventory->folders.count, sizeof *inventory->folders.items, compare_hashes);
    }
    return CPK_OK;
}

/* A row may have been written since the rows were read. */
static int32_t is_of_new_row(const inventory *inventory, const char *path, size_t length)
{
    char folder[CPK_STORAGE_KEY_BYTES_MAX + 1];
    const char *id;
    folder_kind kind;

    snprintf(folder, sizeof folder, "%.*s", (int)length, path);
    (void)folder_length(folder, &id, &kind);
    return kind == FOLDER_EXPORT ? inventory_has_export(inventory, id)
           : kind == FOLDER_JOB  ? inventory_has_job(inventory, id)
                                 : inventory_has_source(inventory, id);
}

typedef struct listing {
    const inventory *inventory;
    inventory_blob_fn each;
    void *user;
} listing;

static int32_t take_blob(void *user, const char *key, const cpk_blob_info *info)
{
    const listing *listing = user;
    const inventory *inventory = listing->inventory;
    const char *path = key + inventory->prefix_length;
    const char *id;
    folder_kind kind;
    size_t length = folder_length(path, &id, &kind);
    uint64_t hash = hash_bytes(0, path, length);
    int32_t is_orphan =
        (inventory->folders.count == 0 ||
         bsearch(&hash, inventory->folders.items, inventory->folders.count, sizeof hash, compare_hashes) == NULL) &&
        !is_of_new_row(inventory, path, length);

    return listing->each(listing->user, key, info, is_orphan);
}

cpk_status inventory_list(inventory *inventory, inventory_blob_fn each, void *user, cpk_error **error)
{
    listing listing = {inventory, each, user};

    if (inventory->prefix_length <= 1) {
        return CPK_OK; /* a profile without a folder of its own */
    }
    return storage_list(inventory->engine->storage, inventory->prefix, take_blob, &listing, error);
}

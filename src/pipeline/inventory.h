/* What the rows of one user say is in the storage, and what is there beside it. */
#ifndef PIPELINE_INVENTORY_H
#define PIPELINE_INVENTORY_H

#include "pipeline/conversations.h"
#include "pipeline/engine.h"
#include "pipeline/walk.h"

/* Takes each row as it is met; slots may be NULL. Other calls on the store are allowed. */
typedef struct inventory_watcher {
    void *user;
    cpk_status (*source)(void *user, const cpk_source *source, cpk_error **error);
    cpk_status (*export)(void *user, const cpk_export *result, cpk_error **error);
    cpk_status (*job)(void *user, const cpk_job *job, cpk_error **error);
    cpk_status (*legacy_pack)(void *user, const cpk_legacy_pack *pack, cpk_error **error);
} inventory_watcher;

typedef struct inventory {
    cpk_engine *engine;
    store *store; /* the service's */
    const inventory_watcher *watcher;
    const char *user_id;
    const char *pack_id;
    char prefix[CPK_STORAGE_KEY_BYTES_MAX]; /* of the user's blobs */
    size_t prefix_length;
    /* Every "<pack>/<source>", "<pack>/exports/<export>" and "jobs/<job>" that rows name, as sorted hashes. */
    hash_list folders;
} inventory;

void inventory_init(inventory *inventory, cpk_engine *engine, store *store, const inventory_watcher *watcher);
/* Reads the rows of a user, which must live as long as what follows. Again for the next user. */
cpk_status inventory_read(inventory *inventory, const cpk_user *user, cpk_error **error);
/* Hands over every blob in the user's folder; is_orphan 1 when no row names its folder, also after a second look.
 * Non-zero stops. */
typedef int32_t (*inventory_blob_fn)(void *user, const char *key, const cpk_blob_info *info, int32_t is_orphan);
cpk_status inventory_list(inventory *inventory, inventory_blob_fn each, void *user, cpk_error **error);
void inventory_free(inventory *inventory);

/* Whether the row is there now: rows come and go while somebody looks around. */
int32_t inventory_has_source(const inventory *inventory, const char *source_id);
int32_t inventory_has_export(const inventory *inventory, const char *export_id);
int32_t inventory_has_job(const inventory *inventory, const char *job_id);

#endif

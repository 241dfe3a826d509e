/* Iterates over one user's rows that name blobs: sources, exports, jobs and V1 packs. */
#ifndef MAINTENANCE_BLOB_INDEX_H
#define MAINTENANCE_BLOB_INDEX_H

#include "engine/engine.h"
#include "engine/for_each_row.h"

/* Callbacks for each kind of row; any may be NULL, and all may call the store. If one fails, `skip` is called and the
 * iteration goes on; without `skip`, or when out of memory, the error ends it. */
struct blob_index_visitor {
    void *user;
    cpk_status (*source)(void *user, const cpk_source *source, cpk_error **error);
    cpk_status (*export)(void *user, const cpk_export *result, cpk_error **error);
    cpk_status (*job)(void *user, const cpk_job *job, cpk_error **error);
    cpk_status (*legacy_pack)(void *user, const cpk_legacy_pack *pack, cpk_error **error);
    void (*skip)(void *user, const char *what, const char *id, const cpk_error *problem);
};

struct blob_index {
    cpk_engine *engine;
    struct store *store; /* with the service's rights */
    const struct blob_index_visitor *visitor;
    const char *user_id;
    const char *pack_id;
};

void blob_index_init(struct blob_index *index, cpk_engine *engine, struct store *store,
                     const struct blob_index_visitor *visitor);
/* Calls the visitor for each row of the user. `user` must outlive later calls on the index; call again for the next
 * user. */
cpk_status blob_index_read(struct blob_index *index, const cpk_user *user, cpk_error **error);

/* Re-checks a row: it may have been deleted during the scan. An error other than NOT_FOUND counts as present. */
int32_t blob_index_has_source(const struct blob_index *index, const char *source_id);
int32_t blob_index_has_export(const struct blob_index *index, const char *export_id);
int32_t blob_index_has_job(const struct blob_index *index, const char *job_id);

#endif

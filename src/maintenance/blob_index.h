/* The rows of one user that say what is in the storage. */
#ifndef MAINTENANCE_BLOB_INDEX_H
#define MAINTENANCE_BLOB_INDEX_H

#include "engine/engine.h"
#include "engine/for_each_row.h"

/* Takes each row as it is met; slots may be NULL. Other calls on the store are allowed. What is wrong with one row is
 * told to `skip`, and the others have their turn all the same. */
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
    struct store *store; /* the service's */
    const struct blob_index_visitor *watcher;
    const char *user_id;
    const char *pack_id;
};

void blob_index_init(struct blob_index *index, cpk_engine *engine, struct store *store,
                     const struct blob_index_visitor *watcher);
/* Hands the rows of a user over, who must live as long as what follows. Again for the next user. */
cpk_status blob_index_read(struct blob_index *index, const cpk_user *user, cpk_error **error);

/* Whether the row is there now: rows come and go while somebody looks around. */
int32_t blob_index_has_source(const struct blob_index *index, const char *source_id);
int32_t blob_index_has_export(const struct blob_index *index, const char *export_id);
int32_t blob_index_has_job(const struct blob_index *index, const char *job_id);

#endif

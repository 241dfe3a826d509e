/* Copies the blobs of a storage to another one, only what that one does not have. */
#ifndef MAINTENANCE_STORAGE_COPY_H
#define MAINTENANCE_STORAGE_COPY_H

#include "engine/engine.h"
#include "engine/op_context.h"
#include "storage/storage.h"

#include <contextpack/maintenance.h>

struct storage_copy_request {
    const char *source; /* URI; NULL: the engine's storage */
    const char *target; /* URI */
    uint32_t flags;     /* CPK_STORAGE_COPY_* */
};

/* Implements cpk_engine_copy_storage(). */
cpk_status storage_copy_run(cpk_engine *engine, const struct storage_copy_request *request, const struct op_context *op,
                            cpk_storage_copy_report *report, cpk_error **error);
/* The same for opened storages. */
cpk_status storage_copy_blobs(struct storage *source, struct storage *target, uint32_t flags,
                              const struct op_context *op, cpk_storage_copy_report *report, cpk_error **error);

#endif

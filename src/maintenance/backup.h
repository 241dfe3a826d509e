/* A copy of an engine's database and, if asked, of its blobs. */
#ifndef MAINTENANCE_BACKUP_H
#define MAINTENANCE_BACKUP_H

#include "engine/engine.h"
#include "engine/op_context.h"

#include <contextpack/maintenance.h>

struct backup_request {
    const char *path;    /* of the copy of the database */
    const char *storage; /* where blobs go; NULL: nowhere */
    int32_t replace;
};

/* As cpk_engine_backup() says. */
cpk_status backup_run(cpk_engine *engine, const struct backup_request *request, const struct op_context *op,
                      cpk_backup_report *report, cpk_error **error);

#endif

/* Copies an engine's database and, if requested, its blobs. */
#ifndef MAINTENANCE_BACKUP_H
#define MAINTENANCE_BACKUP_H

#include "engine/engine.h"
#include "engine/op_context.h"

#include <contextpack/maintenance.h>

struct backup_request {
    const char *path;    /* target file of the database copy */
    const char *storage; /* target storage URI for the blobs; NULL: blobs are not copied */
    int32_t replace;     /* 1: overwrites an existing file at `path` */
};

/* Implements cpk_engine_backup(). */
cpk_status backup_run(cpk_engine *engine, const struct backup_request *request, const struct op_context *op,
                      cpk_backup_report *report, cpk_error **error);

#endif

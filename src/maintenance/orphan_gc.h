/* Collects orphans: blobs that no row names. */
#ifndef MAINTENANCE_ORPHAN_GC_H
#define MAINTENANCE_ORPHAN_GC_H

#include "engine/op_context.h"
#include "engine/session.h"

#include <contextpack/maintenance.h>

struct orphan_gc_request {
    int32_t dry_run;   /* 1: removes nothing */
    cpk_sweep_fn each; /* called for each orphan; may be NULL */
    void *user;
};

/* Removes the orphans that are older than maintenance.orphan_age_ms. */
cpk_status orphan_gc_run(cpk_session *session, const struct orphan_gc_request *request, const struct op_context *op,
                         cpk_sweep_report *report, cpk_error **error);

#endif

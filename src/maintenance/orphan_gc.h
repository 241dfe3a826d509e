/* Blobs that no row names. */
#ifndef MAINTENANCE_ORPHAN_GC_H
#define MAINTENANCE_ORPHAN_GC_H

#include "engine/op_context.h"
#include "engine/session.h"

#include <contextpack/maintenance.h>

/* Removes those that are older than maintenance.orphan_age_ms, unless dry_run. */
cpk_status orphan_gc_run(cpk_session *session, int32_t dry_run, const struct op_context *op, cpk_sweep_fn each,
                         void *user, cpk_sweep_report *report, cpk_error **error);

#endif

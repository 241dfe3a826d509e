/* Blobs that no row names. */
#ifndef PIPELINE_SWEEP_H
#define PIPELINE_SWEEP_H

#include "pipeline/run.h"
#include "pipeline/session.h"

#include <contextpack/maintenance.h>

/* Removes those that are older than maintenance.orphan_age_ms, unless dry_run. */
cpk_status sweep_run(cpk_session *session, int32_t dry_run, const run *run, cpk_sweep_fn each, void *user,
                     cpk_sweep_report *report, cpk_error **error);

#endif

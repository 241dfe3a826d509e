/* From a source's chunks to findings: each chunk once, each paid once. */
#ifndef PIPELINE_ANALYSIS_H
#define PIPELINE_ANALYSIS_H

#include "pipeline/lease.h"
#include "pipeline/run.h"
#include "pipeline/session.h"
#include "store/source.h"

/* Analyses what is left, under the lease. When every chunk is done the source is completed and the lease is gone.
 * CPK_ERROR_ANALYZER when chunks failed: the others are done, and the source is failed until it is run again. */
cpk_status analysis_run(cpk_session *session, const cpk_source *source, lease *lease, const run *run,
                        cpk_error **error);

#endif

/* From the chunks of a source or a job to findings: each chunk once, each paid once. */
#ifndef PROCESSING_ANALYSIS_H
#define PROCESSING_ANALYSIS_H

#include "engine/job_target.h"
#include "engine/lease.h"
#include "engine/op_context.h"

/* Analyses what is left, under the lease. When every chunk is done the source is completed and the lease is gone.
 * CPK_ERROR_ANALYZER when chunks failed: the others are done, and the source is failed until it is run again. A job is
 * completed without the chunks that failed, unless all have. */
cpk_status analysis_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error);

/* Makes the answers of chunks that are done once more where the storage has lost them, under the lease: nothing is
 * charged, no status changes. *restored counts them. */
cpk_status analysis_restore(const struct job_target *target, const struct snapshot_list *chunks, struct lease *lease,
                            const struct op_context *op, int64_t *restored, cpk_error **error);

#endif

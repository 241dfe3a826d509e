/* Analysis: turns the chunks of a source or job into findings. Each chunk is analysed and charged once. */
#ifndef PROCESSING_ANALYSIS_H
#define PROCESSING_ANALYSIS_H

#include "engine/job_target.h"
#include "engine/lease.h"
#include "engine/op_context.h"

/* Analyses the remaining chunks under the lease. When every chunk is done, the source is completed and the
 * lease released. CPK_ERROR_ANALYZER if chunks failed: the source is then failed until it is run again. A job
 * is completed without its failed chunks, unless all failed. */
cpk_status analysis_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error);

/* Repeats the analysis of finished chunks whose answers were lost, under the lease, without a charge or a
 * change of status. *restored counts them. */
cpk_status analysis_restore(const struct job_target *target, const struct record_list *chunks, struct lease *lease,
                            const struct op_context *op, int64_t *restored, cpk_error **error);

#endif

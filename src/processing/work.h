/* One source as far as it is asked to go: the state machine of the pipeline. */
#ifndef PROCESSING_WORK_H
#define PROCESSING_WORK_H

#include "engine/job_target.h"
#include "engine/lease.h"
#include "engine/op_context.h"
#include "engine/session.h"
#include "store/source.h"

/* with_analysis 0: until ready_for_analysis; 1: until completed. Does only what is left. */
cpk_status work_run(cpk_session *session, const char *source_id, int32_t with_analysis, const struct op_context *op,
                    cpk_error **error);

/* Rebuilds the blobs of an extracted item that are missing or damaged in the storage, without a charge. The caller
 * holds the lease. `thorough` 1: reads and hashes every blob; 0: looks at existence and size only. *restored counts
 * blobs. */
cpk_status work_repair_item(const struct job_target *target, struct lease *lease, int32_t thorough,
                            const struct op_context *op, int64_t *restored, cpk_error **error);
/* The same for a source that a document is made of, thoroughly; takes the lease. */
cpk_status work_repair(cpk_session *session, const char *source_id, const struct op_context *op, int64_t *restored,
                       cpk_error **error);

/* Analysis under the lease, once more after a repair when a blob turns out to be lost or damaged. */
cpk_status work_analyze(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error);

/* Extraction; when the input is to blame, the item is failed with the message. */
cpk_status work_extract(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error);

#endif

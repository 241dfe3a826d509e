/* Restores lost blobs: text and index from the raw bytes, answers by analysing the chunk again. Raw bytes are
 * restored when the same file is added again. */
#ifndef PROCESSING_REPAIR_H
#define PROCESSING_REPAIR_H

#include "engine/job_target.h"
#include "engine/lease.h"
#include "engine/op_context.h"

/* Restores missing blobs under the lease, without a charge or a change of status. *restored counts them. Fails
 * as extraction_restore() and the analyzer do. */
cpk_status repair_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                      int64_t *restored, cpk_error **error);

#endif

/* Makes blobs again that the storage has lost: text and index from the raw bytes, an answer from its chunk. The raw
 * bytes come back when the same file is added again. */
#ifndef PROCESSING_REPAIR_H
#define PROCESSING_REPAIR_H

#include "engine/job_target.h"
#include "engine/lease.h"
#include "engine/op_context.h"

/* Makes what is missing once more, under the lease; nothing is charged and no status changes. *restored counts blobs.
 * Errors as extraction_restore() and an analyzer's. */
cpk_status repair_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                      int64_t *restored, cpk_error **error);

#endif

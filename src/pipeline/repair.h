/* Blobs that the storage has lost or damaged after the database named them: what is missing, and how it comes back. The
 * raw bytes come back when the same file is added again, the text and the index from them, an answer from its chunk. */
#ifndef PIPELINE_REPAIR_H
#define PIPELINE_REPAIR_H

#include "pipeline/item.h"
#include "pipeline/lease.h"
#include "pipeline/run.h"

/* 1 when an extracted item's text, its index or the answer of a chunk that is done is missing or has another size. Only
 * looks: no blob is read. 0 for what another program extracted. */
cpk_status repair_is_needed(const work_item *item, int32_t *is_needed, cpk_error **error);

/* Reads every blob of an extracted item, and removes those whose bytes are not what its rows say, so that they count as
 * missing. *dropped counts them. The caller has the lease. */
cpk_status repair_drop_damaged(const work_item *item, lease *lease, int64_t *dropped, cpk_error **error);

/* Makes what is missing once more, under the lease; nothing is charged and no status changes. *restored counts blobs.
 * Errors as extraction_restore() and an analyzer's. */
cpk_status repair_run(const work_item *item, lease *lease, const run *run, int64_t *restored, cpk_error **error);

#endif

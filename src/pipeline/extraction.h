/* From the raw bytes of a source or a job to its extracted text, index, conversations and chunks, all visible at once.
 */
#ifndef PIPELINE_EXTRACTION_H
#define PIPELINE_EXTRACTION_H

#include "pipeline/item.h"
#include "pipeline/lease.h"
#include "pipeline/run.h"

#define PROGRESS_EXTRACTED 40 /* percent of the work that extraction is */

/* Does the whole of it, under the lease: afterwards it is ready_for_analysis. */
cpk_status extraction_run(const work_item *item, lease *lease, const run *run, cpk_error **error);

#endif

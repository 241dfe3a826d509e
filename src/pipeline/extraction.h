/* From a source's raw bytes to its extracted text, index, conversations and chunks, all visible at once. */
#ifndef PIPELINE_EXTRACTION_H
#define PIPELINE_EXTRACTION_H

#include "pipeline/lease.h"
#include "pipeline/run.h"
#include "pipeline/session.h"
#include "store/source.h"

#define PROGRESS_EXTRACTED 40 /* percent of a source's work that extraction is */

/* Does the whole of it, under the lease: afterwards the source is ready_for_analysis. */
cpk_status extraction_run(cpk_session *session, const cpk_source *source, lease *lease, const run *run,
                          cpk_error **error);

#endif

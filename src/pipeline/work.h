/* One source as far as it is asked to go: the state machine of the pipeline. */
#ifndef PIPELINE_WORK_H
#define PIPELINE_WORK_H

#include "pipeline/item.h"
#include "pipeline/lease.h"
#include "pipeline/run.h"
#include "pipeline/session.h"
#include "store/source.h"

/* with_analysis 0: until ready_for_analysis; 1: until completed. Does only what is left. */
cpk_status work_run(cpk_session *session, const char *source_id, int32_t with_analysis, const run *run,
                    cpk_error **error);

/* Extraction; when the input is to blame, the item is failed with the message. */
cpk_status work_extract(const work_item *item, lease *lease, const run *run, cpk_error **error);

#endif

/* The analyzer's answers for chunks, read back and merged. */
#ifndef PIPELINE_ANSWERS_H
#define PIPELINE_ANSWERS_H

#include "analyze/merge.h"
#include "pipeline/engine.h"
#include "pipeline/run.h"
#include "store/chunk.h"

/* Adds the answers of all chunks (store_chunk) that have one. `answer` is room for one at a time. */
cpk_status answers_merge(cpk_engine *engine, const snapshot_list *chunks, findings_merge *merge, buffer *answer,
                         const run *run, cpk_error **error);

#endif

/* Creates the pack of a V1 job: one document with the findings of its chunks, and the packs_legacy row. */
#ifndef PROCESSING_JOB_PACK_H
#define PROCESSING_JOB_PACK_H

#include "engine/job_target.h"
#include "engine/op_context.h"

/* Stores the document, completes the job and releases the lease of `owner`. */
cpk_status job_pack_make(const struct job_target *target, const char *owner, const struct op_context *op,
                         cpk_error **error);

#endif

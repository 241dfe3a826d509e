/* The pack of a V1 job: one document of what its chunks say, and the row of packs_legacy. */
#ifndef PROCESSING_JOB_PACK_H
#define PROCESSING_JOB_PACK_H

#include "engine/job_target.h"
#include "engine/op_context.h"

/* Under the lease of `owner`, which ends with it: the document is stored, the job completed. */
cpk_status job_pack_make(const struct job_target *target, const char *owner, const struct op_context *op,
                         cpk_error **error);

#endif

/* Runs one source up to the requested status. */
#ifndef PROCESSING_WORK_H
#define PROCESSING_WORK_H

#include "engine/job_target.h"
#include "engine/lease.h"
#include "engine/op_context.h"
#include "engine/session.h"
#include "store/source.h"

/* with_analysis 0: until ready_for_analysis; 1: until completed. Skips what is done. *latest is the source as it is
 * now, also after an error, or NULL: then it changed after it was read. */
cpk_status work_run(cpk_session *session, const char *source_id, int32_t with_analysis, const struct op_context *op,
                    cpk_source **latest, cpk_error **error);

/* Restores missing or damaged blobs of an extracted target, without a charge. The caller holds the lease.
 * `thorough` 1: reads and hashes every blob; 0: checks existence and size only. *restored counts blobs. */
cpk_status work_repair_item(const struct job_target *target, struct lease *lease, int32_t thorough,
                            const struct op_context *op, int64_t *restored, cpk_error **error);
/* The same, thoroughly, for a source of a document of that pack; takes the lease. */
cpk_status work_repair(cpk_session *session, const char *source_id, const cpk_pack *pack, const struct op_context *op,
                       int64_t *restored, cpk_error **error);

/* Returns 1 for errors caused by the input: a retry would fail again. */
int32_t work_is_inputs_fault(cpk_status status);

/* Analyses under the lease. If a blob is lost or damaged, repairs it and tries once more. */
cpk_status work_analyze(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error);

/* Extracts; if the input is invalid, sets the target to failed with the error message. */
cpk_status work_extract(const struct job_target *target, struct lease *lease, const struct op_context *op,
                        cpk_error **error);

#endif

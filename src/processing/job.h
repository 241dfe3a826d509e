/* V1 jobs: run as far as it goes, removed; and V1 packs taken over into V2, and back. */
#ifndef PROCESSING_JOB_H
#define PROCESSING_JOB_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "store/legacy_pack.h"
#include "store/pack.h"

/* Until completed: does only what is left. A completed job whose chunks failed tries those again. */
cpk_status job_run(cpk_session *session, const char *job_id, const struct op_context *op, cpk_error **error);
/* With its blobs and its V1 pack. CPK_ERROR_BUSY while a process works on it. */
cpk_status job_remove(cpk_session *session, const char *job_id, cpk_error **error);

/* A V2 pack with one source: the raw file of the job, or where that is gone the V1 pack's document. The source waits to
 * be run. *copied 0: there is a copy already, which is given. */
cpk_status legacy_copy(cpk_session *session, const char *legacy_pack_id, const struct op_context *op, int32_t *copied,
                       cpk_pack **pack, cpk_error **error);
/* Deletes the V2 pack that was made of it; the V1 pack stays. CPK_ERROR_NOT_FOUND without a copy. */
cpk_status legacy_copy_undo(cpk_session *session, const char *legacy_pack_id, cpk_error **error);
/* The row and the document; the job stays. */
cpk_status legacy_pack_remove(cpk_session *session, const char *legacy_pack_id, cpk_error **error);

#endif

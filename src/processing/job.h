/* V1 jobs: running, deleting; copying V1 packs to V2 packs. */
#ifndef PROCESSING_JOB_H
#define PROCESSING_JOB_H

#include "engine/op_context.h"
#include "engine/session.h"
#include "store/legacy_pack.h"
#include "store/pack.h"

/* Runs the job until it is completed, skipping what is done. For a completed job, retries its failed chunks. */
cpk_status job_run(cpk_session *session, const char *job_id, const struct op_context *op, cpk_error **error);
/* Deletes the job with its blobs and its V1 pack. CPK_ERROR_BUSY while a process works on it. */
cpk_status job_remove(cpk_session *session, const char *job_id, cpk_error **error);

/* Creates a V2 pack with one source: the job's raw file or, if that is missing, the V1 pack's document. The
 * source is not run. *copied is 0 if a copy exists already; that one is returned. */
cpk_status legacy_copy(cpk_session *session, const char *legacy_pack_id, const struct op_context *op, int32_t *copied,
                       cpk_pack **pack, cpk_error **error);
/* Deletes the V2 copy of the V1 pack. CPK_ERROR_NOT_FOUND if there is none. */
cpk_status legacy_copy_undo(cpk_session *session, const char *legacy_pack_id, cpk_error **error);
/* Deletes the row and the document; the job is kept. */
cpk_status legacy_pack_remove(cpk_session *session, const char *legacy_pack_id, cpk_error **error);

#endif

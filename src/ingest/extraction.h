/* From the raw bytes of a source or a job to its extracted text, index, conversations and chunks, all visible at once.
 */
#ifndef INGEST_EXTRACTION_H
#define INGEST_EXTRACTION_H

#include "engine/job_target.h"
#include "engine/lease.h"
#include "engine/op_context.h"

#define PROGRESS_EXTRACTED 40 /* percent of the work that extraction is */

/* Does the whole of it, under the lease: afterwards it is ready_for_analysis. */
cpk_status extraction_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                          cpk_error **error);

/* Where the text and the index of an extracted item end, as its chunks have it. */
void extraction_sizes(const struct snapshot_list *chunks, int64_t *text_bytes, int64_t *index_bytes);

/* 1 when the chunk's bytes of both blobs are those that extraction wrote, or an earlier version did not say. A blob
 * that is missing or too short is no failure: 0. */
cpk_status extraction_holds(const struct job_target *target, const struct store_chunk *chunk, int32_t *holds,
                            cpk_error **error);

/* Writes the text, the index or both once more, from the raw bytes, as the rows describe them; nothing else changes.
 * CPK_ERROR_STORAGE when the raw bytes are missing or damaged, or no longer give the same (another version wrote them):
 * the message says what to do. */
cpk_status extraction_restore(const struct job_target *target, const struct snapshot_list *chunks, int32_t with_text,
                              int32_t with_index, struct lease *lease, const struct op_context *op, cpk_error **error);

#endif

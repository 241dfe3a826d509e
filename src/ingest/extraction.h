/* Extraction: from the raw bytes of a source or job to its text, index, conversations and chunks, which become
 * visible together. */
#ifndef INGEST_EXTRACTION_H
#define INGEST_EXTRACTION_H

#include "engine/job_target.h"
#include "engine/lease.h"
#include "engine/op_context.h"
#include "store/chunk.h"

#define PROGRESS_EXTRACTED 40 /* percent of the total progress that extraction accounts for */

/* Extracts the target under the lease; its status is then ready_for_analysis. */
cpk_status extraction_run(const struct job_target *target, struct lease *lease, const struct op_context *op,
                          cpk_error **error);

/* Reads an extracted source again after another one of its pack was deleted, and adds the messages that no source of
 * the pack has any more to its text, index, conversations and chunks. What it has stays as it is, analysed chunks too.
 */
cpk_status extraction_add(const struct job_target *target, struct lease *lease, const struct op_context *op,
                          cpk_error **error);

/* Computes the sizes of the text and index blobs from the chunks. */
void extraction_sizes(const struct record_list *chunks, int64_t *text_bytes, int64_t *index_bytes);

/* *holds is 1 if the chunk's bytes in both blobs match its hash, or if it has none (written by an earlier
 * version). A missing or short blob gives 0, not an error. */
cpk_status extraction_holds(const struct job_target *target, const struct store_chunk *chunk, int32_t *holds,
                            cpk_error **error);

#define EXTRACTED_TEXT  1u
#define EXTRACTED_INDEX 2u

/* Rewrites `parts` (EXTRACTED_*) from the raw bytes; rows do not change. CPK_ERROR_STORAGE if the raw
 * bytes are missing, damaged, or no longer give the same result (another version wrote them); the message says
 * what to do. */
cpk_status extraction_restore(const struct job_target *target, const struct record_list *chunks, uint32_t parts,
                              struct lease *lease, const struct op_context *op, cpk_error **error);

#endif

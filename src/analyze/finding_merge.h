/* From the findings of all chunks of all sources to one ranked, deduplicated picture of the user. Pure. */
#ifndef ANALYZE_FINDING_MERGE_H
#define ANALYZE_FINDING_MERGE_H

#include "model/finding.h"

struct finding_merge;

cpk_status finding_merge_create(const cpk_allocator *allocator, struct finding_merge **merge, cpk_error **error);
/* Adds one chunk's findings; the set may be freed afterwards. Memory is bounded by distinct findings, not chunks. */
cpk_status finding_merge_add(struct finding_merge *merge, const struct finding_set *chunk, cpk_error **error);
/* Writes the result into an initialised set: merged, superseded ones marked, scored, ordered by category and score.
 * The same chunks in any order give the same result, byte for byte. */
cpk_status finding_merge_finish(struct finding_merge *merge, struct finding_set *result, cpk_error **error);
/* The distinct findings as they were added, for a chunk's own document: counted and capped, nothing superseded,
 * rephrased or left out as a repetition. Best first. */
cpk_status finding_merge_collect(struct finding_merge *merge, size_t max_findings, struct finding_set *result,
                                 cpk_error **error);
void finding_merge_free(struct finding_merge *merge);

#endif

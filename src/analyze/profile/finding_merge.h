/* Merges the findings of all chunks of all sources into one ranked set without duplicates. Pure. */
#ifndef ANALYZE_PROFILE_FINDING_MERGE_H
#define ANALYZE_PROFILE_FINDING_MERGE_H

#include "model/finding.h"

struct finding_merge;

cpk_status finding_merge_create(const cpk_allocator *allocator, struct finding_merge **merge, cpk_error **error);
/* Adds the findings of one chunk; the set may then be freed. Memory depends on distinct findings, not on chunks. */
cpk_status finding_merge_add(struct finding_merge *merge, const struct finding_set *chunk, cpk_error **error);
/* Writes the result to an initialised set: merged, with superseded findings marked, scored, sorted by category and
 * score. The result is identical for any order of the chunks. */
cpk_status finding_merge_finish(struct finding_merge *merge, struct finding_set *result, cpk_error **error);
/* Writes the distinct findings as they were added, for the document of one chunk: counted and limited, but not
 * superseded, reworded or deduplicated. Best first. */
cpk_status finding_merge_collect(struct finding_merge *merge, size_t max_findings, struct finding_set *result,
                                 cpk_error **error);
void finding_merge_free(struct finding_merge *merge);

#endif

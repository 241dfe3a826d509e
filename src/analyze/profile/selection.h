/* Orders the excerpts of all chunks: those that tell most first, spread over subjects, conversations and time, without
 * near duplicates (maximal marginal relevance). Integers only; the order of the input does not matter. */
#ifndef ANALYZE_PROFILE_SELECTION_H
#define ANALYZE_PROFILE_SELECTION_H

#include "model/finding.h"

struct selection;

cpk_status selection_create(const cpk_allocator *allocator, struct selection **selection, cpk_error **error);
/* Adds a copy of a FINDING_EXCERPT. Beyond a number that bounds memory the least telling are dropped. */
cpk_status selection_add(struct selection *selection, const struct finding *excerpt, cpk_error **error);
/* Writes the excerpts as they were added, the most telling first, at most `max_count`. */
cpk_status selection_collect(struct selection *selection, size_t max_count, struct finding_set *result,
                             cpk_error **error);
/* Writes the excerpts in the order of selection: the first has the highest score. `first_us` and `last_us` are the
 * period of all messages. */
cpk_status selection_finish(struct selection *selection, int64_t first_us, int64_t last_us, struct finding_set *result,
                            cpk_error **error);
size_t selection_count(const struct selection *selection);
/* Text and time of an excerpt, in no particular order. */
const char *selection_text(const struct selection *selection, size_t index, int64_t *time_us);
void selection_free(struct selection *selection); /* may be NULL */

#endif

/* Instructions of all chunks: one entry for each, the newest wording, what a newer one contradicts superseded. */
#ifndef ANALYZE_PROFILE_INSTRUCTION_MERGE_H
#define ANALYZE_PROFILE_INSTRUCTION_MERGE_H

#include "analyze/profile/merge_entry.h"

/* Appends the key of an instruction: its words in lower case, without punctuation. */
void instruction_merge_key(struct buffer *target, const struct finding *item);
/* Settles the instructions of a merge that is being finished:
 * - custom instructions: those of the newest conversation that has any are current; projects are separate;
 * - standing requests: similar ones are one, the newest wording; one that a newer one clearly contradicts is
 * superseded;
 * - corrections ("no emojis") become standing if several conversations have them, otherwise they are dropped;
 * - memories: similar ones are one; those that the user told to forget are dropped. */
cpk_status instruction_merge_settle(struct finding_merge *merge, cpk_error **error);
/* Drops the excerpts of a merged result that hold little more than one of its instructions. */
cpk_status instruction_merge_drop_excerpts(const cpk_allocator *allocator, struct finding_set *result,
                                           cpk_error **error);
/* What the kind of an instruction adds to its score: custom instructions come first, then requests, then memories. */
int64_t instruction_merge_rank(const struct finding *item);

#endif

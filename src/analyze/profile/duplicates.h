/* Findings that add nothing to better ones. */
#ifndef ANALYZE_PROFILE_DUPLICATES_H
#define ANALYZE_PROFILE_DUPLICATES_H

#include "analyze/profile/merge_entry.h"

/* Drops entries that repeat a better one; entries must be sorted by score. */
cpk_status duplicates_drop(struct finding_merge *merge, cpk_error **error);
/* Sets the confidence of topics by their totals, and drops rare ones. */
void duplicates_count_topics(struct finding_merge *merge);
/* Drops topics that a statement contains, except very frequent ones and the best names; keeps a few. */
void duplicates_drop_topics(struct finding_merge *merge);

#endif

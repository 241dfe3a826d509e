/* Decides which findings of a merge are current: newest values, endings, changes. */
#ifndef ANALYZE_PROFILE_CURRENT_H
#define ANALYZE_PROFILE_CURRENT_H

#include "analyze/profile/merge_entry.h"

/* Applies statements that something has ended, and moves whose date has passed. Entries must be sorted; their subjects
 * may change. */
cpk_status current_settle_changes(struct finding_merge *merge, cpk_error **error);
/* Marks values that a newer one replaced, and statements that rest on them. Entries must be sorted. */
cpk_status current_settle_values(struct finding_merge *merge, cpk_error **error);

#endif

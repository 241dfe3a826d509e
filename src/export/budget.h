/* Selection of a plan's entries within a token budget. */
#ifndef EXPORT_BUDGET_H
#define EXPORT_BUDGET_H

#include "export/plan.h"

/* Sets the level of each entry, renders the document into the empty target and counts its tokens: at most max_tokens if
 * the input has a budget. CPK_ERROR_LIMIT_EXCEEDED if the budget is too small for the frame. */
cpk_status budget_render(struct plan *plan, struct buffer *target, int64_t *tokens, cpk_error **error);

#endif

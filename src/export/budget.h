/* Which entries of a plan a token budget has room for. */
#ifndef EXPORT_BUDGET_H
#define EXPORT_BUDGET_H

#include "export/plan.h"

/* Gives every entry its level, renders the document into the empty target and counts it: at most max_tokens when the
 * input sets a budget. CPK_ERROR_LIMIT_EXCEEDED when not even the frame fits. */
cpk_status budget_render(struct plan *plan, struct buffer *target, int64_t *tokens, cpk_error **error);

#endif

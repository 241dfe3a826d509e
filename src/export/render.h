/* The Markdown of a plan: whole, and of single entries, so that the budget can weigh them. */
#ifndef EXPORT_RENDER_H
#define EXPORT_RENDER_H

#include "export/plan.h"

/* The title and the lines that tell the assistant what this is. */
void render_frame(const struct plan *plan, struct buffer *target);
void render_heading(const struct plan *plan, const struct plan_section *section, struct buffer *target);
void render_entry(const struct plan *plan, const struct plan_section *section, const struct plan_entry *entry,
                  int32_t level, struct buffer *target);
/* Everything that has a level. */
void render_document(const struct plan *plan, struct buffer *target);

/* The one sentence on how to take the pack, also in the JSON. */
const char *render_notice(int32_t type);

#endif

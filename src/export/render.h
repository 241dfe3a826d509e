/* The Markdown of a plan: whole, and of single entries, so that the budget can weigh them. */
#ifndef EXPORT_RENDER_H
#define EXPORT_RENDER_H

#include "export/plan.h"

/* The title and the lines that tell the assistant what this is. */
void render_frame(const plan *plan, buffer *target);
void render_heading(const plan *plan, const plan_section *section, buffer *target);
void render_entry(const plan *plan, const plan_section *section, const plan_entry *entry, int32_t level,
                  buffer *target);
/* What was left out for length; nothing when nothing was. */
void render_footer(const plan *plan, buffer *target);
/* Everything that has a level. */
void render_document(const plan *plan, buffer *target);

/* The one sentence on how to take the pack, also in the JSON. */
const char *render_notice(int32_t type);

#endif

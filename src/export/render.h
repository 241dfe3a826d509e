/* Markdown of a plan: the whole document, and its parts, which the budget counts separately. */
#ifndef EXPORT_RENDER_H
#define EXPORT_RENDER_H

#include "export/plan.h"

/* The title, the introduction for the assistant, and whether content was lost. */
void render_frame(const struct plan *plan, struct buffer *target);
void render_heading(const struct plan *plan, enum plan_section_id id, struct buffer *target);
void render_entry(const struct plan *plan, enum plan_section_id id, const struct plan_entry *entry, int32_t level,
                  struct buffer *target);
/* An excerpt in the line of another one of its conversation and day. */
void render_joined_excerpt(const struct plan_entry *entry, struct buffer *target);
/* All entries that are not PLAN_LEVEL_OUT. */
void render_document(const struct plan *plan, struct buffer *target);

/* How an assistant should treat the pack; also part of the JSON. */
const char *render_notice(void);

#endif

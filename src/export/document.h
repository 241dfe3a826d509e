/* Renders the documents of a pack from merged findings and the pack's content. Pure and deterministic: the output
 * depends only on the content, not on identifiers, clock or machine. */
#ifndef EXPORT_DOCUMENT_H
#define EXPORT_DOCUMENT_H

#include "base/buffer.h"
#include "base/context.h"
#include "export/document_input.h"

/* Renders the Markdown of a type (DOCUMENT_*); *tokens is its exact o200k_base count. If not all findings fit the
 * budget, the best of each section are included, and the document gives the number of omitted ones. */
cpk_status document_render_markdown(const struct context *context, int32_t type, const struct document_input *input,
                                    struct buffer *target, int64_t *tokens, cpk_error **error);
/* Renders the JSON of a type (docs/export.md, docs/export.schema.json) with the same selection of findings. */
cpk_status document_render_json(const struct context *context, int32_t type, const struct document_input *input,
                                struct buffer *target, cpk_error **error);

#endif

/* Writes a part of an HTML tree as Markdown: headings, lists, tables, quotes and code are kept; everything else is
 * text. */
#ifndef EXTRACT_HTML_HTML_TEXT_H
#define EXTRACT_HTML_HTML_TEXT_H

#include "base/buffer.h"

#include <contextpack/error.h>

#include <gumbo.h>

/* Appends the text below `node`. Elements that have one of `left_out` (HTML_MARK_*) and invisible ones are left out. */
cpk_status html_text_append(struct buffer *target, const GumboNode *node, uint32_t left_out, cpk_error **error);

#endif

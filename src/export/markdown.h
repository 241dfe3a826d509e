/* Foreign text as part of one Markdown line: it may say anything and structure nothing. Pure. */
#ifndef EXPORT_MARKDOWN_H
#define EXPORT_MARKDOWN_H

#include "base/buffer.h"

#define MARKDOWN_START 1 /* the text begins a block: what would open a heading, a list or a fence is escaped */
#define MARKDOWN_CELL  2 /* the text stands in a table */

/* Appends the text as one line: white space and control characters become single spaces, invisible characters that
 * reorder or hide text go, ill-formed bytes become U+FFFD, marks that CommonMark or GFM would act on are escaped.
 * A text of more than max_bytes (0: no limit) is cut at a space or a code point and ends in an ellipsis. Returns the
 * bytes appended. */
size_t markdown_append_text(struct buffer *target, const char *text, size_t length, size_t max_bytes, int32_t flags);

#endif

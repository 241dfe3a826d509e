/* Escaping of arbitrary text for one line of Markdown, so that it cannot add structure. Pure. */
#ifndef EXPORT_MARKDOWN_H
#define EXPORT_MARKDOWN_H

#include "base/buffer.h"

#define MARKDOWN_START                                                                                                 \
    1                   /* the text is at the start of a block: escape characters that start a heading, list or fence */
#define MARKDOWN_CELL 2 /* the text is in a table cell */

/* Appends the text as one line: white space and control characters become single spaces, invisible characters are
 * removed, invalid bytes become U+FFFD, CommonMark and GFM markup is escaped. A text of more than max_bytes (0: no
 * limit) is cut at a space or code point and an ellipsis is added. Returns the number of bytes appended. */
size_t markdown_append_text(struct buffer *target, const char *text, size_t length, size_t max_bytes, int32_t flags);

#endif

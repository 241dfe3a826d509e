/* Texts in the scripts of a page. */
#ifndef EXTRACT_SHARES_SCRIPT_TEXT_H
#define EXTRACT_SHARES_SCRIPT_TEXT_H

#include "base/buffer.h"

/* Decodes a string literal of JavaScript whose first quotation mark is at `text`. Returns the length of the literal
 * with both marks, or 0 if it does not end. Lone surrogates become U+FFFD. */
size_t script_append_literal(struct buffer *target, const char *text, size_t length);

/* Appends the arguments of all calls `streamController.enqueue("...")` of a page. */
void script_append_stream(struct buffer *target, const char *page, size_t length);

#endif

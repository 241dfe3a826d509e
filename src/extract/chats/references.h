/* Decodes the character references of HTML, "&gt; &#39;", in texts that have them without being pages. */
#ifndef EXTRACT_CHATS_REFERENCES_H
#define EXTRACT_CHATS_REFERENCES_H

#include "base/buffer.h"

void references_append_decoded(struct buffer *target, const char *text, size_t length);

#endif

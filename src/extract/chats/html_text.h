/* The text of a fragment of HTML, as services embed it in their exports: tags are dropped, block elements and <br>
 * become line feeds, character references are decoded, links keep their address. */
#ifndef EXTRACT_CHATS_HTML_TEXT_H
#define EXTRACT_CHATS_HTML_TEXT_H

#include "base/buffer.h"

void html_append_text(struct buffer *target, const char *html, size_t length);

/* Decodes character references only: "&gt; &#39;". */
void html_append_decoded(struct buffer *target, const char *text, size_t length);

#endif

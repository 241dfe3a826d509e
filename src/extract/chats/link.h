/* Links that an assistant cites, as Markdown. */
#ifndef EXTRACT_CHATS_LINK_H
#define EXTRACT_CHATS_LINK_H

#include "base/buffer.h"

/* 1 if an address may become a link: http, https or mailto, without blanks and control characters. */
int32_t link_is_safe(const char *url, size_t length);

/* Appends "[title](url)", with brackets in either replaced so that they cannot end it; the address itself where the
 * title is empty. The address must be safe. */
void link_append(struct buffer *target, const char *title, size_t title_length, const char *url, size_t url_length);

#endif

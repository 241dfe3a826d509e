/* What bytes that are no chat and no text look like, for a refusal that helps. */
#ifndef EXTRACT_DOCUMENT_MAGIC_H
#define EXTRACT_DOCUMENT_MAGIC_H

#include <stddef.h>
#include <stdint.h>

/* "a PDF document", "an HTML page", ...; static. NULL for what may be text or JSON. */
const char *magic_name(const void *head, size_t length);

int32_t magic_is_zip(const void *head, size_t length);

/* 1 when the head reads as text: UTF-8, a legacy encoding, or UTF-16 with a byte order mark. */
int32_t magic_is_text(const void *head, size_t length);

#endif

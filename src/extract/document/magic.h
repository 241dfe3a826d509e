/* Recognises formats that cannot be imported, for helpful error messages. */
#ifndef EXTRACT_DOCUMENT_MAGIC_H
#define EXTRACT_DOCUMENT_MAGIC_H

#include <contextpack/backend/extractor.h>

#include <stddef.h>
#include <stdint.h>

/* Static description such as "a PDF document"; NULL for bytes that may be text or JSON. */
const char *magic_name(const void *head, size_t length);

/* 1 for HTML: a doctype or one of the first elements of a page, or markup of which the most part is tags. */
int32_t magic_is_html(const void *head, size_t length);

int32_t magic_is_zip(const void *head, size_t length);

/* 1 if the head is text: UTF-8, a legacy encoding, or UTF-16 with a byte order mark. */
int32_t magic_is_text(const void *head, size_t length);

/* 1 for the container of an Office document that is encrypted with a password; `head` is its start. */
int32_t magic_is_encrypted_office(const cpk_reader *reader, const void *head, size_t length);

#endif

/* Normalisation of all text that extractors emit: valid UTF-8 (lone surrogates and invalid bytes become U+FFFD), no
 * NULs; CRLF, CR, U+2028 and U+2029 become LF; no byte order mark at the start. */
#ifndef EXTRACT_NORMAL_H
#define EXTRACT_NORMAL_H

#include "base/buffer.h"

#include <contextpack/error.h>

/* Appends the normalised text. */
void normal_append(struct buffer *target, const char *text, size_t length);

/* The same without white space at the end and empty lines at the start. */
void normal_append_trimmed(struct buffer *target, const char *text, size_t length);

/* A title or name: one line, trimmed, with single spaces for white space and control characters. */
void normal_append_line(struct buffer *target, const char *text, size_t length);

/* Length of the prefix that is already normal. */
size_t normal_prefix(const char *text, size_t length);

/* The end of the text without trailing white space, and the start of its first line that is not empty. */
size_t normal_trimmed_end(const char *text, size_t length);
size_t normal_trimmed_start(const char *text, size_t length);

#endif

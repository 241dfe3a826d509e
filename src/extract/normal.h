/* One form for every text that leaves an extractor: well-formed UTF-8 (lone surrogates and other ill-formed bytes are
 * U+FFFD), no NULs, CRLF, CR, U+2028 and U+2029 as LF, no byte order mark at the start. */
#ifndef EXTRACT_NORMAL_H
#define EXTRACT_NORMAL_H

#include "base/buffer.h"

#include <contextpack/error.h>

/* Appends the text in that form. */
void normal_append(struct buffer *target, const char *text, size_t length);

/* The same, without the bytes of white space at its end and the empty lines at its start. */
void normal_append_trimmed(struct buffer *target, const char *text, size_t length);

/* A title or a name: one line, runs of white space and control characters as one space, trimmed. */
void normal_append_line(struct buffer *target, const char *text, size_t length);

/* Bytes at the start that are in that form already: the length when all are. */
size_t normal_prefix(const char *text, size_t length);

/* Where a text without the white space at its end stops, and where its first line that is not empty starts. */
size_t normal_trimmed_end(const char *text, size_t length);
size_t normal_trimmed_start(const char *text, size_t length);

#endif

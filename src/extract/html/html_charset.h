/* Converts the bytes of an HTML page to UTF-8. */
#ifndef EXTRACT_HTML_HTML_CHARSET_H
#define EXTRACT_HTML_HTML_CHARSET_H

#include "base/buffer.h"

#include <contextpack/error.h>

/* Appends the page as UTF-8 without a byte order mark. The encoding is that of a byte order mark, else UTF-8 if the
 * bytes are valid, else the one that a meta element of the first 4 KiB names, else Windows-1252. Bytes that have no
 * meaning in it become U+FFFD. */
cpk_status html_append_utf8(struct buffer *target, const char *bytes, size_t length, cpk_error **error);

#endif

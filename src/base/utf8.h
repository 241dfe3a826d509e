/* UTF-8 decoding, validation and repair. Each maximal ill-formed subpart counts as one U+FFFD. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buffer.h"

#define UTF8_REPLACEMENT UINT32_C(0xFFFD)

/* Decodes the code point at text[0]; length > 0. Returns its size in bytes (1 to 4). For an ill-formed sequence:
 * UTF8_REPLACEMENT, *valid 0 and the size of the maximal subpart (Unicode 16, table 3-8). */
size_t utf8_decode(const char *text, size_t length, uint32_t *code_point, int32_t *valid);

/* Writes a code point (at most 0x10FFFF, not a surrogate) and returns its size, 1 to 4 bytes. */
size_t utf8_encode(uint32_t code_point, char bytes[4]);

/* Length of the well-formed prefix. */
size_t utf8_valid_prefix(const char *text, size_t length);

/* Appends the text with ill-formed sequences replaced by U+FFFD. */
void utf8_append_repaired(struct buffer *target, const char *text, size_t length);

/* The largest length <= wanted that splits no code point and no ill-formed sequence as utf8_decode() delimits them: at
 * most 3 bytes less than wanted, for any input; 0 only if wanted <= 3. */
size_t utf8_floor(const char *text, size_t length, size_t wanted);

/* Turns untrusted text into one line for logs and messages, in place: control characters become spaces, invalid bytes
 * '?'; an incomplete code point at the end is removed. */
void utf8_clean_line(char *text);

#endif

/* UTF-8: decoding, validation and repair, one rule everywhere: each maximal ill-formed subpart is one U+FFFD. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buffer.h"

#define UTF8_REPLACEMENT UINT32_C(0xFFFD)

/* Decodes one code point at text[0], length > 0. Returns the bytes it takes (1 to 4). An ill-formed sequence gives
 * UTF8_REPLACEMENT with *valid 0 and the length of its maximal subpart (Unicode 16, table 3-8). */
size_t utf8_decode(const char *text, size_t length, uint32_t *code_point, int32_t *valid);

/* Writes a code point (not a surrogate, at most 0x10FFFF) as 1 to 4 bytes. */
size_t utf8_encode(uint32_t code_point, char bytes[4]);

/* Bytes at the start that are well-formed: the length when all are. */
size_t utf8_valid_prefix(const char *text, size_t length);

/* Appends the text with ill-formed sequences replaced by U+FFFD. */
void utf8_append_repaired(struct buffer *target, const char *text, size_t length);

/* The largest length <= wanted that cuts no code point and no ill-formed sequence, as utf8_decode() has them: at most 3
 * bytes less, whatever the bytes are; 0 only when wanted is at most 3. */
size_t utf8_floor(const char *text, size_t length, size_t wanted);

/* Makes one clean line of a text, in place, for logs and messages that hold what others named: control characters
 * become spaces, bytes that are not UTF-8 question marks; a code point that was cut off at the end goes. */
void utf8_clean_line(char *text);

#endif

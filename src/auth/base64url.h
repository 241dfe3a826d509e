/* Strict decoder for base64url without padding (RFC 4648, section 5): accepts one encoding for each byte sequence. */
#ifndef AUTH_BASE64URL_H
#define AUTH_BASE64URL_H

#include <stddef.h>
#include <stdint.h>

/* Upper limit of the bytes that a text of this length decodes to. */
#define BASE64URL_BYTES(length) ((length) / 4 * 3 + 2)

/* Returns 1, or 0 for a foreign character, padding, an impossible length or non-zero trailing bits. */
int32_t base64url_decode(const char *text, size_t length, unsigned char *bytes, size_t *byte_count);

#endif

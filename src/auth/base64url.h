/* Base64url without padding (RFC 4648, section 5), read strictly: one text for each run of bytes. */
#ifndef AUTH_BASE64URL_H
#define AUTH_BASE64URL_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that a text of that length decodes to, at most. */
#define BASE64URL_BYTES(length) ((length) / 4 * 3 + 2)

/* 1 and the bytes, or 0: a foreign character, padding, an impossible length, or left-over bits that are not zero. */
int32_t base64url_decode(const char *text, size_t length, unsigned char *bytes, size_t *byte_count);

#endif

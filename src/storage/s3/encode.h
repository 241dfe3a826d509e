/* Text forms of S3 requests: percent-encoding as Signature Version 4 wants it, base64, MD5. */
#ifndef STORAGE_S3_ENCODE_H
#define STORAGE_S3_ENCODE_H

#include "base/buffer.h"

#define ENCODE_MD5_BYTES        16
#define ENCODE_MD5_HEX_BYTES    33 /* with the NUL */
#define ENCODE_MD5_BASE64_BYTES 25 /* with the NUL */

/* Appends the text; every byte but A-Z a-z 0-9 - _ . ~ becomes %XX. `keep_slash` 1: '/' remains, as in a path. */
void encode_percent(struct buffer *target, const char *text, size_t length, int32_t keep_slash);
/* Appends the text with %XX decoded, and '+' as a space if plus_is_space. Returns 0 if a '%' is not followed by two
 * hexadecimal digits, or for %00. */
int32_t encode_decode_percent(struct buffer *target, const char *text, size_t length, int32_t plus_is_space);
/* 4 characters for each 3 bytes, padded, with a NUL. */
void encode_base64(const unsigned char *bytes, size_t length, char *text);
/* Returns 0 if this OpenSSL offers no MD5 (FIPS mode) or memory is short. */
int32_t encode_md5(const void *bytes, size_t length, unsigned char digest[ENCODE_MD5_BYTES]);

#endif

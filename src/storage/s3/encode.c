#include "storage/s3/encode.h"

#include <openssl/evp.h>
#include <string.h>

static int32_t is_unreserved(unsigned char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '_' || byte == '.' || byte == '~';
}

void encode_percent(struct buffer *target, const char *text, size_t length, int32_t keep_slash)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (is_unreserved(byte) || (keep_slash && byte == '/')) {
            buffer_append_byte(target, (char)byte);
        } else {
            const char escaped[3] = {'%', digits[byte >> 4], digits[byte & 15]};

            buffer_append(target, escaped, sizeof escaped);
        }
    }
}

static int32_t hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

int32_t encode_decode_percent(struct buffer *target, const char *text, size_t length, int32_t plus_is_space)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '%') {
            int32_t high = i + 2 < length ? hex_value(text[i + 1]) : -1;
            int32_t low = high >= 0 ? hex_value(text[i + 2]) : -1;

            if (low < 0 || (high == 0 && low == 0)) {
                return 0;
            }
            buffer_append_byte(target, (char)(high * 16 + low));
            i += 2;
        } else {
            buffer_append_byte(target, plus_is_space && text[i] == '+' ? ' ' : text[i]);
        }
    }
    return 1;
}

void encode_base64(const unsigned char *bytes, size_t length, char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < length; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16;

        group |= i + 1 < length ? (uint32_t)bytes[i + 1] << 8 : 0;
        group |= i + 2 < length ? bytes[i + 2] : 0;
        *text++ = digits[group >> 18];
        *text++ = digits[group >> 12 & 63];
        *text++ = i + 1 < length ? digits[group >> 6 & 63] : '=';
        *text++ = i + 2 < length ? digits[group & 63] : '=';
    }
    *text = '\0';
}

int32_t encode_md5(const void *bytes, size_t length, unsigned char digest[ENCODE_MD5_BYTES])
{
    return EVP_Digest(bytes, length, digest, NULL, EVP_md5(), NULL) == 1;
}

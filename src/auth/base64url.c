#include "auth/base64url.h"

static int32_t digit_value(char digit)
{
    if (digit >= 'A' && digit <= 'Z') {
        return digit - 'A';
    }
    if (digit >= 'a' && digit <= 'z') {
        return digit - 'a' + 26;
    }
    if (digit >= '0' && digit <= '9') {
        return digit - '0' + 52;
    }
    return digit == '-' ? 62 : digit == '_' ? 63 : -1;
}

int32_t base64url_decode(const char *text, size_t length, unsigned char *bytes, size_t *byte_count)
{
    uint32_t bits = 0;
    int32_t bit_count = 0;
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        int32_t value = digit_value(text[i]);

        if (value < 0) {
            return 0;
        }
        bits = (bits << 6 | (uint32_t)value) & 0xffff;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            bytes[count++] = (unsigned char)(bits >> bit_count);
        }
    }
    *byte_count = count;
    return length % 4 != 1 && (bits & ((UINT32_C(1) << bit_count) - 1)) == 0;
}

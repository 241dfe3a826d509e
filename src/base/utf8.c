#include "base/utf8.h"

#include <string.h>

#define UTF8_BYTES_MAX 4 /* of one code point */

/* Length of the sequence that a lead byte starts, 0 if none, and the range of the second byte, which is narrower after
 * E0, ED, F0 and F4 (no overlong forms, no surrogates, nothing above 10FFFF). */
static size_t sequence_bounds(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (lead == 0xE0) {
            *low = 0xA0;
        } else if (lead == 0xED) {
            *high = 0x9F;
        }
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (lead == 0xF0) {
            *low = 0x90;
        } else if (lead == 0xF4) {
            *high = 0x8F;
        }
        return 4;
    }
    return 0;
}

size_t utf8_decode(const char *text, size_t length, uint32_t *code_point, int32_t *valid)
{
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char low;
    unsigned char high;
    uint32_t value;
    size_t wanted;

    *valid = 1;
    if (bytes[0] < 0x80) {
        *code_point = bytes[0];
        return 1;
    }
    wanted = sequence_bounds(bytes[0], &low, &high);
    *code_point = UTF8_REPLACEMENT;
    *valid = 0;
    if (wanted == 0) {
        return 1;
    }
    value = bytes[0] & (0x7Fu >> wanted);
    for (size_t i = 1; i < wanted; i++) {
        if (i >= length || bytes[i] < low || bytes[i] > high) {
            return i;
        }
        value = value << 6 | (bytes[i] & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    *code_point = value;
    *valid = 1;
    return wanted;
}

size_t utf8_encode(uint32_t code_point, char bytes[4])
{
    if (code_point < 0x80) {
        bytes[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        bytes[0] = (char)(0xC0 | code_point >> 6);
        bytes[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        bytes[0] = (char)(0xE0 | code_point >> 12);
        bytes[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    bytes[0] = (char)(0xF0 | code_point >> 18);
    bytes[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}

size_t utf8_valid_prefix(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        uint64_t word;
        uint32_t code_point;
        int32_t valid;
        size_t taken;

        if (length - at >= sizeof word) {
            memcpy(&word, text + at, sizeof word);
            if ((word & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof word;
                continue;
            }
        }
        taken = utf8_decode(text + at, length - at, &code_point, &valid);
        if (!valid) {
            return at;
        }
        at += taken;
    }
    return at;
}

void utf8_append_repaired(struct buffer *target, const char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        size_t good = utf8_valid_prefix(text + at, length - at);

        buffer_append(target, text + at, good);
        at += good;
        if (at < length) {
            uint32_t code_point;
            int32_t valid;

            at += utf8_decode(text + at, length - at, &code_point, &valid);
            buffer_append(target, "\xEF\xBF\xBD", 3);
        }
    }
}

size_t utf8_floor(const char *text, size_t length, size_t wanted)
{
    size_t lead = wanted;

    if (wanted >= length) {
        return length;
    }
    while (lead > 0 && wanted - lead < UTF8_BYTES_MAX - 1 && ((unsigned char)text[lead] & 0xC0) == 0x80) {
        lead--;
    }
    if (lead < wanted) {
        uint32_t code_point;
        int32_t valid;

        return lead + utf8_decode(text + lead, length - lead, &code_point, &valid) > wanted ? lead : wanted;
    }
    return wanted;
}

/* Sequence length encoded in a lead byte; 1 for any other byte. */
static size_t expected_bytes(unsigned char lead)
{
    if (lead >= 0xF0) {
        return 4;
    }
    return lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
}

static int32_t is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
}

void utf8_clean_line(char *text)
{
    size_t length = strlen(text);
    size_t at = 0;

    while (at < length) {
        uint32_t code_point;
        int32_t valid;
        size_t taken = utf8_decode(text + at, length - at, &code_point, &valid);

        if (!valid && at + taken == length && expected_bytes((unsigned char)text[at]) > taken) {
            text[at] = '\0';
            return;
        }
        if (!valid || is_control(code_point)) {
            memset(text + at, valid ? ' ' : '?', taken);
        }
        at += taken;
    }
}

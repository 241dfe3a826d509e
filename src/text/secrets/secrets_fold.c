/* Folds characters that look like ASCII: full-width forms, digits of other scripts, dashes, spaces, quotes. Removes
 * zero-width characters. */
#include "text/secrets/secrets_internal.h"

#include <string.h>

#define FOLD_DROP 0         /* remove the character */
#define FOLD_KEEP INT32_MAX /* not a look-alike: keep the character */

static uint32_t decode(const unsigned char *at, size_t left, size_t *size)
{
    if (at[0] >= 0xC2 && at[0] < 0xE0 && left >= 2) {
        *size = 2;
        return (uint32_t)(at[0] & 0x1F) << 6 | (at[1] & 0x3F);
    }
    if (at[0] >= 0xE0 && at[0] < 0xF0 && left >= 3) {
        *size = 3;
        return (uint32_t)(at[0] & 0x0F) << 12 | (uint32_t)(at[1] & 0x3F) << 6 | (at[2] & 0x3F);
    }
    if (at[0] >= 0xF0 && at[0] < 0xF5 && left >= 4) {
        *size = 4;
        return (uint32_t)(at[0] & 0x07) << 18 | (uint32_t)(at[1] & 0x3F) << 12 | (uint32_t)(at[2] & 0x3F) << 6 |
               (at[3] & 0x3F);
    }
    *size = 1;
    return at[0];
}

static int32_t fold_digit(uint32_t code_point)
{
    static const uint32_t zeros[] = {0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6,
                                     0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0};

    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        if (code_point >= zeros[i] && code_point < zeros[i] + 10) {
            return (int32_t)('0' + code_point - zeros[i]);
        }
    }
    if (code_point >= 0x1D7CE && code_point <= 0x1D7FF) { /* mathematical digits in five styles */
        return (int32_t)('0' + (code_point - 0x1D7CE) % 10);
    }
    return FOLD_KEEP;
}

static int32_t fold_punctuation(uint32_t code_point)
{
    switch (code_point) {
    case 0x00A0:
    case 0x202F:
    case 0x205F:
    case 0x3000:
        return ' ';
    case 0x00AD:
    case 0x200B:
    case 0x200C:
    case 0x200D:
    case 0x200E:
    case 0x200F:
    case 0x2060:
    case 0xFEFF:
        return FOLD_DROP;
    case 0x2018:
    case 0x2019:
    case 0x201A:
        return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x00AB:
    case 0x00BB:
    case 0x300C:
    case 0x300D:
    case 0x300E:
    case 0x300F:
        return '"';
    case 0x2212:
    case 0xFE63:
        return '-';
    case 0x3001:
    case 0x060C:
        return ',';
    case 0x3002:
        return '.';
    default:
        return FOLD_KEEP;
    }
}

static int32_t fold_code_point(uint32_t code_point)
{
    if (code_point >= 0x2000 && code_point <= 0x200A) {
        return ' ';
    }
    if (code_point >= 0x2010 && code_point <= 0x2015) {
        return '-';
    }
    if (code_point >= 0xFF01 && code_point <= 0xFF5E) {
        return (int32_t)(code_point - 0xFF01 + '!');
    }
    if (code_point >= 0x202A && code_point <= 0x202E) {
        return FOLD_DROP; /* bidirectional formatting characters */
    }
    if (code_point < 0x2000 || code_point > 0x1D000) {
        int32_t digit = fold_digit(code_point);

        if (digit != FOLD_KEEP) {
            return digit;
        }
    }
    return fold_punctuation(code_point);
}

/* Position of the next byte that may start a look-alike; letters of other scripts are skipped. */
static size_t next_candidate(const unsigned char *text, size_t length, size_t at)
{
    while (at < length) {
        unsigned char byte;
        uint64_t eight;

        while (at + sizeof eight <= length) {
            memcpy(&eight, text + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) != 0) {
                break;
            }
            at += sizeof eight;
        }
        if (at == length) {
            return length;
        }
        byte = text[at];
        if (byte < 0x80) {
            at++;
        } else if (byte == 0xC2 || (byte >= 0xD9 && byte <= 0xDB) || byte == 0xE2 || byte == 0xEF || byte == 0xF0 ||
                   byte == 0xE0 || byte == 0xE1 || (byte == 0xE3 && at + 1 < length && text[at + 1] == 0x80) ||
                   byte == 0xD8) {
            return at;
        } else {
            at++;
        }
    }
    return length;
}

static void add_place(struct secret_fold *fold, size_t original)
{
    struct secret_place place = {fold->text.length, original};

    buffer_append(&fold->places, &place, sizeof place);
}

int32_t secret_fold_text(struct secret_fold *fold, const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t copied = 0;
    size_t at = 0;

    while ((at = next_candidate(bytes, length, at)) < length) {
        size_t size;
        int32_t folded = fold_code_point(decode(bytes + at, length - at, &size));

        if (folded != FOLD_KEEP) {
            char byte = (char)folded;

            buffer_append(&fold->text, text + copied, at - copied);
            if (folded != FOLD_DROP) {
                add_place(fold, at); /* the ASCII byte replaces the whole character */
                buffer_append(&fold->text, &byte, 1);
            }
            add_place(fold, at + size);
            copied = at + size;
        }
        at += size;
    }
    if (copied > 0) {
        buffer_append(&fold->text, text + copied, length - copied);
    }
    return copied == 0;
}

#include "extract/normal.h"

#include "base/utf8.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Non-zero if a byte of the word is zero; exact as a yes/no test. */
static uint64_t has_zero(uint64_t word)
{
    return (word - EACH_BYTE) & ~word & HIGH_BITS;
}

/* Length of the prefix of ASCII characters other than NUL and CR. */
static size_t plain_prefix(const char *text, size_t length)
{
    size_t at = 0;
    uint64_t word;

#ifdef __SSE2__
    const __m128i carriage = _mm_set1_epi8('\r');
    const __m128i nul = _mm_setzero_si128();

    for (; length - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + at));
        __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, carriage), _mm_cmpeq_epi8(bytes, nul)), bytes);
        unsigned mask = (unsigned)_mm_movemask_epi8(found); /* high bits: non-ASCII or a match */

        if (mask != 0) {
            return at + (size_t)__builtin_ctz(mask);
        }
    }
#endif
    for (; length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if (((word & HIGH_BITS) | has_zero(word) | has_zero(word ^ (EACH_BYTE * '\r'))) != 0) {
            break;
        }
    }
    while (at < length && (unsigned char)text[at] < 0x80 && text[at] != '\0' && text[at] != '\r') {
        at++;
    }
    return at;
}

/* Length of a valid sequence of two or three bytes that is normal; 0 if it needs a full check. */
static size_t common_sequence(const unsigned char *bytes, size_t length)
{
    if (length >= 2 && bytes[0] >= 0xC2 && bytes[0] <= 0xDF && (bytes[1] & 0xC0) == 0x80) {
        return 2;
    }
    if (length >= 3 && bytes[0] >= 0xE1 && bytes[0] <= 0xEF && bytes[0] != 0xED && (bytes[1] & 0xC0) == 0x80 &&
        (bytes[2] & 0xC0) == 0x80) {
        int32_t is_separator = bytes[0] == 0xE2 && bytes[1] == 0x80 && (bytes[2] & 0xFE) == 0xA8; /* U+2028, U+2029 */

        return is_separator ? 0 : 3;
    }
    return 0;
}

static int32_t is_plain(char byte)
{
    return (unsigned char)byte < 0x80 && byte != '\0' && byte != '\r';
}

/* Skips such sequences, and single ASCII bytes between them, such as spaces between words. */
static size_t pass_common(const char *text, size_t length, size_t at)
{
    for (;;) {
        size_t taken = common_sequence((const unsigned char *)text + at, length - at);

        if (taken == 0) {
            if (length - at < 2 || !is_plain(text[at]) || (unsigned char)text[at + 1] < 0x80) {
                return at;
            }
            taken = 1;
        }
        at += taken;
    }
}

size_t normal_prefix(const char *text, size_t length)
{
    size_t at = 0;

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        return 0;
    }
    while (at < length) {
        size_t taken = plain_prefix(text + at, length - at);
        uint32_t code_point;
        int32_t valid;

        at = pass_common(text, length, at + taken);
        if (at == length || is_plain(text[at])) {
            continue;
        }
        taken = utf8_decode(text + at, length - at, &code_point, &valid);
        if (!valid || code_point == 0 || code_point == '\r' || code_point == 0x2028 || code_point == 0x2029) {
            return at;
        }
        at += taken;
    }
    return at;
}

/* Appends the replacement of the first code point, where normal_prefix() stopped; returns the bytes it replaces. */
static size_t append_changed(struct buffer *target, const char *text, size_t length)
{
    uint32_t code_point;
    int32_t valid;
    size_t taken = utf8_decode(text, length, &code_point, &valid);

    if (!valid) {
        buffer_append(target, "\xEF\xBF\xBD", 3);
        /* A surrogate encoded as three bytes gets one replacement, not three. */
        if (length >= 3 && (unsigned char)text[0] == 0xED && ((unsigned char)text[1] & 0xE0) == 0xA0 &&
            ((unsigned char)text[2] & 0xC0) == 0x80) {
            return 3;
        }
    } else if (code_point == '\r') {
        buffer_append_byte(target, '\n');
        return length >= 2 && text[1] == '\n' ? 2 : 1;
    } else if (code_point == 0x2028 || code_point == 0x2029) {
        buffer_append_byte(target, '\n');
    } else if (code_point != 0) {
        buffer_append(target, text, taken);
    }
    return taken;
}

void normal_append(struct buffer *target, const char *text, size_t length)
{
    size_t at = 0;

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        at = 3;
    }
    while (at < length) {
        size_t good = normal_prefix(text + at, length - at);

        buffer_append(target, text + at, good);
        at += good;
        if (at < length) {
            at += append_changed(target, text + at, length - at);
        }
    }
}

static int32_t is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}

size_t normal_trimmed_end(const char *text, size_t length)
{
    while (length > 0 && is_space(text[length - 1])) {
        length--;
    }
    return length;
}

size_t normal_trimmed_start(const char *text, size_t length)
{
    size_t start = 0;

    for (size_t at = 0; at < length && is_space(text[at]); at++) {
        if (text[at] == '\n') {
            start = at + 1;
        }
    }
    return start;
}

void normal_append_trimmed(struct buffer *target, const char *text, size_t length)
{
    size_t before = target->length;
    size_t start;

    normal_append(target, text, length);
    if (target->failed || target->data == NULL) {
        return;
    }
    target->length = before + normal_trimmed_end(target->data + before, target->length - before);
    start = normal_trimmed_start(target->data + before, target->length - before);
    memmove(target->data + before, target->data + before + start, target->length - before - start);
    target->length -= start;
    target->data[target->length] = '\0';
}

/* 1 if all bytes are visible ASCII characters, as those of ids. */
static int32_t is_visible(const char *text, size_t length)
{
    unsigned char outside = 0;

    for (size_t i = 0; i < length; i++) {
        outside |= (unsigned char)text[i] - 0x21u > 0x7Eu - 0x21u;
    }
    return !outside;
}

void normal_append_line(struct buffer *target, const char *text, size_t length)
{
    size_t before = target->length;
    size_t from = before;
    size_t to = before;

    if (is_visible(text, length)) {
        buffer_append(target, text, length);
        return;
    }
    normal_append(target, text, length);
    if (target->failed || target->data == NULL) {
        return;
    }
    for (; from < target->length; from++) {
        unsigned char byte = (unsigned char)target->data[from];

        if (byte > 0x20 && byte != 0x7F) {
            target->data[to++] = (char)byte;
        } else if (to > before && target->data[to - 1] != ' ') {
            target->data[to++] = ' ';
        }
    }
    if (to > before && target->data[to - 1] == ' ') {
        to--;
    }
    target->length = to;
    target->data[to] = '\0';
}

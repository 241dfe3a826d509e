#include "extract/chats/references.h"

#include <string.h>

#define REFERENCE_BYTES_MAX 12 /* "&#x10FFFF;" and the longest name below */

static void append_code_point(struct buffer *target, uint32_t code_point)
{
    char bytes[4];
    size_t length = 0;

    if (code_point == 0 || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        code_point = 0xFFFD;
    }
    if (code_point < 0x80) {
        bytes[length++] = (char)code_point;
    } else if (code_point < 0x800) {
        bytes[length++] = (char)(0xC0 | code_point >> 6);
    } else if (code_point < 0x10000) {
        bytes[length++] = (char)(0xE0 | code_point >> 12);
        bytes[length++] = (char)(0x80 | (code_point >> 6 & 0x3F));
    } else {
        bytes[length++] = (char)(0xF0 | code_point >> 18);
        bytes[length++] = (char)(0x80 | (code_point >> 12 & 0x3F));
        bytes[length++] = (char)(0x80 | (code_point >> 6 & 0x3F));
    }
    if (code_point >= 0x80) {
        bytes[length++] = (char)(0x80 | (code_point & 0x3F));
    }
    buffer_append(target, bytes, length);
}

/* The number of "&#123;" or "&#x7B;", between the # and the end; 0 if it is none. */
static uint32_t read_number(const char *text, size_t length)
{
    uint32_t base = length > 0 && (text[0] == 'x' || text[0] == 'X') ? 16 : 10;
    uint32_t number = 0;

    for (size_t i = base == 16; i < length; i++) {
        const char *digits = "0123456789abcdef";
        const char *digit = strchr(digits, text[i] | (text[i] >= 'A' ? 0x20 : 0));

        if (text[i] == '\0' || digit == NULL || (uint32_t)(digit - digits) >= base || number > 0x10FFFF) {
            return 0;
        }
        number = number * base + (uint32_t)(digit - digits);
    }
    return number;
}

static uint32_t read_name(const char *text, size_t length)
{
    static const struct {
        const char *name;
        uint32_t code_point;
    } names[] = {{"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},      {"apos", '\''},
                 {"nbsp", ' '},     {"emsp", ' '},     {"ensp", ' '},     {"hellip", 0x2026}, {"mdash", 0x2014},
                 {"ndash", 0x2013}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201C},  {"rdquo", 0x201D},
                 {"bull", 0x2022},  {"middot", 0xB7},  {"copy", 0xA9},    {"reg", 0xAE},      {"trade", 0x2122},
                 {"euro", 0x20AC},  {"pound", 0xA3},   {"deg", 0xB0},     {"times", 0xD7},    {"laquo", 0xAB},
                 {"raquo", 0xBB},   {"rarr", 0x2192},  {"larr", 0x2190},  {"auml", 0xE4},     {"ouml", 0xF6},
                 {"uuml", 0xFC},    {"Auml", 0xC4},    {"Ouml", 0xD6},    {"Uuml", 0xDC},     {"szlig", 0xDF},
                 {"eacute", 0xE9},  {"egrave", 0xE8},  {"agrave", 0xE0},  {"ccedil", 0xE7},   {"ntilde", 0xF1}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i].name) == length && memcmp(names[i].name, text, length) == 0) {
            return names[i].code_point;
        }
    }
    return 0;
}

/* Appends the character of a reference at `text`, which starts with '&'; the '&' itself if it is none. Returns the
 * bytes that it takes. */
static size_t append_reference(struct buffer *target, const char *text, size_t length)
{
    const char *semicolon = memchr(text, ';', length < REFERENCE_BYTES_MAX ? length : REFERENCE_BYTES_MAX);
    uint32_t code_point = 0;

    if (semicolon != NULL && semicolon > text + 1) {
        code_point = text[1] == '#' ? read_number(text + 2, (size_t)(semicolon - text) - 2)
                                    : read_name(text + 1, (size_t)(semicolon - text) - 1);
    }
    if (code_point == 0) {
        buffer_append_byte(target, '&');
        return 1;
    }
    append_code_point(target, code_point);
    return (size_t)(semicolon - text) + 1;
}

void references_append_decoded(struct buffer *target, const char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        const char *reference = memchr(text + at, '&', length - at);
        size_t plain = reference != NULL ? (size_t)(reference - text) - at : length - at;

        buffer_append(target, text + at, plain);
        at += plain;
        if (at < length) {
            at += append_reference(target, text + at, length - at);
        }
    }
}

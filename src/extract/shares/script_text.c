#include "extract/shares/script_text.h"

#include "base/utf8.h"

#include <string.h>

static int32_t hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f') {
        return (digit | 0x20) - 'a' + 10;
    }
    return -1;
}

/* Reads `count` hexadecimal digits; UINT32_MAX if there are fewer. */
static uint32_t read_hex(const char *text, size_t length, size_t count)
{
    uint32_t value = 0;

    for (size_t i = 0; i < count; i++) {
        int32_t digit = i < length ? hex_value(text[i]) : -1;

        if (digit < 0) {
            return UINT32_MAX;
        }
        value = value * 16 + (uint32_t)digit;
    }
    return value;
}

static void append_code_point(struct buffer *target, uint32_t code_point)
{
    char bytes[4];

    buffer_append(target, bytes, utf8_encode(code_point, bytes));
}

/* Decodes "\uXXXX" at `text`, with a second one for the other half of a pair. Returns the bytes used. */
static size_t append_unicode(struct buffer *target, const char *text, size_t length)
{
    uint32_t unit = read_hex(text + 2, length - 2, 4);

    if (unit == UINT32_MAX) {
        buffer_append_byte(target, 'u');
        return 2;
    }
    if (unit >= 0xD800 && unit < 0xDC00 && length >= 12 && text[6] == '\\' && text[7] == 'u') {
        uint32_t second = read_hex(text + 8, length - 8, 4);

        if (second >= 0xDC00 && second < 0xE000) {
            append_code_point(target, 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00));
            return 12;
        }
    }
    append_code_point(target, unit >= 0xD800 && unit < 0xE000 ? UTF8_REPLACEMENT : unit);
    return 6;
}

/* Decodes the escape at `text`, which has at least two bytes. Returns the bytes used. */
static size_t append_escape(struct buffer *target, const char *text, size_t length)
{
    static const char LETTERS[] = "nrtbfv0";
    static const char VALUES[] = "\n\r\t\b\f\v\0";
    const char *letter = strchr(LETTERS, text[1]);
    uint32_t value;

    if (text[1] == 'u') {
        return append_unicode(target, text, length);
    }
    if (text[1] == 'x') {
        value = read_hex(text + 2, length - 2, 2);
        if (value != UINT32_MAX) {
            append_code_point(target, value);
            return 4;
        }
    }
    if (text[1] == '\n') {
        return 2; /* the literal continues on the next line */
    }
    buffer_append_byte(target, letter != NULL && text[1] != '\0' ? VALUES[letter - LETTERS] : text[1]);
    return 2;
}

size_t script_append_literal(struct buffer *target, const char *text, size_t length)
{
    size_t at = 1;

    while (at < length && text[at] != text[0]) {
        size_t plain = 0;

        while (at + plain < length && text[at + plain] != text[0] && text[at + plain] != '\\') {
            plain++;
        }
        buffer_append(target, text + at, plain);
        at += plain;
        if (at < length && text[at] == '\\') {
            if (at + 1 >= length) {
                return 0;
            }
            at += append_escape(target, text + at, length - at);
        }
    }
    return at < length ? at + 1 : 0;
}

void script_append_stream(struct buffer *target, const char *page, size_t length)
{
    static const char CALL[] = "streamController.enqueue(";
    const char *end = page + length;
    const char *found;

    while ((found = memmem(page, (size_t)(end - page), CALL, sizeof CALL - 1)) != NULL) {
        page = found + sizeof CALL - 1;
        while (page < end && (*page == ' ' || *page == '\n')) {
            page++;
        }
        if (page < end && (*page == '"' || *page == '\'')) {
            size_t taken = script_append_literal(target, page, (size_t)(end - page));

            if (taken == 0) {
                return;
            }
            page += taken;
        }
    }
}

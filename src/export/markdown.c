#include "export/markdown.h"

#include "base/utf8.h"

#include <string.h>

#define ELLIPSIS         "\xe2\x80\xa6"
#define ENTITY_BYTES_MAX 40

static int32_t is_space(uint32_t code_point)
{
    return code_point <= 0x20 || (code_point >= 0x7f && code_point <= 0xa0) || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200a) || code_point == 0x2028 || code_point == 0x2029 ||
           code_point == 0x202f || code_point == 0x205f || code_point == 0x3000;
}

/* Characters that hide or reorder text for readers but not for models: direction overrides, byte order marks, tags. */
static int32_t is_invisible(uint32_t code_point)
{
    return code_point == 0x200b || code_point == 0x200e || code_point == 0x200f || code_point == 0x2060 ||
           code_point == 0xfeff || (code_point >= 0x202a && code_point <= 0x202e) ||
           (code_point >= 0x2061 && code_point <= 0x206f) || (code_point >= 0xfff9 && code_point <= 0xfffb) ||
           (code_point >= 0xe0000 && code_point <= 0xe007f);
}

static int32_t is_word(unsigned char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte >= 0x80;
}

static int32_t is_punctuation(unsigned char byte)
{
    return byte > ' ' && byte < 0x7f && !is_word(byte);
}

/* Appends plain text: one line, single spaces, no invisible characters. */
static void append_clean(struct buffer *target, const char *text, size_t length)
{
    int32_t space = 0;
    size_t start = target->length;
    size_t at = 0;

    while (at < length) {
        uint32_t code_point;
        int32_t valid;
        size_t bytes = utf8_decode(text + at, length - at, &code_point, &valid);

        if (is_space(code_point)) {
            space = 1;
        } else if (!is_invisible(code_point)) {
            if (space && target->length > start) {
                buffer_append_byte(target, ' ');
            }
            space = 0;
            if (valid) {
                buffer_append(target, text + at, bytes);
            } else {
                buffer_append_text(target, "\xef\xbf\xbd");
            }
        }
        at += bytes;
    }
}

/* Length for cutting: at a space in the last quarter if there is one, otherwise between code points. */
static size_t cut_length(const char *text, size_t length, size_t max_bytes)
{
    size_t end = utf8_floor(text, length, max_bytes);

    for (size_t at = end; at > max_bytes - max_bytes / 4; at--) {
        if (text[at] == ' ') {
            return at;
        }
    }
    return end;
}

/* Position of the '.' or ')' that makes the start of a block a list item ("12. ", "3) "), or SIZE_MAX. */
static size_t find_list_mark(const char *text, size_t length)
{
    size_t digits = 0;

    while (digits < length && digits < 10 && text[digits] >= '0' && text[digits] <= '9') {
        digits++;
    }
    if (digits > 0 && digits < length && (text[digits] == '.' || text[digits] == ')') &&
        (digits + 1 == length || text[digits + 1] == ' ')) {
        return digits;
    }
    return SIZE_MAX;
}

static int32_t opens_block(const char *text, size_t length)
{
    char next = length > 1 ? text[1] : ' ';

    switch (text[0]) {
    case '#':
    case '>':
    case '=':
        return 1;
    case '-':
    case '+':
        return next == ' ' || next == text[0];
    case '~':
        return next == '~';
    default:
        return 0;
    }
}

/* Remainder of a character reference after its '&': "amp;", "#38;" or "#x26;". */
static int32_t is_entity(const char *text, size_t length)
{
    size_t at = length > 0 && text[0] == '#';

    while (at < length && at < ENTITY_BYTES_MAX && is_word((unsigned char)text[at])) {
        at++;
    }
    return at > 0 && at < length && text[at] == ';';
}

/* 1 if the byte at `at` would be parsed as markup. '_' inside words and single '<' and '&' are not. */
static int32_t is_markup(const char *text, size_t length, size_t at, int32_t flags)
{
    unsigned char before = at > 0 ? (unsigned char)text[at - 1] : ' ';
    unsigned char after = at + 1 < length ? (unsigned char)text[at + 1] : ' ';

    switch (text[at]) {
    case '`':
    case '[':
        return 1;
    case '*':
        return before != ' ' || after != ' ';
    case '_':
        return !(is_word(before) && is_word(after)) && !(before == ' ' && after == ' ');
    case '\\':
        return is_punctuation(after) || after == ' ';
    case '<':
        return is_word(after) || after == '/' || after == '!' || after == '?';
    case '&':
        return is_entity(text + at + 1, length - at - 1);
    case '~':
        return after == '~' || before == '~';
    case '|':
        return (flags & MARKDOWN_CELL) != 0;
    default:
        return 0;
    }
}

static void append_escaped(struct buffer *target, const char *text, size_t length, int32_t flags)
{
    size_t list_mark = (flags & MARKDOWN_START) != 0 ? find_list_mark(text, length) : SIZE_MAX;

    for (size_t at = 0; at < length; at++) {
        int32_t opens = at == 0 && (flags & MARKDOWN_START) != 0 && opens_block(text, length);

        if (opens || at == list_mark || is_markup(text, length, at, flags)) {
            buffer_append_byte(target, '\\');
        }
        buffer_append_byte(target, text[at]);
    }
}

size_t markdown_append_text(struct buffer *target, const char *text, size_t length, size_t max_bytes, int32_t flags)
{
    size_t before = target->length;
    struct buffer clean;

    buffer_init(&clean, target->allocator);
    append_clean(&clean, text, length);
    if (clean.failed) {
        target->failed = 1;
    } else if (max_bytes > 0 && clean.length > max_bytes) {
        append_escaped(target, clean.data, cut_length(clean.data, clean.length, max_bytes), flags);
        buffer_append_text(target, ELLIPSIS);
    } else if (clean.length > 0) {
        append_escaped(target, clean.data, clean.length, flags);
    }
    buffer_free(&clean);
    return target->length - before;
}

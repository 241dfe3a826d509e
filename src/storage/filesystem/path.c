#include "storage/filesystem/path.h"

#include <string.h>

static const char HEX_DIGITS[] = "0123456789abcdef";

static int32_t is_plain(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.';
}

static void append_piece(struct buffer *target, const char *piece, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)piece[i];

        if (is_plain(byte) && !(byte == '.' && i == 0)) {
            buffer_append_byte(target, (char)byte);
        } else {
            const char escaped[3] = {'%', HEX_DIGITS[byte >> 4], HEX_DIGITS[byte & 15]};

            buffer_append(target, escaped, sizeof escaped);
        }
    }
}

static void append_part(struct buffer *target, const char *part, size_t length)
{
    int32_t continued = 0;

    while (length >= PATH_PIECE_BYTES) {
        append_piece(target, part, PATH_PIECE_BYTES);
        buffer_append_text(target, "=/");
        part += PATH_PIECE_BYTES;
        length -= PATH_PIECE_BYTES;
        continued = 1;
    }
    append_piece(target, part, length);
    if (continued && length == 0) {
        buffer_append_byte(target, '%');
    }
}

void path_append_key(struct buffer *target, const char *key)
{
    for (;;) {
        size_t length = strcspn(key, "/");

        append_part(target, key, length);
        if (key[length] == '\0') {
            return;
        }
        buffer_append_text(target, "+/");
        key += length + 1;
    }
}

int32_t path_append_prefix(struct buffer *target, const char *prefix, size_t *prefix_used)
{
    const char *part = prefix;

    for (;;) {
        size_t length = strcspn(part, "/");

        if (part[length] == '\0') {
            *prefix_used = (size_t)(part - prefix);
            return 1;
        }
        if (length == 0 || (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.')) {
            return 0;
        }
        append_part(target, part, length);
        buffer_append_text(target, "+/");
        part += length + 1;
    }
}

static int32_t hex_value(char digit)
{
    const char *at = digit != '\0' ? strchr(HEX_DIGITS, digit) : NULL;

    return at != NULL ? (int32_t)(at - HEX_DIGITS) : -1;
}

/* Accepts only names that append_piece() writes, so that each key has exactly one name. */
static int32_t decode_piece(struct buffer *target, const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)name[i];
        int32_t high;
        int32_t low;

        if (byte != '%') {
            if (!is_plain(byte) || (byte == '.' && i == 0)) {
                return 0;
            }
            buffer_append_byte(target, (char)byte);
            continue;
        }
        high = i + 2 < length ? hex_value(name[i + 1]) : -1;
        low = i + 2 < length ? hex_value(name[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return 0;
        }
        byte = (unsigned char)(high * 16 + low);
        if (byte == '\0' || byte == '/' || (is_plain(byte) && !(byte == '.' && i == 0))) {
            return 0;
        }
        buffer_append_byte(target, (char)byte);
        i += 2;
    }
    return 1;
}

int32_t path_append_name_decoded(struct buffer *target, const char *name, int32_t continued)
{
    size_t length = strlen(name);
    size_t before = target->length;
    int32_t kind = PATH_BLOB;
    size_t bytes;

    if (length > 0 && (name[length - 1] == '+' || name[length - 1] == '=')) {
        length--;
        kind = name[length] == '+' ? PATH_FOLDER : PATH_CONTINUED;
    }
    if (continued && length == 1 && name[0] == '%') {
        bytes = 0; /* the part ends with the previous piece */
    } else if (length > 0 && decode_piece(target, name, length)) {
        bytes = target->length - before;
    } else {
        target->length = before;
        return PATH_FOREIGN;
    }
    if (kind == PATH_CONTINUED ? bytes != PATH_PIECE_BYTES : bytes >= PATH_PIECE_BYTES) {
        target->length = before;
        return PATH_FOREIGN;
    }
    if (kind == PATH_FOLDER) {
        buffer_append_byte(target, '/');
    }
    return kind;
}

#include "terminal/json_out.h"

#include "terminal/format.h"

#include <contextpack/base.h>

#include <stdio.h>

#define ESCAPE_BYTES_MAX 6

void json_out_init(struct json_out *json, struct output *out)
{
    json->out = out;
    json->comma = false;
}

static void write_key(struct json_out *json, const char *key)
{
    size_t length = key != NULL ? strlen(key) : 0;
    char *target = output_reserve(json->out, length + 4);
    size_t used = 0;

    if (json->comma) {
        target[used++] = ',';
    }
    if (key != NULL) {
        target[used++] = '"';
        memcpy(target + used, key, length);
        used += length;
        target[used++] = '"';
        target[used++] = ':';
    }
    output_advance(json->out, used);
    json->comma = true;
}

void json_out_begin(struct json_out *json, const char *key, char bracket)
{
    write_key(json, key);
    output_write(json->out, &bracket, 1);
    json->comma = false;
}

void json_out_end(struct json_out *json, char bracket)
{
    output_write(json->out, &bracket, 1);
    json->comma = true;
}

void json_out_number(struct json_out *json, const char *key, int64_t number)
{
    char digits[24];

    write_key(json, key);
    output_write(json->out, digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)number));
}

void json_out_bool(struct json_out *json, const char *key, bool value)
{
    write_key(json, key);
    output_string(json->out, value ? "true" : "false");
}

void json_out_raw(struct json_out *json, const char *key, const char *text)
{
    write_key(json, key);
    output_string(json->out, text != NULL ? text : "null");
}

void json_out_null(struct json_out *json, const char *key)
{
    write_key(json, key);
    output_write(json->out, "null", 4);
}

static bool needs_escape(unsigned char byte)
{
    return byte < 0x20 || byte == '"' || byte == '\\';
}

/* Returns a word with the high bit set in each byte that must be escaped; exact up to the first such byte. */
static uint64_t escape_mask(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t highs = UINT64_C(0x8080808080808080);
    uint64_t quotes = word ^ (ones * '"');
    uint64_t backslashes = word ^ (ones * '\\');

    return (((word - ones * 0x20) & ~word) | ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes)) &
           highs;
}

/* Number of bytes that need no escapes. Checks eight bytes at a time, because exports have gigabytes of text. */
static size_t plain_length(const char *text, size_t length)
{
    size_t at = 0;

    for (uint64_t word = 0; at + sizeof word <= length; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if (escape_mask(word) != 0) {
            break;
        }
    }
    while (at < length && !needs_escape((unsigned char)text[at])) {
        at++;
    }
    return at;
}

static void write_escape(struct output *out, unsigned char byte)
{
    static const char LETTERS[0x20] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    static const char DIGITS[] = "0123456789abcdef";
    char *target = output_reserve(out, ESCAPE_BYTES_MAX);

    target[0] = '\\';
    if (byte >= 0x20 || LETTERS[byte] != '\0') {
        target[1] = byte >= 0x20 ? (char)byte : LETTERS[byte];
        output_advance(out, 2);
        return;
    }
    memcpy(target + 1, "u00", 3);
    target[4] = DIGITS[byte >> 4];
    target[5] = DIGITS[byte & 15];
    output_advance(out, ESCAPE_BYTES_MAX);
}

static void write_escaped(struct output *out, const char *text, size_t length)
{
    while (length > 0) {
        size_t plain = plain_length(text, length);

        output_write(out, text, plain);
        text += plain;
        length -= plain;
        if (length > 0) {
            write_escape(out, (unsigned char)*text);
            text++;
            length--;
        }
    }
}

void json_out_utf8(struct json_out *json, const char *key, const char *text, size_t length)
{
    write_key(json, key);
    output_write(json->out, "\"", 1);
    write_escaped(json->out, text, length);
    output_write(json->out, "\"", 1);
}

void json_out_bytes(struct json_out *json, const char *key, const char *text, size_t length)
{
    const char *end = text + length;

    write_key(json, key);
    output_write(json->out, "\"", 1);
    while (text < end) {
        size_t valid = format_utf8_length(text);

        write_escaped(json->out, text, valid);
        text += valid;
        if (text < end) {
            output_string(json->out, *text == '\0' ? "\\u0000" : "\xef\xbf\xbd");
            text++;
        }
    }
    output_write(json->out, "\"", 1);
}

void json_out_text(struct json_out *json, const char *key, const char *text)
{
    if (text == NULL) {
        json_out_null(json, key);
    } else {
        json_out_bytes(json, key, text, strlen(text));
    }
}

void json_out_time(struct json_out *json, const char *key, int64_t time_us)
{
    char text[FORMAT_TIME_BYTES];

    if (time_us == CPK_TIME_UNKNOWN) {
        json_out_null(json, key);
        return;
    }
    format_time_iso(text, time_us);
    json_out_utf8(json, key, text, strlen(text));
}

void json_out_line(struct json_out *json)
{
    output_write(json->out, "\n", 1);
    json->comma = false;
}

#include "base/json/json.h"

#include "base/error.h"
#include "base/number.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void json_writer_init(struct json_writer *writer, struct buffer *target)
{
    writer->target = target;
    writer->comma = 0;
}

static void write_separator(struct json_writer *writer)
{
    if (writer->comma) {
        buffer_append_byte(writer->target, ',');
    }
    writer->comma = 1;
}

static void open_container(struct json_writer *writer, char bracket)
{
    write_separator(writer);
    buffer_append_byte(writer->target, bracket);
    writer->comma = 0;
}

static void close_container(struct json_writer *writer, char bracket)
{
    buffer_append_byte(writer->target, bracket);
    writer->comma = 1;
}

void json_write_begin_object(struct json_writer *writer)
{
    open_container(writer, '{');
}

void json_write_end_object(struct json_writer *writer)
{
    close_container(writer, '}');
}

void json_write_begin_array(struct json_writer *writer)
{
    open_container(writer, '[');
}

void json_write_end_array(struct json_writer *writer)
{
    close_container(writer, ']');
}

#define ESCAPE_BYTES_MAX 6
#define PIECE_BYTES      1024 /* of text that are escaped per buffer_reserve() */

/* Second byte of two-byte escapes; 0 for bytes that need \u00XX. */
static const char escape_letters[256] = {['"'] = '"', ['\\'] = '\\', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};

static char *put_escape(char *to, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";

    *to++ = '\\';
    if (escape_letters[byte] != 0) {
        *to++ = escape_letters[byte];
        return to;
    }
    memcpy(to, "u00", 3);
    to[3] = digits[byte >> 4];
    to[4] = digits[byte & 15];
    return to + 5;
}

#define BYTES_OF(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Non-zero if one of the eight bytes is a control character, a quotation mark or a backslash. */
static uint64_t needs_escape(uint64_t word)
{
    uint64_t control = word - BYTES_OF(0x20);
    uint64_t quote = (word ^ BYTES_OF('"')) - BYTES_OF(1);
    uint64_t backslash = (word ^ BYTES_OF('\\')) - BYTES_OF(1);

    /* A borrow can only reach bytes above a match, so the result is exact as a yes/no test; ~word masks bytes >= 0x80.
     */
    return (control | quote | backslash) & ~word & BYTES_OF(0x80);
}

/* Copies bytes up to the first that needs an escape. *target must have space for 16 bytes more than the text. */
static const char *copy_plain(const char *at, const char *end, char **target)
{
    char *to = *target;
    uint64_t word;

#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);

    for (; end - at >= 16; at += 16, to += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                                     _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes));
        unsigned mask = (unsigned)_mm_movemask_epi8(found);

        _mm_storeu_si128((__m128i *)(void *)to, bytes);
        if (mask != 0) {
            *target = to + __builtin_ctz(mask);
            return at + __builtin_ctz(mask);
        }
    }
#endif
    for (; end - at >= (ptrdiff_t)sizeof word; at += sizeof word, to += sizeof word) {
        memcpy(&word, at, sizeof word);
        if (needs_escape(word) != 0) {
            break;
        }
        memcpy(to, &word, sizeof word);
    }
    while (at < end && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\') {
        *to++ = *at++;
    }
    *target = to;
    return at;
}

static void write_piece(struct buffer *target, const char *at, const char *end)
{
    char *start = buffer_reserve(target, ESCAPE_BYTES_MAX * (size_t)(end - at) + 16);
    char *to = start;

    if (start == NULL) {
        return;
    }
    while (at < end) {
        at = copy_plain(at, end, &to);
        if (at < end) {
            to = put_escape(to, (unsigned char)*at++);
        }
    }
    target->length += (size_t)(to - start);
    *to = '\0';
}

void json_write_text(struct json_writer *writer, const char *text, size_t length)
{
    struct buffer *target = writer->target;

    write_separator(writer);
    buffer_append_byte(target, '"');
    for (size_t at = 0; at < length; at += PIECE_BYTES) {
        size_t piece = length - at < PIECE_BYTES ? length - at : PIECE_BYTES;

        write_piece(target, text + at, text + at + piece);
    }
    buffer_append_byte(target, '"');
}

void json_write_string(struct json_writer *writer, const char *text)
{
    if (text == NULL) {
        json_write_null(writer);
    } else {
        json_write_text(writer, text, strlen(text));
    }
}

void json_write_key(struct json_writer *writer, const char *key)
{
    struct buffer *target = writer->target;
    size_t length = key != NULL ? strlen(key) : 0;
    const char *at = key;
    char *start;
    char *to;

    if (length == 0 || length > PIECE_BYTES) {
        json_write_string(writer, key);
        buffer_append_byte(target, ':');
        writer->comma = 0;
        return;
    }
    write_separator(writer);
    start = buffer_reserve(target, ESCAPE_BYTES_MAX * length + 20);
    if (start == NULL) {
        return;
    }
    to = start;
    *to++ = '"';
    while (at < key + length) {
        at = copy_plain(at, key + length, &to);
        if (at < key + length) {
            to = put_escape(to, (unsigned char)*at++);
        }
    }
    *to++ = '"';
    *to++ = ':';
    *to = '\0';
    target->length += (size_t)(to - start);
    writer->comma = 0;
}

void json_write_int64(struct json_writer *writer, int64_t value)
{
    write_separator(writer);
    buffer_append_format(writer->target, "%lld", (long long)value);
}

/* Appends a value that is JSON already. */
static void write_raw(struct json_writer *writer, const char *json, size_t length)
{
    write_separator(writer);
    buffer_append(writer->target, json, length);
}

void json_write_bool(struct json_writer *writer, int32_t value)
{
    write_raw(writer, value ? "true" : "false", value ? 4 : 5);
}

void json_write_null(struct json_writer *writer)
{
    write_raw(writer, "null", 4);
}

void json_write_time(struct json_writer *writer, int64_t time_us)
{
    char text[TIME_TEXT_BYTES];

    time_format_iso(time_us, text);
    json_write_string(writer, text[0] != '\0' ? text : NULL);
}

static void write_whole(struct json_writer *writer, struct json_object *value)
{
    uint64_t large = json_object_get_uint64(value);

    if (large > INT64_MAX) {
        write_separator(writer);
        buffer_append_format(writer->target, "%llu", (unsigned long long)large);
    } else {
        json_write_int64(writer, json_object_get_int64(value));
    }
}

static void write_double(struct json_writer *writer, struct json_object *value)
{
    const char *text = json_object_get_userdata(value); /* original spelling, stored by json_object_new_double_s() */
    char written[NUMBER_TEXT_BYTES];

    write_separator(writer);
    if (text == NULL) {
        number_write(json_object_get_double(value), 17, written);
    }
    buffer_append_text(writer->target, text != NULL ? text : written);
}

static void write_object(struct json_writer *writer, struct json_object *object)
{
    json_write_begin_object(writer);
    json_object_object_foreach(object, name, member)
    {
        json_write_key(writer, name);
        json_write_value(writer, member);
    }
    json_write_end_object(writer);
}

void json_write_value(struct json_writer *writer, struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        json_write_null(writer);
        break;
    case json_type_boolean:
        json_write_bool(writer, json_object_get_boolean(value));
        break;
    case json_type_int:
        write_whole(writer, value);
        break;
    case json_type_double:
        write_double(writer, value);
        break;
    case json_type_string:
        json_write_text(writer, json_object_get_string(value), (size_t)json_object_get_string_len(value));
        break;
    case json_type_array:
        json_write_begin_array(writer);
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            json_write_value(writer, json_object_array_get_idx(value, i));
        }
        json_write_end_array(writer);
        break;
    case json_type_object:
        write_object(writer, value);
        break;
    }
}

struct json_object *json_member(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;

    if (json_object_is_type(object, json_type_object)) {
        json_object_object_get_ex(object, key, &value);
    }
    return value;
}

static struct json_object *member_of_type(struct json_object *object, const char *key, enum json_type type)
{
    struct json_object *value = json_member(object, key);

    return value != NULL && json_object_is_type(value, type) ? value : NULL;
}

struct json_object *json_member_object(struct json_object *object, const char *key)
{
    return member_of_type(object, key, json_type_object);
}

struct json_object *json_member_array(struct json_object *object, const char *key)
{
    return member_of_type(object, key, json_type_array);
}

const char *json_member_text_length(struct json_object *object, const char *key, size_t *length)
{
    struct json_object *value = member_of_type(object, key, json_type_string);

    *length = value != NULL ? (size_t)json_object_get_string_len(value) : 0;
    return value != NULL ? json_object_get_string(value) : NULL;
}

const char *json_member_text(struct json_object *object, const char *key)
{
    size_t length;

    return json_member_text_length(object, key, &length);
}

int64_t json_member_int64(struct json_object *object, const char *key, int64_t fallback)
{
    struct json_object *value = json_member(object, key);

    if (json_object_is_type(value, json_type_int)) {
        return json_object_get_int64(value);
    }
    if (json_object_is_type(value, json_type_double)) {
        double number = json_object_get_double(value);

        if (number >= -9.2e18 && number <= 9.2e18) {
            return (int64_t)number;
        }
    }
    return fallback;
}

int32_t json_member_true(struct json_object *object, const char *key)
{
    struct json_object *value = member_of_type(object, key, json_type_boolean);

    return value != NULL && json_object_get_boolean(value);
}

static int64_t time_from_text(const char *text, size_t length)
{
    char *end;
    double number;
    int64_t time_us = time_parse_iso(text, length);

    if (time_us != CPK_TIME_UNKNOWN || length == 0 || text[0] < '0' || text[0] > '9') {
        return time_us;
    }
    number = number_read(text, &end);
    return *end == '\0' ? time_from_number(number) : CPK_TIME_UNKNOWN;
}

int64_t json_member_time(struct json_object *object, const char *key)
{
    struct json_object *value = json_member(object, key);

    switch (json_object_get_type(value)) {
    case json_type_int:
    case json_type_double:
        return time_from_number(json_object_get_double(value));
    case json_type_string:
        return time_from_text(json_object_get_string(value), (size_t)json_object_get_string_len(value));
    case json_type_object:
        if (json_member(value, "$date") != NULL) {
            return json_member_time(value, "$date");
        }
        return json_member(value, "$numberLong") != NULL ? json_member_time(value, "$numberLong") : CPK_TIME_UNKNOWN;
    default:
        return CPK_TIME_UNKNOWN;
    }
}

#include "base/json.h"

#include "base/error.h"
#include "base/time.h"
#include "base/utf8.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void json_writer_init(json_writer *writer, buffer *target)
{
    writer->target = target;
    writer->comma = 0;
}

static void write_separator(json_writer *writer)
{
    if (writer->comma) {
        buffer_append_byte(writer->target, ',');
    }
    writer->comma = 1;
}

static void open_container(json_writer *writer, char bracket)
{
    write_separator(writer);
    buffer_append_byte(writer->target, bracket);
    writer->comma = 0;
}

static void close_container(json_writer *writer, char bracket)
{
    buffer_append_byte(writer->target, bracket);
    writer->comma = 1;
}

void json_write_begin_object(json_writer *writer)
{
    open_container(writer, '{');
}

void json_write_end_object(json_writer *writer)
{
    close_container(writer, '}');
}

void json_write_begin_array(json_writer *writer)
{
    open_container(writer, '[');
}

void json_write_end_array(json_writer *writer)
{
    close_container(writer, ']');
}

static void write_escape(buffer *target, unsigned char byte)
{
    switch (byte) {
    case '"':
        buffer_append(target, "\\\"", 2);
        break;
    case '\\':
        buffer_append(target, "\\\\", 2);
        break;
    case '\n':
        buffer_append(target, "\\n", 2);
        break;
    case '\r':
        buffer_append(target, "\\r", 2);
        break;
    case '\t':
        buffer_append(target, "\\t", 2);
        break;
    default:
        buffer_append_format(target, "\\u%04x", byte);
    }
}

#define BYTES_OF(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Non-zero when one of eight bytes is a control character, a quotation mark or a backslash. */
static uint64_t needs_escape(uint64_t word)
{
    uint64_t control = word - BYTES_OF(0x20);
    uint64_t quote = (word ^ BYTES_OF('"')) - BYTES_OF(1);
    uint64_t backslash = (word ^ BYTES_OF('\\')) - BYTES_OF(1);

    /* The lowest byte that matches is always found; bytes from 0x80 up, which borrow, are masked out by ~word. */
    return (control | quote | backslash) & ~word & BYTES_OF(0x80);
}

/* The bytes at the start that need no escape. */
static size_t plain_run(const char *text, size_t length)
{
    size_t at = 0;
    uint64_t word;

#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);

    for (; length - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + at));
        __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                                     _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes));
        unsigned mask = (unsigned)_mm_movemask_epi8(found);

        if (mask != 0) {
            return at + (size_t)__builtin_ctz(mask);
        }
    }
#endif
    while (length - at >= sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if (needs_escape(word) != 0) {
            break;
        }
        at += sizeof word;
    }
    while (at < length && (unsigned char)text[at] >= 0x20 && text[at] != '"' && text[at] != '\\') {
        at++;
    }
    return at;
}

void json_write_text(json_writer *writer, const char *text, size_t length)
{
    size_t at = 0;

    write_separator(writer);
    buffer_append_byte(writer->target, '"');
    while (at < length) {
        size_t run = plain_run(text + at, length - at);

        buffer_append(writer->target, text + at, run);
        at += run;
        if (at < length) {
            write_escape(writer->target, (unsigned char)text[at]);
            at++;
        }
    }
    buffer_append_byte(writer->target, '"');
}

void json_write_string(json_writer *writer, const char *text)
{
    if (text == NULL) {
        json_write_null(writer);
    } else {
        json_write_text(writer, text, strlen(text));
    }
}

void json_write_key(json_writer *writer, const char *key)
{
    json_write_string(writer, key);
    buffer_append_byte(writer->target, ':');
    writer->comma = 0;
}

void json_write_int64(json_writer *writer, int64_t value)
{
    write_separator(writer);
    buffer_append_format(writer->target, "%lld", (long long)value);
}

void json_write_raw(json_writer *writer, const char *json, size_t length)
{
    write_separator(writer);
    buffer_append(writer->target, json, length);
}

void json_write_bool(json_writer *writer, int32_t value)
{
    json_write_raw(writer, value ? "true" : "false", value ? 4 : 5);
}

void json_write_null(json_writer *writer)
{
    json_write_raw(writer, "null", 4);
}

void json_write_time(json_writer *writer, int64_t time_us)
{
    char text[TIME_TEXT_BYTES];

    time_format_iso(time_us, text);
    json_write_string(writer, text[0] != '\0' ? text : NULL);
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
    number = strtod(text, &end);
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

static cpk_status parse_error(enum json_tokener_error problem, size_t end, int32_t max_depth, cpk_error **error)
{
    if (problem == json_tokener_success) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "json", "not valid JSON: more behind its end at byte %zu", end);
    }
    if (problem == json_tokener_error_depth) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "json", "nested deeper than import.max_json_depth (%d)",
                         max_depth);
    }
    return error_set(error, CPK_ERROR_INVALID_DATA, "json", "not valid JSON at byte %zu: %s", end,
                     problem == json_tokener_continue ? "it ends too early" : json_tokener_error_desc(problem));
}

static cpk_status parse(const char *text, size_t length, int32_t max_depth, int flags, struct json_object **value,
                        cpk_error **error)
{
    struct json_tokener *tokener;
    enum json_tokener_error problem;
    size_t end;

    *value = NULL;
    if (length > INT_MAX) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "json", "a JSON value of more than 2 GiB");
    }
    tokener = json_tokener_new_ex(max_depth);
    if (tokener == NULL) {
        return error_out_of_memory(error);
    }
    json_tokener_set_flags(tokener, flags);
    *value = json_tokener_parse_ex(tokener, text, (int)length);
    problem = json_tokener_get_error(tokener);
    end = json_tokener_get_parse_end(tokener);
    json_tokener_free(tokener);
    if (problem == json_tokener_success) {
        while (end < length && strchr(" \t\r\n", text[end]) != NULL && text[end] != '\0') {
            end++;
        }
        if (end == length) {
            return CPK_OK;
        }
    }
    json_object_put(*value);
    *value = NULL;
    return parse_error(problem, end, max_depth, error);
}

cpk_status json_parse(const char *text, size_t length, int32_t max_depth, struct json_object **value, cpk_error **error)
{
    return parse(text, length, max_depth, 0, value, error);
}

/* Names in a text that json-c took: strings before a colon. SIZE_MAX when a string holds a raw control character, which
 * json-c takes, too. */
static size_t count_names(const char *text, size_t length)
{
    size_t names = 0;
    size_t at = 0;

    while (at < length) {
        if (text[at++] != '"') {
            continue;
        }
        while (at < length && text[at] != '"') {
            if ((unsigned char)text[at] < ' ') {
                return SIZE_MAX;
            }
            at += text[at] == '\\' ? 2 : 1;
        }
        at++;
        while (at < length && strchr(" \t\r\n", text[at]) != NULL) {
            at++;
        }
        names += at < length && text[at] == ':';
    }
    return names;
}

/* Members in what was read of it: fewer when a name came twice, as the later one took the place of the first. Nested
 * no deeper than the parser allowed. */
static size_t count_members(struct json_object *value)
{
    size_t members = 0;

    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, name, member)
        {
            (void)name;
            members += 1 + count_members(member);
        }
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            members += count_members(json_object_array_get_idx(value, i));
        }
    }
    return members;
}

cpk_status json_parse_strict(const char *text, size_t length, int32_t max_depth, struct json_object **value,
                             cpk_error **error)
{
    *value = NULL;
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < ' ' && strchr("\t\r\n", text[i]) == NULL) {
            return error_set(error, CPK_ERROR_INVALID_DATA, "json", "not valid JSON: a control character at byte %zu",
                             i);
        }
    }
    if (memchr(text, '\0', length) != NULL || utf8_valid_prefix(text, length) != length) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "json", "not valid JSON: not UTF-8");
    }
    CPK_TRY(parse(text, length, max_depth, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8, value, error));
    if (count_names(text, length) != count_members(*value)) {
        json_object_put(*value);
        *value = NULL;
        return error_set(error, CPK_ERROR_INVALID_DATA, "json",
                         "not valid JSON: a control character in a text, or an object says a name twice");
    }
    return CPK_OK;
}

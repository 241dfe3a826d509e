/* Parses JSON into json-c objects. json-c's own tokener is not used: up to version 0.16 it ignores some failed
 * allocations, which truncates texts, drops members or returns NULL, the same as JSON null. The object constructors
 * called below report every failure, and all of them are checked. */
#include "base/error.h"
#include "base/json/json.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/utf8.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct json_parser {
    const char *text;
    size_t length;
    size_t at;
    int32_t max_depth;
    int32_t is_strict;
    struct buffer scratch; /* a string with decoded escapes, or a NUL-terminated number */
};

static cpk_status fail_at(const struct json_parser *parser, const char *why, cpk_error **error)
{
    return error_set(error, CPK_ERROR_INVALID_DATA, "json", "not valid JSON at byte %zu: %s", parser->at,
                     parser->at >= parser->length ? "unexpected end" : why);
}

static void skip_space(struct json_parser *parser)
{
    while (parser->at < parser->length && (parser->text[parser->at] == ' ' || parser->text[parser->at] == '\n' ||
                                           parser->text[parser->at] == '\r' || parser->text[parser->at] == '\t')) {
        parser->at++;
    }
}

/* Consumes the next byte if it is `wanted`. */
static int32_t accept_byte(struct json_parser *parser, char wanted)
{
    if (parser->at < parser->length && parser->text[parser->at] == wanted) {
        parser->at++;
        return 1;
    }
    return 0;
}

/* --- strings --- */

/* Reads four hexadecimal digits; -1 if they are missing. */
static int32_t read_code_unit(struct json_parser *parser)
{
    int32_t unit = 0;

    for (size_t i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *digit = parser->at < parser->length && parser->text[parser->at] != '\0'
                                ? strchr(digits, parser->text[parser->at])
                                : NULL;

        if (digit == NULL) {
            return -1;
        }
        unit = unit * 16 + (int32_t)((digit - digits) % 16);
        parser->at++;
    }
    return unit;
}

/* Decodes what follows "\u": one code unit or a surrogate pair. An unpaired surrogate becomes U+FFFD. */
static cpk_status append_code_point(struct json_parser *parser, cpk_error **error)
{
    int32_t unit = read_code_unit(parser);
    uint32_t code_point = (uint32_t)unit;
    char bytes[4];

    if (unit >= 0xD800 && unit <= 0xDFFF) {
        size_t before = parser->at;
        int32_t low =
            unit <= 0xDBFF && accept_byte(parser, '\\') && accept_byte(parser, 'u') ? read_code_unit(parser) : -1;

        code_point = UTF8_REPLACEMENT;
        if (low >= 0xDC00 && low <= 0xDFFF) {
            code_point = 0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(low - 0xDC00);
        } else {
            parser->at = before;
        }
    }
    if (unit < 0) {
        return fail_at(parser, "\\u without four hexadecimal digits", error);
    }
    buffer_append(&parser->scratch, bytes, utf8_encode(code_point, bytes));
    return CPK_OK;
}

static cpk_status append_escape(struct json_parser *parser, cpk_error **error)
{
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    const char *found;

    if (accept_byte(parser, 'u')) {
        return append_code_point(parser, error);
    }
    found = parser->at < parser->length && parser->text[parser->at] != '\0' ? strchr(names, parser->text[parser->at])
                                                                            : NULL;
    if (found == NULL) {
        return fail_at(parser, "an unknown escape", error);
    }
    parser->at++;
    buffer_append_byte(&parser->scratch, values[found - names]);
    return CPK_OK;
}

/* Number of bytes before the next quotation mark, backslash or (strict) control character. */
static size_t plain_length(const struct json_parser *parser)
{
    size_t at = parser->at;

    while (at < parser->length && parser->text[at] != '"' && parser->text[at] != '\\' &&
           (!parser->is_strict || (unsigned char)parser->text[at] >= ' ')) {
        at++;
    }
    return at - parser->at;
}

/* Reads a string after its opening quotation mark. *text points into the input or the scratch buffer: valid until the
 * next call. */
static cpk_status read_text(struct json_parser *parser, const char **text, size_t *length, cpk_error **error)
{
    size_t plain = plain_length(parser);

    *text = parser->text + parser->at;
    *length = plain;
    parser->at += plain;
    if (accept_byte(parser, '"')) {
        return CPK_OK;
    }
    buffer_clear(&parser->scratch);
    buffer_append(&parser->scratch, *text, plain);
    while (!accept_byte(parser, '"')) {
        if (!accept_byte(parser, '\\')) {
            return fail_at(parser, "a control character in a string", error);
        }
        CPK_TRY(append_escape(parser, error));
        plain = plain_length(parser);
        buffer_append(&parser->scratch, parser->text + parser->at, plain);
        parser->at += plain;
    }
    *text = buffer_text(&parser->scratch);
    *length = parser->scratch.length;
    return parser->scratch.failed ? error_out_of_memory(error) : CPK_OK;
}

/* --- numbers and literals --- */

static size_t skip_digits(struct json_parser *parser)
{
    size_t start = parser->at;

    while (parser->at < parser->length && parser->text[parser->at] >= '0' && parser->text[parser->at] <= '9') {
        parser->at++;
    }
    return parser->at - start;
}

/* Skips a number. 0 if there is none. */
static int32_t skip_number(struct json_parser *parser, int32_t *is_whole)
{
    const char *first;
    size_t digits;

    (void)accept_byte(parser, '-');
    first = parser->text + parser->at;
    digits = skip_digits(parser);
    *is_whole = 1;
    if (digits == 0 || (parser->is_strict && digits > 1 && first[0] == '0')) {
        return 0;
    }
    if (accept_byte(parser, '.')) {
        *is_whole = 0;
        if (skip_digits(parser) == 0) {
            return 0;
        }
    }
    if (accept_byte(parser, 'e') || accept_byte(parser, 'E')) {
        *is_whole = 0;
        if (!accept_byte(parser, '+')) {
            (void)accept_byte(parser, '-');
        }
        return skip_digits(parser) > 0;
    }
    return 1;
}

/* Creates an integer object; NULL with *is_too_large set if the number does not fit into 64 bits. */
static struct json_object *create_integer(const char *text, size_t length, int32_t *is_too_large)
{
    int32_t is_negative = text[0] == '-';
    uint64_t magnitude = 0;

    for (size_t i = (size_t)is_negative; i < length; i++) {
        if (__builtin_mul_overflow(magnitude, 10, &magnitude) ||
            __builtin_add_overflow(magnitude, (uint64_t)(text[i] - '0'), &magnitude)) {
            *is_too_large = 1;
            return NULL;
        }
    }
    *is_too_large = is_negative && magnitude > (uint64_t)INT64_MAX + 1;
    if (*is_too_large) {
        return NULL;
    }
    if (is_negative) {
        return json_object_new_int64(magnitude <= INT64_MAX ? -(int64_t)magnitude : INT64_MIN);
    }
    return magnitude <= INT64_MAX ? json_object_new_int64((int64_t)magnitude) : json_object_new_uint64(magnitude);
}

static cpk_status read_number(struct json_parser *parser, struct json_object **value, cpk_error **error)
{
    size_t start = parser->at;
    int32_t is_whole;
    int32_t is_too_large = 1;
    const char *text;

    if (!skip_number(parser, &is_whole)) {
        return fail_at(parser, "a value is expected", error);
    }
    if (is_whole) {
        *value = create_integer(parser->text + start, parser->at - start, &is_too_large);
    }
    if (is_too_large) {
        buffer_clear(&parser->scratch);
        buffer_append(&parser->scratch, parser->text + start, parser->at - start);
        text = buffer_text(&parser->scratch);
        *value = parser->scratch.failed ? NULL : json_object_new_double_s(number_read(text, NULL), text);
    }
    return *value != NULL ? CPK_OK : error_out_of_memory(error);
}
/* Independent of the host's locale, unlike strtod(). */
static int32_t accept_word(struct json_parser *parser, const char *word)
{
    size_t length = strlen(word);
    int differs;

    if (parser->length - parser->at < length) {
        return 0;
    }
    differs = parser->is_strict ? strncmp(parser->text + parser->at, word, length)
                                : strncasecmp(parser->text + parser->at, word, length);
    parser->at += differs == 0 ? length : 0;
    return differs == 0;
}

/* Accepts NaN and Infinity, which Python's json module writes although they are not JSON. */
static int32_t accept_special(struct json_parser *parser, const char **name)
{
    static const char *const names[] = {"NaN", "Infinity", "-Infinity"};

    for (size_t i = 0; i < sizeof names / sizeof names[0] && !parser->is_strict; i++) {
        if (accept_word(parser, names[i])) {
            *name = names[i];
            return 1;
        }
    }
    return 0;
}

static cpk_status read_scalar(struct json_parser *parser, struct json_object **value, cpk_error **error)
{
    const char *text;
    size_t length;

    if (accept_byte(parser, '"')) {
        CPK_TRY(read_text(parser, &text, &length, error));
        if (length > INT_MAX) {
            return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "json", "a JSON string is longer than 2 GiB");
        }
        *value = json_object_new_string_len(text, (int)length);
    } else if (accept_word(parser, "null")) {
        return CPK_OK;
    } else if (accept_word(parser, "true")) {
        *value = json_object_new_boolean(1);
    } else if (accept_word(parser, "false")) {
        *value = json_object_new_boolean(0);
    } else if (accept_special(parser, &text)) {
        *value = json_object_new_double_s(number_read(text, NULL), text);
    } else {
        return read_number(parser, value, error);
    }
    return *value != NULL ? CPK_OK : error_out_of_memory(error);
}

/* --- arrays and objects --- */

static cpk_status read_value(struct json_parser *parser, int32_t depth, struct json_object **value, cpk_error **error);

/* Reads what follows an item: the closing bracket (*is_last) or a comma. A trailing comma is accepted unless strict. */
static cpk_status read_separator(struct json_parser *parser, char end, int32_t *is_last, cpk_error **error)
{
    skip_space(parser);
    *is_last = accept_byte(parser, end);
    if (*is_last) {
        return CPK_OK;
    }
    if (!accept_byte(parser, ',')) {
        return fail_at(parser, "a comma or a closing bracket is expected", error);
    }
    skip_space(parser);
    *is_last = !parser->is_strict && accept_byte(parser, end);
    return CPK_OK;
}

static cpk_status read_items(struct json_parser *parser, int32_t depth, struct json_object *array, cpk_error **error)
{
    int32_t is_last;

    skip_space(parser);
    is_last = accept_byte(parser, ']');
    while (!is_last) {
        struct json_object *item = NULL;

        CPK_TRY(read_value(parser, depth + 1, &item, error));
        if (json_object_array_add(array, item) != 0) {
            json_object_put(item);
            return error_out_of_memory(error);
        }
        CPK_TRY(read_separator(parser, ']', &is_last, error));
    }
    return CPK_OK;
}

/* The caller frees *name, also after a failure. */
static cpk_status read_name(struct json_parser *parser, struct json_object *object, char **name, cpk_error **error)
{
    const char *text;
    size_t length;

    if (!accept_byte(parser, '"')) {
        return fail_at(parser, "a quoted member name is expected", error);
    }
    CPK_TRY(read_text(parser, &text, &length, error));
    *name = memory_copy_bytes(&memory_default, text, length);
    if (*name == NULL) {
        return error_out_of_memory(error);
    }
    if (parser->is_strict && (strlen(*name) != length || json_object_object_get_ex(object, *name, NULL))) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "json",
                         "not valid JSON: a duplicate member name, or a NUL in a name");
    }
    skip_space(parser);
    return accept_byte(parser, ':') ? CPK_OK : fail_at(parser, "a colon is expected after a name", error);
}

static cpk_status read_member(struct json_parser *parser, int32_t depth, struct json_object *object, cpk_error **error)
{
    struct json_object *member = NULL;
    char *name = NULL;
    cpk_status status;

    CPK_TRY_CLEANUP(read_name(parser, object, &name, error));
    CPK_TRY_CLEANUP(read_value(parser, depth + 1, &member, error));
    if (json_object_object_add(object, name, member) != 0) {
        json_object_put(member);
        status = error_out_of_memory(error);
    }
cleanup:
    memory_release_text(&memory_default, name);
    return status;
}

static cpk_status read_members(struct json_parser *parser, int32_t depth, struct json_object *object, cpk_error **error)
{
    int32_t is_last;

    skip_space(parser);
    is_last = accept_byte(parser, '}');
    while (!is_last) {
        CPK_TRY(read_member(parser, depth, object, error));
        CPK_TRY(read_separator(parser, '}', &is_last, error));
    }
    return CPK_OK;
}

/* The root is at depth 1. *value is NULL on failure. */
static cpk_status read_value(struct json_parser *parser, int32_t depth, struct json_object **value, cpk_error **error)
{
    struct json_object *result = NULL;
    cpk_status status;

    *value = NULL;
    skip_space(parser);
    if (depth > parser->max_depth) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "json", "nested deeper than import.max_json_depth (%d)",
                         parser->max_depth);
    }
    if (accept_byte(parser, '{')) {
        result = json_object_new_object();
        status = result != NULL ? read_members(parser, depth, result, error) : error_out_of_memory(error);
    } else if (accept_byte(parser, '[')) {
        result = json_object_new_array();
        status = result != NULL ? read_items(parser, depth, result, error) : error_out_of_memory(error);
    } else {
        status = read_scalar(parser, &result, error);
    }
    if (status != CPK_OK) {
        json_object_put(result);
        return status;
    }
    *value = result;
    return CPK_OK;
}

static cpk_status parse(struct json_parser *parser, struct json_object **value, cpk_error **error)
{
    cpk_status status;

    buffer_init(&parser->scratch, &memory_default);
    status = read_value(parser, 1, value, error);
    buffer_free(&parser->scratch);
    CPK_TRY(status);
    skip_space(parser);
    if (parser->at < parser->length) {
        json_object_put(*value);
        *value = NULL;
        return error_set(error, CPK_ERROR_INVALID_DATA, "json", "not valid JSON: trailing data at byte %zu",
                         parser->at);
    }
    return CPK_OK;
}

cpk_status json_parse(const char *text, size_t length, int32_t max_depth, struct json_object **value, cpk_error **error)
{
    struct json_parser parser = {.text = text, .length = length, .max_depth = max_depth};

    return parse(&parser, value, error);
}

cpk_status json_parse_strict(const char *text, size_t length, int32_t max_depth, struct json_object **value,
                             cpk_error **error)
{
    struct json_parser parser = {.text = text, .length = length, .max_depth = max_depth, .is_strict = 1};

    *value = NULL;
    if (utf8_valid_prefix(text, length) != length) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "json", "not valid JSON: not UTF-8");
    }
    return parse(&parser, value, error);
}

#include "value.h"

#include <contextpack/base.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAFE_INTEGER_MAX INT64_C(9007199254740991)
#define LIST_DEPTH_MAX   6

napi_value value_null(napi_env env)
{
    napi_value value = NULL;

    napi_get_null(env, &value);
    return value;
}

napi_value value_text(napi_env env, const char *text)
{
    napi_value value = NULL;

    if (text == NULL || napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value) != napi_ok) {
        return value_null(env);
    }
    return value;
}

napi_value value_integer(napi_env env, int64_t number)
{
    napi_value value = NULL;

    if (number > SAFE_INTEGER_MAX || number < -SAFE_INTEGER_MAX) {
        napi_create_bigint_int64(env, number, &value);
    } else {
        napi_create_int64(env, number, &value);
    }
    return value;
}

napi_value value_known(napi_env env, int64_t number)
{
    return number == -1 ? value_null(env) : value_integer(env, number);
}

napi_value value_money(napi_env env, int64_t micros)
{
    napi_value value = NULL;

    napi_create_bigint_int64(env, micros, &value);
    return value;
}

napi_value value_time(napi_env env, int64_t micros)
{
    return micros == CPK_TIME_UNKNOWN ? value_null(env) : value_integer(env, micros);
}

cell cell_integer(int64_t integer)
{
    return (cell){.kind = CELL_INTEGER, .integer = integer};
}

cell cell_text(const char *text)
{
    return text == NULL ? (cell){.kind = CELL_NULL} : (cell){.kind = CELL_TEXT, .bytes = text, .length = strlen(text)};
}

cell cell_bytes(const void *bytes, size_t length)
{
    return (cell){.kind = CELL_BYTES, .bytes = bytes, .length = length};
}

cell cell_list(cell *items, size_t count)
{
    return (cell){.kind = CELL_LIST, .items = items, .length = count};
}

/* Bounded: lists are nested as deep as the callers here nest them. */
bool cell_copy(cell *target, const cell *source)
{
    *target = *source;
    target->bytes = NULL;
    target->items = NULL;
    if (source->kind == CELL_TEXT || source->kind == CELL_BYTES) {
        char *bytes = malloc(source->length + 1);

        if (bytes == NULL) {
            target->kind = CELL_NULL;
            return false;
        }
        if (source->length > 0) {
            memcpy(bytes, source->bytes, source->length);
        }
        bytes[source->length] = '\0';
        target->bytes = bytes;
    } else if (source->kind == CELL_LIST) {
        target->items = calloc(source->length + 1, sizeof *target->items);
        if (target->items == NULL) {
            target->kind = CELL_NULL;
            return false;
        }
        for (size_t i = 0; i < source->length; i++) {
            if (!cell_copy(&target->items[i], &source->items[i])) {
                cell_free(target);
                return false;
            }
        }
    }
    return true;
}

void cell_free(cell *cell)
{
    if (cell->kind == CELL_LIST && cell->items != NULL) {
        for (size_t i = 0; i < cell->length; i++) {
            cell_free(&cell->items[i]);
        }
    }
    free((void *)cell->bytes);
    free(cell->items);
    memset(cell, 0, sizeof *cell);
}

static napi_value list_value(napi_env env, const cell *cell)
{
    napi_value list = NULL;

    napi_create_array_with_length(env, cell->length, &list);
    for (size_t i = 0; i < cell->length; i++) {
        napi_handle_scope scope;

        napi_open_handle_scope(env, &scope);
        napi_set_element(env, list, (uint32_t)i, cell_value(env, &cell->items[i]));
        napi_close_handle_scope(env, scope);
    }
    return list;
}

napi_value cell_value(napi_env env, const cell *cell)
{
    napi_value value = NULL;

    switch (cell->kind) {
    case CELL_INTEGER:
        return value_integer(env, cell->integer);
    case CELL_BIGINT:
        return value_money(env, cell->integer);
    case CELL_DOUBLE:
        napi_create_double(env, cell->real, &value);
        break;
    case CELL_TEXT:
        napi_create_string_utf8(env, cell->bytes, cell->length, &value);
        break;
    case CELL_BYTES:
        napi_create_buffer_copy(env, cell->length, cell->bytes, NULL, &value);
        break;
    case CELL_LIST:
        return list_value(env, cell);
    case CELL_NULL:
        break;
    }
    return value != NULL ? value : value_null(env);
}

char *value_read_text(napi_env env, napi_value value, size_t *length)
{
    size_t needed;
    char *text;

    if (napi_get_value_string_utf8(env, value, NULL, 0, &needed) != napi_ok) {
        return NULL;
    }
    text = malloc(needed + 1);
    if (text == NULL || napi_get_value_string_utf8(env, value, text, needed + 1, length) != napi_ok) {
        free(text);
        return NULL;
    }
    return text;
}

bool value_read_integer(napi_env env, napi_value value, int64_t *integer)
{
    napi_valuetype type;
    double number;
    bool is_lossless;

    if (napi_typeof(env, value, &type) != napi_ok) {
        return false;
    }
    if (type == napi_bigint) {
        return napi_get_value_bigint_int64(env, value, integer, &is_lossless) == napi_ok && is_lossless;
    }
    if (type == napi_boolean) {
        bool truth = false;

        napi_get_value_bool(env, value, &truth);
        *integer = truth;
        return true;
    }
    if (type != napi_number || napi_get_value_double(env, value, &number) != napi_ok || number != trunc(number) ||
        number > (double)SAFE_INTEGER_MAX || number < -(double)SAFE_INTEGER_MAX) {
        return false;
    }
    *integer = (int64_t)number;
    return true;
}

static bool view_bytes(napi_env env, napi_value value, void **bytes, size_t *length)
{
    bool is_view = false;

    if (napi_is_dataview(env, value, &is_view) == napi_ok && is_view) {
        return napi_get_dataview_info(env, value, length, bytes, NULL, NULL) == napi_ok;
    }
    if (napi_is_arraybuffer(env, value, &is_view) == napi_ok && is_view) {
        return napi_get_arraybuffer_info(env, value, bytes, length) == napi_ok;
    }
    return false;
}

bool value_read_bytes(napi_env env, napi_value value, void **bytes, size_t *length)
{
    static const size_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
    napi_typedarray_type type;
    bool is_array = false;

    if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array) {
        return view_bytes(env, value, bytes, length);
    }
    if (napi_get_typedarray_info(env, value, &type, length, bytes, NULL, NULL) != napi_ok ||
        (size_t)type >= sizeof sizes / sizeof *sizes) {
        return false;
    }
    *length *= sizes[type];
    return true;
}

bool value_is_nothing(napi_env env, napi_value value)
{
    napi_valuetype type;

    return value == NULL || napi_typeof(env, value, &type) != napi_ok || type == napi_undefined || type == napi_null;
}

bool value_throw(napi_env env, const char *format, ...)
{
    char message[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
    return false;
}

bool value_throw_closed(napi_env env, const char *what)
{
    char message[64];

    snprintf(message, sizeof message, "%s is closed", what);
    napi_throw_error(env, "ERR_INVALID_STATE", message);
    return false;
}

static bool read_number(napi_env env, napi_value value, cell *target)
{
    if (value_read_integer(env, value, &target->integer)) {
        target->kind = CELL_INTEGER;
        return true;
    }
    target->kind = CELL_DOUBLE;
    return napi_get_value_double(env, value, &target->real) == napi_ok;
}

static bool read_bytes(napi_env env, napi_value value, cell *target)
{
    void *bytes;
    size_t length;
    cell borrowed;

    if (!value_read_bytes(env, value, &bytes, &length)) {
        return false;
    }
    borrowed = cell_bytes(bytes, length);
    return cell_copy(target, &borrowed);
}

static bool read_deep(napi_env env, napi_value value, cell *target, int depth);

static bool read_list(napi_env env, napi_value value, cell *target, int depth)
{
    uint32_t count;

    if (depth >= LIST_DEPTH_MAX || napi_get_array_length(env, value, &count) != napi_ok) {
        return false;
    }
    target->items = calloc((size_t)count + 1, sizeof *target->items);
    if (target->items == NULL) {
        return false;
    }
    target->kind = CELL_LIST;
    target->length = count;
    for (uint32_t i = 0; i < count; i++) {
        napi_handle_scope scope;
        napi_value item;
        bool done;

        napi_open_handle_scope(env, &scope);
        done = napi_get_element(env, value, i, &item) == napi_ok && read_deep(env, item, &target->items[i], depth + 1);
        napi_close_handle_scope(env, scope);
        if (!done) {
            cell_free(target);
            return false;
        }
    }
    return true;
}

static bool read_deep(napi_env env, napi_value value, cell *target, int depth)
{
    napi_valuetype type;
    bool is_list = false;

    memset(target, 0, sizeof *target);
    if (value_is_nothing(env, value)) {
        return true;
    }
    napi_typeof(env, value, &type);
    switch (type) {
    case napi_boolean:
    case napi_number:
        return read_number(env, value, target);
    case napi_bigint:
        target->kind = CELL_BIGINT;
        return value_read_integer(env, value, &target->integer);
    case napi_string:
        target->kind = CELL_TEXT;
        target->bytes = value_read_text(env, value, &target->length);
        return target->bytes != NULL;
    default:
        napi_is_array(env, value, &is_list);
        return is_list ? read_list(env, value, target, depth) : read_bytes(env, value, target);
    }
}

bool cell_read(napi_env env, napi_value value, cell *target)
{
    return read_deep(env, value, target, 0);
}

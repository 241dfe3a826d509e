#ifndef CONTEXTPACK_NODE_VALUE_H
#define CONTEXTPACK_NODE_VALUE_H

#define NAPI_VERSION 8
#include <node_api.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Conversions of a record's values to JavaScript. A NULL text and an unknown time become null. */
napi_value value_text(napi_env env, const char *text);
napi_value value_integer(napi_env env, int64_t number); /* a bigint if a number would round */
napi_value value_known(napi_env env, int64_t number);   /* -1 is null */
napi_value value_money(napi_env env, int64_t micros);   /* always a bigint */
napi_value value_time(napi_env env, int64_t micros);

typedef enum cell_kind {
    CELL_NULL,
    CELL_INTEGER, /* a number, or a bigint where that would round */
    CELL_BIGINT,
    CELL_DOUBLE,
    CELL_TEXT,
    CELL_BYTES,
    CELL_LIST,
} cell_kind;

/** A value passed between a worker and JavaScript. */
typedef struct cell {
    cell_kind kind;
    int64_t integer;
    double real;
    const char *bytes; /* CELL_TEXT and CELL_BYTES; a text has a NUL after it */
    size_t length;     /* bytes, or items */
    struct cell *items;
} cell;

cell cell_integer(int64_t integer);
cell cell_text(const char *text); /* borrowed; NULL is CELL_NULL */
cell cell_bytes(const void *bytes, size_t length);
cell cell_list(cell *items, size_t count);

/** Makes a deep copy, freed with cell_free(); false without memory. */
bool cell_copy(cell *target, const cell *source);

/** Frees a cell of cell_copy() or cell_read(), and sets it to null. */
void cell_free(cell *cell);

/** The JavaScript value of a cell. */
napi_value cell_value(napi_env env, const cell *cell);

/** Reads a JavaScript value: null, boolean, number, bigint, string, Uint8Array, or a list of these. */
bool cell_read(napi_env env, napi_value value, cell *target);

/** A JavaScript string as malloc'ed UTF-8 with a NUL; NULL (and a pending exception) when it isn't one. */
char *value_read_text(napi_env env, napi_value value, size_t *length);

/** An integer from a number or a bigint; false if it is neither or does not fit. */
bool value_read_integer(napi_env env, napi_value value, int64_t *integer);

/** The bytes of a Buffer, a typed array, a DataView or an ArrayBuffer; false for other values. */
bool value_read_bytes(napi_env env, napi_value value, void **bytes, size_t *length);

/** null and undefined. */
bool value_is_nothing(napi_env env, napi_value value);

/** Throws a ContextPackError-like TypeError and returns false. */
bool value_throw(napi_env env, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Throws that a handle is closed, an error of the code ERR_INVALID_STATE, and returns false. */
bool value_throw_closed(napi_env env, const char *what);

napi_value value_null(napi_env env);

#endif

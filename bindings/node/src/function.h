#ifndef CONTEXTPACK_NODE_FUNCTION_H
#define CONTEXTPACK_NODE_FUNCTION_H

/** How the generated tables describe the library's functions, structs and snapshots. */

#include "value.h"

#include <contextpack/contextpack.h>

#define FUNCTION_ARGUMENTS_MAX 16

/* Kinds of parameters. JavaScript passes those before ARG_FILLED. */
typedef enum argument_kind {
    ARG_ENGINE,
    ARG_SESSION,
    ARG_TEXT,
    ARG_TEXTS, /* and how many in the next slot */
    ARG_BYTES, /* and its length in the next slot */
    ARG_INT32,
    ARG_INT64,
    ARG_UINT32,
    ARG_SIZE,
    ARG_RECORD, /* an object that fills a struct */
    ARG_INPUT,
    ARG_ENGINE_OPTIONS,
    ARG_FILLED, /* belongs to the parameter before it */
    ARG_RUN,    /* cpk_run_options: progress, notes, cancel */
    ARG_CANCEL, /* cpk_cancel alone */
    ARG_WRITE,  /* takes bytes, and its user pointer in the next slot */
    ARG_EMIT,   /* takes items, likewise */
    ARG_ERROR,
    OUT_ENGINE,
    OUT_SESSION,
    OUT_SNAPSHOT,
    OUT_LIST,
    OUT_RECORD,
    OUT_INT32,
    OUT_INT64,
    OUT_SIZE,
    OUT_IDS, /* uint32_t[capacity], and the capacity in the next slot */
} argument_kind;

typedef enum emit_kind {
    EMIT_MESSAGE,
    EMIT_CHUNK,
    EMIT_MIGRATION,
    EMIT_CHECK,
    EMIT_CHANGE,
    EMIT_DRIFT,
    EMIT_ORPHAN
} emit_kind;

typedef union slot {
    int32_t int32;
    int64_t int64;
    uint32_t uint32;
    size_t size;
    void *pointer;
    const char *text;
    void (*call)(void);
} slot;

typedef struct argument {
    const char *name;
    argument_kind kind;
    int32_t extra; /* which snapshot, list, record or emitter */
} argument;

typedef enum function_returns {
    RETURNS_STATUS,
    RETURNS_INT32,
    RETURNS_SIZE,
    RETURNS_TEXT,
    RETURNS_NOTHING,
} function_returns;

typedef struct function {
    const char *name;
    function_returns returns;
    size_t argument_count;
    const argument *arguments;
    void (*call)(slot *slots, slot *result);
    size_t offset; /* in library_functions */
} function;

extern const function functions[];
extern const size_t function_count;

typedef enum field_kind {
    FIELD_TEXT,
    FIELD_RUN, /* the call's own run options: true fills them in */
    FIELD_CHARS,
    FIELD_INT32,
    FIELD_UINT32,
    FIELD_INT64,
    FIELD_MONEY,
    FIELD_TIME,
} field_kind;

typedef struct field {
    const char *name;
    field_kind kind;
    size_t offset;
} field;

/** A struct that starts with its struct_size. */
typedef struct record {
    const char *name;
    size_t size;
    const field *fields;
    size_t field_count;
} record;

extern const record records[];

#define SNAPSHOT_FIELDS_MAX 64

typedef struct snapshot {
    size_t field_count;
    void (*read)(napi_env env, const void *object, napi_value *values);
    void (*free)(void *object);
} snapshot;

extern const snapshot snapshots[];

typedef struct list {
    int32_t snapshot;
    size_t (*count)(const void *list);
    const void *(*at)(const void *list, size_t index);
    const char *(*next)(const void *list);
    void (*free)(void *list);
} list;

extern const list lists[];

#endif

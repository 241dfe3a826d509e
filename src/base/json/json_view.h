/* Reads JSON in place: one pass validates a text and records where its larger objects and arrays end; views then find
 * requested values without building a tree, so that memory is proportional to the text and not to the number of values.
 * Nothing is recursive: nesting uses no stack.
 *
 * The grammar is RFC 8259 with the extensions of json-c: trailing commas, control characters in strings, literals in
 * any case, NaN and Infinity, numbers with leading zeros or without digits on one side of the point. Comments and
 * single quotes are rejected. Texts are not checked to be valid UTF-8. */
#ifndef BASE_JSON_JSON_VIEW_H
#define BASE_JSON_JSON_VIEW_H

#include "base/arena.h"
#include "base/buffer.h"

#include <contextpack/error.h>

#include <string.h>

#define JSON_DEPTH_MAX 4096 /* upper limit of any max_depth */

enum json_view_type {
    JSON_VIEW_NONE, /* missing, or null */
    JSON_VIEW_BOOL,
    JSON_VIEW_NUMBER,
    JSON_VIEW_STRING,
    JSON_VIEW_ARRAY,
    JSON_VIEW_OBJECT
};

/* Position of an object, array or string value. Recorded for long ones at the upper levels only, sorted by start. */
struct json_span {
    uint32_t start;
    uint32_t end;  /* after the closing bracket or quotation mark */
    uint32_t next; /* index of the first span that starts after it; the highest bit is set for a string with escapes */
};

struct json_doc {
    const cpk_allocator *allocator;
    const char *text; /* borrowed */
    size_t length;
    struct json_span *spans;
    size_t span_count;
    size_t span_capacity;
    uint64_t hash_key[2]; /* key of the hash of member names; random for untrusted input */
    size_t values;        /* number of values in the text, without names */
    const char *problem;  /* static string: why the text was rejected */
    size_t problem_at;    /* byte offset of the problem */
};

struct json_view {
    const struct json_doc *doc;
    uint32_t start;
    uint32_t end;  /* after its last byte */
    uint32_t span; /* objects and arrays: index of its span or UINT32_MAX; strings: 1 if it has escapes */
    enum json_view_type type;
};

/* Iterates over the items of an array or the members of an object, including duplicates. */
struct json_iter {
    const struct json_doc *doc;
    uint32_t at;
    uint32_t end;
    uint32_t span;
    int32_t is_object;
    struct json_view name; /* of a member */
    struct json_view value;
};

struct json_name {
    const char *text;
    size_t length;
};
#define JSON_NAME(text)                                                                                                \
    {                                                                                                                  \
        text, sizeof(text) - 1                                                                                         \
    }

void json_doc_init(struct json_doc *doc, const cpk_allocator *allocator);
void json_doc_free(struct json_doc *doc);
/* Frees the spans if more than spans_max are allocated. */
void json_doc_release_above(struct json_doc *doc, size_t spans_max);
/* Validates a text, which must stay valid while views are used. May be called again with another text.
 * CPK_ERROR_INVALID_DATA: see doc->problem and problem_at. CPK_ERROR_LIMIT_EXCEEDED: nested deeper than max_depth or
 * longer than 2 GiB (`problem` is set), or more than max_values values. Creates no error object. */
cpk_status json_doc_read(struct json_doc *doc, const char *text, size_t length, size_t max_depth, size_t max_values);
/* The same for the value at the start of a text, whatever follows it; doc->length is then the value's. */
cpk_status json_doc_read_first(struct json_doc *doc, const char *text, size_t length, size_t max_depth,
                               size_t max_values);
struct json_view json_doc_root(const struct json_doc *doc);
/* The value that starts at a byte offset, which must be the `start` of an earlier view. *hint speeds up access in
 * ascending order; initialise it to 0. */
struct json_view json_doc_at(const struct json_doc *doc, uint32_t start, uint32_t *hint);

void json_iter_init(struct json_iter *iter, struct json_view container); /* other types have no members */
int32_t json_iter_next(struct json_iter *iter);                          /* 0 at the end */

/* Finds members by name in one pass; the last of duplicates wins. Missing ones are NONE, also if `object` is no object.
 */
void json_select(struct json_view object, const struct json_name *names, size_t count, struct json_view *values);
struct json_view json_get(struct json_view object, const char *name);
struct json_view json_item(struct json_view array, size_t index); /* NONE if there are fewer */
int32_t json_has_items(struct json_view container, size_t count); /* 1 if there are at least that many */

/* Strings. NONE and other types count as no text. */
int32_t json_starts_text(struct json_view view, const char *prefix);
int32_t json_is_bytes(struct json_view view, const char *bytes, size_t length);
static inline int32_t json_is_text(struct json_view view, const char *text)
{
    return json_is_bytes(view, text, strlen(text));
}
int32_t json_is_empty_text(struct json_view view); /* 1 for "" and for other types */
int32_t json_same_text(struct json_view a, struct json_view b);
size_t json_text_bound(struct json_view view); /* upper bound of the decoded length */
/* Returns 1 if the text is certainly valid UTF-8 without NUL, carriage return, U+2028, U+2029 and U+FEFF: all its bytes
 * in the JSON are ASCII, as in most exports. 0 if it has to be checked. */
int32_t json_append_text(struct buffer *target, struct json_view view);
/* Appends at most the first length_max bytes, without splitting a character. */
void json_append_start(struct buffer *target, struct json_view view, size_t length_max);
uint64_t json_hash_text(uint64_t seed, struct json_view view); /* hash_bytes() of the text */

int32_t json_is_true(struct json_view view);
/* 1 and the number, or 0 for other types. */
int32_t json_number(struct json_view view, double *number);
int64_t json_int64(struct json_view view, int64_t fallback); /* saturated */
/* Accepts the same forms as json_member_time() in json.h. */
int64_t json_time(struct json_view view);

/* An object's distinct members in the order of first appearance, each with its last value. Uses 4 bytes per member, and
 * 6 more until json_members_end_lookup(). */
struct json_members {
    const struct json_doc *doc;
    const cpk_allocator *allocator;
    uint32_t *names; /* offset of each name */
    size_t count;
    size_t name_capacity;
    uint32_t *slots; /* hash table of index + 1; 0 is free */
    size_t slot_count;
    struct buffer scratch;
    uint32_t hint; /* span found by the last lookup */
};

void json_members_init(struct json_members *members, const cpk_allocator *allocator);
cpk_status json_members_read(struct json_members *members, struct json_view object, cpk_error **error);
struct json_view json_members_name(const struct json_members *members, size_t index);
struct json_view json_members_value(struct json_members *members, size_t index);
/* *index is SIZE_MAX if there is no such member. Fails only with CPK_ERROR_OUT_OF_MEMORY. */
cpk_status json_members_find(struct json_members *members, struct json_view name, size_t *index, cpk_error **error);
void json_members_end_lookup(struct json_members *members); /* frees the lookup table */
void json_members_free(struct json_members *members);

/* Hash table from strings of one document to numbers; 12 bytes per slot. */
struct json_text_slot {
    uint32_t start; /* offset of the text; 0 is free */
    uint32_t value;
};

struct json_texts {
    const struct json_doc *doc;
    const cpk_allocator *allocator;
    struct json_text_slot *slots;
    size_t slot_count;
    struct buffer scratch;
};

void json_texts_init(struct json_texts *texts, const cpk_allocator *allocator);
cpk_status json_texts_begin(struct json_texts *texts, const struct json_doc *doc, size_t count_max, cpk_error **error);
/* Adds a text unless an equal one is present: then *known points to its value; otherwise *known is NULL. Both functions
 * fail only with CPK_ERROR_OUT_OF_MEMORY. */
cpk_status json_texts_add(struct json_texts *texts, struct json_view text, uint32_t value, uint32_t **known,
                          cpk_error **error);
cpk_status json_texts_find(struct json_texts *texts, struct json_view text, uint32_t **value, cpk_error **error);
void json_texts_free(struct json_texts *texts);

/* Serialises a value without white space; duplicate names are dropped. */
cpk_status json_append_compact(struct buffer *target, struct json_view view, cpk_error **error);
/* hash_bytes(*hash, ...) of the same text, with "/" escaped as "\/", computed in pieces. */
cpk_status json_hash_compact(struct json_view view, const cpk_allocator *allocator, uint64_t *hash, cpk_error **error);

/* The view of the value at `at`, which must not be white space. *span is the first span that starts there or later, or
 * JSON_NO_SPAN if unknown; it is advanced past the value. */
struct json_view json_view_read(const struct json_doc *doc, size_t at, uint32_t *span);

#endif

/* Reads JSON where it lies: one pass checks a text and notes where its larger objects and arrays end, then views into
 * it find what a caller asks for. No tree is made, so that memory follows the bytes of the text and not the number of
 * its values. Nothing here recurses: nesting costs no stack.
 *
 * The grammar is RFC 8259 and what json-c takes besides: a comma before a closing bracket, control characters in
 * strings, literals in any case, NaN and Infinity, numbers with leading zeros or without digits on one side of the
 * point. Comments and single quotes are refused. Text is not checked to be UTF-8. */
#ifndef BASE_JSON_JSON_VIEW_H
#define BASE_JSON_JSON_VIEW_H

#include "base/arena.h"
#include "base/buffer.h"

#include <contextpack/error.h>

#include <string.h>

#define JSON_DEPTH_MAX 4096 /* deeper texts are refused whatever the caller allows */

enum json_view_type {
    JSON_VIEW_NONE, /* missing, or null */
    JSON_VIEW_BOOL,
    JSON_VIEW_NUMBER,
    JSON_VIEW_STRING,
    JSON_VIEW_ARRAY,
    JSON_VIEW_OBJECT
};

/* Where an object, an array or a string that is a value lies; kept for those of a certain length in the upper levels,
 * in the order of their start. */
struct json_span {
    uint32_t start;
    uint32_t end;  /* behind its bracket or quotation mark */
    uint32_t next; /* the first span that starts behind it; of a string with escapes, its highest bit is set, too */
};

struct json_doc {
    const cpk_allocator *allocator;
    const char *text; /* borrowed */
    size_t length;
    struct json_span *spans;
    size_t span_count;
    size_t span_capacity;
    uint64_t hash_key[2]; /* keys the hash of member names; random where strangers choose the names */
    size_t values;        /* in the text, names not counted */
    const char *problem;  /* static: why the text was refused */
    size_t problem_at;    /* the byte it was refused at */
};

struct json_view {
    const struct json_doc *doc;
    uint32_t start;
    uint32_t end;  /* behind its last byte */
    uint32_t span; /* of an object or array, its own or UINT32_MAX; of a string, 1 when it has escapes */
    enum json_view_type type;
};

/* Goes through the items of an array or the members of an object; equal names come as often as they are there. */
struct json_iter {
    const struct json_doc *doc;
    uint32_t at;
    uint32_t end;
    uint32_t span;
    int32_t is_object;
    struct json_view name; /* of the member */
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
void json_doc_release_above(struct json_doc *doc,
                            size_t spans_max); /* gives back an index that has grown beyond that */
/* Checks the whole text, which must stay until the last view is done with. Can be called again for another text.
 * CPK_ERROR_INVALID_DATA: doc->problem and problem_at say why. CPK_ERROR_LIMIT_EXCEEDED: nested deeper than max_depth
 * (then `problem` says so), more than max_values values (`values` is beyond it), or longer than 2 GiB. No error object
 * is made. */
cpk_status json_doc_read(struct json_doc *doc, const char *text, size_t length, size_t max_depth, size_t max_values);
struct json_view json_doc_root(const struct json_doc *doc);
/* The value that starts at that byte, as an earlier view's `start` says. *hint makes going through values in their
 * order fast; start with 0. */
struct json_view json_doc_at(const struct json_doc *doc, uint32_t start, uint32_t *hint);

void json_iter_init(struct json_iter *iter,
                    struct json_view container); /* anything but an array or object has no members */
int32_t json_iter_next(struct json_iter *iter);  /* 0 at the end */

/* Members by name, the last of equal ones; NONE for what is missing and for all of what is no object. One pass. */
void json_select(struct json_view object, const struct json_name *names, size_t count, struct json_view *values);
struct json_view json_get(struct json_view object, const char *name);
struct json_view json_item(struct json_view array, size_t index); /* NONE behind the end */
int32_t json_has_items(struct json_view container, size_t count); /* 1 when there are at least that many */

/* Strings. All take NONE and other types for no text at all. */
int32_t json_starts_text(struct json_view view, const char *prefix);
int32_t json_is_bytes(struct json_view view, const char *bytes, size_t length);
static inline int32_t json_is_text(struct json_view view, const char *text)
{
    return json_is_bytes(view, text, strlen(text));
}
int32_t json_is_empty_text(struct json_view view); /* 1 for "" and for what is no string */
int32_t json_same_text(struct json_view a, struct json_view b);
size_t json_text_bound(struct json_view view); /* at least the bytes of its text */
void json_append_text(struct buffer *target, struct json_view view);
/* No more than its first length_max bytes, cut between two characters. */
void json_append_start(struct buffer *target, struct json_view view, size_t length_max);
uint64_t json_hash_text(uint64_t seed, struct json_view view); /* hash_bytes() of the text */

int32_t json_is_true(struct json_view view);
/* 1 and the number; 0 for anything else. */
int32_t json_number(struct json_view view, double *number);
int64_t json_int64(struct json_view view, int64_t fallback); /* cut to its range */
/* As json_member_time() in json.h. */
int64_t json_time(struct json_view view);

/* The members of an object, each name once: in the order of their first appearance, with their last value. 4 bytes for
 * a member, and 6 more while names can be looked up. */
struct json_members {
    const struct json_doc *doc;
    const cpk_allocator *allocator;
    uint32_t *names; /* where each name starts */
    size_t count;
    size_t name_capacity;
    uint32_t *slots; /* index + 1 by the name's hash; 0 is free */
    size_t slot_count;
    struct buffer scratch;
    uint32_t hint; /* the span found last */
};

void json_members_init(struct json_members *members, const cpk_allocator *allocator);
cpk_status json_members_read(struct json_members *members, struct json_view object, cpk_error **error);
struct json_view json_members_name(const struct json_members *members, size_t index);
struct json_view json_members_value(struct json_members *members, size_t index);
/* CPK_ERROR_OUT_OF_MEMORY is all that can go wrong; *index is SIZE_MAX where there is no such member. */
cpk_status json_members_find(struct json_members *members, struct json_view name, size_t *index, cpk_error **error);
void json_members_end_lookup(struct json_members *members); /* gives the memory for finding back */
void json_members_free(struct json_members *members);

/* Numbers by a text of the document: 12 bytes for each. */
struct json_text_slot {
    uint32_t start; /* of the text; 0 is free */
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
/* Of equal texts the first is kept; *known is NULL where this is the first. CPK_ERROR_OUT_OF_MEMORY is all that can go
 * wrong in both. */
cpk_status json_texts_add(struct json_texts *texts, struct json_view text, uint32_t value, uint32_t **known,
                          cpk_error **error);
cpk_status json_texts_find(struct json_texts *texts, struct json_view text, uint32_t **value, cpk_error **error);
void json_texts_free(struct json_texts *texts);

/* Appends a value as JSON without white space, each name once. */
cpk_status json_append_compact(struct buffer *target, struct json_view view, cpk_error **error);
/* hash_bytes(*hash, ...) of the same text with "\/" for "/", made in pieces. */
cpk_status json_hash_compact(struct json_view view, const cpk_allocator *allocator, uint64_t *hash, cpk_error **error);

#endif

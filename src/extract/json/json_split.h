/* Splits a JSON file into the elements of its list without parsing them, one element at a time in a reused buffer, so
 * that memory is proportional to the largest element and not to the file.
 *
 * The list is a top-level array; or the array "conversations", "chats", "history", "data" or "items" of a top-level
 * object; or the top-level values themselves (JSON Lines). Only strings, escapes and brackets are tracked. Damage
 * affects only the elements that it is in: the scan continues with the next line of JSON Lines, or the next element
 * that starts like the first. */
#ifndef EXTRACT_JSON_JSON_SPLIT_H
#define EXTRACT_JSON_JSON_SPLIT_H

#include "base/context.h"
#include "base/json/json_view.h"

#include <contextpack/backend/extractor.h>

struct json_element {
    const char *json; /* valid until the callback returns; not NUL-terminated */
    size_t length;
    int64_t offset;      /* position of its first byte in the file */
    int64_t index;       /* 0, 1, ...; includes skipped elements */
    int32_t is_read;     /* json_split_options.doc holds it, validated */
    int32_t is_expected; /* json_split_options.expect gave its length */
    int32_t uncertain;   /* found by the search after damage: ignored without a note if it is no conversation */
    int32_t accepted;    /* out: 1 for a conversation; elements after an uncertain one are then certain again */
};

/* Receives one element; a status other than CPK_OK stops the scan and is returned. */
typedef cpk_status (*scan_element_fn)(void *user, struct json_element *element, cpk_error **error);

/* Reads the whole input. Elements longer than import.max_conversation_bytes or deeper than import.max_json_depth are
 * skipped with a note that names the setting; damage gives a CPK_NOTE_DAMAGED; progress is reported per block.
 * CPK_ERROR_UNSUPPORTED for UTF-16 and UTF-32. */
cpk_status json_split_read(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                           scan_element_fn each, void *user, cpk_error **error);

/* Looks at the start of an object of a list; `length` bytes of the file are known from there on. *expected is its
 * length if it is certain, a greater number than `length` if it may well end after these bytes, otherwise 0. No more of
 * the file is read for it than the search for its end needs. */
typedef cpk_status (*scan_expect_fn)(void *user, const char *json, size_t length, size_t *expected, cpk_error **error);

/* All may be 0. */
struct json_split_options {
    int32_t is_unwrapped;  /* a top-level object is an element itself, also if it has a list of conversations: for
                              formats whose list of messages has one of those names; this does change the elements */
    struct json_doc *doc;  /* objects of a list that end in the block that was read are validated at once, instead of
                              being searched for their end before; it holds one while it is passed on. The
                              elements are the same */
    scan_expect_fn expect; /* called with `user` */
};

cpk_status json_split_read_with(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                                const struct json_split_options *options, scan_element_fn each, void *user,
                                cpk_error **error);

#endif

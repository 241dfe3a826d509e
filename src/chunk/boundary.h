/* Finds the best place to split a text: after a paragraph, line, sentence, word or pretokenizer piece, in this order;
 * inside a word only if there is no other boundary. Splits are at code point boundaries; token counts are exact. */
#ifndef CHUNK_BOUNDARY_H
#define CHUNK_BOUNDARY_H

#include <contextpack/error.h>

struct boundary_limits {
    const cpk_allocator *allocator;
    int32_t encoding;
    int64_t max_tokens;
};

/* A place to split a text. */
struct boundary_cut {
    size_t at;      /* byte offset */
    int64_t tokens; /* of the head before it, or of the tail after it */
};

/* Finds a head of the text within the limit and longer than min_length bytes; cut->at is `length` if all of it fits. A
 * better boundary in the second half of the limit is preferred to a longer head. cut->at is 0 if there is none; with
 * min_length 0 there always is one (max_tokens must be at least 4). */
cpk_status boundary_head(const struct boundary_limits *limits, const char *text, size_t length, size_t min_length,
                         struct boundary_cut *cut, cpk_error **error);

/* Finds a tail of the text within the limit; cut->at is `length` if there is none. */
cpk_status boundary_tail(const struct boundary_limits *limits, const char *text, size_t length,
                         struct boundary_cut *cut, cpk_error **error);

#endif

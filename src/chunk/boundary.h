/* Where a text that does not fit is best cut: after a paragraph, a line, a sentence, a word, a piece of the tokenizer,
 * in this order; inside a word only when there is no other way. Cuts lie on code points; counts are exact. */
#ifndef CHUNK_BOUNDARY_H
#define CHUNK_BOUNDARY_H

#include <contextpack/error.h>

struct boundary_limits {
    const cpk_allocator *allocator;
    int32_t encoding;
    int64_t max_tokens;
};

/* The longest good head of a text within the limit that is longer than `min_length` bytes: its length, which is the
 * text's when all of it fits, and its tokens. A better boundary in the second half of the limit beats a longer head.
 * *head_length is 0 when there is none; with min_length 0 there always is one (max_tokens must be at least 4). */
cpk_status boundary_head(const struct boundary_limits *limits, const char *text, size_t length, size_t min_length,
                         size_t *head_length, int64_t *head_tokens, cpk_error **error);

/* The longest good tail of a text within the limit: where it starts, `length` when there is none, and its tokens. */
cpk_status boundary_tail(const struct boundary_limits *limits, const char *text, size_t length, size_t *tail_start,
                         int64_t *tail_tokens, cpk_error **error);

#endif

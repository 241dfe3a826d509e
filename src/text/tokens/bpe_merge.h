/* Byte-pair merging: repeatedly merges the adjacent pair with the lowest token id, leftmost first. */
#ifndef TEXT_TOKENS_BPE_MERGE_H
#define TEXT_TOKENS_BPE_MERGE_H

#include "text/tokens/encoding.h"

/* Output of tokens: `ids` receives the first `capacity`, `count` counts all. */
struct token_list {
    uint32_t *ids; /* NULL with capacity 0 */
    size_t capacity;
    size_t count;
};

/* Adds the tokens of one pretokenizer piece. Pieces longer than 128 bytes allocate memory: at
 * most 1.2 MB, except for rare pieces longer than 32 KiB. */
cpk_status bpe_merge(const cpk_allocator *allocator, const struct encoding_tables *tables, const char *bytes,
                     size_t length, struct token_list *tokens, cpk_error **error);

/* The same of a piece of at least two bytes, of which as many are merged at once, with 34 bytes of memory for each. */
cpk_status bpe_merge_long(const cpk_allocator *allocator, const struct encoding_tables *tables, const char *bytes,
                          size_t length, size_t window_length, struct token_list *tokens, cpk_error **error);

#endif

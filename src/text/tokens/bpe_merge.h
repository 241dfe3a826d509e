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

/* Adds the tokens of one pretokenizer piece. Pieces longer than 128 bytes allocate memory. */
cpk_status bpe_merge(const cpk_allocator *allocator, const struct encoding_tables *tables, const char *bytes,
                     size_t length, struct token_list *tokens, cpk_error **error);

#endif

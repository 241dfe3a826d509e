/* Byte-pair merging: of all neighbours that make a token, those of the lowest id merge first, the leftmost first. */
#ifndef TEXT_TOKENS_BPE_MERGE_H
#define TEXT_TOKENS_BPE_MERGE_H

#include "text/tokens/encoding.h"

/* Where tokens go: `ids` takes the first `capacity`, `count` counts all. */
struct token_list {
    uint32_t *ids; /* NULL with capacity 0 */
    size_t capacity;
    size_t count;
};

/* Adds the tokens of one piece of the pretokenizer. Pieces over 128 bytes take memory from the allocator. */
cpk_status bpe_merge(const cpk_allocator *allocator, const struct encoding_tables *tables, const char *bytes,
                     size_t length, struct token_list *tokens, cpk_error **error);

#endif

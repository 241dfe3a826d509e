/* Byte-pair encoding of text, identical to tiktoken. Stateless; long words allocate scratch memory. */
#ifndef TEXT_TOKENS_TOKENS_H
#define TEXT_TOKENS_TOKENS_H

#include "text/tokens/bpe_merge.h"
#include "text/tokens/pretokenizer.h"

#include <contextpack/tokens.h>

cpk_status tokens_count(const cpk_allocator *allocator, int32_t encoding, const char *text, size_t length,
                        int64_t *count, cpk_error **error);
/* Adds the ids to an initialised list. CPK_ERROR_LIMIT_EXCEEDED if its array is too small; `count` is then what is
 * needed. */
cpk_status tokens_encode(const cpk_allocator *allocator, int32_t encoding, const char *text, size_t length,
                         struct token_list *tokens, cpk_error **error);

/* Reads a text piece by piece (roughly words). Text that starts at the start of a piece of a longer text has the same
 * pieces from there on; cutting a text at the end of a piece changes at most the white space before the cut. */
struct tokens_reader {
    const cpk_allocator *allocator;
    const struct encoding_tables *tables;
    struct pretokenizer pieces;
};

cpk_status tokens_reader_init(struct tokens_reader *reader, const cpk_allocator *allocator, int32_t encoding,
                              const char *text, size_t length, cpk_error **error);
/* Adds the next piece's tokens to the list; *piece_length 0 is the end. */
cpk_status tokens_reader_next(struct tokens_reader *reader, struct token_list *tokens, size_t *piece_length,
                              cpk_error **error);

#endif

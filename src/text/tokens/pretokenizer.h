/* Splits text into the pieces that byte-pair merging works on: the matches of the encodings' regular expressions. */
#ifndef TEXT_TOKENS_PRETOKENIZER_H
#define TEXT_TOKENS_PRETOKENIZER_H

#include <stddef.h>
#include <stdint.h>

struct pretokenizer {
    const char *text;
    size_t length;
    size_t at;          /* start of the next piece */
    int32_t encoding;   /* CPK_ENCODING_*, not 0 */
    int32_t ill_formed; /* 1 if the piece may contain invalid UTF-8 */
};

/* Advances `at` past the next piece and returns its length; 0 at the end. */
size_t pretokenizer_next(struct pretokenizer *pretokenizer);

#endif

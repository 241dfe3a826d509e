/* Cuts text into the pieces that byte-pair merging works on: exactly the matches of the encodings' regular expressions.
 */
#ifndef TEXT_TOKENS_PRETOKENIZER_H
#define TEXT_TOKENS_PRETOKENIZER_H

#include <stddef.h>
#include <stdint.h>

struct pretokenizer {
    const char *text;
    size_t length;
    size_t at;          /* where the next piece begins */
    int32_t encoding;   /* CPK_ENCODING_*, not 0 */
    int32_t ill_formed; /* set when the piece may hold bytes that are not UTF-8 */
};

/* The next piece is [at, at + result) as `at` was before; 0 at the end. */
size_t pretokenizer_next(struct pretokenizer *pretokenizer);

#endif

/* From the first person to the third: "I'm building my own app" reads "Building their own app". */
#ifndef ANALYZE_REPHRASE_H
#define ANALYZE_REPHRASE_H

#include "analyze/clause.h"
#include "base/buffer.h"

#define STATEMENT_MAX_BYTES 150 /* of a finding's text; longer ones are cut at a word */

/* Appends words [start, end) as they are written, white space made single. */
void rephrase_verbatim(struct buffer *target, const char *text, const struct word *words, size_t start, size_t end);
/* The same with my -> their, I -> they. */
void rephrase_words(struct buffer *target, const char *text, const struct word *words, size_t start, size_t end);
/* A clause as a statement for a reader, without a subject: "Lives in Porto". */
void rephrase_clause(struct buffer *target, const char *text, const struct word *words, const struct clause *clause,
                     size_t end);
/* The same to the end of a sentence, with a second verb behind "and" in the same person: "Gets home and sleeps". */
void rephrase_sentence(struct buffer *target, const char *text, const struct word *words, const struct clause *clause,
                       size_t end);
void rephrase_capitalise(struct buffer *target, size_t at); /* the letter at a byte, when it is an ASCII one */

#endif

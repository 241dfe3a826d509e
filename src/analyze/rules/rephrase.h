/* Converts the first person to the third: "I'm building my own app" to "Building their own app". */
#ifndef ANALYZE_RULES_REPHRASE_H
#define ANALYZE_RULES_REPHRASE_H

#include "analyze/rules/clause.h"
#include "base/buffer.h"

#define STATEMENT_MAX_BYTES 150 /* maximum length of a finding's text; longer ones are cut at a word */

/* Appends words [start, end) unchanged, with single spaces. */
void rephrase_verbatim(struct buffer *target, const char *text, const struct word *words, size_t start, size_t end);
/* The same, with "my" replaced by "their" and "I" by "they". */
void rephrase_words(struct buffer *target, const char *text, const struct word *words, size_t start, size_t end);
/* Appends a clause as a statement without subject: "Lives in Porto". */
void rephrase_clause(struct buffer *target, const char *text, const struct word *words, const struct clause *clause,
                     size_t end);
/* The same up to the end of a sentence, with a second verb after "and": "Gets home and sleeps". */
void rephrase_sentence(struct buffer *target, const char *text, const struct word *words, const struct clause *clause,
                       size_t end);
void rephrase_capitalise(struct buffer *target, size_t at); /* capitalises the ASCII letter at an offset */

#endif

/* Patterns over the words of a sentence, as tables give them, and their matcher.
 *
 * A pattern is a list of elements separated by spaces:
 *   a|b    one of these words           a|b?   the same, may be absent
 *   ~      up to three fillers          ,      a comma, colon, dash or bracket, may be absent
 *   ;      a comma, colon, dash or bracket
 *   ^      at the start of a clause     $      the clause ends here
 *   &      directly after a statement about the user      @  about the person of the preceding statement
 *   =      what follows must match, but is read again
 *   {X}    a value, see slot.h
 * Other marks between its words do not match. */
#ifndef ANALYZE_RULES_PATTERN_H
#define ANALYZE_RULES_PATTERN_H

#include "analyze/rules/kind.h"
#include "analyze/rules/rule_sentence.h"

#define CAPTURES_MAX 4
#define PATTERNS_MAX 4096 /* of all languages */

struct pattern {
    enum language language;
    enum rule_kind kind;
    int32_t confidence;
    const char *text;
};

struct match {
    const struct pattern *pattern; /* NULL: none */
    size_t end;                    /* index of the word after it */
    struct capture captures[CAPTURES_MAX];
    size_t capture_count;
};

/* What precedes a word, for "&" and "@". */
struct match_context {
    enum rule_kind statement; /* of the statement that ends there; KIND_NONE: none */
    int32_t person;           /* an earlier statement is about one person */
};

/* The patterns that may match somewhere in a sentence, in the order of their table. */
struct pattern_candidates {
    struct pattern_candidate {
        uint16_t pattern;
        uint8_t first; /* it starts with none of the words before this one */
        uint8_t last;  /* nor after this one */
    } items[PATTERNS_MAX];
    size_t count;
};

struct pattern_table;

/* Compiles all patterns and adds their words to the vocabulary. NULL if there is no memory. */
struct pattern_table *pattern_table_create(struct arena *arena, struct vocabulary *vocabulary);
/* The patterns whose words a sentence has. */
void pattern_candidates(const struct pattern_table *table, const struct rule_sentence *sentence,
                        struct pattern_candidates *candidates);
/* The longest match at word `start`, of patterns that start with this word before others, of the first in its table;
 * match->pattern is NULL if there is none. */
void pattern_match(const struct pattern_table *table, const struct pattern_candidates *candidates,
                   const struct rule_sentence *sentence, size_t start, const struct match_context *context,
                   struct match *match);
const struct capture *match_capture(const struct match *match, char letter); /* NULL if there is none */
/* 1 if a clause starts at word i: the sentence, or after a mark or conjunction. */
int32_t clause_starts(const struct rule_sentence *sentence, size_t i);

#endif

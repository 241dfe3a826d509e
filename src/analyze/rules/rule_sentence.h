/* The words of a sentence as rules see them, and the values that they capture. */
#ifndef ANALYZE_RULES_RULE_SENTENCE_H
#define ANALYZE_RULES_RULE_SENTENCE_H

#include "analyze/language/words.h"
#include "analyze/rules/vocabulary.h"

/* A word of the sentence with what the vocabulary knows of it. */
struct rule_word {
    const char *key; /* lower case */
    const char *gloss;
    size_t offset; /* in the text */
    size_t length;
    uint32_t id; /* 0: unknown */
    uint32_t classes;
    uint32_t gap;   /* GAP_*: marks before it */
    uint32_t flags; /* WORD_* */
};

/* The sentence that is read. */
struct rule_sentence {
    const struct vocabulary *vocabulary;
    enum language language;
    const char *text;
    const struct rule_word *words;
    size_t count;
};

struct capture {
    char letter; /* of the value, see slot.h */
    size_t start;
    size_t end;
    const char *gloss; /* English word for it; "" */
    int32_t sure;      /* a known place or title, or a form that only such values have */
};

#endif

/* The words that rules know, by language: an id for the words of patterns, class bits for the word lists. Built in an
 * arena; read-only afterwards. */
#ifndef ANALYZE_RULES_VOCABULARY_H
#define ANALYZE_RULES_VOCABULARY_H

#include "analyze/language/language.h"
#include "base/arena.h"

#define CLASS_FILLER      (UINT32_C(1) << 0)  /* adverbs that change nothing: really, currently */
#define CLASS_FUNCTION    (UINT32_C(1) << 1)  /* prepositions, pronouns, auxiliaries: end a phrase */
#define CLASS_DETERMINER  (UINT32_C(1) << 2)  /* a, the: skipped at the start of a phrase */
#define CLASS_OF          (UINT32_C(1) << 3)  /* join two nouns: of, de */
#define CLASS_AND         (UINT32_C(1) << 4)  /* and, or */
#define CLASS_IF          (UINT32_C(1) << 5)  /* if, imagine, said: nothing after it is asserted */
#define CLASS_DOUBT       (UINT32_C(1) << 6)  /* not, would, what: nothing in its clause is asserted */
#define CLASS_STORY       (UINT32_C(1) << 7)  /* novel, character: nothing in its sentence is asserted */
#define CLASS_RELATION    (UINT32_C(1) << 8)  /* mother, wife */
#define CLASS_PET         (UINT32_C(1) << 9)  /* dog, cat */
#define CLASS_JOB         (UINT32_C(1) << 10) /* nurse, engineer */
#define CLASS_DIET        (UINT32_C(1) << 11) /* vegan, halal */
#define CLASS_CONDITION   (UINT32_C(1) << 12) /* asthma, dyslexia: what one has */
#define CLASS_CONDITIONED (UINT32_C(1) << 13) /* diabetic, dyslexic: what one is */
#define CLASS_LANGUAGE    (UINT32_C(1) << 14)
#define CLASS_MONTH       (UINT32_C(1) << 15)
#define CLASS_NUMBER      (UINT32_C(1) << 16) /* one to twenty */
#define CLASS_UNIT        (UINT32_C(1) << 17) /* years, euros, minutes: a number before it is no age */
#define CLASS_STATUS      (UINT32_C(1) << 18) /* married, divorced */
#define CLASS_BUSINESS    (UINT32_C(1) << 19) /* bakery, practice */
#define CLASS_NOT_NAME    (UINT32_C(1) << 20) /* often written with a capital, but no name: Monday, Christmas, God */
#define CLASS_CHILD       (UINT32_C(1) << 21) /* kids, children */
#define CLASS_SOFTWARE    (UINT32_C(1) << 22) /* no place, no employer: excel, linux */
#define CLASS_SPORT       (UINT32_C(1) << 23) /* activities: climbing, chess */

struct place_filter;
struct vocabulary;

struct vocabulary_word {
    const char *key;
    const char *gloss; /* English word of a relation, status or language, month or number as digits; "" */
    uint32_t id;       /* 1 and up, in the order of addition */
    uint32_t classes;
};

/* Adds the word lists of all languages. NULL if there is no memory. */
struct vocabulary *vocabulary_create(struct arena *arena);
/* Finds or adds a lower-case word of a language; LANGUAGE_UNKNOWN: of any language. NULL if there is no memory. */
struct vocabulary_word *vocabulary_add(struct vocabulary *vocabulary, enum language language, const char *key,
                                       size_t length);
/* NULL if the word is unknown. */
const struct vocabulary_word *vocabulary_find(const struct vocabulary *vocabulary, enum language language,
                                              const char *key, size_t length);

const struct place_filter *vocabulary_places(const struct vocabulary *vocabulary);
uint32_t vocabulary_count(const struct vocabulary *vocabulary); /* the highest id */

#endif

/* The language of a text, from its script, its letters and its frequent words. Integers only. */
#ifndef ANALYZE_LANGUAGE_LANGUAGE_H
#define ANALYZE_LANGUAGE_LANGUAGE_H

#include "base/arena.h"

enum language {
    LANGUAGE_UNKNOWN,
    LANGUAGE_EN,
    LANGUAGE_DE,
    LANGUAGE_ES,
    LANGUAGE_FR,
    LANGUAGE_PT,
    LANGUAGE_IT,
    LANGUAGE_NL,
    LANGUAGE_PL,
    LANGUAGE_TR,
    LANGUAGE_SV,
    LANGUAGE_DA,
    LANGUAGE_NO,
    LANGUAGE_FI,
    LANGUAGE_CS,
    LANGUAGE_RO,
    LANGUAGE_HU,
    LANGUAGE_CA,
    LANGUAGE_ID,
    LANGUAGE_VI,
    LANGUAGE_RU, /* from here on by script */
    LANGUAGE_UK,
    LANGUAGE_EL,
    LANGUAGE_AR,
    LANGUAGE_FA,
    LANGUAGE_HE,
    LANGUAGE_HI,
    LANGUAGE_TH,
    LANGUAGE_JA,
    LANGUAGE_ZH,
    LANGUAGE_KO,
    LANGUAGE_COUNT
};

struct language_table;

const char *language_code(enum language language); /* "en"; "" if unknown */
enum language language_find(const char *code);     /* LANGUAGE_UNKNOWN if there is none */
/* Builds the table of frequent words in an arena; read-only afterwards. NULL if there is no memory. */
struct language_table *language_table_create(struct arena *arena);
/* The languages of which a lower-case word with this hash (word_table.h) is a frequent one, as bits 1 << LANGUAGE_*. */
uint32_t language_table_find(const struct language_table *table, uint64_t hash);
/* The language of a text; LANGUAGE_UNKNOWN if its words do not tell, for example of code or a single name. Bytes below
 * the space, such as masked text, separate words. */
enum language language_detect(const struct language_table *table, const char *text, size_t length);

#endif

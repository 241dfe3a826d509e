/* Words too common to tell what a text is about, by language. */
#ifndef ANALYZE_LANGUAGE_COMMON_WORDS_H
#define ANALYZE_LANGUAGE_COMMON_WORDS_H

#include "analyze/language/language.h"

struct common_words; /* read-only */

/* Includes the words of `frequent`, which must outlive it. NULL if there is no memory. */
struct common_words *common_words_create(struct arena *arena, const struct language_table *frequent);
/* The languages in which a lower-case word is common, or a regular form of a common one, as bits 1 << LANGUAGE_*. */
uint32_t common_words_find(const struct common_words *common, const char *word, size_t length);

#endif

/* A text without the differences that do not count when a quote is compared with it: case, white space, kinds of
 * quotation marks and dashes, width, accents, invisible characters, Markdown emphasis. Each byte knows where it comes
 * from. */
#ifndef ANALYZE_FOLDED_TEXT_H
#define ANALYZE_FOLDED_TEXT_H

#include "base/arena.h"

#include <stdint.h>

struct folded_text {
    char *text; /* UTF-8, NUL-terminated; one space between words, none at the ends */
    size_t length;
    uint32_t *offsets; /* byte offset in the original of each byte; [length] is the end of the last character */
};

/* 0 if there is no memory, or the text is longer than 4 GiB. Linear. */
int32_t folded_text_make(struct arena *arena, const char *text, size_t length, struct folded_text *folded);

/* Finds `wanted` from byte `from` on, between word boundaries; returns its offset, or SIZE_MAX. An empty text is
 * nowhere. */
size_t folded_text_find(const struct folded_text *folded, size_t from, const struct folded_text *wanted);

/* Iterates over the words: letters, digits and marks; of scripts without spaces, each character. */
struct folded_word {
    const char *text; /* not NUL-terminated */
    size_t length;
    size_t letters;    /* code points */
    int32_t is_number; /* has a digit */
};
int32_t folded_text_word(const struct folded_text *folded, size_t *at, struct folded_word *word); /* 0 at the end */

/* 1 if the text has the word, or one that differs in its ending only ("Berlin", "Berliner"); numbers must be equal. */
int32_t folded_text_has_word(const struct folded_text *folded, const struct folded_word *word);

#endif

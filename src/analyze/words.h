/* A sentence as words: contractions taken apart, what stands between them kept as flags, classes looked up. */
#ifndef ANALYZE_WORDS_H
#define ANALYZE_WORDS_H

#include "analyze/lexicon.h"

#define WORDS_MAX 256 /* of one sentence; the rest of a longer one is read as another sentence */

/* What stands before a word. */
#define GAP_COMMA    (UINT32_C(1) << 0)
#define GAP_DASH     (UINT32_C(1) << 1) /* with spaces around it, or a long one */
#define GAP_COLON    (UINT32_C(1) << 2)
#define GAP_OPEN     (UINT32_C(1) << 3) /* ( or [ */
#define GAP_CLOSE    (UINT32_C(1) << 4)
#define GAP_MASK     (UINT32_C(1) << 5) /* something that is not the user's own speech */
#define GAP_SLASH    (UINT32_C(1) << 6)
#define GAP_OTHER    (UINT32_C(1) << 7)
#define GAP_STOP     (UINT32_C(1) << 8) /* ; or ... */
#define GAP_BREAK    (GAP_COMMA | GAP_DASH | GAP_COLON | GAP_OPEN | GAP_CLOSE | GAP_MASK | GAP_STOP)

#define WORD_CAPITAL (UINT32_C(1) << 0) /* starts with a capital letter */
#define WORD_NUMBER  (UINT32_C(1) << 1) /* holds a digit */
#define WORD_JOINED  (UINT32_C(1) << 2) /* continues the word before: "'m", "n't", "'s" */

struct word {
    size_t offset; /* bytes, in the text given */
    size_t length;
    const char *key; /* lower case, straight apostrophes */
    uint64_t classes;
    enum word_form form;
    const char *base; /* of an irregular verb form, else "" */
    uint32_t gap;
    uint32_t flags;
};

#define MASK_BYTE '\x01' /* what speech.h writes over what is not own speech */

/* Splits text[start, end) into at most WORDS_MAX words; *next gets where it stopped. Returns the count; a lack of
 * memory sets *failed. */
size_t words_split(struct arena *arena, const struct lexicon *lexicon, const char *text, size_t start, size_t end,
                   struct word *words, size_t *next, int32_t *failed);

int32_t word_is(const struct word *word, const char *key);
int32_t word_in(const struct word *word, const char *keys); /* keys separated by spaces */
int32_t code_point_is_word(uint32_t code_point);            /* letters, digits and marks, as far as words need it */
uint32_t code_point_lower(uint32_t code_point);             /* Latin, Greek and Cyrillic */

#endif

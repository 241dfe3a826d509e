/* Splits a sentence into words: contractions are separated, marks between words become flags. */
#ifndef ANALYZE_LANGUAGE_WORDS_H
#define ANALYZE_LANGUAGE_WORDS_H

#include "base/arena.h"
#include "base/utf8.h"

#include <string.h>

#define WORDS_MAX 256 /* per sentence; the rest of a longer one is treated as another sentence */

/* Marks before a word. */
#define GAP_COMMA    (UINT32_C(1) << 0)
#define GAP_DASH     (UINT32_C(1) << 1) /* a dash with spaces around it, or a long one */
#define GAP_COLON    (UINT32_C(1) << 2)
#define GAP_OPEN     (UINT32_C(1) << 3) /* ( or [ */
#define GAP_CLOSE    (UINT32_C(1) << 4)
#define GAP_MASK     (UINT32_C(1) << 5) /* masked text */
#define GAP_SLASH    (UINT32_C(1) << 6)
#define GAP_OTHER    (UINT32_C(1) << 7)
#define GAP_STOP     (UINT32_C(1) << 8) /* ; or ... */
#define GAP_BREAK    (GAP_COMMA | GAP_DASH | GAP_COLON | GAP_OPEN | GAP_CLOSE | GAP_MASK | GAP_STOP)

#define WORD_CAPITAL (UINT32_C(1) << 0) /* starts with a capital letter */
#define WORD_NUMBER  (UINT32_C(1) << 1) /* contains a digit */
#define WORD_JOINED  (UINT32_C(1) << 2) /* part of the previous word: "'m", "n't", "'s" */

struct word {
    size_t offset; /* byte offset in the text */
    size_t length;
    const char *key; /* lower case, straight apostrophes */
    uint32_t gap;
    uint32_t flags;
};

#define MASK_BYTE '\x01' /* replaces text that is not the user's own, see own_text.h */

/* Splits text[start, end) into at most WORDS_MAX words; *next is the end of the processed text. Returns the number of
 * words. Sets *failed if there is no memory. */
size_t words_split(struct arena *arena, const char *text, size_t start, size_t end, struct word *words, size_t *next,
                   int32_t *failed);

int32_t word_is(const struct word *word, const char *key);
int32_t word_in(const struct word *word, const char *keys); /* keys separated by spaces */

uint32_t code_point_lower_beyond_ascii(uint32_t code_point);
int32_t code_point_is_word_beyond_ascii(uint32_t code_point);
char code_point_base_letter(uint32_t code_point); /* of Latin letters with marks; 0 for others */

/* Writes a word in lower case as those write it who leave out the marks of Latin letters: "mañana" is "manana". Returns
 * its bytes; 0 if it has none of these letters, or does not fit into `room`. */
size_t word_without_marks(const char *word, size_t length, char *plain, size_t room);

/* Reads the code point at text[at]; 0 at or after `end`. Returns its bytes, at least 1. */
static inline size_t code_point_read(const char *text, size_t at, size_t end, uint32_t *code_point)
{
    int32_t valid;

    if (at >= end || (unsigned char)text[at] < 0x80) {
        *code_point = at < end ? (unsigned char)text[at] : 0;
        return 1;
    }
    return utf8_decode(text + at, end - at, code_point, &valid);
}

static inline uint32_t code_point_at(const char *text, size_t at, size_t end)
{
    uint32_t code_point;

    (void)code_point_read(text, at, end, &code_point);
    return code_point;
}

/* Latin, Greek and Cyrillic. */
static inline uint32_t code_point_lower(uint32_t code_point)
{
    return code_point >= 0x80 ? code_point_lower_beyond_ascii(code_point)
                              : code_point + (code_point - 'A' < 26 ? 0x20 : 0);
}

/* Appends a code point to a text of at most `room` bytes without a NUL; 0 if it does not fit. */
static inline int32_t code_point_append(char *text, size_t *length, size_t room, uint32_t code_point)
{
    char bytes[4];
    size_t size;

    if (code_point < 0x80 && *length < room) {
        text[*length] = (char)code_point;
        *length += 1;
        return 1;
    }
    size = utf8_encode(code_point, bytes);
    if (*length + size > room) {
        return 0;
    }
    memcpy(text + *length, bytes, size);
    *length += size;
    return 1;
}

/* 1 for letters, digits and marks that occur in words. */
static inline int32_t code_point_is_word(uint32_t code_point)
{
    return code_point >= 0x80 ? code_point_is_word_beyond_ascii(code_point)
                              : code_point - '0' < 10 || (code_point | 0x20) - 'a' < 26;
}

/* 1 for scripts without spaces: Chinese, Japanese, Korean, Thai. */
static inline int32_t code_point_is_wide(uint32_t code_point)
{
    return code_point >= 0xE01 &&
           ((code_point >= 0x3041 && code_point <= 0x30FF) || (code_point >= 0x3400 && code_point <= 0x9FFF) ||
            (code_point >= 0xAC00 && code_point <= 0xD7A3) || code_point <= 0xE4E ||
            (code_point >= 0x20000 && code_point <= 0x3FFFF));
}

#endif

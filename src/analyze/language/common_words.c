#include "analyze/language/common_words.h"

#include "analyze/language/word_table.h"

#include <string.h>

#define WORD_MAX_BYTES 32 /* of words with regular forms */

struct common_list {
    enum language language;
    const char *words; /* separated by spaces */
};

static const struct common_list lists[] = {
#include "analyze/language/common_words.def"
};

struct common_words {
    const struct language_table *frequent;
    struct word_table *words; /* languages as bits */
};

struct common_words *common_words_create(struct arena *arena, const struct language_table *frequent)
{
    struct common_words *common = arena_allocate_zeroed(arena, 1, sizeof *common);

    if (common == NULL) {
        return NULL;
    }
    common->frequent = frequent;
    common->words = word_table_create(arena);
    for (size_t i = 0; common->words != NULL && i < sizeof lists / sizeof lists[0]; i++) {
        if (!word_table_fill(common->words, lists[i].words, UINT64_C(1) << lists[i].language)) {
            return NULL;
        }
    }
    return common->words == NULL ? NULL : common;
}

/* Bits of the languages in which the word itself is common. */
static uint32_t listed_languages(const struct common_words *common, const char *word, size_t length)
{
    uint64_t hash = word_hash_bytes(WORD_HASH_BEGIN, word, length);
    const uint64_t *languages = word_table_find(common->words, hash);

    return (languages == NULL ? 0 : (uint32_t)*languages) | language_table_find(common->frequent, hash);
}

static int32_t ends_with(const char *word, size_t length, const char *ending)
{
    size_t ending_length = strlen(ending);

    return length > ending_length + 2 && memcmp(word + length - ending_length, ending, ending_length) == 0;
}

/* 1 if an English word is a regular form of a common one: "planning", "lived", "examples". */
static int32_t is_common_form(const struct common_words *common, const char *word, size_t length)
{
    static const char *const endings[] = {"ing", "ed", "es", "s", "d", "er", "ly"};
    const uint32_t english = UINT32_C(1) << LANGUAGE_EN;
    char stem[WORD_MAX_BYTES + 1];

    for (size_t i = 0; length < WORD_MAX_BYTES && i < sizeof endings / sizeof endings[0]; i++) {
        size_t left = length - strlen(endings[i]);

        if (!ends_with(word, length, endings[i])) {
            continue;
        }
        memcpy(stem, word, left);
        stem[left] = 'e';
        if ((listed_languages(common, stem, left) & english) != 0 ||
            (listed_languages(common, stem, left + 1) & english) != 0 ||
            (left > 3 && stem[left - 1] == stem[left - 2] &&
             (listed_languages(common, stem, left - 1) & english) != 0)) {
            return 1;
        }
        if (stem[left - 1] == 'i') {
            stem[left - 1] = 'y';
            if ((listed_languages(common, stem, left) & english) != 0) {
                return 1;
            }
        }
    }
    return 0;
}

uint32_t common_words_find(const struct common_words *common, const char *word, size_t length)
{
    uint32_t languages = listed_languages(common, word, length);

    return languages == 0 && is_common_form(common, word, length) ? UINT32_C(1) << LANGUAGE_EN : languages;
}

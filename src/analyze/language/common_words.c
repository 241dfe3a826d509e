#include "analyze/language/common_words.h"

#include "base/hash.h"

#include <string.h>

#define COMMON_SLOTS   (size_t)16384 /* a power of two, more than twice the words of common_words.def */
#define WORD_MAX_BYTES 32            /* of words with regular forms */

struct common_list {
    enum language language;
    const char *words; /* separated by spaces */
};

static const struct common_list lists[] = {
#include "analyze/language/common_words.def"
};

struct common_word {
    const char *word; /* NULL: empty slot; not terminated */
    size_t length;
    uint32_t languages; /* bits */
};

struct common_words {
    const struct language_table *frequent;
    struct common_word slots[COMMON_SLOTS];
};

static struct common_word *find_slot(const struct common_words *common, const char *word, size_t length)
{
    struct common_word *slots = (struct common_word *)common->slots;
    size_t slot = (size_t)hash_bytes(0, word, length) & (COMMON_SLOTS - 1);

    while (slots[slot].word != NULL && (slots[slot].length != length || memcmp(slots[slot].word, word, length) != 0)) {
        slot = (slot + 1) & (COMMON_SLOTS - 1);
    }
    return &slots[slot];
}

struct common_words *common_words_create(struct arena *arena, const struct language_table *frequent)
{
    struct common_words *common = arena_allocate_zeroed(arena, 1, sizeof *common);

    for (size_t i = 0; common != NULL && i < sizeof lists / sizeof lists[0]; i++) {
        const char *at = lists[i].words;

        common->frequent = frequent;
        while (*at != '\0') {
            size_t length = strcspn(at, " ");
            struct common_word *slot = find_slot(common, at, length);

            slot->word = at;
            slot->length = length;
            slot->languages |= UINT32_C(1) << lists[i].language;
            at += length;
            at += strspn(at, " ");
        }
    }
    return common;
}

/* Bits of the languages in which the word itself is common. */
static uint32_t listed_languages(const struct common_words *common, const char *word, size_t length)
{
    return find_slot(common, word, length)->languages | language_table_find(common->frequent, word, length);
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

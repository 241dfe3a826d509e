#include "analyze/language/disclosure.h"

#include "analyze/language/word_table.h"
#include "analyze/language/words.h"

#include <string.h>

#define STEM_BYTES_LEAST 4
#define STEM_BYTES_MAX   24
#define PREFIX_CHARS_MAX 6 /* characters of a cue in a script without spaces */

/* Languages that are told by their script: their words occur in no other. */
#define SCRIPT_LANGUAGES (~((UINT32_C(1) << LANGUAGE_RU) - 1))

struct disclosure_words {
    const char *languages;
    enum disclosure cue;
    const char *words;
};

static const struct disclosure_words lists[] = {
#define TELLS(languages, kind, words) {languages, TELLS_##kind, words},
#include "analyze/language/disclosure.def"
#undef TELLS
};

/* The values: cues above the languages in which they count. */
struct disclosure_table {
    struct word_table *words;
    struct word_table *stems; /* any word that begins with them */
};

static int32_t add_word(struct disclosure_table *table, uint32_t languages, enum disclosure cue, const char *word,
                        size_t length)
{
    size_t is_stem = word[length - 1] == '*';

    return word_table_add(is_stem ? table->stems : table->words,
                          word_hash_bytes(WORD_HASH_BEGIN, word, length - is_stem),
                          (uint64_t)DISCLOSURE_BIT(cue) << 32 | languages);
}

/* Bits of the languages of a list of codes; all of "*". */
static uint32_t read_languages(const char *codes)
{
    uint32_t languages = 0;

    for (int32_t i = 1; i < LANGUAGE_COUNT; i++) {
        const char *code = language_code((enum language)i);
        const char *at = strstr(codes, code);

        if (at != NULL && (at == codes || at[-1] == ' ') && (at[strlen(code)] == ' ' || at[strlen(code)] == '\0')) {
            languages |= UINT32_C(1) << i;
        }
    }
    return languages;
}

struct disclosure_table *disclosure_table_create(struct arena *arena)
{
    struct disclosure_table *table = arena_allocate_zeroed(arena, 1, sizeof *table);

    if (table == NULL) {
        return NULL;
    }
    table->words = word_table_create(arena);
    table->stems = word_table_create(arena);
    if (table->words == NULL || table->stems == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        uint32_t languages = read_languages(lists[i].languages);
        const char *word = lists[i].words;

        while (*word != '\0') {
            size_t length = strcspn(word, " ");

            if (!add_word(table, languages, lists[i].cue, word, length)) {
                return NULL;
            }
            word += length + (word[length] == ' ');
        }
    }
    return table;
}

static uint32_t find(const struct word_table *table, uint32_t languages, uint64_t hash)
{
    uint32_t cues = 0;

    for (const uint64_t *value = word_table_find(table, hash); value != NULL;
         value = word_table_next(table, hash, value)) {
        cues |= (*value & languages) != 0 ? (uint32_t)(*value >> 32) : 0;
    }
    return cues;
}

uint32_t disclosure_find_word(const struct disclosure_table *table, enum language language, const char *word,
                              size_t length)
{
    uint32_t languages = SCRIPT_LANGUAGES | UINT32_C(1) << (language == LANGUAGE_UNKNOWN ? LANGUAGE_EN : language);
    uint64_t hash = WORD_HASH_BEGIN;
    uint32_t cues = 0;

    for (size_t i = 0; i < length; i++) {
        hash = word_hash_byte(hash, word[i]);
        if (i + 1 >= STEM_BYTES_LEAST && i < STEM_BYTES_MAX) {
            cues |= find(table->stems, languages, hash);
        }
    }
    return cues | find(table->words, languages, hash);
}

uint32_t disclosure_find_prefix(const struct disclosure_table *table, const char *text, size_t length, size_t *taken)
{
    uint64_t hash = WORD_HASH_BEGIN;
    uint32_t cues = 0;
    size_t at = 0;

    *taken = 0;
    for (int32_t chars = 0; chars < PREFIX_CHARS_MAX && at < length; chars++) {
        uint32_t c;
        size_t size = code_point_read(text, at, length, &c);
        uint32_t found;

        hash = word_hash_bytes(hash, text + at, size);
        at += size;
        found = find(table->words, SCRIPT_LANGUAGES, hash);
        if (found != 0) {
            cues = found;
            *taken = at;
        }
    }
    return cues;
}

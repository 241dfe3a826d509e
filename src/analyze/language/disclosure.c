#include "analyze/language/disclosure.h"

#include "analyze/language/word_table.h"
#include "analyze/language/words.h"

#include <string.h>

#define STEM_BYTES_LEAST  4
#define STEM_BYTES_MAX    24
#define PLAIN_BYTES_LEAST 3 /* of a word that is known without its marks too */
#define PLAIN_BYTES_MAX   48
#define PREFIX_CHARS_MAX  6 /* characters of a cue in a script without spaces */

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

static uint32_t find(const struct word_table *table, uint32_t languages, uint64_t hash)
{
    uint32_t cues = 0;

    for (const uint64_t *value = word_table_find(table, hash); value != NULL;
         value = word_table_next(table, hash, value)) {
        cues |= (*value & languages) != 0 ? (uint32_t)(*value >> 32) : 0;
    }
    return cues;
}

/* Adds a word of Latin letters without its marks too, unless it is another word of these languages. 0 if there is no
 * memory. */
static int32_t add_plain_word(struct disclosure_table *table, uint32_t languages, enum disclosure cue, const char *word,
                              size_t length)
{
    char plain[PLAIN_BYTES_MAX];
    size_t size = word_without_marks(word, length, plain, sizeof plain);
    size_t is_stem = size > 0 && plain[size - 1] == '*';

    if (size < PLAIN_BYTES_LEAST + is_stem * (STEM_BYTES_LEAST - PLAIN_BYTES_LEAST + 1) ||
        find(is_stem ? table->stems : table->words, languages,
             word_hash_bytes(WORD_HASH_BEGIN, plain, size - is_stem)) != 0) {
        return 1;
    }
    return add_word(table, languages, cue, plain, size);
}

typedef int32_t (*add_fn)(struct disclosure_table *table, uint32_t languages, enum disclosure cue, const char *word,
                          size_t length);

static int32_t add_lists(struct disclosure_table *table, add_fn add)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        uint32_t languages = read_languages(lists[i].languages);

        for (const char *word = lists[i].words; *word != '\0'; word += strspn(word, " ")) {
            size_t length = strcspn(word, " ");

            if (!add(table, languages, lists[i].cue, word, length)) {
                return 0;
            }
            word += length;
        }
    }
    return 1;
}

struct disclosure_table *disclosure_table_create(struct arena *arena)
{
    struct disclosure_table *table = arena_allocate_zeroed(arena, 1, sizeof *table);

    if (table == NULL) {
        return NULL;
    }
    table->words = word_table_create(arena);
    table->stems = word_table_create(arena);
    if (table->words == NULL || table->stems == NULL || !add_lists(table, add_word) ||
        !add_lists(table, add_plain_word)) {
        return NULL;
    }
    return table;
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

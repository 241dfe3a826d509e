#include "analyze/language/disclosure.h"

#include "analyze/language/words.h"

#include <string.h>

#define SLOTS            32768 /* a power of two, more than twice the words */
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

struct disclosure_entry {
    const char *word; /* NULL for an empty slot; not terminated */
    size_t length;
    uint32_t languages; /* bits of enum language */
    uint32_t cues;      /* bits of enum disclosure */
    int32_t is_stem;    /* any word that begins with it */
};

struct disclosure_table {
    struct disclosure_entry entries[SLOTS];
};

#define HASH_START UINT64_C(14695981039346656037)

static uint64_t hash_add(uint64_t hash, char byte)
{
    return (hash ^ (unsigned char)byte) * UINT64_C(1099511628211);
}

static size_t slot_of(uint64_t hash)
{
    return (size_t)(hash ^ (hash >> 29)) & (SLOTS - 1);
}

static void add_word(struct disclosure_table *table, uint32_t languages, enum disclosure cue, const char *word,
                     size_t length)
{
    int32_t is_stem = word[length - 1] == '*';
    uint64_t hash = HASH_START;
    size_t slot;

    length -= (size_t)is_stem;
    for (size_t i = 0; i < length; i++) {
        hash = hash_add(hash, word[i]);
    }
    slot = slot_of(hash);
    while (table->entries[slot].word != NULL &&
           !(table->entries[slot].length == length && table->entries[slot].is_stem == is_stem &&
             table->entries[slot].languages == languages && memcmp(table->entries[slot].word, word, length) == 0)) {
        slot = (slot + 1) & (SLOTS - 1);
    }
    table->entries[slot].word = word;
    table->entries[slot].length = length;
    table->entries[slot].languages = languages;
    table->entries[slot].cues |= DISCLOSURE_BIT(cue);
    table->entries[slot].is_stem = is_stem;
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

    for (size_t i = 0; table != NULL && i < sizeof lists / sizeof lists[0]; i++) {
        uint32_t languages = read_languages(lists[i].languages);
        const char *word = lists[i].words;

        while (*word != '\0') {
            size_t length = strcspn(word, " ");

            add_word(table, languages, lists[i].cue, word, length);
            word += length + (word[length] == ' ');
        }
    }
    return table;
}

/* Cues of one spelling; of a stem if `is_stem`. */
static uint32_t find(const struct disclosure_table *table, uint32_t languages, uint64_t hash, const char *word,
                     size_t length, int32_t is_stem)
{
    uint32_t cues = 0;

    for (size_t slot = slot_of(hash); table->entries[slot].word != NULL; slot = (slot + 1) & (SLOTS - 1)) {
        const struct disclosure_entry *entry = &table->entries[slot];

        if (entry->length == length && entry->is_stem == is_stem && (entry->languages & languages) != 0 &&
            memcmp(entry->word, word, length) == 0) {
            cues |= entry->cues;
        }
    }
    return cues;
}

uint32_t disclosure_find_word(const struct disclosure_table *table, enum language language, const char *word,
                              size_t length)
{
    uint32_t languages = SCRIPT_LANGUAGES | UINT32_C(1) << (language == LANGUAGE_UNKNOWN ? LANGUAGE_EN : language);
    uint64_t hash = HASH_START;
    uint32_t cues = 0;

    for (size_t i = 0; i < length; i++) {
        hash = hash_add(hash, word[i]);
        if (i + 1 >= STEM_BYTES_LEAST && i < STEM_BYTES_MAX) {
            cues |= find(table, languages, hash, word, i + 1, 1);
        }
    }
    return cues | find(table, languages, hash, word, length, 0);
}

uint32_t disclosure_find_prefix(const struct disclosure_table *table, const char *text, size_t length, size_t *taken)
{
    uint64_t hash = HASH_START;
    uint32_t cues = 0;
    size_t at = 0;

    *taken = 0;
    for (int32_t chars = 0; chars < PREFIX_CHARS_MAX && at < length; chars++) {
        uint32_t c;
        size_t size = code_point_read(text, at, length, &c);
        uint32_t found;

        for (size_t i = 0; i < size; i++) {
            hash = hash_add(hash, text[at + i]);
        }
        at += size;
        found = find(table, SCRIPT_LANGUAGES, hash, text, at, 0);
        if (found != 0) {
            cues = found;
            *taken = at;
        }
    }
    return cues;
}

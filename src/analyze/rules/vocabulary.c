#include "analyze/rules/vocabulary.h"

#include "analyze/language/word_table.h"
#include "analyze/rules/place.h"

#include <string.h>

#define WORDS_MOST 16384

struct word_list {
    enum language language;
    uint32_t classes;
    const char *words; /* separated by spaces; "frau=wife" has a gloss */
};

static const struct word_list lists[] = {
#include "analyze/rules/tables/words.def"
};

struct vocabulary {
    struct arena *arena;
    struct place_filter places;
    struct word_table *table; /* ids */
    uint32_t count;
    struct vocabulary_word words[WORDS_MOST]; /* by id - 1 */
};

static uint64_t hash_key(enum language language, const char *key, size_t length)
{
    return word_hash_bytes(word_hash_byte(WORD_HASH_BEGIN, (char)language), key, length);
}

struct vocabulary_word *vocabulary_add(struct vocabulary *vocabulary, enum language language, const char *key,
                                       size_t length)
{
    uint64_t *id = word_table_at(vocabulary->table, hash_key(language, key, length));
    struct vocabulary_word *word;

    if (id == NULL || (*id == 0 && vocabulary->count == WORDS_MOST)) {
        return NULL;
    }
    if (*id == 0) {
        vocabulary->count++;
        *id = vocabulary->count;
        word = &vocabulary->words[vocabulary->count - 1];
        word->id = vocabulary->count;
        word->gloss = "";
        word->key = arena_copy_bytes(vocabulary->arena, key, length);
    }
    word = &vocabulary->words[*id - 1];
    return word->key == NULL ? NULL : word;
}

const struct vocabulary_word *vocabulary_find(const struct vocabulary *vocabulary, enum language language,
                                              const char *key, size_t length)
{
    const uint64_t *id = word_table_find(vocabulary->table, hash_key(language, key, length));

    return id == NULL ? NULL : &vocabulary->words[*id - 1];
}

static int32_t add_list(struct vocabulary *vocabulary, const struct word_list *list)
{
    const char *at = list->words;

    while (*at != '\0') {
        size_t length = strcspn(at, " ");
        size_t key_length = strcspn(at, " =");
        struct vocabulary_word *word = vocabulary_add(vocabulary, list->language, at, key_length);

        if (word == NULL) {
            return 0;
        }
        word->classes |= list->classes;
        if (key_length < length) {
            word->gloss = arena_copy_bytes(vocabulary->arena, at + key_length + 1, length - key_length - 1);
            if (word->gloss == NULL) {
                return 0;
            }
        }
        at += length;
        at += strspn(at, " ");
    }
    return 1;
}

struct vocabulary *vocabulary_create(struct arena *arena)
{
    struct vocabulary *created = arena_allocate_zeroed(arena, 1, sizeof *created);

    if (created == NULL) {
        return NULL;
    }
    created->arena = arena;
    created->table = word_table_create(arena);
    if (created->table == NULL) {
        return NULL;
    }
    place_filter_fill(&created->places);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (!add_list(created, &lists[i])) {
            return NULL;
        }
    }
    return created;
}

const struct place_filter *vocabulary_places(const struct vocabulary *vocabulary)
{
    return &vocabulary->places;
}

uint32_t vocabulary_count(const struct vocabulary *vocabulary)
{
    return vocabulary->count;
}

#include "analyze/rules/vocabulary.h"

#include "analyze/rules/place.h"
#include "base/hash.h"

#include <string.h>

#define VOCABULARY_SLOTS 16384 /* a power of two, more than twice the words */

struct word_list {
    enum language language;
    uint32_t classes;
    const char *words; /* separated by spaces; "frau=wife" has a gloss */
};

static const struct word_list lists[] = {
#include "analyze/rules/tables/words.def"
};

struct vocabulary_slot {
    enum language language;
    size_t length;
    struct vocabulary_word word; /* key NULL: empty */
};

struct vocabulary {
    struct arena *arena;
    uint32_t count;
    struct place_filter places;
    struct vocabulary_slot slots[VOCABULARY_SLOTS];
};

static size_t find_slot(const struct vocabulary *vocabulary, enum language language, const char *key, size_t length)
{
    size_t slot = (size_t)hash_bytes((uint64_t)language, key, length) & (VOCABULARY_SLOTS - 1);

    while (vocabulary->slots[slot].word.key != NULL &&
           (vocabulary->slots[slot].language != language || vocabulary->slots[slot].length != length ||
            memcmp(vocabulary->slots[slot].word.key, key, length) != 0)) {
        slot = (slot + 1) & (VOCABULARY_SLOTS - 1);
    }
    return slot;
}

struct vocabulary_word *vocabulary_add(struct vocabulary *vocabulary, enum language language, const char *key,
                                       size_t length)
{
    struct vocabulary_slot *slot = &vocabulary->slots[find_slot(vocabulary, language, key, length)];

    if (slot->word.key == NULL) {
        if (vocabulary->count + 1 >= VOCABULARY_SLOTS) {
            return NULL;
        }
        slot->word.key = arena_copy_bytes(vocabulary->arena, key, length);
        if (slot->word.key == NULL) {
            return NULL;
        }
        vocabulary->count++;
        slot->word.id = vocabulary->count;
        slot->word.gloss = "";
        slot->language = language;
        slot->length = length;
    }
    return &slot->word;
}

const struct vocabulary_word *vocabulary_find(const struct vocabulary *vocabulary, enum language language,
                                              const char *key, size_t length)
{
    const struct vocabulary_slot *slot = &vocabulary->slots[find_slot(vocabulary, language, key, length)];

    return slot->word.key == NULL ? NULL : &slot->word;
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

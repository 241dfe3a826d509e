#include "analyze/language/word_table.h"

#include <string.h>

#define SLOTS_FIRST 1024 /* a power of two */

struct word_table *word_table_create(struct arena *arena)
{
    struct word_table *table = arena_allocate_zeroed(arena, 1, sizeof *table);

    if (table == NULL) {
        return NULL;
    }
    table->arena = arena;
    table->mask = SLOTS_FIRST - 1;
    table->slots = arena_allocate_zeroed(arena, SLOTS_FIRST, sizeof *table->slots);
    return table->slots == NULL ? NULL : table;
}

/* The slot of a word from `slot` on, or the first empty one. */
static size_t find_slot(const struct word_table *table, uint64_t hash, size_t slot)
{
    slot &= table->mask;
    while (table->slots[slot].hash != 0 && table->slots[slot].hash != hash) {
        slot = (slot + 1) & table->mask;
    }
    return slot;
}

static size_t first_slot(const struct word_table *table, uint64_t hash)
{
    return find_slot(table, hash, (size_t)(hash ^ (hash >> 29)));
}

static void put(struct word_table *table, uint64_t hash, uint64_t value)
{
    size_t slot = first_slot(table, hash);

    while (table->slots[slot].hash != 0) {
        slot = find_slot(table, hash, slot + 1);
    }
    table->slots[slot].hash = hash;
    table->slots[slot].value = value;
    table->count++;
}

/* Doubles the slots. 0 if there is no memory. */
static int32_t grow(struct word_table *table)
{
    struct word_table larger = {.arena = table->arena, .mask = table->mask * 2 + 1};

    if (table->arena != NULL) {
        larger.slots = arena_allocate_zeroed(table->arena, larger.mask + 1, sizeof *larger.slots);
    }
    for (size_t i = 0; larger.slots != NULL && i <= table->mask; i++) {
        if (table->slots[i].hash != 0) {
            put(&larger, table->slots[i].hash, table->slots[i].value);
        }
    }
    if (larger.slots != NULL) {
        *table = larger;
    }
    return larger.slots != NULL;
}

int32_t word_table_add(struct word_table *table, uint64_t hash, uint64_t value)
{
    if (table->count * 2 > table->mask && !grow(table)) {
        return 0;
    }
    put(table, hash, value);
    return 1;
}

uint64_t *word_table_find(const struct word_table *table, uint64_t hash)
{
    size_t slot = first_slot(table, hash);

    return table->slots[slot].hash == 0 ? NULL : &table->slots[slot].value;
}

uint64_t *word_table_next(const struct word_table *table, uint64_t hash, const uint64_t *value)
{
    size_t before = (size_t)((const struct word_slot *)(const void *)(value - 1) - table->slots);
    size_t slot = find_slot(table, hash, before + 1);

    return table->slots[slot].hash == 0 ? NULL : &table->slots[slot].value;
}

uint64_t *word_table_at(struct word_table *table, uint64_t hash)
{
    uint64_t *found = word_table_find(table, hash);

    return found != NULL || !word_table_add(table, hash, 0) ? found : word_table_find(table, hash);
}

int32_t word_table_fill(struct word_table *table, const char *words, uint64_t bits)
{
    for (words += strspn(words, " "); *words != '\0'; words += strspn(words, " ")) {
        size_t length = strcspn(words, " ");
        uint64_t *value = word_table_at(table, word_hash_bytes(WORD_HASH_BEGIN, words, length));

        if (value == NULL) {
            return 0;
        }
        *value |= bits;
        words += length;
    }
    return 1;
}

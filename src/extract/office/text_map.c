#include "extract/office/text_map.h"

#include "base/hash.h"

#include <string.h>

void text_map_init(struct text_map *map, struct arena *arena)
{
    memset(map, 0, sizeof *map);
    map->arena = arena;
}

static struct text_map_entry *find_slot(struct text_map_entry *entries, size_t capacity, const char *key, uint64_t hash)
{
    size_t slot = (size_t)hash & (capacity - 1);

    while (entries[slot].value != NULL && (entries[slot].hash != hash || strcmp(entries[slot].key, key) != 0)) {
        slot = (slot + 1) & (capacity - 1);
    }
    return &entries[slot];
}

static int32_t grow(struct text_map *map)
{
    size_t capacity = map->capacity > 0 ? map->capacity * 2 : 32;
    struct text_map_entry *entries = arena_allocate_zeroed(map->arena, capacity, sizeof *entries);

    if (entries == NULL) {
        return 0;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->entries[i].value != NULL) {
            *find_slot(entries, capacity, map->entries[i].key, map->entries[i].hash) = map->entries[i];
        }
    }
    map->entries = entries;
    map->capacity = capacity;
    return 1;
}

int32_t text_map_put(struct text_map *map, const char *key, void *value)
{
    uint64_t hash = hash_bytes(0, key, strlen(key));
    struct text_map_entry *entry;

    if (map->count * 2 >= map->capacity && !grow(map)) {
        return 0;
    }
    entry = find_slot(map->entries, map->capacity, key, hash);
    if (entry->value == NULL) {
        entry->key = arena_copy_text(map->arena, key);
        if (entry->key == NULL) {
            return 0;
        }
        entry->value = value;
        entry->hash = hash;
        map->count++;
    }
    return 1;
}

void *text_map_get(const struct text_map *map, const char *key)
{
    return map->capacity > 0 ? find_slot(map->entries, map->capacity, key, hash_bytes(0, key, strlen(key)))->value
                             : NULL;
}

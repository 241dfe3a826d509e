/* Finds a value by its text. */
#ifndef EXTRACT_OFFICE_TEXT_MAP_H
#define EXTRACT_OFFICE_TEXT_MAP_H

#include "base/arena.h"

struct text_map_entry {
    const char *key;
    void *value; /* not NULL */
    uint64_t hash;
};

struct text_map {
    struct arena *arena;
    struct text_map_entry *entries; /* open addressing */
    size_t capacity;                /* a power of two, or 0 */
    size_t count;
};

void text_map_init(struct text_map *map, struct arena *arena); /* keys and values belong to the arena */

/* Copies the key. An earlier value of the same key is kept. 0 without memory. */
int32_t text_map_put(struct text_map *map, const char *key, void *value);
void *text_map_get(const struct text_map *map, const char *key); /* NULL: not found */

#endif

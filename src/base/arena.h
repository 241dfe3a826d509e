/* Many small blocks that die together: what one conversation, one page of rows or one document needs. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <contextpack/base.h>

typedef struct arena_block arena_block;

typedef struct arena {
    const cpk_allocator *allocator;
    arena_block *first; /* newest first */
    size_t used_bytes;  /* handed out since the last reset */
} arena;

void arena_init(arena *arena, const cpk_allocator *allocator);
void *arena_allocate(arena *arena, size_t size_bytes); /* aligned for any type; NULL without memory */
void *arena_allocate_zeroed(arena *arena, size_t count, size_t item_bytes);
char *arena_copy_text(arena *arena, const char *text);                  /* NULL gives NULL */
char *arena_copy_bytes(arena *arena, const void *bytes, size_t length); /* NUL-terminated */
void arena_reset(arena *arena);                                         /* keeps one block for the next round */
void arena_free(arena *arena);

#endif

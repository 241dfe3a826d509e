/* Arena: many small allocations that are freed together, for example those of one conversation or one page of rows. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <contextpack/base.h>

struct arena_block;

struct arena {
    const cpk_allocator *allocator;
    struct arena_block *first; /* newest first */
    size_t used_bytes;         /* allocated since the last reset */
};

void arena_init(struct arena *arena, const cpk_allocator *allocator);
void *arena_allocate(struct arena *arena, size_t size_bytes);      /* aligned for any type; NULL without memory */
char *arena_allocate_text(struct arena *arena, size_t size_bytes); /* not aligned: for bytes; NULL without memory */
void *arena_allocate_zeroed(struct arena *arena, size_t count, size_t item_bytes);
char *arena_copy_text(struct arena *arena, const char *text);                  /* NULL gives NULL */
char *arena_copy_bytes(struct arena *arena, const void *bytes, size_t length); /* NUL-terminated */
void arena_reset(struct arena *arena); /* frees all allocations; keeps one block for reuse */
void arena_free(struct arena *arena);

#endif

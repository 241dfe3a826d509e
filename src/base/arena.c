#include "base/arena.h"

#include "base/memory.h"

#include <stdalign.h>
#include <string.h>

#define ARENA_BLOCK_BYTES ((size_t)64 * 1024)
#define ARENA_ALIGNMENT   alignof(max_align_t)

struct arena_block {
    struct arena_block *next;
    size_t size_bytes; /* of data */
    size_t used_bytes;
    alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *arena, const cpk_allocator *allocator)
{
    arena->allocator = allocator;
    arena->first = NULL;
    arena->used_bytes = 0;
}

static struct arena_block *block_create(struct arena *arena, size_t wanted_bytes)
{
    size_t size_bytes = wanted_bytes > ARENA_BLOCK_BYTES ? wanted_bytes : ARENA_BLOCK_BYTES;
    struct arena_block *block;

    if (size_bytes > SIZE_MAX - sizeof(struct arena_block)) {
        return NULL;
    }
    block = memory_allocate(arena->allocator, sizeof(struct arena_block) + size_bytes);
    if (block != NULL) {
        block->next = NULL;
        block->size_bytes = size_bytes;
        block->used_bytes = 0;
    }
    return block;
}

/* `alignment` divides ARENA_ALIGNMENT, that of a block's start. */
static void *allocate(struct arena *arena, size_t size_bytes, size_t alignment)
{
    struct arena_block *block = arena->first;
    size_t skipped = block != NULL ? (alignment - block->used_bytes % alignment) % alignment : 0;
    void *result;

    if (block == NULL || block->size_bytes - block->used_bytes < skipped ||
        block->size_bytes - block->used_bytes - skipped < size_bytes) {
        block = block_create(arena, size_bytes);
        if (block == NULL) {
            return NULL;
        }
        block->next = arena->first;
        arena->first = block;
        skipped = 0;
    }
    result = block->data + block->used_bytes + skipped;
    block->used_bytes += skipped + size_bytes;
    arena->used_bytes += skipped + size_bytes;
    return result;
}

void *arena_allocate(struct arena *arena, size_t size_bytes)
{
    return allocate(arena, size_bytes > 0 ? size_bytes : 1, ARENA_ALIGNMENT);
}

char *arena_allocate_text(struct arena *arena, size_t size_bytes)
{
    return allocate(arena, size_bytes, 1);
}

void *arena_allocate_zeroed(struct arena *arena, size_t count, size_t item_bytes)
{
    size_t size_bytes;
    void *block;

    if (__builtin_mul_overflow(count, item_bytes, &size_bytes)) {
        return NULL;
    }
    block = arena_allocate(arena, size_bytes);
    if (block != NULL) {
        memset(block, 0, size_bytes);
    }
    return block;
}

char *arena_copy_text(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_copy_bytes(arena, text, strlen(text));
}

char *arena_copy_bytes(struct arena *arena, const void *bytes, size_t length)
{
    char *copy = length < SIZE_MAX ? arena_allocate_text(arena, length + 1) : NULL;

    if (copy != NULL) {
        if (length > 0) {
            memcpy(copy, bytes, length);
        }
        copy[length] = '\0';
    }
    return copy;
}

static void block_release(struct arena *arena, struct arena_block *block)
{
    memory_release(arena->allocator, block, sizeof(struct arena_block) + block->size_bytes);
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = NULL;
    struct arena_block *block = arena->first;

    while (block != NULL) {
        struct arena_block *next = block->next;

        /* Keep one block of the default size; free larger ones, so that one large conversation does not hold memory. */
        if (kept == NULL && block->size_bytes == ARENA_BLOCK_BYTES) {
            kept = block;
            kept->used_bytes = 0;
            kept->next = NULL;
        } else {
            block_release(arena, block);
        }
        block = next;
    }
    arena->first = kept;
    arena->used_bytes = 0;
}

void arena_free(struct arena *arena)
{
    struct arena_block *block = arena->first;

    while (block != NULL) {
        struct arena_block *next = block->next;

        block_release(arena, block);
        block = next;
    }
    arena->first = NULL;
    arena->used_bytes = 0;
}

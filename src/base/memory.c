#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void *default_allocate(void *user, size_t size_bytes)
{
    (void)user;
    return malloc(size_bytes);
}

static void *default_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    (void)user;
    (void)old_size_bytes;
    return realloc(block, new_size_bytes);
}

static void default_release(void *user, void *block, size_t size_bytes)
{
    (void)user;
    (void)size_bytes;
    free(block);
}

const cpk_allocator memory_default = {
    sizeof(cpk_allocator), 0, NULL, default_allocate, default_resize, default_release,
};

void *memory_allocate(const cpk_allocator *allocator, size_t size_bytes)
{
    return allocator->allocate(allocator->user, size_bytes > 0 ? size_bytes : 1);
}

void *memory_allocate_zeroed(const cpk_allocator *allocator, size_t size_bytes)
{
    void *block = memory_allocate(allocator, size_bytes);

    if (block != NULL) {
        memset(block, 0, size_bytes);
    }
    return block;
}

void *memory_allocate_array(const cpk_allocator *allocator, size_t count, size_t item_bytes)
{
    size_t size_bytes;

    if (__builtin_mul_overflow(count, item_bytes, &size_bytes)) {
        return NULL;
    }
    return memory_allocate(allocator, size_bytes);
}

void *memory_resize_array(const cpk_allocator *allocator, void *block, size_t old_count, size_t new_count,
                          size_t item_bytes)
{
    size_t size_bytes;

    if (__builtin_mul_overflow(new_count, item_bytes, &size_bytes)) {
        return NULL;
    }
    if (block == NULL) {
        return memory_allocate(allocator, size_bytes);
    }
    return allocator->resize(allocator->user, block, old_count > 0 ? old_count * item_bytes : 1,
                             size_bytes > 0 ? size_bytes : 1);
}

void memory_release(const cpk_allocator *allocator, void *block, size_t size_bytes)
{
    if (block != NULL) {
        allocator->release(allocator->user, block, size_bytes > 0 ? size_bytes : 1);
    }
}

void memory_release_array(const cpk_allocator *allocator, void *block, size_t count, size_t item_bytes)
{
    memory_release(allocator, block, count * item_bytes);
}

char *memory_copy_text(const cpk_allocator *allocator, const char *text)
{
    return text == NULL ? NULL : memory_copy_bytes(allocator, text, strlen(text));
}

char *memory_copy_bytes(const cpk_allocator *allocator, const void *bytes, size_t length)
{
    char *copy = length < SIZE_MAX ? memory_allocate(allocator, length + 1) : NULL;

    if (copy != NULL) {
        if (length > 0) {
            memcpy(copy, bytes, length);
        }
        copy[length] = '\0';
    }
    return copy;
}

void memory_release_text(const cpk_allocator *allocator, char *text)
{
    if (text != NULL) {
        memory_release(allocator, text, strlen(text) + 1);
    }
}

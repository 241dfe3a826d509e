/* Allocation through the engine's allocator: sizes are checked for overflow and passed back on release. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <contextpack/base.h>

/* The C library's malloc as a cpk_allocator; for calls without an engine. */
extern const cpk_allocator memory_default;

void *memory_allocate(const cpk_allocator *allocator, size_t size_bytes); /* 0 bytes: a unique block or NULL */
void *memory_allocate_zeroed(const cpk_allocator *allocator, size_t size_bytes);
void *memory_allocate_array(const cpk_allocator *allocator, size_t count, size_t item_bytes); /* NULL on overflow */
void *memory_resize_array(const cpk_allocator *allocator, void *block, size_t old_count, size_t new_count,
                          size_t item_bytes); /* on failure block stays valid; block may be NULL if old_count is 0 */
void memory_release(const cpk_allocator *allocator, void *block, size_t size_bytes); /* NULL is allowed */
void memory_release_array(const cpk_allocator *allocator, void *block, size_t count, size_t item_bytes);

/* memory_release_text() computes the size with strlen(): only for texts from these two functions. */
char *memory_copy_text(const cpk_allocator *allocator, const char *text); /* NULL gives NULL, not a failure */
char *memory_copy_bytes(const cpk_allocator *allocator, const void *bytes, size_t length); /* NUL-terminated */
void memory_release_text(const cpk_allocator *allocator, char *text);

#endif

/* What the start of a JSON file says about its shape, without parsing it: which keys its list's elements have. */
#ifndef EXTRACT_SHAPE_H
#define EXTRACT_SHAPE_H

#include <stddef.h>
#include <stdint.h>

/* A bit for each of the `count` (up to 32) keys that some element in `head` has as its own, not nested deeper. The
 * elements are those of a top-level array, of the array under "conversations", "chats", "data" or "items" of a
 * top-level object, or the top-level objects themselves. `head` may end anywhere. Keys with escapes match nothing. */
uint32_t shape_keys(const void *head, size_t length, const char *const *keys, size_t count);

#endif

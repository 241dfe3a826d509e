/* Public structs whose first member is their size, so that callers compiled against other versions can pass them. */
#ifndef BASE_SIZED_H
#define BASE_SIZED_H

#include "base/struct_bounds.h"

/* Copies a caller's struct to *target, a public type. A shorter one (older caller) is extended with zeros; a longer one
 * (newer caller) is accepted if its additional fields are zero. struct_size of the copy is target_bytes. */
#define sized_read(target, target_bytes, source, domain, name, error)                                                  \
    sized_read_into(&SIZED_TARGET(target, target_bytes), source, domain, name, error)

struct sized_target {
    void *data;
    size_t bytes;
    uint64_t bounds; /* STRUCT_BOUNDS of its type */
};

#define SIZED_TARGET(target, target_bytes) ((struct sized_target){(target), (target_bytes), STRUCT_BOUNDS(*(target))})

cpk_status sized_read_into(const struct sized_target *target, const void *source, const char *domain, const char *name,
                           cpk_error **error);

/* 1 if struct_size is the end of a field (`bounds` is the struct's STRUCT_BOUNDS), or at least known_bytes: a newer
 * version of the struct. */
int32_t sized_ends(uint32_t struct_size, size_t known_bytes, uint64_t bounds);

#endif

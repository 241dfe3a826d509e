/* Structs whose first member is their size, as older and newer callers fill them. */
#ifndef BASE_SIZED_H
#define BASE_SIZED_H

#include "base/struct_bounds.h"

/* Reads a caller's struct into ours, a public type: a shorter one is continued with zeros, a longer one is accepted
 * when what we do not know is zero. Ours has our own struct_size afterwards. */
#define sized_read(ours, our_bytes, given, domain, name, error)                                                        \
    sized_read_bounded(ours, our_bytes, STRUCT_BOUNDS(*(ours)), given, domain, name, error)

cpk_status sized_read_bounded(void *ours, size_t our_bytes, uint64_t bounds, const void *given, const char *domain,
                              const char *name, cpk_error **error);

/* Whether a struct_size is where a struct of our_bytes with these bounds (STRUCT_BOUNDS) may end, or is a newer one's.
 */
int32_t sized_ends(uint32_t given_bytes, size_t our_bytes, uint64_t bounds);

#endif

/* An allocator that fails from its n-th call on. */
#ifndef TESTS_UNIT_EXTRACT_SCARCE_H
#define TESTS_UNIT_EXTRACT_SCARCE_H

#include <contextpack/base.h>

#include <stdlib.h>

typedef struct scarce {
    long left; /* calls that still succeed */
} scarce;

static inline void *scarce_allocate(void *user, size_t size_bytes)
{
    scarce *scarce = user;

    return scarce->left-- > 0 ? malloc(size_bytes) : NULL;
}

static inline void *scarce_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    scarce *scarce = user;

    (void)old_size_bytes;
    return scarce->left-- > 0 ? realloc(block, new_size_bytes) : NULL;
}

static inline void scarce_release(void *user, void *block, size_t size_bytes)
{
    (void)user;
    (void)size_bytes;
    free(block);
}

static inline cpk_allocator scarce_allocator(scarce *scarce)
{
    return (cpk_allocator){sizeof(cpk_allocator), 0, scarce, scarce_allocate, scarce_resize, scarce_release};
}

#endif

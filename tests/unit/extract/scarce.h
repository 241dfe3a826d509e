/* An allocator that fails from its n-th call on, or at that call alone. */
#ifndef TESTS_UNIT_EXTRACT_SCARCE_H
#define TESTS_UNIT_EXTRACT_SCARCE_H

#include <contextpack/base.h>

#include <stdlib.h>

struct scarce {
    long left;     /* calls that still succeed; below 0 after one that failed */
    int32_t alone; /* calls after that one succeed, too */
};

static inline int32_t scarce_allows(struct scarce *scarce)
{
    long left = scarce->left;

    if (left >= 0) {
        scarce->left--;
    }
    return left > 0 || (left < 0 && scarce->alone);
}

static inline void *scarce_allocate(void *user, size_t size_bytes)
{
    struct scarce *scarce = user;

    return scarce_allows(scarce) ? malloc(size_bytes) : NULL;
}

static inline void *scarce_resize(void *user, void *block, size_t old_size_bytes, size_t new_size_bytes)
{
    struct scarce *scarce = user;

    (void)old_size_bytes;
    return scarce_allows(scarce) ? realloc(block, new_size_bytes) : NULL;
}

static inline void scarce_release(void *user, void *block, size_t size_bytes)
{
    (void)user;
    (void)size_bytes;
    free(block);
}

static inline cpk_allocator scarce_allocator(struct scarce *scarce)
{
    return (cpk_allocator){sizeof(cpk_allocator), 0, scarce, scarce_allocate, scarce_resize, scarce_release};
}

#endif

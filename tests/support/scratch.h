/* A folder of a test's own, under TMPDIR, gone afterwards. */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRATCH_PATH_BYTES  512
#define SCRATCH_SHORT_BYTES 64

static inline void scratch_make_in(char *path, size_t size)
{
    const char *base = getenv("TMPDIR");

    if (base == NULL || base[0] == '\0' || strlen(base) + sizeof "/contextpack-test-XXXXXX" > size) {
        base = "/tmp";
    }
    snprintf(path, size, "%s/contextpack-test-XXXXXX", base);
    if (mkdtemp(path) == NULL) {
        perror(path);
        abort();
    }
}

static inline void scratch_make(char path[SCRATCH_PATH_BYTES])
{
    scratch_make_in(path, SCRATCH_PATH_BYTES);
}

/* The same for tests that put the path into short texts; under /tmp when TMPDIR is a long path. */
static inline void scratch_make_short(char path[SCRATCH_SHORT_BYTES])
{
    scratch_make_in(path, SCRATCH_SHORT_BYTES);
}

/* For tests of much writing that never lose power: memory, where the machine has it as a folder. */
static inline void scratch_in_memory(void)
{
    if (access("/dev/shm", W_OK | X_OK) == 0) {
        setenv("TMPDIR", "/dev/shm", 0);
    }
}

static inline int scratch_remove_one(const char *path, const struct stat *found, int kind, struct FTW *where)
{
    (void)found;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline void scratch_remove(const char *path)
{
    nftw(path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

#endif

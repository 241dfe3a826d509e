/* malloc() and its kin for a whole process: see fault_memory.h. */
#include "faults/fault_memory.h"

#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAMES_MAX 40

#if defined(__SANITIZE_ADDRESS__)
#define REAL(name) __interceptor_##name
#else
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *block, size_t size);
void *REAL(memalign)(size_t alignment, size_t size);

/* base/library.c loads libraries with scopes of their own, which see the C library's malloc() before this one, unless
 * the program seems to run under a sanitizer. */
#if !defined(__SANITIZE_ADDRESS__)
void __sanitizer_print_stack_trace(void);
void __sanitizer_print_stack_trace(void)
{
}
#endif

static _Thread_local int32_t is_armed;
static _Thread_local int32_t goes_on;
static _Thread_local int64_t refused_call;
static _Thread_local int64_t calls;
static _Thread_local int64_t refused_count;

void fault_memory_arm(int64_t refused, int32_t from_there_on)
{
    calls = 0;
    refused_count = 0;
    refused_call = refused;
    goes_on = from_there_on;
    is_armed = 1;
}

int64_t fault_memory_disarm(int64_t *refusals)
{
    is_armed = 0;
    if (refusals != NULL) {
        *refusals = refused_count;
    }
    return calls;
}

/* Where the first allocation failed, for debugging. */
static void show_place(void)
{
    void *frames[FRAMES_MAX];

    is_armed = 0;
    if (getenv("CONTEXTPACK_TEST_TRACE") != NULL) {
        backtrace_symbols_fd(frames, backtrace(frames, FRAMES_MAX), STDERR_FILENO);
    }
    is_armed = 1;
}

/* Of a program that this was preloaded into: FAULT_ALLOCATION=N refuses one, N+ that one and all later ones. */
__attribute__((constructor)) static void arm_from_start(void)
{
    const char *wanted = getenv("FAULT_ALLOCATION");

    if (wanted != NULL) {
        fault_memory_arm(atoll(wanted), strchr(wanted, '+') != NULL);
    }
}

/* FAULT_COUNT names a file that gets the number of allocations at the end. */
__attribute__((destructor)) static void write_count(void)
{
    const char *path = getenv("FAULT_COUNT");
    int64_t count = fault_memory_disarm(NULL);
    FILE *file = path != NULL ? fopen(path, "w") : NULL;

    if (file != NULL) {
        fprintf(file, "%lld\n", (long long)count);
        fclose(file);
    }
}

static int32_t is_refused(void)
{
    int64_t call;

    if (!is_armed) {
        return 0;
    }
    call = calls++;
    if (refused_call < 0 || call < refused_call || (call > refused_call && !goes_on)) {
        return 0;
    }
    if (refused_count++ == 0) {
        show_place();
    }
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return is_refused() ? NULL : REAL(malloc)(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : REAL(calloc)(count, size);
}

void *realloc(void *block, size_t size)
{
    return is_refused() ? NULL : REAL(realloc)(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return is_refused() ? NULL : REAL(memalign)(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
    return is_refused() ? NULL : REAL(memalign)(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    void *made = is_refused() ? NULL : REAL(memalign)(alignment, size);

    if (made == NULL) {
        return ENOMEM;
    }
    *block = made;
    return 0;
}

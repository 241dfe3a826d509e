/*
 * Milliseconds from dlopen() to the end of the first calls, one for each vocabulary, in a fresh process: as they
 * passed, and as this process worked.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef int32_t count_function(int32_t encoding, const char *text, size_t length, int64_t *count, void **error);

static double milliseconds_of(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

int main(int argc, char **argv)
{
    static const char text[] = "Any text will do, as long as its words are looked up: Wörterbücher, 学而时习之.";
    double start = milliseconds_of(CLOCK_MONOTONIC);
    double worked = milliseconds_of(CLOCK_PROCESS_CPUTIME_ID);
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    count_function *count;
    int64_t counts[2];
    void *symbol;

    if (library == NULL) {
        fprintf(stderr, "usage: startup LIBRARY (%s)\n", argc == 2 ? dlerror() : "no library");
        return 2;
    }
    symbol = dlsym(library, "cpk_tokens_count");
    memcpy(&count, &symbol, sizeof count);
    if (count == NULL || count(1, text, strlen(text), &counts[0], NULL) != 0 ||
        count(2, text, strlen(text), &counts[1], NULL) != 0 || counts[0] <= 0 || counts[1] < counts[0]) {
        fprintf(stderr, "startup: the text can't be counted\n");
        return 1;
    }
    printf("%.3f %.3f\n", milliseconds_of(CLOCK_MONOTONIC) - start, milliseconds_of(CLOCK_PROCESS_CPUTIME_ID) - worked);
    return 0;
}

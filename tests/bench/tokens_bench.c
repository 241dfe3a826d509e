/* The speed of token counting: median MB/s of several rounds, one thread.
 *
 *     tokens_bench [FILE...]     each file, or made texts when there is none */
#include <contextpack/tokens.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS          9
#define ROUND_MIN_BYTES (8u << 20)
#define MADE_TEXT_BYTES (4u << 20)

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int compare_doubles(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;

    return difference < 0 ? -1 : difference > 0;
}

/* Counts a text as often as makes a round long enough to time, and prints the median of the rounds. */
static int measure(const char *name, int32_t encoding, const char *text, size_t length)
{
    size_t repeats = length > 0 ? ROUND_MIN_BYTES / length + 1 : 1;
    double rates[ROUNDS];
    int64_t count = 0;

    for (int round = 0; round < ROUNDS; round++) {
        double start = seconds_now();

        for (size_t i = 0; i < repeats; i++) {
            if (cpk_tokens_count(encoding, text, length, &count, NULL) != CPK_OK) {
                fprintf(stderr, "tokens_bench: %s can't be counted\n", name);
                return 1;
            }
        }
        rates[round] = (double)(length * repeats) / (seconds_now() - start) / 1e6;
    }
    qsort(rates, ROUNDS, sizeof *rates, compare_doubles);
    printf("%-32s %-12s %10zu bytes %9lld tokens %8.1f MB/s\n", name, cpk_encoding_name(encoding), length,
           (long long)count, rates[ROUNDS / 2]);
    return 0;
}

static int measure_both(const char *name, const char *text, size_t length)
{
    return measure(name, CPK_ENCODING_O200K_BASE, text, length) + measure(name, CPK_ENCODING_CL100K_BASE, text, length);
}

static int measure_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t length = 0;
    int failed = 1;

    if (file != NULL && fseek(file, 0, SEEK_END) == 0 && ftell(file) >= 0) {
        length = (size_t)ftell(file);
        rewind(file);
        text = malloc(length + 1);
    }
    if (text != NULL && fread(text, 1, length, file) == length) {
        failed = measure_both(path, text, length);
    } else {
        fprintf(stderr, "tokens_bench: %s can't be read\n", path);
    }
    if (file != NULL) {
        fclose(file);
    }
    free(text);
    return failed;
}

/* Repeats a unit up to a size. */
static int measure_made(const char *name, const char *unit)
{
    size_t unit_length = strlen(unit);
    size_t length = MADE_TEXT_BYTES / unit_length * unit_length;
    char *text = malloc(length);
    int failed = 1;

    if (text != NULL) {
        for (size_t at = 0; at < length; at += unit_length) {
            memcpy(text + at, unit, unit_length);
        }
        failed = measure_both(name, text, length);
    }
    free(text);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;

    for (int i = 1; i < argc; i++) {
        failed += measure_file(argv[i]);
    }
    if (argc == 1) {
        failed += measure_made("English", "It was a bright cold day in April, and the clocks were striking "
                                          "thirteen; nobody didn't notice.\n");
        failed +=
            measure_made("code", "    for (size_t i = 0; i < count_bytes; i++) {\n        sum += table[i];\n    }\n");
        failed += measure_made("German", "Die Größe der Wörterbücher überraschte niemanden, außer den Übersetzern.\n");
        failed += measure_made("Russian", "Все счастливые семьи похожи друг на друга, каждая несчастлива по-своему.\n");
        failed += measure_made("Chinese", "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？\n");
        failed +=
            measure_made("JSON", "{\"id\": \"5e3f9a1c-7b42\", \"create_time\": 1700000123.25, \"parts\": [\"ok\"]}, ");
        failed += measure_made("one letter", "a");
        failed += measure_made("one space", " ");
    }
    return failed > 0;
}

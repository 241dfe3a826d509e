/* How fast secrets are found in ordinary text: secrets_bench FILE... [SECONDS]. The peer in the same run is the C
 * library's search for a single prefix of a token, memmem("ghp_"), over the same bytes. */
#include "base/memory.h"
#include "text/secrets/secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK_BYTES ((size_t)256 * 1024) /* what a chunk of a conversation may be */

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int32_t read_file(const char *path, struct buffer *text)
{
    FILE *file = fopen(path, "rb");
    char block[65536];
    size_t length;

    if (file == NULL) {
        return 0;
    }
    while ((length = fread(block, 1, sizeof block, file)) > 0) {
        buffer_append(text, block, length);
    }
    fclose(file);
    return 1;
}

static size_t scan_once(const struct buffer *text, struct secret_list *list)
{
    size_t found = 0;

    for (size_t at = 0; at < text->length; at += BLOCK_BYTES) {
        size_t length = text->length - at < BLOCK_BYTES ? text->length - at : BLOCK_BYTES;

        if (secrets_scan(text->data + at, length, list, NULL) != CPK_OK) {
            exit(1);
        }
        found += list->count;
    }
    return found;
}

static size_t search_once(const struct buffer *text)
{
    const char *at = text->data;
    const char *end = text->data + text->length;
    size_t found = 0;

    while ((at = memmem(at, (size_t)(end - at), "ghp_", 4)) != NULL) {
        found++;
        at += 4;
    }
    return found;
}

int main(int argc, char **argv)
{
    struct secret_list list;
    double best_scan = 1e9;
    double best_search = 1e9;
    size_t found = 0;
    struct buffer text;

    buffer_init(&text, &memory_default);
    secret_list_init(&list, &memory_default);
    for (int i = 1; i < argc; i++) {
        if (!read_file(argv[i], &text)) {
            fprintf(stderr, "can't read %s\n", argv[i]);
            return 1;
        }
    }
    if (text.length == 0) {
        fprintf(stderr, "usage: secrets_bench FILE...\n");
        return 2;
    }
    for (int round = 0; round < 9; round++) {
        double start = now();

        found = scan_once(&text, &list);
        start = now() - start;
        best_scan = start < best_scan ? start : best_scan;
        start = now();
        found += 0 * search_once(&text);
        start = now() - start;
        best_search = start < best_search ? start : best_search;
    }
    printf("%zu bytes, %zu secrets: scan %.0f MB/s, memmem(\"ghp_\") %.0f MB/s, ratio %.3f\n", text.length, found,
           (double)text.length / best_scan / 1e6, (double)text.length / best_search / 1e6, best_search / best_scan);
    secret_list_free(&list);
    buffer_free(&text);
    return 0;
}

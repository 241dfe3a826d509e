/* How fast personal data are found in ordinary text: personal_bench FILE... The peers in the same run are the search
 * for secrets and the C library's search for a single text, memmem("@example"), over the same bytes. */
#include "base/memory.h"
#include "text/personal/personal.h"
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

static size_t scan_personal(const struct buffer *text, const struct personal_names *names, struct personal_list *list)
{
    size_t found = 0;

    for (size_t at = 0; at < text->length; at += BLOCK_BYTES) {
        size_t length = text->length - at < BLOCK_BYTES ? text->length - at : BLOCK_BYTES;

        if (personal_scan(text->data + at, length, names, list, NULL) != CPK_OK) {
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

    while ((at = memmem(at, (size_t)(end - at), "@example", 8)) != NULL) {
        found++;
        at += 8;
    }
    return found;
}

/* The shortest of nine times of one search over the text. */
enum searched { SECRETS, PERSONAL, PLAIN };

static double measure(const struct buffer *text, const struct personal_names *names, enum searched what, size_t *found)
{
    struct personal_list personal;
    struct secret_list secrets;
    double best = 1e9;

    secret_list_init(&secrets, &memory_default);
    personal_list_init(&personal, &memory_default);
    for (int round = 0; round < 9; round++) {
        double start = now();

        *found = what == SECRETS    ? scan_once(text, &secrets)
                 : what == PERSONAL ? scan_personal(text, names, &personal)
                                    : search_once(text);
        start = now() - start;
        best = start < best ? start : best;
    }
    secret_list_free(&secrets);
    personal_list_free(&personal);
    return (double)text->length / best / 1e6;
}

int main(int argc, char **argv)
{
    struct personal_names *names = NULL;
    struct buffer text;
    double secrets;
    double personal;
    double plain;
    size_t found;
    size_t other;

    buffer_init(&text, &memory_default);
    for (int i = 1; i < argc; i++) {
        if (!read_file(argv[i], &text)) {
            fprintf(stderr, "can't read %s\n", argv[i]);
            return 1;
        }
    }
    if (text.length == 0 ||
        personal_names_create(&memory_default, "Ada Example, Li Wei, Jürgen Müller, 王小明", &names, NULL) != CPK_OK) {
        fprintf(stderr, "usage: personal_bench FILE...\n");
        return 2;
    }
    secrets = measure(&text, names, SECRETS, &other);
    plain = measure(&text, names, PLAIN, &other);
    personal = measure(&text, names, PERSONAL, &found);
    printf(
        "%zu bytes, %zu found: personal data %.0f MB/s, secrets %.0f MB/s (ratio %.2f), memmem(\"@example\") %.0f MB/s "
        "(ratio %.3f)\n",
        text.length, found, personal, secrets, personal / secrets, plain, personal / plain);
    personal_names_free(names);
    buffer_free(&text);
    return 0;
}

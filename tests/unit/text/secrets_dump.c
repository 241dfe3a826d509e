/* For secrets_corpus_test.py: reads texts, "LENGTH\n" and the bytes, and prints "START END KIND" for each secret, in
 * bytes, and a line "." after each text. */
#include "base/memory.h"
#include "text/secrets/secrets.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    struct secret_list list;
    unsigned long length;

    secret_list_init(&list, &memory_default);
    while (scanf("%lu", &length) == 1 && getchar() == '\n') {
        char *text = malloc(length + 1);

        if (text == NULL || fread(text, 1, length, stdin) != length ||
            secrets_scan(text, length, &list, NULL) != CPK_OK) {
            return 1;
        }
        for (size_t i = 0; i < list.count; i++) {
            printf("%zu %zu %s\n", list.items[i].start, list.items[i].end, secret_kind_name(list.items[i].kind));
        }
        puts(".");
        free(text);
    }
    secret_list_free(&list);
    return 0;
}

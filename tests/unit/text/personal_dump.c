/* Prints where the personal data and secrets of texts are: reads "LENGTH\nTEXT" again and again, answers with lines
 * "START END KIND" in bytes, and "." after each text. */
#include "base/memory.h"
#include "text/personal/personal.h"
#include "text/secrets/secrets.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    struct personal_list personal;
    struct secret_list secrets;
    char line[32];

    personal_list_init(&personal, &memory_default);
    secret_list_init(&secrets, &memory_default);
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t length = strtoul(line, NULL, 10);
        char *text = malloc(length + 1);

        if (text == NULL || fread(text, 1, length, stdin) != length ||
            personal_scan(text, length, NULL, &personal, NULL) != CPK_OK ||
            secrets_scan(text, length, &secrets, NULL) != CPK_OK) {
            return 1;
        }
        for (size_t i = 0; i < personal.count; i++) {
            const struct personal_span *span = &personal.items[i];

            printf("%zu %zu %s\n", span->start, span->end, personal_kind_name(span->kind));
        }
        for (size_t i = 0; i < secrets.count; i++) {
            const struct secret_span *span = &secrets.items[i];

            printf("%zu %zu %s\n", span->start, span->end, secret_kind_name(span->kind));
        }
        printf(".\n");
        free(text);
    }
    personal_list_free(&personal);
    secret_list_free(&secrets);
    return 0;
}

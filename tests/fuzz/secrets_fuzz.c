/* Any bytes: spans are in order, apart from each other and within the text, and masking agrees with them. */
#include "base/memory.h"
#include "text/secrets/secrets.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1); /* of just this size, so that a read behind it is seen */
    struct secret_list list;
    struct secret_counts counts;
    size_t end = 0;
    size_t found = 0;
    struct buffer masked;

    require(text != NULL);
    text = realloc(text, size == 0 ? 1 : size);
    require(text != NULL);
    memcpy(text, data, size);
    memset(&counts, 0, sizeof counts);
    secret_list_init(&list, &memory_default);
    buffer_init(&masked, &memory_default);
    require(secrets_scan(text, size, &list, NULL) == CPK_OK);
    for (size_t i = 0; i < list.count; i++) {
        require(list.items[i].start >= end && list.items[i].end > list.items[i].start && list.items[i].end <= size);
        require((unsigned)list.items[i].kind < SECRET_KIND_COUNT);
        end = list.items[i].end;
    }
    require(secrets_mask(text, size, &masked, &counts, &found, NULL) == CPK_OK);
    require(found == list.count && secret_counts_total(&counts) == (int64_t)found);
    require(found > 0 || (masked.length == size && (size == 0 || memcmp(masked.data, text, size) == 0)));
    buffer_free(&masked);
    secret_list_free(&list);
    free(text);
    return 0;
}

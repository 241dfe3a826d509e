/* Any bytes, with and without known names: spans are in order, apart from each other and within the text. */
#include "base/memory.h"
#include "text/personal/personal.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

static void scan(const char *text, size_t size, const struct personal_names *names)
{
    struct personal_list list;
    size_t end = 0;

    personal_list_init(&list, &memory_default);
    require(personal_scan(text, size, names, &list, NULL) == CPK_OK);
    for (size_t i = 0; i < list.count; i++) {
        require(list.items[i].start >= end && list.items[i].end > list.items[i].start && list.items[i].end <= size);
        require((unsigned)list.items[i].kind < PERSONAL_KIND_COUNT);
        end = list.items[i].end;
    }
    personal_list_free(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size == 0 ? 1 : size); /* of just this size, so that a read behind it is seen */
    char first[64];
    struct personal_names *names = NULL;

    require(text != NULL);
    memcpy(text, data, size);
    memset(first, 0, sizeof first);
    memcpy(first, data, size < sizeof first ? size : sizeof first - 1);
    require(personal_names_create(&memory_default, first, &names, NULL) == CPK_OK);
    scan(text, size, NULL);
    scan(text, size, names);
    personal_names_free(names);
    free(text);
    return 0;
}

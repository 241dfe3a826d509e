/* Any answer of an analyzer: read, merged with itself, written, read again. */
#include "analyze/profile/finding_merge.h"
#include "base/memory.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int32_t holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct finding_merge *merge;
    struct finding_set set;
    struct finding_set merged;
    struct finding_set again;
    struct buffer text;

    finding_set_init(&set, &memory_default);
    finding_set_init(&merged, &memory_default);
    finding_set_init(&again, &memory_default);
    buffer_init(&text, &memory_default);
    require(finding_set_read_answer(&set, (const char *)data, size, NULL) == CPK_OK);
    require(finding_merge_create(&memory_default, &merge, NULL) == CPK_OK);
    require(finding_merge_add(merge, &set, NULL) == CPK_OK);
    require(finding_merge_add(merge, &set, NULL) == CPK_OK);
    require(finding_merge_finish(merge, &merged, NULL) == CPK_OK);
    require(finding_set_write_json(&merged, &text, NULL) == CPK_OK);
    require(finding_set_read_answer(&again, text.data, text.length, NULL) == CPK_OK);
    require(again.count == merged.count);
    finding_merge_free(merge);
    buffer_free(&text);
    finding_set_free(&again);
    finding_set_free(&merged);
    finding_set_free(&set);
    return 0;
}

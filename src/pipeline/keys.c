#include "pipeline/keys.h"

#include "base/error.h"

#include <stdio.h>

static cpk_status check_length(int length, cpk_error **error)
{
    if (length < 0 || length >= KEY_BYTES) {
        return error_set(error, CPK_ERROR_INTERNAL, "storage", "a storage key of %d bytes is too long", length);
    }
    return CPK_OK;
}

cpk_status key_of_source(char key[KEY_BYTES], const char *directory, const char *source_id, const char *part,
                         cpk_error **error)
{
    return check_length(snprintf(key, KEY_BYTES, "%s/%s/%s", directory, source_id, part), error);
}

cpk_status key_of_answer(char key[KEY_BYTES], const char *prefix, int64_t index, cpk_error **error)
{
    return check_length(snprintf(key, KEY_BYTES, "%s%06lld.json", prefix, (long long)index), error);
}

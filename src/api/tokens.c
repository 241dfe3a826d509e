#include <contextpack/tokens.h>

#include "base/error.h"
#include "base/memory.h"
#include "text/tokens.h"

static cpk_status check_text(const char *text, size_t length_bytes, const void *count, cpk_error **error)
{
    if (text == NULL && length_bytes > 0) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "api", "text is NULL, but its length is not 0");
    }
    if (count == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "api", "count is NULL");
    }
    return CPK_OK;
}

cpk_status cpk_tokens_count(int32_t encoding, const char *text, size_t length_bytes, int64_t *count, cpk_error **error)
{
    CPK_TRY(check_text(text, length_bytes, count, error));
    *count = 0;
    return tokens_count(&memory_default, encoding, text, length_bytes, count, error);
}

cpk_status cpk_tokens_encode(int32_t encoding, const char *text, size_t length_bytes, uint32_t *ids, size_t capacity,
                             size_t *count, cpk_error **error)
{
    CPK_TRY(check_text(text, length_bytes, count, error));
    *count = 0;
    if (ids == NULL && capacity > 0) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "api", "ids is NULL, but its capacity is not 0");
    }
    return tokens_encode(&memory_default, encoding, text, length_bytes, ids, capacity, count, error);
}

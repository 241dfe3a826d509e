#include <contextpack/tokens.h>

#include "api/check.h"
#include "base/memory.h"
#include "text/tokens/tokens.h"

cpk_status cpk_tokens_count(int32_t encoding, const char *text, size_t length_bytes, int64_t *count, cpk_error **error)
{
    CPK_CHECK_ARG(text != NULL || length_bytes == 0, "text", error);
    CPK_CHECK_ARG(count != NULL, "count", error);
    *count = 0;
    return tokens_count(&memory_default, encoding, text, length_bytes, count, error);
}

cpk_status cpk_tokens_encode(int32_t encoding, const char *text, size_t length_bytes, uint32_t *ids, size_t capacity,
                             size_t *count, cpk_error **error)
{
    struct token_list tokens = {.ids = ids, .capacity = capacity};
    cpk_status status;

    CPK_CHECK_ARG(text != NULL || length_bytes == 0, "text", error);
    CPK_CHECK_ARG(ids != NULL || capacity == 0, "ids", error);
    CPK_CHECK_ARG(count != NULL, "count", error);
    status = tokens_encode(&memory_default, encoding, text, length_bytes, &tokens, error);
    *count = status == CPK_OK || status == CPK_ERROR_LIMIT_EXCEEDED ? tokens.count : 0;
    return status;
}

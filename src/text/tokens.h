/* Byte-pair token counts, exact to the id. Pure, no state; long words take scratch memory from the allocator. */
#ifndef TEXT_TOKENS_H
#define TEXT_TOKENS_H

#include <contextpack/tokens.h>

cpk_status tokens_count(const cpk_allocator *allocator, int32_t encoding, const char *text, size_t length,
                        int64_t *count, cpk_error **error);
cpk_status tokens_encode(const cpk_allocator *allocator, int32_t encoding, const char *text, size_t length,
                         uint32_t *ids, size_t capacity, size_t *count, cpk_error **error);

#endif

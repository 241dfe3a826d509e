#ifndef CONTEXTPACK_TOKENS_H
#define CONTEXTPACK_TOKENS_H

#include <contextpack/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The byte-pair encodings of OpenAI's models (github.com/openai/tiktoken), exact to the id. */
#define CPK_ENCODING_O200K_BASE  1 /* GPT-4o and later; what this library counts in when nothing is said */
#define CPK_ENCODING_CL100K_BASE 2 /* GPT-4, GPT-3.5 */

/**
 * Counts the tokens of a text. Time is linear in its length; any thread, no state.
 *
 * The text is ordinary text: "<|endoftext|>" in it is seven characters' worth of tokens, never a special token.
 * Bytes that are not UTF-8 are counted as if each ill-formed sequence (Unicode's "maximal subpart") were U+FFFD.
 *
 * @param encoding      CPK_ENCODING_*; 0 for o200k_base
 * @param text          `length_bytes` bytes; may hold NULs; may be NULL when the length is 0
 * @param count         out: the number of tokens
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  an unknown encoding, or a missing pointer
 *         CPK_ERROR_OUT_OF_MEMORY     no memory for one long word (others need none)
 * Since 0.1.
 */
CPK_API cpk_status cpk_tokens_count(int32_t encoding, const char *text, size_t length_bytes, int64_t *count,
                                    cpk_error **error);

/**
 * The tokens of a text, as ids of the encoding's vocabulary.
 *
 * @param ids           out: room for `capacity` ids; a text never has more tokens than bytes after replacement, so
 *                      3 * length_bytes always suffices, and length_bytes does for valid UTF-8
 * @param capacity      the room, in ids
 * @param count         out: the number of tokens, also when there is not room for all
 * @return as cpk_tokens_count(), and
 *         CPK_ERROR_LIMIT_EXCEEDED    more tokens than room; `ids` holds the first `capacity` of them
 * Since 0.1.
 */
CPK_API cpk_status cpk_tokens_encode(int32_t encoding, const char *text, size_t length_bytes, uint32_t *ids,
                                     size_t capacity, size_t *count, cpk_error **error);

/** CPK_ENCODING_* for "o200k_base" or "cl100k_base"; 0 for any other name or NULL. Since 0.1. */
CPK_API int32_t cpk_encoding_from_name(const char *name);

/** The encoding's name; static, NULL for an unknown one. Since 0.1. */
CPK_API const char *cpk_encoding_name(int32_t encoding);

#ifdef __cplusplus
}
#endif
#endif

#ifndef CONTEXTPACK_TOKENS_H
#define CONTEXTPACK_TOKENS_H

/**
 * Tokens: exact counts and ids in the encodings of OpenAI's models. No engine is needed.
 *
 * An example:
 *
 *     const char text[] = "Count me.";
 *     int64_t count = 0;
 *
 *     if (cpk_tokens_count(CPK_ENCODING_O200K_BASE, text, sizeof text - 1, &count, &error) == CPK_OK) {
 *         printf("%d tokens\n", (int)count);
 *     }
 */

#include <contextpack/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Byte-pair encodings; ids are the same as those of github.com/openai/tiktoken. */
#define CPK_ENCODING_O200K_BASE  1 /* GPT-4o and later; the default */
#define CPK_ENCODING_CL100K_BASE 2 /* GPT-4, GPT-3.5 */

/**
 * Counts the tokens of a text. Takes time linear in its length. Any thread may call it.
 *
 * Special tokens are not recognised: "<|endoftext|>" is counted as ordinary text. Each ill-formed UTF-8 sequence
 * (Unicode's "maximal subpart") is counted as U+FFFD.
 *
 * @param encoding      CPK_ENCODING_*; 0: o200k_base
 * @param text          may contain NULs; may be NULL if the length is 0
 * @param length_bytes  the length of `text` in bytes
 * @param count         out: the number of tokens
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the encoding is unknown, or a pointer is missing
 *         CPK_ERROR_OUT_OF_MEMORY     no memory for one very long word; other texts need none
 * Since 0.2.
 */
CPK_API cpk_status cpk_tokens_count(int32_t encoding, const char *text, size_t length_bytes, int64_t *count,
                                    cpk_error **error);

/**
 * Encodes a text into token ids of the encoding's vocabulary.
 *
 * @param encoding      CPK_ENCODING_*; 0: o200k_base
 * @param text          may contain NULs; may be NULL if the length is 0
 * @param length_bytes  the length of `text` in bytes
 * @param ids           out: the ids; length_bytes of them are enough for valid UTF-8, 3 * length_bytes for any text
 * @param capacity      the number of ids that `ids` has space for
 * @param count         out: the number of tokens, also if they exceed `capacity`
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the encoding is unknown, or a pointer is missing
 *         CPK_ERROR_OUT_OF_MEMORY     no memory for one very long word; other texts need none
 *         CPK_ERROR_LIMIT_EXCEEDED    there are more tokens than `capacity`; `ids` has the first `capacity` of them
 * Since 0.2.
 */
CPK_API cpk_status cpk_tokens_encode(int32_t encoding, const char *text, size_t length_bytes, uint32_t *ids,
                                     size_t capacity, size_t *count, cpk_error **error);

/** The CPK_ENCODING_* named "o200k_base" or "cl100k_base"; 0 for other names and NULL. Since 0.2. */
CPK_API int32_t cpk_encoding_from_name(const char *name);

/** The name of an encoding; a static string, NULL for an unknown encoding. Since 0.2. */
CPK_API const char *cpk_encoding_name(int32_t encoding);

#ifdef __cplusplus
}
#endif
#endif

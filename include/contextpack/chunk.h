#ifndef CONTEXTPACK_CHUNK_H
#define CONTEXTPACK_CHUNK_H

/**
 * Chunks: an input cut into pieces of at most so many tokens, without a database.
 *
 * An example that prints the size of each chunk:
 *
 *     static int32_t print_chunk(void *user, const cpk_chunk *chunk)
 *     {
 *         (void)user;
 *         printf("chunk %d: %d tokens\n", (int)chunk->index, (int)chunk->tokens);
 *         return 0;
 *     }
 *
 *     cpk_input input = CPK_INPUT_INIT;
 *     cpk_chunk_options chunk_options = CPK_CHUNK_OPTIONS_INIT;
 *
 *     input.path = "conversations.json";
 *     chunk_options.max_tokens = 8000;
 *     if (cpk_chunk_input(engine, &input, &chunk_options, print_chunk, NULL, NULL, NULL, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 */

#include <contextpack/extract.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One chunk: a byte range of the extracted text. Valid until the callback returns. Later versions add fields at the
 * end. */
typedef struct cpk_chunk {
    uint32_t struct_size; /* sizeof(cpk_chunk) as the library was compiled */
    uint32_t reserved;
    int64_t index;    /* from 0 */
    int64_t offset;   /* bytes from the start of the extracted text */
    int64_t length;   /* bytes */
    int64_t tokens;   /* exact number of tokens of these bytes */
    const char *text; /* `length` bytes */
} cpk_chunk;

/** Called for each chunk. A non-zero result stops the call with CPK_ERROR_CANCELLED. */
typedef int32_t (*cpk_chunk_fn)(void *user, const cpk_chunk *chunk);

/** The size of chunks. Start from CPK_CHUNK_OPTIONS_INIT. */
typedef struct cpk_chunk_options {
    uint32_t struct_size;   /* sizeof(cpk_chunk_options) as the caller was compiled */
    int32_t encoding;       /* CPK_ENCODING_*; 0: o200k_base */
    int64_t max_tokens;     /* tokens of a chunk, at least 16; 0: the setting chunk.max_tokens (100,000) */
    int64_t overlap_tokens; /* tokens repeated from the chunk before, at most half of max_tokens; -1: none; 0: the
                             * setting chunk.overlap_tokens (none) */
} cpk_chunk_options;

#define CPK_CHUNK_OPTIONS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_chunk_options), 0, 0, 0                                                                             \
    }

/**
 * Extracts an input and cuts its text into chunks. Each chunk ends at the best boundary that fits: conversation,
 * message, paragraph, sentence, word or code point, in this order.
 *
 * @param engine         for settings and memory; needs neither database nor storage
 * @param input          the bytes to read
 * @param chunk_options  may be NULL: the settings
 * @param chunk          called for each chunk, in order
 * @param chunk_user     passed to `chunk`
 * @param options        may be NULL
 * @param report         out, may be NULL; start from CPK_EXTRACT_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   an option is out of range
 *         CPK_ERROR_UNSUPPORTED        no format recognises the input; the message says what it looks like
 *         CPK_ERROR_NO_CONTENT         the input is empty or has no message
 *         CPK_ERROR_INVALID_DATA       the input is damaged before its first message
 *         CPK_ERROR_ENCRYPTED          the input is an encrypted archive
 *         CPK_ERROR_LIMIT_EXCEEDED     the input exceeds a limit; the message names the setting
 *         CPK_ERROR_NOT_FOUND          there is no such file
 *         CPK_ERROR_PERMISSION_DENIED  the file is not readable
 *         CPK_ERROR_IO                 the file could not be read
 *         CPK_ERROR_CANCELLED          a callback or the cancel token stopped the call
 * Since 0.2.
 */
CPK_API cpk_status cpk_chunk_input(cpk_engine *engine, const cpk_input *input, const cpk_chunk_options *chunk_options,
                                   cpk_chunk_fn chunk, void *chunk_user, const cpk_run_options *options,
                                   cpk_extract_report *report, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

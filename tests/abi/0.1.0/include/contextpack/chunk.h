#ifndef CONTEXTPACK_CHUNK_H
#define CONTEXTPACK_CHUNK_H

#include <contextpack/extract.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One chunk: a byte range of the extracted text. Borrowed for the call. Grows only at its end. */
typedef struct cpk_chunk {
    uint32_t struct_size; /* sizeof(cpk_chunk) as the library was compiled */
    uint32_t reserved;
    int64_t index;    /* from 0 */
    int64_t offset;   /* bytes from the start of the extracted text */
    int64_t length;   /* bytes */
    int64_t tokens;   /* exact count of just these bytes */
    const char *text; /* `length` bytes */
} cpk_chunk;

/** Takes one chunk. Non-zero stops with CPK_ERROR_CANCELLED. */
typedef int32_t (*cpk_chunk_fn)(void *user, const cpk_chunk *chunk);

/** How to cut. Start from CPK_CHUNK_OPTIONS_INIT. */
typedef struct cpk_chunk_options {
    uint32_t struct_size;   /* sizeof(cpk_chunk_options) as the caller was compiled */
    int32_t encoding;       /* CPK_ENCODING_*; 0: o200k_base */
    int64_t max_tokens;     /* 0: the setting chunk.max_tokens (100,000); at least 16 */
    int64_t overlap_tokens; /* -1: none; 0: the setting chunk.overlap_tokens (none); at most half of max_tokens */
} cpk_chunk_options;

#define CPK_CHUNK_OPTIONS_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_chunk_options), 0, 0, 0                                                                             \
    }

/**
 * Extracts an input and cuts its text by token budget at the best boundary that fits: conversation, message,
 * paragraph, sentence, word, code point. Without a database.
 * @return as cpk_extract(), and CPK_ERROR_INVALID_ARGUMENT for options out of their bounds
 * Since 0.1.
 */
CPK_API cpk_status cpk_chunk_input(cpk_engine *engine, const cpk_input *input, const cpk_chunk_options *chunk_options,
                                   cpk_chunk_fn chunk, void *chunk_user, const cpk_run_options *options,
                                   cpk_extract_report *report, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

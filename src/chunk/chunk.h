/* Splits extracted text into chunks: byte ranges with exact token counts. Pure. */
#ifndef CHUNK_CHUNK_H
#define CHUNK_CHUNK_H

#include <contextpack/error.h>

/* A chunk: bytes [offset, offset + length) of the extracted text; both ends are code point boundaries. */
struct chunk_range {
    int64_t offset;
    int64_t length;
    int64_t tokens;       /* exact count for these bytes */
    int64_t first_record; /* index of the first record that it overlaps */
    int64_t last_record;  /* index of the last record that it overlaps */
};

/* Receives a finished chunk. */
typedef cpk_status (*chunk_emit_fn)(void *user, const struct chunk_range *chunk, cpk_error **error);

struct chunker;

struct chunker_options {
    int32_t encoding;   /* CPK_ENCODING_*; 0 is o200k_base */
    int64_t max_tokens; /* at least 16 */
    int64_t
        overlap_tokens; /* tokens repeated from the previous chunk, whole records or a tail; at most max_tokens / 2 */
};

cpk_status chunker_create(const cpk_allocator *allocator, const struct chunker_options *options, chunk_emit_fn emit,
                          void *emit_user, struct chunker **chunker, cpk_error **error);

/* Adds the next record of the extracted text: one rendered message. A record starts with '#' and ends with a line feed,
 * so that no token spans two records and their counts can be added. starts_conversation 1: preferred place for a split.
 * *record_tokens is set to the record's exact count. */
cpk_status chunker_add(struct chunker *chunker, const char *text, size_t length, int32_t starts_conversation,
                       int64_t *record_tokens, cpk_error **error);
cpk_status chunker_finish(struct chunker *chunker, cpk_error **error); /* emits the remaining records */
void chunker_free(struct chunker *chunker);

#endif

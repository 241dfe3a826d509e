/* From extracted text and its messages to chunks: byte ranges with exact token counts. Pure. */
#ifndef CHUNK_CHUNK_H
#define CHUNK_CHUNK_H

#include <contextpack/error.h>

/* A chunk: bytes [offset, offset + length) of the extracted text, which lie on code-point boundaries. */
struct chunk_range {
    int64_t offset;
    int64_t length;
    int64_t tokens;       /* exact count of just these bytes */
    int64_t first_record; /* the records it touches, for the index: [first_record, last_record] */
    int64_t last_record;
};

/* Takes the next finished chunk. */
typedef cpk_status (*chunk_emit_fn)(void *user, const struct chunk_range *chunk, cpk_error **error);

struct chunker;

struct chunker_options {
    int32_t encoding;       /* CPK_ENCODING_*; 0 is o200k_base */
    int64_t max_tokens;     /* at least 16 */
    int64_t overlap_tokens; /* at most max_tokens / 2: what a chunk repeats of the one before, whole records or tails */
};

cpk_status chunker_create(const cpk_allocator *allocator, const struct chunker_options *options, chunk_emit_fn emit,
                          void *emit_user, struct chunker **chunker, cpk_error **error);

/* Adds the next record of the extracted text: one rendered message, which begins where the last one ended. A record
 * starts with '#' and ends with a line feed, so that no token spans two records and counts add up.
 * starts_conversation 1: cutting before this record is best. *record_tokens gets the record's exact count. */
cpk_status chunker_add(struct chunker *chunker, const char *text, size_t length, int32_t starts_conversation,
                       int64_t *record_tokens, cpk_error **error);
cpk_status chunker_finish(struct chunker *chunker, cpk_error **error); /* emits what is left */
void chunker_free(struct chunker *chunker);

#endif

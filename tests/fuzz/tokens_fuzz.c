/* Any bytes as text: counting, encoding and chunking must agree with each other. */
#include "base/memory.h"
#include "chunk/chunk.h"
#include "text/tokens/tokens.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The record that is chunked, and how far the chunks have come. */
struct walk {
    int32_t encoding;
    const char *text;
    int64_t covered;
};

static void require(int32_t condition)
{
    if (!condition) {
        abort();
    }
}

static int64_t count(int32_t encoding, const char *text, size_t length)
{
    int64_t tokens;

    require(tokens_count(&memory_default, encoding, text, length, &tokens, NULL) == CPK_OK);
    return tokens;
}

static cpk_status check_chunk(void *user, const struct chunk_range *chunk, cpk_error **error)
{
    struct walk *walk = user;

    (void)error;
    require(chunk->offset <= walk->covered && chunk->offset + chunk->length > walk->covered);
    require(chunk->tokens <= 16);
    require(chunk->tokens == count(walk->encoding, walk->text + chunk->offset, (size_t)chunk->length));
    walk->covered = chunk->offset + chunk->length;
    return CPK_OK;
}

static void check_chunks(int32_t encoding, const char *record, size_t length, int64_t overlap_tokens)
{
    const struct chunker_options options = {encoding, 16, overlap_tokens};
    struct walk walk = {encoding, record, 0};
    struct chunker *chunker;
    int64_t tokens;

    require(chunker_create(&memory_default, &options, check_chunk, &walk, &chunker, NULL) == CPK_OK);
    require(chunker_add(chunker, record, length, 1, &tokens, NULL) == CPK_OK);
    require(chunker_finish(chunker, NULL) == CPK_OK);
    require(walk.covered == (int64_t)length);
    chunker_free(chunker);
}

static void check_encoding(int32_t encoding, const char *record, size_t length)
{
    uint32_t *ids = calloc(3 * length, sizeof *ids);
    struct token_list tokens = {.ids = ids, .capacity = 3 * length};

    require(ids != NULL);
    require(tokens_encode(&memory_default, encoding, record, length, &tokens, NULL) == CPK_OK);
    require((int64_t)tokens.count == count(encoding, record, length));
    free(ids);
    check_chunks(encoding, record, length, 0);
    check_chunks(encoding, record, length, 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *record = malloc(size + 2);

    require(record != NULL);
    record[0] = '#';
    if (size > 0) {
        memcpy(record + 1, data, size);
    }
    record[size + 1] = '\n';
    check_encoding(CPK_ENCODING_O200K_BASE, record, size + 2);
    check_encoding(CPK_ENCODING_CL100K_BASE, record, size + 2);
    free(record);
    return 0;
}

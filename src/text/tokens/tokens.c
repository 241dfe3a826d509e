#include "text/tokens/tokens.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

#define REPAIRED_MAX_BYTES_EACH 3 /* U+FFFD for a single byte */
#define REPAIR_ON_STACK_BYTES   128

cpk_status tokens_reader_init(struct tokens_reader *reader, const cpk_allocator *allocator, int32_t encoding,
                              const char *text, size_t length, cpk_error **error)
{
    memset(reader, 0, sizeof *reader);
    reader->allocator = allocator;
    reader->tables = encoding_find(encoding);
    reader->pieces.text = text;
    reader->pieces.length = length;
    reader->pieces.encoding = encoding != 0 ? encoding : CPK_ENCODING_O200K_BASE;
    if (reader->tables == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "text", "encoding %d is not one of CPK_ENCODING_*",
                         (int)encoding);
    }
    return CPK_OK;
}

static size_t repair(const char *bytes, size_t length, char *target)
{
    size_t written = 0;

    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        int32_t valid;

        at += utf8_decode(bytes + at, length - at, &code_point, &valid);
        written += utf8_encode(code_point, target + written);
    }
    return written;
}

static cpk_status merge_ill_formed(struct tokens_reader *reader, const char *bytes, size_t length,
                                   struct token_list *tokens, cpk_error **error)
{
    char small[REPAIRED_MAX_BYTES_EACH * REPAIR_ON_STACK_BYTES];
    char *repaired = small;
    cpk_status status;

    if (length > REPAIR_ON_STACK_BYTES) {
        repaired = memory_allocate_array(reader->allocator, length, REPAIRED_MAX_BYTES_EACH);
        if (repaired == NULL) {
            return error_out_of_memory(error);
        }
    }
    status = bpe_merge(reader->allocator, reader->tables, repaired, repair(bytes, length, repaired), tokens, error);
    if (repaired != small) {
        memory_release_array(reader->allocator, repaired, length, REPAIRED_MAX_BYTES_EACH);
    }
    return status;
}

cpk_status tokens_reader_next(struct tokens_reader *reader, struct token_list *tokens, size_t *piece_length,
                              cpk_error **error)
{
    const char *bytes = reader->pieces.text + reader->pieces.at;

    *piece_length = pretokenizer_next(&reader->pieces);
    if (*piece_length == 0) {
        return CPK_OK;
    }
    if (reader->pieces.ill_formed) {
        return merge_ill_formed(reader, bytes, *piece_length, tokens, error);
    }
    return bpe_merge(reader->allocator, reader->tables, bytes, *piece_length, tokens, error);
}

static cpk_status read_all(const cpk_allocator *allocator, int32_t encoding, const char *text, size_t length,
                           struct token_list *tokens, cpk_error **error)
{
    struct tokens_reader reader;
    size_t piece_length;

    CPK_TRY(tokens_reader_init(&reader, allocator, encoding, text, length, error));
    do {
        CPK_TRY(tokens_reader_next(&reader, tokens, &piece_length, error));
    } while (piece_length > 0);
    return CPK_OK;
}

cpk_status tokens_count(const cpk_allocator *allocator, int32_t encoding, const char *text, size_t length,
                        int64_t *count, cpk_error **error)
{
    struct token_list tokens = {0};

    CPK_TRY(read_all(allocator, encoding, text, length, &tokens, error));
    *count = (int64_t)tokens.count;
    return CPK_OK;
}

cpk_status tokens_encode(const cpk_allocator *allocator, int32_t encoding, const char *text, size_t length,
                         struct token_list *tokens, cpk_error **error)
{
    CPK_TRY(read_all(allocator, encoding, text, length, tokens, error));
    if (tokens->count > tokens->capacity) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, "text", "the text has %zu tokens, but the array holds %zu",
                         tokens->count, tokens->capacity);
    }
    return CPK_OK;
}

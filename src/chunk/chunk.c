#include "chunk/chunk.h"

#include "base/error.h"
#include "base/memory.h"
#include "chunk/boundary.h"
#include "text/tokens/tokens.h"

#include <string.h>

#define MAX_TOKENS_MIN 16

/* A record, or the tail of one: what a chunk is put together from. */
struct chunk_part {
    int64_t offset;
    int64_t length;
    int64_t tokens;
    int64_t record;
    int64_t tail_length; /* what of it an overlap may repeat when it can't be repeated whole; 0 when nothing */
    int64_t tail_tokens;
    int32_t starts_conversation;
};

struct chunker {
    const cpk_allocator *allocator;
    struct chunker_options options;
    chunk_emit_fn emit;
    void *emit_user;
    struct chunk_part *parts; /* of the chunk that is being filled; the first may repeat what was emitted */
    size_t part_count;
    size_t part_capacity;
    int64_t part_tokens; /* of all parts; never more than max_tokens */
    int64_t emitted_end; /* parts that end here or before are overlap */
    int64_t text_end;    /* of all records so far */
    int64_t record_count;
};

cpk_status chunker_create(const cpk_allocator *allocator, const struct chunker_options *options, chunk_emit_fn emit,
                          void *emit_user, struct chunker **result, cpk_error **error)
{
    struct chunker *made;

    *result = NULL;
    if (options->max_tokens < MAX_TOKENS_MIN) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "chunk",
                         "chunk.max_tokens is %lld, but must be at least %d", (long long)options->max_tokens,
                         MAX_TOKENS_MIN);
    }
    if (options->overlap_tokens < 0 || options->overlap_tokens > options->max_tokens / 2) {
        return error_set(
            error, CPK_ERROR_INVALID_ARGUMENT, "chunk",
            "chunk.overlap_tokens is %lld, but must be at least 0 and at most half of chunk.max_tokens (%lld)",
            (long long)options->overlap_tokens, (long long)options->max_tokens);
    }
    if (encoding_find(options->encoding) == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "chunk", "encoding %d is not one of CPK_ENCODING_*",
                         (int)options->encoding);
    }
    made = memory_allocate_zeroed(allocator, sizeof *made);
    if (made == NULL) {
        return error_out_of_memory(error);
    }
    made->allocator = allocator;
    made->options = *options;
    made->emit = emit;
    made->emit_user = emit_user;
    *result = made;
    return CPK_OK;
}

void chunker_free(struct chunker *chunker)
{
    if (chunker != NULL) {
        memory_release_array(chunker->allocator, chunker->parts, chunker->part_capacity, sizeof *chunker->parts);
        memory_release(chunker->allocator, chunker, sizeof *chunker);
    }
}

static struct boundary_limits limits_of(const struct chunker *chunker, int64_t max_tokens)
{
    struct boundary_limits limits = {chunker->allocator, chunker->options.encoding, max_tokens};

    return limits;
}

static int64_t part_end(const struct chunk_part *part)
{
    return part->offset + part->length;
}

static cpk_status append_part(struct chunker *chunker, const struct chunk_part *part, cpk_error **error)
{
    if (chunker->part_count == chunker->part_capacity) {
        size_t capacity = chunker->part_capacity > 0 ? chunker->part_capacity * 2 : 16;
        struct chunk_part *parts =
            memory_resize_array(chunker->allocator, chunker->parts, chunker->part_capacity, capacity, sizeof *parts);

        if (parts == NULL) {
            return error_out_of_memory(error);
        }
        chunker->parts = parts;
        chunker->part_capacity = capacity;
    }
    chunker->parts[chunker->part_count++] = *part;
    chunker->part_tokens += part->tokens;
    return CPK_OK;
}

static void drop_parts(struct chunker *chunker, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        chunker->part_tokens -= chunker->parts[i].tokens;
    }
    chunker->part_count -= count;
    if (count > 0) {
        memmove(chunker->parts, chunker->parts + count, chunker->part_count * sizeof *chunker->parts);
    }
}

/* Whether the parts only repeat what was emitted, or there are none. */
static int32_t has_only_overlap(const struct chunker *chunker)
{
    return chunker->part_count == 0 || part_end(&chunker->parts[chunker->part_count - 1]) <= chunker->emitted_end;
}

static cpk_status emit_range(struct chunker *chunker, int64_t offset, int64_t end, int64_t tokens, int64_t first_record,
                             int64_t last_record, cpk_error **error)
{
    const struct chunk_range range = {offset, end - offset, tokens, first_record, last_record};

    chunker->emitted_end = end;
    return chunker->emit(chunker->emit_user, &range, error);
}

/* How many parts the next chunk takes: all, or those before a conversation that starts in its second half. */
static size_t choose_cut(const struct chunker *chunker, int32_t conversation_follows)
{
    int64_t tokens = chunker->part_tokens;

    if (conversation_follows) {
        return chunker->part_count;
    }
    for (size_t i = chunker->part_count; i-- > 1;) {
        tokens -= chunker->parts[i].tokens;
        if (tokens < chunker->options.max_tokens / 2 || part_end(&chunker->parts[i - 1]) <= chunker->emitted_end) {
            break;
        }
        if (chunker->parts[i].starts_conversation) {
            return i;
        }
    }
    return chunker->part_count;
}

/* Keeps of the first `cut` parts, which were emitted, what the next chunk repeats: whole parts, or the tail of one. */
static void keep_overlap(struct chunker *chunker, size_t cut)
{
    struct chunk_part *last = &chunker->parts[cut - 1];
    size_t kept = cut;
    int64_t tokens = 0;

    while (kept > 0 && tokens + chunker->parts[kept - 1].tokens <= chunker->options.overlap_tokens) {
        tokens += chunker->parts[--kept].tokens;
    }
    if (kept == cut && last->tail_length > 0 && last->tail_length < last->length) {
        kept = cut - 1;
        chunker->part_tokens += last->tail_tokens - last->tokens;
        last->offset = part_end(last) - last->tail_length;
        last->length = last->tail_length;
        last->tokens = last->tail_tokens;
        last->starts_conversation = 0;
    }
    drop_parts(chunker, kept);
}

static cpk_status emit_parts(struct chunker *chunker, size_t count, cpk_error **error)
{
    const struct chunk_part *first = &chunker->parts[0];
    const struct chunk_part *last = &chunker->parts[count - 1];
    int64_t tokens = 0;

    for (size_t i = 0; i < count; i++) {
        tokens += chunker->parts[i].tokens;
    }
    CPK_TRY(emit_range(chunker, first->offset, part_end(last), tokens, first->record, last->record, error));
    keep_overlap(chunker, count);
    return CPK_OK;
}

/* Makes room for a record that fits into a chunk: finishes chunks until nothing but overlap is left, and then gives up
 * as much of that as the record needs. */
static cpk_status make_room(struct chunker *chunker, const struct chunk_part *record, cpk_error **error)
{
    while (chunker->part_tokens > chunker->options.max_tokens - record->tokens) {
        if (has_only_overlap(chunker)) {
            drop_parts(chunker, 1);
        } else {
            CPK_TRY(emit_parts(chunker, choose_cut(chunker, record->starts_conversation), error));
        }
    }
    return CPK_OK;
}

/* The next chunk out of a record that is larger than one: from at most overlap_tokens before `done` on. *start gets
 * where in the record it starts, *end where it ends. */
static cpk_status next_slice(const struct chunker *chunker, const char *text, size_t length, size_t done, size_t *start,
                             size_t *end, int64_t *tokens, cpk_error **error)
{
    const struct boundary_limits limits = limits_of(chunker, chunker->options.max_tokens);
    const struct boundary_limits overlap = limits_of(chunker, chunker->options.overlap_tokens);
    size_t slice_length;
    int64_t tail_tokens;

    CPK_TRY(boundary_tail(&overlap, text, done, start, &tail_tokens, error));
    CPK_TRY(boundary_head(&limits, text + *start, length - *start, done - *start, &slice_length, tokens, error));
    if (slice_length == 0) {
        *start = done;
        CPK_TRY(boundary_head(&limits, text + *start, length - *start, 0, &slice_length, tokens, error));
    }
    *end = *start + slice_length;
    return CPK_OK;
}

/* Splits a record that is larger than a chunk. What is left of it at its end waits for the records that follow. */
static cpk_status split_record(struct chunker *chunker, const char *text, size_t length,
                               const struct chunk_part *record, cpk_error **error)
{
    struct chunk_part rest = *record;
    size_t start = 0;
    size_t end;
    int64_t tokens;
    struct boundary_limits limits;

    while (!has_only_overlap(chunker) && chunker->part_tokens >= chunker->options.max_tokens / 2) {
        CPK_TRY(emit_parts(chunker, choose_cut(chunker, record->starts_conversation), error));
    }
    limits = limits_of(chunker, chunker->options.max_tokens - chunker->part_tokens);
    CPK_TRY(boundary_head(&limits, text, length, 0, &end, &tokens, error));
    CPK_TRY(emit_range(chunker, chunker->part_count > 0 ? chunker->parts[0].offset : record->offset,
                       record->offset + (int64_t)end, chunker->part_tokens + tokens,
                       chunker->part_count > 0 ? chunker->parts[0].record : record->record, record->record, error));
    drop_parts(chunker, chunker->part_count);
    for (;;) {
        CPK_TRY(next_slice(chunker, text, length, end, &start, &end, &tokens, error));
        if (end == length) {
            break;
        }
        CPK_TRY(emit_range(chunker, record->offset + (int64_t)start, record->offset + (int64_t)end, tokens,
                           record->record, record->record, error));
    }
    rest.offset = record->offset + (int64_t)start;
    rest.length = (int64_t)(length - start);
    rest.tokens = tokens;
    rest.starts_conversation = 0;
    return append_part(chunker, &rest, error);
}

/* The tail that an overlap may repeat is found now, because the text is not kept. */
static cpk_status find_tail(const struct chunker *chunker, const char *text, size_t length, struct chunk_part *record,
                            cpk_error **error)
{
    const struct boundary_limits limits = limits_of(chunker, chunker->options.overlap_tokens);
    size_t tail_start = length;

    if (record->tokens > chunker->options.overlap_tokens) {
        CPK_TRY(boundary_tail(&limits, text, length, &tail_start, &record->tail_tokens, error));
    }
    record->tail_length = (int64_t)(length - tail_start);
    return CPK_OK;
}

cpk_status chunker_add(struct chunker *chunker, const char *text, size_t length, int32_t starts_conversation,
                       int64_t *record_tokens, cpk_error **error)
{
    struct chunk_part record = {.offset = chunker->text_end,
                                .length = (int64_t)length,
                                .record = chunker->record_count,
                                .starts_conversation = starts_conversation};

    if (length < 2 || text[0] != '#' || text[length - 1] != '\n') {
        return error_set(error, CPK_ERROR_INTERNAL, "chunk",
                         "record %lld does not start with '#' and end with a line feed",
                         (long long)chunker->record_count);
    }
    CPK_TRY(tokens_count(chunker->allocator, chunker->options.encoding, text, length, &record.tokens, error));
    CPK_TRY(find_tail(chunker, text, length, &record, error));
    *record_tokens = record.tokens;
    chunker->text_end += (int64_t)length;
    chunker->record_count++;
    if (record.tokens > chunker->options.max_tokens) {
        return split_record(chunker, text, length, &record, error);
    }
    CPK_TRY(make_room(chunker, &record, error));
    return append_part(chunker, &record, error);
}

cpk_status chunker_finish(struct chunker *chunker, cpk_error **error)
{
    if (has_only_overlap(chunker)) {
        return CPK_OK;
    }
    CPK_TRY(emit_parts(chunker, chunker->part_count, error));
    drop_parts(chunker, chunker->part_count);
    return CPK_OK;
}

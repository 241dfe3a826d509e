#include "chunk/chunk.h"

#include "base/error.h"
#include "base/memory.h"
#include "chunk/boundary.h"
#include "text/tokens/tokens.h"

#include <string.h>

#define MAX_TOKENS_MIN 16

/* A record, or the tail of one, that becomes part of a chunk. */
struct chunk_part {
    int64_t offset;
    int64_t length;
    int64_t tokens;
    int64_t record;
    int64_t tail_length; /* bytes at the end that an overlap may repeat if it cannot repeat the whole part; 0: none */
    int64_t tail_tokens;
    int32_t starts_conversation;
};

struct chunker {
    const cpk_allocator *allocator;
    struct chunker_options options;
    chunk_emit_fn emit;
    void *emit_user;
    struct chunk_part *parts; /* parts of the current chunk; the first ones may be overlap */
    size_t part_count;
    size_t part_capacity;
    int64_t part_tokens; /* sum over all parts; at most max_tokens */
    int64_t emitted_end; /* end of the last emitted chunk; parts up to here are overlap */
    int64_t text_end;    /* length of all records so far */
    int64_t record_count;
};

cpk_status chunker_create(const cpk_allocator *allocator, const struct chunker_options *options, chunk_emit_fn emit,
                          void *emit_user, struct chunker **result, cpk_error **error)
{
    struct chunker *chunker;

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
    chunker = memory_allocate_zeroed(allocator, sizeof *chunker);
    if (chunker == NULL) {
        return error_out_of_memory(error);
    }
    chunker->allocator = allocator;
    chunker->options = *options;
    chunker->emit = emit;
    chunker->emit_user = emit_user;
    *result = chunker;
    return CPK_OK;
}

void chunker_free(struct chunker *chunker)
{
    if (chunker != NULL) {
        memory_release_array(chunker->allocator, chunker->parts, chunker->part_capacity, sizeof *chunker->parts);
        memory_release(chunker->allocator, chunker, sizeof *chunker);
    }
}

static struct boundary_limits make_limits(const struct chunker *chunker, int64_t max_tokens)
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

/* 1 if there are no parts that have not been emitted. */
static int32_t has_only_overlap(const struct chunker *chunker)
{
    return chunker->part_count == 0 || part_end(&chunker->parts[chunker->part_count - 1]) <= chunker->emitted_end;
}

static cpk_status emit_range(struct chunker *chunker, const struct chunk_range *range, cpk_error **error)
{
    chunker->emitted_end = range->offset + range->length;
    return chunker->emit(chunker->emit_user, range, error);
}

/* Number of parts in the next chunk: all, or those before a conversation that starts in the second half. */
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

/* Removes the first `cut` parts, which were emitted, except those that the next chunk repeats: whole parts, or a tail.
 */
static void keep_overlap(struct chunker *chunker, size_t cut)
{
    struct chunk_part *last = &chunker->parts[cut - 1];
    size_t first_kept = cut;
    int64_t tokens = 0;

    while (first_kept > 0 && tokens + chunker->parts[first_kept - 1].tokens <= chunker->options.overlap_tokens) {
        tokens += chunker->parts[--first_kept].tokens;
    }
    if (first_kept == cut && last->tail_length > 0 && last->tail_length < last->length) {
        first_kept = cut - 1;
        chunker->part_tokens += last->tail_tokens - last->tokens;
        last->offset = part_end(last) - last->tail_length;
        last->length = last->tail_length;
        last->tokens = last->tail_tokens;
        last->starts_conversation = 0;
    }
    drop_parts(chunker, first_kept);
}

/* The range of the first `count` parts; none gives an empty range at the start of `record`. */
static struct chunk_range range_of_parts(const struct chunker *chunker, size_t count, const struct chunk_part *record)
{
    const struct chunk_part *first = count > 0 ? &chunker->parts[0] : record;
    struct chunk_range range = {.offset = first->offset, .first_record = first->record};

    for (size_t i = 0; i < count; i++) {
        range.tokens += chunker->parts[i].tokens;
    }
    if (count > 0) {
        range.length = part_end(&chunker->parts[count - 1]) - range.offset;
        range.last_record = chunker->parts[count - 1].record;
    }
    return range;
}

static cpk_status emit_parts(struct chunker *chunker, size_t count, cpk_error **error)
{
    const struct chunk_range range = range_of_parts(chunker, count, NULL);

    CPK_TRY(emit_range(chunker, &range, error));
    keep_overlap(chunker, count);
    return CPK_OK;
}

/* Makes space for a record that fits into a chunk: emits chunks until only overlap is left, then drops overlap as far
 * as necessary. */
static cpk_status make_space(struct chunker *chunker, const struct chunk_part *record, cpk_error **error)
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

/* Part of a record that is larger than a chunk, in bytes from the start of the record. */
struct slice {
    size_t start;
    size_t end;
    int64_t tokens;
};

/* Finds the next slice of a record; slice->end is the end of the previous one. The slice starts with at most
 * overlap_tokens of the previous one. */
static cpk_status next_slice(const struct chunker *chunker, const char *text, size_t length, struct slice *slice,
                             cpk_error **error)
{
    const struct boundary_limits limits = make_limits(chunker, chunker->options.max_tokens);
    const struct boundary_limits overlap = make_limits(chunker, chunker->options.overlap_tokens);
    struct boundary_cut tail;
    struct boundary_cut head;
    size_t done = slice->end;
    size_t start;

    CPK_TRY(boundary_tail(&overlap, text, done, &tail, error));
    start = tail.at;
    CPK_TRY(boundary_head(&limits, text + start, length - start, done - start, &head, error));
    if (head.at == 0) {
        start = done;
        CPK_TRY(boundary_head(&limits, text + start, length - start, 0, &head, error));
    }
    *slice = (struct slice){start, start + head.at, head.tokens};
    return CPK_OK;
}

/* Emits the current parts together with the start of a record that is larger than a chunk. *end is the end of that
 * start. */
static cpk_status emit_first_slice(struct chunker *chunker, const char *text, size_t length,
                                   const struct chunk_part *record, size_t *end, cpk_error **error)
{
    const struct boundary_limits limits = make_limits(chunker, chunker->options.max_tokens - chunker->part_tokens);
    struct chunk_range range = range_of_parts(chunker, chunker->part_count, record);
    struct boundary_cut head;

    CPK_TRY(boundary_head(&limits, text, length, 0, &head, error));
    *end = head.at;
    range.length = record->offset + (int64_t)head.at - range.offset;
    range.tokens += head.tokens;
    range.last_record = record->record;
    CPK_TRY(emit_range(chunker, &range, error));
    drop_parts(chunker, chunker->part_count);
    return CPK_OK;
}

/* Splits a record that is larger than a chunk. Its last slice becomes a part, to be followed by the next records. */
static cpk_status split_record(struct chunker *chunker, const char *text, size_t length,
                               const struct chunk_part *record, cpk_error **error)
{
    struct chunk_part rest = *record;
    struct slice slice = {0, 0, 0};

    while (!has_only_overlap(chunker) && chunker->part_tokens >= chunker->options.max_tokens / 2) {
        CPK_TRY(emit_parts(chunker, choose_cut(chunker, record->starts_conversation), error));
    }
    CPK_TRY(emit_first_slice(chunker, text, length, record, &slice.end, error));
    for (;;) {
        struct chunk_range range = {.first_record = record->record, .last_record = record->record};

        CPK_TRY(next_slice(chunker, text, length, &slice, error));
        if (slice.end == length) {
            break;
        }
        range.offset = record->offset + (int64_t)slice.start;
        range.length = (int64_t)(slice.end - slice.start);
        range.tokens = slice.tokens;
        CPK_TRY(emit_range(chunker, &range, error));
    }
    rest.offset = record->offset + (int64_t)slice.start;
    rest.length = (int64_t)(length - slice.start);
    rest.tokens = slice.tokens;
    rest.starts_conversation = 0;
    return append_part(chunker, &rest, error);
}

/* Finds the tail that an overlap may repeat. Done when the record is added, because its text is not stored. */
static cpk_status find_tail(const struct chunker *chunker, const char *text, size_t length, struct chunk_part *record,
                            cpk_error **error)
{
    const struct boundary_limits limits = make_limits(chunker, chunker->options.overlap_tokens);
    struct boundary_cut tail = {length, 0};

    if (record->tokens > chunker->options.overlap_tokens) {
        CPK_TRY(boundary_tail(&limits, text, length, &tail, error));
    }
    record->tail_length = (int64_t)(length - tail.at);
    record->tail_tokens = tail.tokens;
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
    CPK_TRY(make_space(chunker, &record, error));
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

#include "text/merge.h"

#include "base/error.h"
#include "base/memory.h"

/* Up to here the plain loop wins over the heap, and everything fits on the stack. */
#define SHORT_PIECE_MAX_BYTES 128

static void add_token(token_list *tokens, uint32_t id)
{
    if (tokens->count < tokens->capacity) {
        tokens->ids[tokens->count] = id;
    }
    tokens->count++;
}

/* Merges the lowest pair until none is left: quadratic, without a structure to keep up. */
static void merge_short(const encoding_tables *tables, const char *bytes, size_t length, token_list *tokens)
{
    uint32_t ids[SHORT_PIECE_MAX_BYTES];
    uint32_t merged[SHORT_PIECE_MAX_BYTES]; /* what ids[i] and ids[i + 1] make; NO_TOKEN for the last */
    size_t count = length;

    for (size_t i = 0; i < length; i++) {
        ids[i] = tables->byte_ids[(unsigned char)bytes[i]];
    }
    for (size_t i = 0; i + 1 < length; i++) {
        merged[i] = encoding_merge(tables, ids[i], ids[i + 1]);
    }
    merged[length - 1] = ENCODING_NO_TOKEN;
    for (;;) {
        size_t at = 0;

        for (size_t i = 1; i < count; i++) {
            at = merged[i] < merged[at] ? i : at;
        }
        if (merged[at] == ENCODING_NO_TOKEN) {
            break;
        }
        ids[at] = merged[at];
        count--;
        memmove(ids + at + 1, ids + at + 2, (count - at - 1) * sizeof *ids);
        memmove(merged + at + 1, merged + at + 2, (count - at - 1) * sizeof *merged);
        merged[at] = at + 1 < count ? encoding_merge(tables, ids[at], ids[at + 1]) : ENCODING_NO_TOKEN;
        if (at > 0) {
            merged[at - 1] = encoding_merge(tables, ids[at - 1], ids[at]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        add_token(tokens, ids[i]);
    }
}

/* A long piece while it is merged: a part is named by the position of its first byte. */
typedef struct long_piece {
    const encoding_tables *tables;
    size_t length;
    uint32_t *ids;    /* of the part that begins here */
    uint32_t *merged; /* what it makes with the next part; NO_TOKEN when nothing */
    uint8_t *spans;   /* a part's length, at its first and at its last byte: links to both neighbours */
    uint64_t *heap;   /* candidates, lowest first: id << POSITION_BITS | position; outdated ones are skipped */
    size_t heap_count;
} long_piece;

#define POSITION_BITS (64 - ENCODING_ID_BITS)
#define POSITION_MASK ((UINT64_C(1) << POSITION_BITS) - 1)

static void heap_sift_down(uint64_t *heap, size_t count, size_t at)
{
    uint64_t item = heap[at];

    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= count) {
            break;
        }
        if (child + 1 < count && heap[child + 1] < heap[child]) {
            child++;
        }
        if (item <= heap[child]) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = item;
}

static void heap_push(long_piece *piece, uint64_t item)
{
    size_t at = piece->heap_count++;

    while (at > 0 && piece->heap[(at - 1) / 2] > item) {
        piece->heap[at] = piece->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    piece->heap[at] = item;
}

static uint64_t heap_pop(long_piece *piece)
{
    uint64_t lowest = piece->heap[0];

    piece->heap[0] = piece->heap[--piece->heap_count];
    if (piece->heap_count > 0) {
        heap_sift_down(piece->heap, piece->heap_count, 0);
    }
    return lowest;
}

static void update_candidate(long_piece *piece, size_t at)
{
    size_t next = at + piece->spans[at];

    piece->merged[at] = ENCODING_NO_TOKEN;
    if (next < piece->length) {
        piece->merged[at] = encoding_merge(piece->tables, piece->ids[at], piece->ids[next]);
    }
    if (piece->merged[at] != ENCODING_NO_TOKEN) {
        heap_push(piece, (uint64_t)piece->merged[at] << POSITION_BITS | at);
    }
}

static void merge_with_next(long_piece *piece, size_t at)
{
    size_t next = at + piece->spans[at];
    size_t span = (size_t)piece->spans[at] + piece->spans[next];

    piece->ids[at] = piece->merged[at];
    piece->merged[next] = ENCODING_NO_TOKEN;
    piece->spans[at] = (uint8_t)span;
    piece->spans[at + span - 1] = (uint8_t)span;
    update_candidate(piece, at);
    if (at > 0) {
        update_candidate(piece, at - piece->spans[at - 1]);
    }
}

static void start_long(long_piece *piece, const char *bytes)
{
    for (size_t at = 0; at < piece->length; at++) {
        piece->ids[at] = piece->tables->byte_ids[(unsigned char)bytes[at]];
        piece->spans[at] = 1;
    }
    piece->merged[piece->length - 1] = ENCODING_NO_TOKEN;
    for (size_t at = 0; at + 1 < piece->length; at++) {
        piece->merged[at] = encoding_merge(piece->tables, piece->ids[at], piece->ids[at + 1]);
        if (piece->merged[at] != ENCODING_NO_TOKEN) {
            piece->heap[piece->heap_count++] = (uint64_t)piece->merged[at] << POSITION_BITS | at;
        }
    }
    for (size_t at = piece->heap_count / 2; at-- > 0;) {
        heap_sift_down(piece->heap, piece->heap_count, at);
    }
}

/* Time n log n. The heap never holds more than twice the bytes: each merge takes one candidate and adds at most two. */
static cpk_status merge_long(const cpk_allocator *allocator, const encoding_tables *tables, const char *bytes,
                             size_t length, token_list *tokens, cpk_error **error)
{
    const size_t bytes_each = 2 * sizeof(uint64_t) + 2 * sizeof(uint32_t) + sizeof(uint8_t);
    void *memory = memory_allocate_array(allocator, length, bytes_each);
    long_piece piece = {.tables = tables, .length = length};

    if (memory == NULL) {
        return error_out_of_memory(error);
    }
    piece.heap = memory;
    piece.ids = (uint32_t *)(piece.heap + 2 * length);
    piece.merged = piece.ids + length;
    piece.spans = (uint8_t *)(piece.merged + length);
    start_long(&piece, bytes);
    while (piece.heap_count > 0) {
        uint64_t candidate = heap_pop(&piece);
        size_t at = candidate & POSITION_MASK;

        if (piece.merged[at] == candidate >> POSITION_BITS) {
            merge_with_next(&piece, at);
        }
    }
    for (size_t at = 0; at < length; at += piece.spans[at]) {
        add_token(tokens, piece.ids[at]);
    }
    memory_release_array(allocator, memory, length, bytes_each);
    return CPK_OK;
}

cpk_status merge_piece(const cpk_allocator *allocator, const encoding_tables *tables, const char *bytes, size_t length,
                       token_list *tokens, cpk_error **error)
{
    uint32_t id = encoding_token(tables, bytes, length);

    if (id != ENCODING_NO_TOKEN) {
        add_token(tokens, id);
        return CPK_OK;
    }
    if (length <= SHORT_PIECE_MAX_BYTES) {
        merge_short(tables, bytes, length, tokens);
        return CPK_OK;
    }
    return merge_long(allocator, tables, bytes, length, tokens, error);
}

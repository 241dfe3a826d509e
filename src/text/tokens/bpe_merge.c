#include "text/tokens/bpe_merge.h"

#include "base/error.h"
#include "base/memory.h"

/* Up to this length the quadratic loop is faster than the queue, and needs only stack memory. */
#define SHORT_PIECE_MAX_BYTES 128
#define WINDOW_BYTES          ((size_t)32 * 1024) /* of a long piece that are merged at once */
#define CUTS_TRIED            16

static void add_token(struct token_list *tokens, uint32_t id)
{
    if (tokens->count < tokens->capacity) {
        tokens->ids[tokens->count] = id;
    }
    tokens->count++;
}

/* Repeatedly merges the pair with the lowest id. Quadratic, without auxiliary structures. */
static void merge_short(const struct encoding_tables *tables, const char *bytes, size_t length,
                        struct token_list *tokens)
{
    uint32_t ids[SHORT_PIECE_MAX_BYTES];
    uint32_t merged[SHORT_PIECE_MAX_BYTES]; /* the token that ids[i] and ids[i + 1] merge to, or NO_TOKEN */
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

#define NOWHERE      UINT32_MAX
#define BUCKET_COUNT (ENCODING_ID_BITS + 1)

/* State of merging a long piece. A part is identified by the position of its first byte.
 *
 * A merged token has a higher id than both of its parts, so the ids taken from the queue never decrease, and a radix
 * queue can be used. A pair that merges to `id` is in the bucket of the highest bit in which `id` differs from the last
 * id taken. Each time, the lowest bucket is distributed over the lower ones, so a pair moves at most once per id bit.
 */
struct long_piece {
    const struct encoding_tables *tables;
    size_t length;
    uint32_t *ids;    /* id of the part that begins here */
    uint32_t *merged; /* the token it merges to with the next part, or NO_TOKEN */
    uint8_t *spans;   /* a part's length, at its first and last byte, to find both neighbours */
    uint32_t *before; /* previous and next part in the bucket's list */
    uint32_t *after;
    uint32_t buckets[BUCKET_COUNT]; /* head of each list, or NOWHERE */
    uint32_t last_id;
};

static uint32_t *find_bucket(struct long_piece *piece, uint32_t id)
{
    uint32_t difference = id ^ piece->last_id;

    return &piece->buckets[difference == 0 ? 0 : 32 - __builtin_clz(difference)];
}

static void enqueue(struct long_piece *piece, size_t at)
{
    uint32_t *bucket = find_bucket(piece, piece->merged[at]);

    piece->before[at] = NOWHERE;
    piece->after[at] = *bucket;
    if (*bucket != NOWHERE) {
        piece->before[*bucket] = (uint32_t)at;
    }
    *bucket = (uint32_t)at;
}

static void dequeue(struct long_piece *piece, size_t at)
{
    uint32_t before = piece->before[at];
    uint32_t after = piece->after[at];

    if (before != NOWHERE) {
        piece->after[before] = after;
    } else {
        *find_bucket(piece, piece->merged[at]) = after;
    }
    if (after != NOWHERE) {
        piece->before[after] = before;
    }
}

/* A part whose merge has the lowest id, or NOWHERE. */
static size_t find_lowest(struct long_piece *piece)
{
    size_t bucket = 0;
    size_t first;

    while (bucket < BUCKET_COUNT && piece->buckets[bucket] == NOWHERE) {
        bucket++;
    }
    if (bucket == BUCKET_COUNT) {
        return NOWHERE;
    }
    if (bucket > 0) {
        first = piece->buckets[bucket];
        piece->buckets[bucket] = NOWHERE;
        piece->last_id = piece->merged[first];
        for (size_t at = first; at != NOWHERE; at = piece->after[at]) {
            piece->last_id = piece->merged[at] < piece->last_id ? piece->merged[at] : piece->last_id;
        }
        for (size_t at = first; at != NOWHERE;) {
            size_t after = piece->after[at];

            enqueue(piece, at);
            at = after;
        }
    }
    return piece->buckets[0];
}

/* Looks up the merge of a part with the next one and queues it. */
static void update_pair(struct long_piece *piece, size_t at)
{
    size_t next = at + piece->spans[at];

    piece->merged[at] = ENCODING_NO_TOKEN;
    if (next < piece->length) {
        piece->merged[at] = encoding_merge(piece->tables, piece->ids[at], piece->ids[next]);
    }
    if (piece->merged[at] != ENCODING_NO_TOKEN) {
        enqueue(piece, at);
    }
}

static void remove_pair(struct long_piece *piece, size_t at)
{
    if (piece->merged[at] != ENCODING_NO_TOKEN) {
        dequeue(piece, at);
        piece->merged[at] = ENCODING_NO_TOKEN;
    }
}

static void merge_with_next(struct long_piece *piece, size_t at)
{
    uint32_t id = piece->merged[at];
    size_t next = at + piece->spans[at];
    size_t span = (size_t)piece->spans[at] + piece->spans[next];
    size_t previous = at > 0 ? at - piece->spans[at - 1] : at;

    remove_pair(piece, previous);
    remove_pair(piece, at);
    remove_pair(piece, next);
    piece->ids[at] = id;
    piece->spans[at] = (uint8_t)span;
    piece->spans[at + span - 1] = (uint8_t)span;
    update_pair(piece, at);
    if (previous != at) {
        update_pair(piece, previous);
    }
}

/* Merges a part with the next one, and directly following pairs with the same id. In a sequence of equal parts the
 * leftmost two merge first, so its start is searched for; other pairs with the same id do not overlap. */
static void merge_run(struct long_piece *piece, size_t at)
{
    uint32_t id = piece->merged[at];

    if (piece->ids[at] == piece->ids[at + piece->spans[at]]) {
        while (at > 0 && piece->ids[at - piece->spans[at - 1]] == piece->ids[at]) {
            at -= piece->spans[at - 1];
        }
    }
    do {
        merge_with_next(piece, at);
        at += piece->spans[at];
    } while (at < piece->length && piece->merged[at] == id);
}

#define BYTES_EACH (4 * sizeof(uint32_t) + sizeof(uint8_t))

static cpk_status long_piece_open(struct long_piece *piece, const cpk_allocator *allocator,
                                  const struct encoding_tables *tables, size_t capacity, cpk_error **error)
{
    void *memory = capacity < NOWHERE ? memory_allocate_array(allocator, capacity, BYTES_EACH) : NULL;

    if (memory == NULL) {
        return error_out_of_memory(error);
    }
    *piece = (struct long_piece){.tables = tables};
    piece->before = memory;
    piece->after = piece->before + capacity;
    piece->ids = piece->after + capacity;
    piece->merged = piece->ids + capacity;
    piece->spans = (uint8_t *)(piece->merged + capacity);
    return CPK_OK;
}

/* Linear time. */
static void long_piece_merge(struct long_piece *piece, const char *bytes, size_t length)
{
    piece->length = length;
    piece->last_id = 0;
    memset(piece->spans, 1, length);
    for (size_t bucket = 0; bucket < BUCKET_COUNT; bucket++) {
        piece->buckets[bucket] = NOWHERE;
    }
    for (size_t at = length; at-- > 0;) {
        piece->ids[at] = piece->tables->byte_ids[(unsigned char)bytes[at]];
        update_pair(piece, at);
    }
    for (size_t at = find_lowest(piece); at != NOWHERE; at = find_lowest(piece)) {
        merge_run(piece, at);
    }
}

static void add_parts(const struct long_piece *piece, size_t end, struct token_list *tokens)
{
    for (size_t at = 0; at < end; at += piece->spans[at]) {
        add_token(tokens, piece->ids[at]);
    }
}

static cpk_status merge_whole(const cpk_allocator *allocator, const struct encoding_tables *tables, const char *bytes,
                              size_t length, struct token_list *tokens, cpk_error **error)
{
    struct long_piece piece;

    CPK_TRY(long_piece_open(&piece, allocator, tables, length, error));
    long_piece_merge(&piece, bytes, length);
    add_parts(&piece, length, tokens);
    memory_release_array(allocator, piece.before, length, BYTES_EACH);
    return CPK_OK;
}

/* Finds a part of a window, in its last quarter, with which the next window begins too, and merges the next window;
 * returns where the part begins, 0 if there is none. */
static size_t find_cut(const struct long_piece *window, struct long_piece *next, const char *bytes, size_t left)
{
    size_t at = 0;

    while (at < window->length - window->length / 4) {
        at += window->spans[at];
    }
    for (size_t tries = 0; tries < CUTS_TRIED && at < window->length; tries++) {
        long_piece_merge(next, bytes + at, left - at < window->length ? left - at : window->length);
        if (next->ids[0] == window->ids[at]) {
            return at;
        }
        at += window->spans[at];
    }
    return 0;
}

/* Parts are the tokens of a text if the two of each neighbouring pair are the tokens of their text: nothing else can
 * merge across the border of two parts. So the parts of overlapping windows may be joined where both have the same one.
 * *joined is 0 if two windows have none in common. */
static void merge_windows(struct long_piece windows[2], const char *bytes, size_t length, size_t window_length,
                          struct token_list *tokens, int32_t *joined)
{
    size_t current = 0;
    size_t from = 0;

    *joined = 1;
    long_piece_merge(&windows[current], bytes, window_length);
    while (from + windows[current].length < length) {
        size_t cut = find_cut(&windows[current], &windows[1 - current], bytes + from, length - from);

        if (cut == 0) {
            *joined = 0;
            return;
        }
        add_parts(&windows[current], cut, tokens);
        from += cut;
        current = 1 - current;
    }
    add_parts(&windows[current], windows[current].length, tokens);
}

cpk_status bpe_merge_long(const cpk_allocator *allocator, const struct encoding_tables *tables, const char *bytes,
                          size_t length, size_t window_length, struct token_list *tokens, cpk_error **error)
{
    const size_t count = tokens->count;
    struct long_piece windows[2];
    cpk_status status;
    int32_t joined = 0;

    if (length <= window_length) {
        return merge_whole(allocator, tables, bytes, length, tokens, error);
    }
    CPK_TRY(long_piece_open(&windows[0], allocator, tables, window_length, error));
    status = long_piece_open(&windows[1], allocator, tables, window_length, error);
    if (status == CPK_OK) {
        merge_windows(windows, bytes, length, window_length, tokens, &joined);
        memory_release_array(allocator, windows[1].before, window_length, BYTES_EACH);
    }
    memory_release_array(allocator, windows[0].before, window_length, BYTES_EACH);
    if (status == CPK_OK && !joined) {
        tokens->count = count;
        status = merge_whole(allocator, tables, bytes, length, tokens, error);
    }
    return status;
}

cpk_status bpe_merge(const cpk_allocator *allocator, const struct encoding_tables *tables, const char *bytes,
                     size_t length, struct token_list *tokens, cpk_error **error)
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
    return bpe_merge_long(allocator, tables, bytes, length, WINDOW_BYTES, tokens, error);
}

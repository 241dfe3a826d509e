/* Words to fragments: runs of the stream that go on along one baseline, then pieces of one line that the stream has in
 * different places. */
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/layout/layout_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TURN(flags) (((flags)&WORD_TURN_MASK) >> WORD_TURN_SHIFT)

/* In font sizes. */
#define BASELINE_SAME    0.35F /* difference within one line */
#define BASELINE_SHIFTED 0.7F  /* of a superscript or subscript that touches its word */
#define SCRIPT_SIZE_MAX  0.86F /* of its word's size */
#define SCRIPT_GAP_MAX   0.6F
#define BACKWARD_MAX     0.6F /* a word may start before the end of the previous one: kerning, italics */
#define MERGE_GAP_MAX    0.45F
#define MARKER_GAP_MAX   3.5F
#define MARKER_BYTES_MAX 6
#define EDGE_TOLERANCE   0.5F
#define EDGE_DISTANCE    2.5F
#define REPEAT_DISTANCE  0.3F /* a bold face made by drawing twice */

static void place_upright(const struct page *page, const struct page_word *word, struct layout_place *place)
{
    place->turn = TURN(word->flags);
    place->size = word->size > 0.5F ? word->size : 0.5F;
    switch (place->turn) {
    case 1: /* reads downwards */
        place->left = word->top;
        place->right = word->bottom;
        place->baseline = page->width - word->baseline;
        break;
    case 2:
        place->left = page->width - word->right;
        place->right = page->width - word->left;
        place->baseline = page->height - word->baseline;
        break;
    case 3: /* reads upwards */
        place->left = page->height - word->bottom;
        place->right = page->height - word->top;
        place->baseline = word->baseline;
        break;
    default:
        place->left = word->left;
        place->right = word->right;
        place->baseline = word->baseline;
        break;
    }
}

int32_t layout_is_rtl(const char *text, size_t length)
{
    size_t rtl = 0;
    size_t other = 0;

    for (size_t at = 0; at < length;) {
        uint32_t c;
        int32_t valid;

        at += utf8_decode(text + at, length - at, &c, &valid);
        rtl += (size_t)page_is_rtl_letter(c);
        other += (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xC0 && c < 0x590);
    }
    return rtl > other;
}

static int32_t is_repeat(const struct layout_fragments *fragments, const struct layout_place *place)
{
    const struct page_word *words = fragments->page->words;
    const struct page_word *word = &words[place->word];

    for (size_t i = 0; i < 4 && i < fragments->place_count; i++) {
        const struct layout_place *earlier = &fragments->places[fragments->place_count - 1 - i];
        const struct page_word *other = &words[earlier->word];

        if (other->length == word->length && memcmp(other->text, word->text, word->length) == 0 &&
            fabsf(earlier->left - place->left) < REPEAT_DISTANCE * place->size &&
            fabsf(earlier->baseline - place->baseline) < REPEAT_DISTANCE * place->size) {
            return 1;
        }
    }
    return 0;
}

static int32_t is_on_line(const struct layout_fragment *line, const struct layout_place *place, float gap)
{
    float size = line->size > place->size ? line->size : place->size;
    float smaller = line->size < place->size ? line->size : place->size;
    float shift = fabsf(line->baseline - place->baseline);

    return shift <= BASELINE_SAME * smaller || (shift <= BASELINE_SHIFTED * size && smaller <= SCRIPT_SIZE_MAX * size &&
                                                gap >= -0.3F * size && gap <= SCRIPT_GAP_MAX * size);
}

/* 1 if the stream's next word goes on with the line. */
static int32_t continues(const struct layout_fragments *fragments, const struct layout_fragment *line,
                         const struct layout_place *place, int32_t is_rtl)
{
    const struct page_word *words = fragments->page->words;
    const struct layout_place *previous = &fragments->places[line->last];
    float gap = place->left - previous->right;

    if (place->turn != line->turn || (words[previous->word].flags & WORD_HYPHEN) != 0) {
        return 0;
    }
    if (is_on_line(line, place, gap) && gap >= -BACKWARD_MAX * place->size) {
        return 1;
    }
    return (is_rtl || (line->flags & LINE_RTL) != 0) && is_on_line(line, place, previous->left - place->right) &&
           place->right <= line->left + BACKWARD_MAX * place->size;
}

static void widen(struct layout_fragment *line, const struct layout_place *place)
{
    line->left = place->left < line->left ? place->left : line->left;
    line->right = place->right > line->right ? place->right : line->right;
    if (place->size > line->size * 1.15F) { /* a line that began with a superscript */
        line->size = place->size;
        line->baseline = place->baseline;
    }
}

static cpk_status add_fragment(struct layout_fragments *fragments, const struct layout_place *place, int32_t index,
                               int32_t is_rtl, cpk_error **error)
{
    struct layout_fragment *fragment;

    if (fragments->count == fragments->capacity) {
        size_t capacity = fragments->capacity * 2 + 64;
        struct layout_fragment *grown =
            memory_resize_array(fragments->allocator, fragments->items, fragments->capacity, capacity, sizeof *grown);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        fragments->items = grown;
        fragments->capacity = capacity;
    }
    fragment = &fragments->items[fragments->count];
    memset(fragment, 0, sizeof *fragment);
    fragment->left = place->left;
    fragment->right = place->right;
    fragment->baseline = place->baseline;
    fragment->size = place->size;
    fragment->turn = place->turn;
    fragment->flags = is_rtl ? LINE_RTL : 0;
    fragment->first = fragment->last = index;
    fragment->stream = (uint32_t)fragments->count++;
    fragment->words = 1;
    return CPK_OK;
}

static cpk_status add_place(struct layout_fragments *fragments, const struct layout_place *place, cpk_error **error)
{
    const struct page_word *word = &fragments->page->words[place->word];
    struct layout_fragment *line = fragments->count > 0 ? &fragments->items[fragments->count - 1] : NULL;
    int32_t is_rtl = layout_is_rtl(word->text, word->length);
    int32_t index = (int32_t)fragments->place_count;

    if (fragments->place_count > 0 && is_repeat(fragments, place)) {
        return CPK_OK;
    }
    fragments->places[fragments->place_count++] = *place;
    if (line == NULL || !continues(fragments, line, place, is_rtl)) {
        return add_fragment(fragments, place, index, is_rtl, error);
    }
    fragments->places[line->last].next = index;
    line->last = index;
    line->words++;
    line->flags |= is_rtl ? LINE_RTL : 0;
    widen(line, place);
    return CPK_OK;
}

static void find_main_turn(struct layout_fragments *fragments)
{
    const struct page *page = fragments->page;
    size_t bytes[4] = {0, 0, 0, 0};

    for (size_t i = 0; i < page->word_count; i++) {
        bytes[TURN(page->words[i].flags)] += page->words[i].length;
    }
    for (uint32_t turn = 1; turn < 4; turn++) {
        fragments->main_turn = bytes[turn] > bytes[fragments->main_turn] ? turn : fragments->main_turn;
    }
    fragments->width = (fragments->main_turn & 1) != 0 ? page->height : page->width;
    fragments->height = (fragments->main_turn & 1) != 0 ? page->width : page->height;
}

/* --- pieces of one line --- */

static int compare_baselines(const void *first, const void *second)
{
    const struct layout_fragment *a = *(const struct layout_fragment *const *)first;
    const struct layout_fragment *b = *(const struct layout_fragment *const *)second;

    if (a->turn != b->turn) {
        return a->turn < b->turn ? -1 : 1;
    }
    if (a->baseline < b->baseline || a->baseline > b->baseline) {
        return a->baseline < b->baseline ? -1 : 1;
    }
    return a->stream < b->stream ? -1 : 1;
}

/* A bullet or a number that stands alone before its text. */
static int32_t is_marker(const struct layout_fragments *fragments, const struct layout_fragment *fragment)
{
    const struct page_word *word = &fragments->page->words[fragments->places[fragment->first].word];

    return fragment->words == 1 && word->length <= MARKER_BYTES_MAX &&
           ((unsigned char)word->text[0] >= 0x80 || strchr("-*.)", word->text[word->length - 1]) != NULL);
}

/* 1 if the stream has a line at the same left edge just before or behind the fragment: it starts a line of a column. */
static int32_t starts_line(const struct layout_fragments *fragments, const struct layout_fragment *fragment)
{
    for (int32_t step = -1; step <= 1; step += 2) {
        int64_t at = (int64_t)fragment->stream + step;
        const struct layout_fragment *other = at >= 0 && at < (int64_t)fragments->count ? &fragments->items[at] : NULL;

        if (other != NULL && other->turn == fragment->turn &&
            fabsf(other->left - fragment->left) < EDGE_TOLERANCE * fragment->size &&
            fabsf(other->baseline - fragment->baseline) < EDGE_DISTANCE * fragment->size) {
            return 1;
        }
    }
    return 0;
}

static int32_t are_pieces(const struct layout_fragments *fragments, const struct layout_fragment *a,
                          const struct layout_fragment *b)
{
    const struct layout_fragment *left = a->left <= b->left ? a : b;
    const struct layout_fragment *right = left == a ? b : a;
    float size = a->size > b->size ? a->size : b->size;
    float gap = right->left - left->right;

    if (a->turn != b->turn || ((a->flags | b->flags) & LINE_RTL) != 0 || (left->flags & LINE_HYPHEN) != 0) {
        return 0;
    }
    if (is_marker(fragments, left)) {
        return gap >= -0.2F * size && gap <= MARKER_GAP_MAX * size;
    }
    return gap >= -0.2F * size && gap <= MERGE_GAP_MAX * size && !starts_line(fragments, right);
}

/* Appends b's words behind a's; a is the left one. */
static void join(struct layout_fragments *fragments, struct layout_fragment *a, struct layout_fragment *b)
{
    fragments->places[a->last].next = b->first;
    a->last = b->last;
    a->words += b->words;
    a->right = b->right > a->right ? b->right : a->right;
    if (b->size > a->size * 1.15F || is_marker(fragments, a)) {
        a->size = b->size;
        a->baseline = b->baseline;
    }
    a->flags |= b->flags;
    a->stream = a->stream < b->stream ? a->stream : b->stream;
    b->is_merged = 1;
}

/* Joins a fragment with pieces on its baseline until none is left. */
static void join_pieces(struct layout_fragments *fragments, struct layout_fragment **sorted, size_t at)
{
    struct layout_fragment *a = sorted[at];
    int32_t again = 1;

    while (again && !a->is_merged) {
        again = 0;
        for (size_t i = at + 1; i < fragments->count && !a->is_merged; i++) {
            struct layout_fragment *b = sorted[i];

            if (b->turn != a->turn || b->baseline - a->baseline > BASELINE_SAME * a->size) {
                break;
            }
            if (b->is_merged || !are_pieces(fragments, a, b)) {
                continue;
            }
            again = 1;
            if (a->left <= b->left) {
                join(fragments, a, b);
            } else {
                join(fragments, b, a);
            }
        }
    }
}

static cpk_status join_all_pieces(struct layout_fragments *fragments, cpk_error **error)
{
    struct layout_fragment **sorted =
        memory_allocate_array(fragments->allocator, fragments->count, sizeof(struct layout_fragment *));

    if (sorted == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < fragments->count; i++) {
        sorted[i] = &fragments->items[i];
    }
    qsort(sorted, fragments->count, sizeof *sorted, compare_baselines);
    for (size_t i = 0; i < fragments->count; i++) {
        join_pieces(fragments, sorted, i);
    }
    memory_release_array(fragments->allocator, sorted, fragments->count, sizeof *sorted);
    return CPK_OK;
}

static void mark_hyphens(struct layout_fragments *fragments)
{
    for (size_t i = 0; i < fragments->count; i++) {
        struct layout_fragment *fragment = &fragments->items[i];

        if ((fragments->page->words[fragments->places[fragment->last].word].flags & WORD_HYPHEN) != 0) {
            fragment->flags |= LINE_HYPHEN;
        }
    }
}

cpk_status layout_fragments_collect(struct layout_fragments *fragments, cpk_error **error)
{
    const struct page *page = fragments->page;

    find_main_turn(fragments);
    if (page->word_count == 0) {
        return CPK_OK;
    }
    if (page->word_count > INT32_MAX) {
        return error_out_of_memory(error);
    }
    fragments->places = memory_allocate_array(fragments->allocator, page->word_count, sizeof *fragments->places);
    if (fragments->places == NULL) {
        return error_out_of_memory(error);
    }
    for (size_t i = 0; i < page->word_count; i++) {
        struct layout_place place = {.word = (uint32_t)i, .next = -1};

        if (page->words[i].length > 0) {
            place_upright(page, &page->words[i], &place);
            CPK_TRY(add_place(fragments, &place, error));
        }
    }
    mark_hyphens(fragments);
    if (fragments->count == 0) {
        return CPK_OK;
    }
    return join_all_pieces(fragments, error);
}

void layout_fragments_free(struct layout_fragments *fragments)
{
    memory_release_array(fragments->allocator, fragments->places, fragments->page->word_count,
                         sizeof *fragments->places);
    memory_release_array(fragments->allocator, fragments->items, fragments->capacity, sizeof *fragments->items);
    memory_release_array(fragments->allocator, fragments->order, fragments->count, sizeof *fragments->order);
}

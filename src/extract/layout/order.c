/* Reading order of a page's fragments. The stream's order is kept, because most programs write columns, rows and boxes
 * in reading order, with one exception: what stands above a fragment in the same column is read before it, wherever it
 * stands in the stream (code blocks and boxes of printed pages are drawn after the text around them). Fragments side by
 * side never change places, so that columns and cells stay as the stream has them. */
#include "base/error.h"
#include "base/memory.h"
#include "extract/layout/layout_internal.h"

#include <math.h>
#include <stdlib.h>

#define FRAGMENTS_MAX      6000  /* a page with more keeps the order of the stream: the time is quadratic */
#define OVERLAP_MIN        0.5F  /* of the narrower fragment's width: both are in one column */
#define ASCENT             0.75F /* in font sizes */
#define DESCENT            0.22F
#define OVERLAP_HEIGHT     0.35F /* of the lower height that lines of one column may overlap */
#define ALIGNED            0.6F  /* in font sizes: left edges of one column */
#define RUN_MIN            4     /* lines that show a column */
#define RUN_PERCENT_LEFT   10
#define RUN_PERCENT_RIGHT  85
#define RUN_COLUMN_MIN     5    /* lines of runs that are columns side by side */
#define RUN_COLUMN_WIDTH   0.2F /* of the page's width */
#define NEAR_LINES         3    /* before and behind a line, that show its column's width */
#define RUNS_MAX           500
#define NEIGHBOUR_DISTANCE 7.0F /* in font sizes: a neighbour in the stream that may show the column's width */

static int32_t is_above(const struct layout_fragment *a, const struct layout_fragment *b)
{
    float smaller = a->size < b->size ? a->size : b->size;

    return a->baseline + DESCENT * a->size <= b->baseline - ASCENT * b->size + OVERLAP_HEIGHT * smaller &&
           a->baseline - 0.3F * a->size < b->baseline - 0.3F * b->size;
}

static int32_t is_in_column(const struct layout_fragment *a, const struct layout_fragment *b)
{
    float left = a->column_left > b->column_left ? a->column_left : b->column_left;
    float right = a->column_right < b->column_right ? a->column_right : b->column_right;
    float width_a = a->column_right - a->column_left;
    float width_b = b->column_right - b->column_left;

    return right - left > OVERLAP_MIN * (width_a < width_b ? width_a : width_b) && right > left;
}

/* A short line, such as a heading, is as wide as the line before or after it that starts at the same edge. */
static void widen_by(struct layout_fragment *fragment, const struct layout_fragment *neighbour)
{
    if (neighbour->turn == fragment->turn && fabsf(neighbour->left - fragment->left) < ALIGNED * fragment->size &&
        fabsf(neighbour->baseline - fragment->baseline) < NEIGHBOUR_DISTANCE * fragment->size &&
        neighbour->column_right > fragment->column_right) {
        fragment->column_right = neighbour->column_right;
    }
}

/* 1 if b goes on below a in the stream. */
static int32_t goes_down(const struct layout_fragment *a, const struct layout_fragment *b)
{
    return a->turn == b->turn && b->baseline > a->baseline;
}

static int compare_floats(const void *first, const void *second)
{
    float a = *(const float *)first;
    float b = *(const float *)second;

    return (a > b) - (a < b);
}

/* Lines that the stream writes one below the other, and the column that most of them fill. */
struct run {
    size_t first; /* in the list of fragments */
    size_t count;
    float left;
    float right;
    float top;
    float bottom;
};

static float percentile(float *values, size_t count, size_t percent)
{
    qsort(values, count, sizeof *values, compare_floats);
    return values[count * percent / 100];
}

static void measure(const struct layout_fragments *fragments, const uint32_t *list, struct run *run, float *edges)
{
    for (size_t i = 0; i < run->count; i++) {
        edges[i] = fragments->items[list[run->first + i]].left;
    }
    run->left = percentile(edges, run->count, RUN_PERCENT_LEFT);
    for (size_t i = 0; i < run->count; i++) {
        edges[i] = fragments->items[list[run->first + i]].right;
    }
    run->right = percentile(edges, run->count, RUN_PERCENT_RIGHT);
    run->top = fragments->items[list[run->first]].baseline;
    run->bottom = fragments->items[list[run->first + run->count - 1]].baseline;
}

/* Runs side by side are columns, also when lines of the left one reach into the right one. */
static void clip(const struct layout_fragments *fragments, struct run *runs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            struct run *left = &runs[i];
            const struct run *right = &runs[k];
            float top = left->top > right->top ? left->top : right->top;
            float bottom = left->bottom < right->bottom ? left->bottom : right->bottom;

            if (right->count >= RUN_COLUMN_MIN && left->count >= RUN_COLUMN_MIN &&
                right->left > left->left + RUN_COLUMN_WIDTH * fragments->width && right->left < left->right &&
                right->right - right->left > RUN_COLUMN_WIDTH * fragments->width &&
                bottom - top > (right->bottom - right->top) / 2) {
                left->right = right->left;
            }
        }
    }
}

/* Lists the fragments that are not merged, by the stream, and the runs in the list. */
static size_t collect_runs(const struct layout_fragments *fragments, uint32_t *list, struct run *runs)
{
    const struct layout_fragment *previous = NULL;
    size_t listed = 0;
    size_t count = 0;

    for (size_t i = 0; i < fragments->count; i++) {
        const struct layout_fragment *fragment = &fragments->items[i];

        if (fragment->is_merged) {
            continue;
        }
        if (previous == NULL || !goes_down(previous, fragment)) {
            runs[count].first = listed;
            runs[count++].count = 0;
        }
        list[listed++] = (uint32_t)i;
        runs[count - 1].count++;
        previous = fragment;
    }
    return count;
}

static void widen_neighbours(struct layout_fragments *fragments)
{
    struct layout_fragment *previous = NULL;

    for (size_t i = 0; i < fragments->count; i++) {
        struct layout_fragment *fragment = &fragments->items[i];

        if (!fragment->is_merged) {
            if (previous != NULL) {
                widen_by(fragment, previous);
                widen_by(previous, fragment);
            }
            previous = fragment;
        }
    }
}

/* A line is as wide as most of the lines near it in the run, and does not reach beyond the run's column. */
static void set_column(struct layout_fragments *fragments, const uint32_t *list, const struct run *run, size_t at,
                       float *edges)
{
    struct layout_fragment *fragment = &fragments->items[list[run->first + at]];
    size_t first = at > NEAR_LINES ? at - NEAR_LINES : 0;
    size_t end = at + NEAR_LINES < run->count ? at + NEAR_LINES + 1 : run->count;
    float left;
    float right;

    for (size_t i = first; i < end; i++) {
        edges[i - first] = fragments->items[list[run->first + i]].left;
    }
    left = percentile(edges, end - first, 50);
    for (size_t i = first; i < end; i++) {
        edges[i - first] = fragments->items[list[run->first + i]].right;
    }
    right = percentile(edges, end - first, 50);
    left = left < fragment->left ? left : fragment->left;
    right = right > fragment->right ? right : fragment->right;
    right = right < run->right ? right : run->right;
    if (right > left) { /* else it is a line outside of its run's column */
        fragment->column_left = left;
        fragment->column_right = right;
    }
}

static void find_columns(struct layout_fragments *fragments, uint32_t *list, struct run *runs, float *edges)
{
    size_t count = collect_runs(fragments, list, runs);

    for (size_t i = 0; i < count; i++) {
        measure(fragments, list, &runs[i], edges);
    }
    if (count <= RUNS_MAX) {
        clip(fragments, runs, count);
    }
    for (size_t i = 0; i < fragments->count; i++) {
        fragments->items[i].column_left = fragments->items[i].left;
        fragments->items[i].column_right = fragments->items[i].right;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < runs[i].count && runs[i].count >= RUN_MIN && runs[i].right > runs[i].left; k++) {
            set_column(fragments, list, &runs[i], k, edges);
        }
    }
    widen_neighbours(fragments);
}

/* The first fragment of the stream that must be read before b and was not; -1 if there is none. Fragments that wait on
 * the stack can't be found: they are below b. */
static int32_t find_blocker(const struct layout_fragments *fragments, const uint8_t *is_done,
                            const struct layout_fragment *b)
{
    for (size_t i = 0; i < fragments->count; i++) {
        const struct layout_fragment *a = &fragments->items[i];

        if (!is_done[i] && a->turn == b->turn && is_above(a, b) && is_in_column(a, b)) {
            return (int32_t)i;
        }
    }
    return -1;
}

/* Depth first along the stream: before a fragment, everything above it in its column. */
static void order_all(struct layout_fragments *fragments, uint8_t *is_done, int32_t *stack)
{
    for (size_t i = 0; i < fragments->count; i++) {
        size_t depth = 0;

        if (is_done[i] || fragments->items[i].turn != fragments->main_turn) {
            continue;
        }
        stack[depth++] = (int32_t)i;
        while (depth > 0) {
            int32_t top = stack[depth - 1];
            int32_t blocker = find_blocker(fragments, is_done, &fragments->items[top]);

            if (blocker >= 0) {
                stack[depth++] = blocker;
            } else {
                is_done[top] = 1;
                fragments->order[fragments->order_count++] = (uint32_t)top;
                depth--;
            }
        }
    }
}

static void append_rest(struct layout_fragments *fragments, uint8_t *is_done)
{
    for (size_t i = 0; i < fragments->count; i++) {
        if (!is_done[i]) {
            fragments->order[fragments->order_count++] = (uint32_t)i;
        }
    }
}

cpk_status layout_fragments_order(struct layout_fragments *fragments, cpk_error **error)
{
    const cpk_allocator *allocator = fragments->allocator;
    size_t count = fragments->count;
    uint8_t *is_done;
    int32_t *stack;
    float *edges;
    struct run *runs;
    cpk_status status = CPK_OK;

    if (count == 0) {
        return CPK_OK;
    }
    fragments->order = memory_allocate_array(allocator, count, sizeof *fragments->order);
    is_done = memory_allocate_zeroed(allocator, count);
    stack = memory_allocate_array(allocator, count + 1, sizeof *stack);
    edges = memory_allocate_array(allocator, count, sizeof *edges);
    runs = memory_allocate_array(allocator, count, sizeof *runs);
    if (fragments->order == NULL || is_done == NULL || stack == NULL || edges == NULL || runs == NULL) {
        status = error_out_of_memory(error);
    } else {
        for (size_t i = 0; i < count; i++) {
            is_done[i] = (uint8_t)fragments->items[i].is_merged;
        }
        if (count <= FRAGMENTS_MAX) {
            find_columns(fragments, fragments->order, runs, edges);
            order_all(fragments, is_done, stack);
        }
        append_rest(fragments, is_done);
    }
    memory_release(allocator, is_done, count);
    memory_release_array(allocator, stack, count + 1, sizeof *stack);
    memory_release_array(allocator, edges, count, sizeof *edges);
    memory_release_array(allocator, runs, count, sizeof *runs);
    return status;
}

/* Running headers and footers, and page numbers: lines near the upper or lower edge that many pages share. The first
 * occurrence of a header stays, because it may be all that names the author or the company. */
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "extract/layout/layout_internal.h"

#include <stdlib.h>
#include <string.h>

#define EDGE                 0.14F /* of the page's height: where running lines are */
#define EDGE_LINES_MAX       3     /* lines of each edge that are looked at */
#define KEY_BYTES_MAX        256
#define PAGES_MIN            3  /* that share a line */
#define PERCENT_MIN          40 /* of the pages; left and right pages may differ */
#define PERCENT_AGREEING_MIN 70 /* of the numbers in one place */
#define NUMBER_MAX           100000
#define NUMBER_BYTES_MAX     24

struct edge_line {
    uint64_t key; /* of the text without digits, and of the edge */
    uint32_t line;
    uint32_t page;
    int32_t number; /* a page number alone, or -1 */
};

struct edge_lines {
    struct edge_line *items;
    size_t count;
    size_t capacity;
};

static int32_t is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "12", "- 12 -", "Page 12 of 20", "12/20", "p. 12": the first number, if the line has no other words. -1: none. */
static int32_t page_number(const char *text, size_t length)
{
    static const char *const words[] = {"page", "seite", "p", "pg", "of", "von", "de", "pagina", "strona"};
    int32_t number = -1;

    if (length == 0 || length > NUMBER_BYTES_MAX) {
        return -1;
    }
    for (size_t at = 0; at < length;) {
        size_t start = at;

        while (at < length && ((text[at] | 0x20) >= 'a' && (text[at] | 0x20) <= 'z')) {
            at++;
        }
        if (at > start) {
            int32_t is_known = 0;

            for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
                is_known |= strlen(words[i]) == at - start && strncasecmp(words[i], text + start, at - start) == 0;
            }
            if (!is_known) {
                return -1;
            }
        } else if (is_digit(text[at])) {
            int32_t value = 0;

            while (at < length && is_digit(text[at]) && value < NUMBER_MAX) {
                value = value * 10 + (text[at++] - '0');
            }
            number = number < 0 ? value : number;
        } else if ((unsigned char)text[at] >= 0x80 && memcmp(text + at, "\xE2\x80", length - at < 2 ? 1 : 2) != 0) {
            return -1; /* other than dashes and the like */
        } else {
            at++;
        }
    }
    return number;
}

static uint64_t key_of(const struct layout *layout, const struct layout_line *line, int32_t is_top)
{
    const char *text = buffer_text(&layout->text) + line->text;
    char key[KEY_BYTES_MAX];
    size_t length = 0;

    for (size_t i = 0; i < line->length && length < sizeof key; i++) {
        if (!is_digit(text[i]) && text[i] != ' ') {
            key[length++] = text[i];
        }
    }
    return hash_bytes((uint64_t)is_top + 1, key, length);
}

static int compare_keys(const void *first, const void *second)
{
    const struct edge_line *a = first;
    const struct edge_line *b = second;

    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    return a->line < b->line ? -1 : a->line > b->line;
}

/* 1 if fewer than EDGE_LINES_MAX lines of the page are nearer to the edge. */
static int32_t is_at_edge(const struct layout *layout, const struct layout_page *page, const struct layout_line *line,
                          int32_t is_top)
{
    int32_t nearer = 0;

    if (is_top ? line->baseline > EDGE * page->height : line->baseline < (1 - EDGE) * page->height) {
        return 0;
    }
    for (size_t i = page->line; i < page->line + page->line_count && nearer < EDGE_LINES_MAX; i++) {
        const struct layout_line *other = &layout->lines[i];

        if ((other->flags & LINE_TURNED) == 0) {
            nearer +=
                is_top ? other->baseline < line->baseline - line->size : other->baseline > line->baseline + line->size;
        }
    }
    return nearer < EDGE_LINES_MAX;
}

static cpk_status add_edge_line(struct layout *layout, struct edge_lines *edges, uint32_t page, uint32_t index,
                                int32_t is_top, cpk_error **error)
{
    const struct layout_line *line = &layout->lines[index];

    if (edges->count == edges->capacity) {
        size_t capacity = edges->capacity * 2 + 64;
        struct edge_line *grown =
            memory_resize_array(layout->allocator, edges->items, edges->capacity, capacity, sizeof *grown);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        edges->items = grown;
        edges->capacity = capacity;
    }
    edges->items[edges->count++] = (struct edge_line){key_of(layout, line, is_top), index, page,
                                                      page_number(layout->text.data + line->text, line->length)};
    return CPK_OK;
}

static cpk_status collect_edges(struct layout *layout, struct edge_lines *edges, cpk_error **error)
{
    for (size_t p = 0; p < layout->page_count; p++) {
        const struct layout_page *page = &layout->pages[p];
        size_t looked_at = 0;

        for (size_t i = page->line; i < page->line + page->line_count; i++) {
            const struct layout_line *line = &layout->lines[i];
            int32_t is_top = line->baseline < page->height / 2;

            if ((line->flags & LINE_TURNED) == 0 && looked_at < 64 && is_at_edge(layout, page, line, is_top)) {
                looked_at++;
                CPK_TRY(add_edge_line(layout, edges, (uint32_t)p, (uint32_t)i, is_top, error));
            }
        }
    }
    return CPK_OK;
}

static size_t count_agreeing(const struct edge_line *group, size_t count, int64_t difference)
{
    size_t agreeing = 0;

    for (size_t i = 0; i < count; i++) {
        agreeing += (int64_t)group[i].number - group[i].page == difference;
    }
    return agreeing;
}

/* Numbers that grow with the pages are page numbers; some pages may have others in that place. A sole page's number
 * must be 1. */
static void mark_numbers(struct layout *layout, const struct edge_line *group, size_t count)
{
    const size_t candidates[] = {0, count / 2, count - 1};

    if (count == 1 && (layout->page_count > 1 || group[0].number != 1)) {
        return;
    }
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
        int64_t difference = (int64_t)group[candidates[i]].number - group[candidates[i]].page;

        if (count_agreeing(group, count, difference) * 100 >= count * PERCENT_AGREEING_MIN) {
            for (size_t k = 0; k < count; k++) {
                if ((int64_t)group[k].number - group[k].page == difference) {
                    layout->lines[group[k].line].flags |= LINE_FURNITURE;
                }
            }
            return;
        }
    }
}

static void mark_repeats(struct layout *layout, const struct edge_line *group, size_t count)
{
    uint32_t last_page = UINT32_MAX;
    size_t pages = 0;

    for (size_t i = 0; i < count; i++) {
        pages += group[i].page != last_page;
        last_page = group[i].page;
    }
    if (pages < PAGES_MIN || pages * 100 < layout->page_count * PERCENT_MIN) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            layout->lines[group[i].line].flags |= LINE_FURNITURE;
        }
    }
}

cpk_status layout_furniture_mark(struct layout *layout, cpk_error **error)
{
    struct edge_lines edges = {NULL, 0, 0};
    cpk_status status = collect_edges(layout, &edges, error);
    size_t start = 0;

    if (status == CPK_OK && edges.count > 0) {
        qsort(edges.items, edges.count, sizeof *edges.items, compare_keys);
        for (size_t i = 1; i <= edges.count; i++) {
            if (i == edges.count || edges.items[i].key != edges.items[start].key) {
                (edges.items[start].number >= 0 ? mark_numbers : mark_repeats)(layout, edges.items + start, i - start);
                start = i;
            }
        }
    }
    memory_release_array(layout->allocator, edges.items, edges.capacity, sizeof *edges.items);
    return status;
}

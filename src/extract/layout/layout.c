#include "extract/layout/layout.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "extract/layout/layout_internal.h"

#include <string.h>

cpk_status layout_create(const cpk_allocator *allocator, struct layout **layout, cpk_error **error)
{
    struct layout *created = memory_allocate_zeroed(allocator, sizeof *created);

    if (created == NULL) {
        return error_out_of_memory(error);
    }
    created->allocator = allocator;
    buffer_init(&created->text, allocator);
    *layout = created;
    return CPK_OK;
}

void layout_free(struct layout *layout)
{
    const cpk_allocator *allocator;

    if (layout == NULL) {
        return;
    }
    allocator = layout->allocator;
    buffer_free(&layout->text);
    memory_release_array(allocator, layout->lines, layout->line_capacity, sizeof *layout->lines);
    memory_release_array(allocator, layout->cells, layout->cell_capacity, sizeof *layout->cells);
    memory_release_array(allocator, layout->pages, layout->page_capacity, sizeof *layout->pages);
    memory_release_array(allocator, layout->headings, layout->heading_capacity, sizeof *layout->headings);
    layout_words_free(&layout->words, allocator);
    memory_release(allocator, layout, sizeof *layout);
}

static cpk_status next_page(struct layout *layout, struct layout_page **page, cpk_error **error)
{
    if (layout->page_count == layout->page_capacity) {
        size_t capacity = layout->page_capacity * 2 + 16;
        struct layout_page *grown =
            memory_resize_array(layout->allocator, layout->pages, layout->page_capacity, capacity, sizeof *grown);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        layout->pages = grown;
        layout->page_capacity = capacity;
    }
    *page = &layout->pages[layout->page_count++];
    return CPK_OK;
}

cpk_status layout_add_page(struct layout *layout, const struct page *page, cpk_error **error)
{
    struct layout_fragments fragments = {.allocator = layout->allocator, .page = page};
    uint32_t index = (uint32_t)layout->page_count;
    size_t line = layout->line_count;
    struct layout_page *added = NULL;
    cpk_status status;

    CPK_TRY(next_page(layout, &added, error));
    added->index = page->index;
    added->line = line;
    added->line_count = 0;
    status = layout_fragments_collect(&fragments, error);
    added->width = fragments.width;
    added->height = fragments.height;
    if (status == CPK_OK) {
        status = layout_fragments_order(&fragments, error);
    }
    if (status == CPK_OK) {
        status = layout_lines_add(layout, &fragments, index, error);
    }
    layout_fragments_free(&fragments);
    added->line_count = layout->line_count - line;
    return status;
}

cpk_status layout_expect_heading(struct layout *layout, const char *title, uint32_t depth, cpk_error **error)
{
    struct layout_heading *heading;

    if (layout->heading_count == layout->heading_capacity) {
        size_t capacity = layout->heading_capacity * 2 + 64;
        struct layout_heading *grown =
            memory_resize_array(layout->allocator, layout->headings, layout->heading_capacity, capacity, sizeof *grown);

        if (grown == NULL) {
            return error_out_of_memory(error);
        }
        layout->headings = grown;
        layout->heading_capacity = capacity;
    }
    heading = &layout->headings[layout->heading_count++];
    heading->hash = layout_hash_title(title, strlen(title));
    heading->level = depth + 1 < LAYOUT_HEADING_LEVEL_MAX ? depth + 1 : LAYOUT_HEADING_LEVEL_MAX;
    return CPK_OK;
}

void layout_keep_running_lines(struct layout *layout)
{
    layout->keeps_running_lines = 1;
}

uint64_t layout_hash_title(const char *text, size_t length)
{
    uint64_t hash = 1;

    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] > ' ') {
            hash = hash_bytes(hash, &text[i], 1);
        }
    }
    return hash;
}

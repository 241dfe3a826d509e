/* What the helper program sends, and what the layout makes of it. */
#include "base/memory.h"
#include "base/utf8.h"
#include "extract/layout/layout.h"
#include "pdf/frames.h"

#include <contextpack/error.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static cpk_status take_document(void *self, const struct pdf_document_head *head, cpk_error **error)
{
    (void)self;
    (void)head;
    (void)error;
    return CPK_OK;
}

static cpk_status take_metadata(void *self, const char *key, const char *value, cpk_error **error)
{
    (void)self;
    (void)error;
    if (utf8_valid_prefix(key, strlen(key)) != strlen(key) ||
        utf8_valid_prefix(value, strlen(value)) != strlen(value)) {
        abort();
    }
    return CPK_OK;
}

static cpk_status take_outline(void *self, uint32_t depth, uint32_t page, const char *title, cpk_error **error)
{
    (void)page;
    return layout_expect_heading(self, title, depth, error);
}

static cpk_status take_page(void *self, const struct page *page, cpk_error **error)
{
    return layout_add_page(self, page, error);
}

static cpk_status take_page_lost(void *self, uint32_t index, cpk_error **error)
{
    (void)self;
    (void)index;
    (void)error;
    return CPK_OK;
}

static cpk_status take_progress(void *self, uint32_t pages, uint32_t total, cpk_error **error)
{
    (void)self;
    (void)pages;
    (void)total;
    (void)error;
    return CPK_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct layout *layout = NULL;
    struct pdf_frames frames;
    struct buffer markdown;
    size_t step = size % 5 == 0 ? 1 + size % 61 : size;
    cpk_status status = layout_create(&memory_default, &layout, NULL);
    const struct pdf_sink sink = {layout,    take_document,  take_metadata, take_outline,
                                  take_page, take_page_lost, take_progress};

    pdf_frames_init(&frames, &memory_default, &sink);
    for (size_t at = 0; at < size && status == CPK_OK; at += step) {
        status = pdf_frames_take(&frames, data + at, size - at < step ? size - at : step, NULL);
    }
    buffer_init(&markdown, &memory_default);
    if (layout_render(layout, &markdown, NULL) == CPK_OK &&
        utf8_valid_prefix(buffer_text(&markdown), markdown.length) != markdown.length) {
        abort();
    }
    buffer_free(&markdown);
    pdf_frames_free(&frames);
    layout_free(layout);
    return 0;
}

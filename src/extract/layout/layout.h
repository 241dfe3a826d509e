/* Turns pages of positioned words into Markdown: reading order, paragraphs, headings, lists, tables and code, without
 * running headers, footers and page numbers unless they are asked for. Pure: words may come from any reader of paged
 * documents. */
#ifndef EXTRACT_LAYOUT_LAYOUT_H
#define EXTRACT_LAYOUT_LAYOUT_H

#include "base/buffer.h"
#include "model/page.h"

#include <contextpack/error.h>

struct layout;

cpk_status layout_create(const cpk_allocator *allocator, struct layout **layout, cpk_error **error);
void layout_free(struct layout *layout); /* may be NULL */

/* Adds the words of the next page; nothing of the page is kept but its lines. */
cpk_status layout_add_page(struct layout *layout, const struct page *page, cpk_error **error);

/* Tells a title of the document's outline: a paragraph of that text is a heading. depth from 0. */
cpk_status layout_expect_heading(struct layout *layout, const char *title, uint32_t depth, cpk_error **error);

/* Running headers and footers and page numbers are rendered on every page. */
void layout_keep_running_lines(struct layout *layout);

/* Appends the whole document. A mark <!-- pN --> stands before each page but the first, unless the page
 * before it is nearly empty. */
cpk_status layout_render(struct layout *layout, struct buffer *markdown, cpk_error **error);

#endif

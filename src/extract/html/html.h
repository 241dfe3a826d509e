/* HTML pages: their readable text as a document, in sections by headings. */
#ifndef EXTRACT_HTML_HTML_H
#define EXTRACT_HTML_HTML_H

#include "base/buffer.h"
#include "extract/format.h"

struct html_tree;

/* Appends the readable text of a page as Markdown: without navigation and other boilerplate, unless nothing else is
 * there. Nothing is appended for a page without text. */
cpk_status html_append_readable(struct buffer *target, struct html_tree *tree, cpk_error **error);

void html_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

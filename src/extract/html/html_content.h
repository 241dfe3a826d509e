/* Finds the readable part of a page: marks navigation, banners and other boilerplate, and chooses the main element. */
#ifndef EXTRACT_HTML_HTML_CONTENT_H
#define EXTRACT_HTML_HTML_CONTENT_H

#include "base/buffer.h"
#include "extract/html/html_tree.h"

/* Marks of html_content_mark(), for html_text_append(). */
#define HTML_MARK_BOILERPLATE (UINT32_C(1) << 28) /* by tag, role or class */
#define HTML_MARK_LINKS       (UINT32_C(1) << 29) /* a list of links outside of the main element */
/* 1 for elements that are never text of the page: scripts, styles, controls, hidden ones. Those that are hidden by
 * style are known after html_content_mark(). */
int32_t html_is_invisible(const GumboNode *node);

uint32_t html_marks(const GumboNode *node);

/* Marks the nodes of the tree. *main_node is the main or article element that holds most of the text, else the body. */
cpk_status html_content_mark(struct html_tree *tree, const GumboNode **main_node, cpk_error **error);

/* Appends the page's title as one line: of `og:title`, else of the title element; nothing if it has none. */
cpk_status html_append_title(struct buffer *target, const struct html_tree *tree, cpk_error **error);

#endif

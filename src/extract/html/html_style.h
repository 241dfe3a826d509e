/* Finds the elements that a page hides by its style: by `style` attributes and by the simple rules of its style
 * elements (a tag, a class, an id, or a tag with one of these). */
#ifndef EXTRACT_HTML_HTML_STYLE_H
#define EXTRACT_HTML_HTML_STYLE_H

#include "extract/html/html_tree.h"

enum html_style {
    HTML_STYLE_SHOWS,
    HTML_STYLE_TINY, /* letters have no size: those of an inner element may have one again */
    HTML_STYLE_HIDES
};

/* What a list of declarations does to the text of an element. `plain` 1: nothing on the page has a background, so that
 * white text is not seen. */
enum html_style html_style_judge(const char *declarations, size_t length, int32_t plain);

/* Marks the elements that are hidden, for html_is_invisible(), and counts those with text in tree->hidden. */
cpk_status html_style_mark(struct html_tree *tree, cpk_error **error);

#endif

/* Writes a page of documentation as plain text, as a manual page or as Markdown. `code` in texts is highlighted. */
#ifndef CLI_OPTIONS_PAGE_H
#define CLI_OPTIONS_PAGE_H

#include "terminal/output.h"

enum page_form { PAGE_TEXT, PAGE_MAN, PAGE_MARKDOWN };

struct page {
    struct output *out;
    enum page_form form;
};

void page_heading(const struct page *page, int level, const char *text); /* level 1 or 2, below the title */
void page_text(const struct page *page, const char *text);               /* paragraphs, separated by empty lines */
void page_code(const struct page *page, const char *text);               /* lines of a shell */
void page_item(const struct page *page, const char *term, const char *text);
void page_items_end(const struct page *page);

#endif

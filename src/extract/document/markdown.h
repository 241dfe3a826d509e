/* Markdown: sections by headings; the first heading, or the front matter's title, is the title. */
#ifndef EXTRACT_DOCUMENT_MARKDOWN_H
#define EXTRACT_DOCUMENT_MARKDOWN_H

#include "extract/format.h"

void markdown_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

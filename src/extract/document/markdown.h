/* Markdown: sections by headings; the title is that of the front matter, or the first heading. */
#ifndef EXTRACT_DOCUMENT_MARKDOWN_H
#define EXTRACT_DOCUMENT_MARKDOWN_H

#include "extract/format.h"

void markdown_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

/* Markdown: sections by headings; the title is that of the front matter, or the first heading. */
#ifndef EXTRACT_DOCUMENT_MARKDOWN_H
#define EXTRACT_DOCUMENT_MARKDOWN_H

#include "extract/format.h"

/* Reads Markdown as a document of another provider. title NULL: that of the text, else the file's name. time_us: of the
 * document's last change, or CPK_TIME_UNKNOWN. */
cpk_status markdown_read_dated(const struct context *context, const cpk_reader *reader, const cpk_sink *sink,
                               const char *provider, const char *title, int64_t time_us, cpk_error **error);

void markdown_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

/* Transcripts of chats as text or Markdown, as exporters of browsers write them and as people copy them. */
#ifndef EXTRACT_TRANSCRIPT_TRANSCRIPT_H
#define EXTRACT_TRANSCRIPT_TRANSCRIPT_H

#include "base/buffer.h"
#include "extract/format.h"

/* Reads a document of another provider that was made Markdown, which is `text` and what the reader gives: as turns, or
 * without the user's role, if it is a transcript; else as markdown_read_dated() does. */
cpk_status transcript_read_document(const struct context *context, const cpk_reader *reader, const struct buffer *text,
                                    const cpk_sink *sink, const char *provider, const char *title, int64_t time_us,
                                    cpk_error **error);

void transcript_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

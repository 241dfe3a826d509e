/* Transcripts of chats as text or Markdown, as exporters of browsers write them and as people copy them. */
#ifndef EXTRACT_TRANSCRIPT_TRANSCRIPT_H
#define EXTRACT_TRANSCRIPT_TRANSCRIPT_H

#include "extract/format.h"

void transcript_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

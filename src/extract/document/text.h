/* Plain text: paragraphs, grouped into sections. */
#ifndef EXTRACT_DOCUMENT_TEXT_H
#define EXTRACT_DOCUMENT_TEXT_H

#include "extract/format.h"

void text_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

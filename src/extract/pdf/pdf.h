/* PDF documents: read by the helper program (pdf/helper.h), laid out as Markdown (extract/layout/), in sections. */
#ifndef EXTRACT_PDF_PDF_H
#define EXTRACT_PDF_PDF_H

#include "extract/format.h"

void pdf_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

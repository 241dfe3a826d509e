/* CSV and TSV: a table as a document. */
#ifndef EXTRACT_DOCUMENT_CSV_H
#define EXTRACT_DOCUMENT_CSV_H

#include "extract/format.h"

void csv_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

/* RTF documents. */
#ifndef EXTRACT_RTF_RTF_H
#define EXTRACT_RTF_RTF_H

#include "extract/format.h"

void rtf_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

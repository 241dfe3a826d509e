/* Shared conversations of Gemini: the response of its service ("ujx1Bf") to a request for a share. */
#ifndef EXTRACT_SHARES_SHARE_GEMINI_H
#define EXTRACT_SHARES_SHARE_GEMINI_H

#include "extract/format.h"

void share_gemini_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

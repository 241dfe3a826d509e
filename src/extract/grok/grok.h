/* Exports of Grok: {"conversations": [{"conversation", "responses": [{"response"}]}]}. */
#ifndef EXTRACT_GROK_GROK_H
#define EXTRACT_GROK_GROK_H

#include "extract/format.h"

void grok_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

/* Exports of Perplexity: {"conversations": [{"context_uuid", "entries": [{"query", "answer"}]}]}. */
#ifndef EXTRACT_PERPLEXITY_PERPLEXITY_H
#define EXTRACT_PERPLEXITY_PERPLEXITY_H

#include "extract/format.h"

void perplexity_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

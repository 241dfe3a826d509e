/* The offline analyzer "extractive:": deterministic rules on the user's text; no network, no model. */
#ifndef ANALYZE_EXTRACTIVE_H
#define ANALYZE_EXTRACTIVE_H

#include "base/context.h"

#include <contextpack/backend/analyzer.h>

/* Initialises a driver table; the context must outlive it. */
void extractive_driver_init(cpk_analyzer_driver *driver, const struct context *context);

#endif

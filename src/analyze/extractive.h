/* The offline analyzer "extractive:": deterministic rules on the user's text; no network, no model. */
#ifndef ANALYZE_EXTRACTIVE_H
#define ANALYZE_EXTRACTIVE_H

#include "analyze/language/cues.h"
#include "base/context.h"

#include <contextpack/backend/analyzer.h>

/* Fills a driver table, which `driver->destroy` frees; the context must outlive it. */
cpk_status extractive_driver_create(cpk_analyzer_driver *driver, const struct context *context, cpk_error **error);
/* The words of such a driver that tell other people's text; NULL if there is no memory. */
const struct cue_table *extractive_cues(const cpk_analyzer_driver *driver);

#endif

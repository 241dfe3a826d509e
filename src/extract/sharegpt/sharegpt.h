/* ShareGPT: {"id", "conversations": [{"from", "value"}]}, alone, in a list or one a line. */
#ifndef EXTRACT_SHAREGPT_SHAREGPT_H
#define EXTRACT_SHAREGPT_SHAREGPT_H

#include "extract/format.h"

void sharegpt_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

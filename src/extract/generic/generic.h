/* The project's own format: JSON Lines with one message a line, as docs/message-format.md describes and the command's
 * `extract` prints. */
#ifndef EXTRACT_GENERIC_GENERIC_H
#define EXTRACT_GENERIC_GENERIC_H

#include "extract/format.h"

void generic_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

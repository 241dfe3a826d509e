/* Copilot's activity export: CSV with the columns Conversation, Time, Author and Message, newest first. */
#ifndef EXTRACT_COPILOT_COPILOT_H
#define EXTRACT_COPILOT_COPILOT_H

#include "extract/format.h"

void copilot_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

/* Lists of messages as the APIs of OpenAI and others take them: {"messages": [{"role", "content"}]}, alone, in a list
 * or one a line; or the messages themselves, which are then one conversation. */
#ifndef EXTRACT_OPENAI_OPENAI_H
#define EXTRACT_OPENAI_OPENAI_H

#include "extract/format.h"

void openai_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

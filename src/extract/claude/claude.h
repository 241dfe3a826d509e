/* Claude exports: conversations, projects, memories and design chats, in separate files or in arrays. */
#ifndef EXTRACT_CLAUDE_CLAUDE_H
#define EXTRACT_CLAUDE_CLAUDE_H

#include "extract/format.h"

void claude_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

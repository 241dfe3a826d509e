/* Claude's exports: conversations, projects, memories and design chats, each in a file of its own or an array of them.
 */
#ifndef EXTRACT_CLAUDE_CLAUDE_H
#define EXTRACT_CLAUDE_CLAUDE_H

#include "extract/format.h"

void claude_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

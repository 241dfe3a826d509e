/* Sessions of Claude Code: JSON Lines of {"type", "uuid", "parentUuid", "isSidechain", "message"}. */
#ifndef EXTRACT_CLAUDE_CODE_CLAUDE_CODE_H
#define EXTRACT_CLAUDE_CODE_CLAUDE_CODE_H

#include "extract/format.h"

void claude_code_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

/* Sessions of Codex: JSON Lines of {"timestamp", "type", "payload"}; older lines are the bare payloads. */
#ifndef EXTRACT_CODEX_CODEX_H
#define EXTRACT_CODEX_CODEX_H

#include "extract/format.h"

void codex_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

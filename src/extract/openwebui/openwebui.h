/* Exports of Open WebUI: {"id", "title", "chat": {"history": {"currentId", "messages"}}}. */
#ifndef EXTRACT_OPENWEBUI_OPENWEBUI_H
#define EXTRACT_OPENWEBUI_OPENWEBUI_H

#include "extract/format.h"

void openwebui_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

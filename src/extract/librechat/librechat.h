/* Exports of LibreChat: {"conversationId", "messages"}, nested by "children" or a list. */
#ifndef EXTRACT_LIBRECHAT_LIBRECHAT_H
#define EXTRACT_LIBRECHAT_LIBRECHAT_H

#include "extract/format.h"

void librechat_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

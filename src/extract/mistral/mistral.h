/* Exports of Le Chat (Mistral): one file a chat, a list of messages with "contentChunks". */
#ifndef EXTRACT_MISTRAL_MISTRAL_H
#define EXTRACT_MISTRAL_MISTRAL_H

#include "extract/format.h"

void mistral_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

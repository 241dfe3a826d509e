/* Exports of Chatbot UI: {"version", "history": [{"id", "name", "messages", "model", "prompt"}]}. */
#ifndef EXTRACT_CHATBOTUI_CHATBOTUI_H
#define EXTRACT_CHATBOTUI_CHATBOTUI_H

#include "extract/format.h"

void chatbotui_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

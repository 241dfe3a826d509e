/* Exports of DeepSeek, whose conversations have a "mapping" of messages with "fragments", and saved answers of its
 * programming interface, which have "chat_session" and "chat_messages". */
#ifndef EXTRACT_DEEPSEEK_DEEPSEEK_H
#define EXTRACT_DEEPSEEK_DEEPSEEK_H

#include "extract/format.h"

void deepseek_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

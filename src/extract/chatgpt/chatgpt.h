/* ChatGPT exports: conversations with a `mapping` of nodes. */
#ifndef EXTRACT_CHATGPT_CHATGPT_H
#define EXTRACT_CHATGPT_CHATGPT_H

#include "extract/format.h"

void chatgpt_driver_init(cpk_extractor_driver *driver, const struct context *context);
/* The page chat.html of an export. */
void chatgpt_page_driver_init(cpk_extractor_driver *driver, const struct context *context);

#endif

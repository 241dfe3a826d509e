/* Chats with Gemini: Takeout's activity (MyActivity.json, .html), conversations of Workspace (conversation_N.txt), and
 * prompts of AI Studio. */
#ifndef EXTRACT_GEMINI_GEMINI_H
#define EXTRACT_GEMINI_GEMINI_H

#include "extract/format.h"

void gemini_driver_init(cpk_extractor_driver *driver, const struct context *context);      /* the JSON forms */
void gemini_html_driver_init(cpk_extractor_driver *driver, const struct context *context); /* MyActivity.html */

#endif

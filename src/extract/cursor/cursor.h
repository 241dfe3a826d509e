/* Chats of Cursor: its database state.vscdb, and agent transcripts as JSON Lines of {"role", "message"}. */
#ifndef EXTRACT_CURSOR_CURSOR_H
#define EXTRACT_CURSOR_CURSOR_H

#include "extract/format.h"

void cursor_driver_init(cpk_extractor_driver *driver, const struct context *context);            /* the database */
void cursor_transcript_driver_init(cpk_extractor_driver *driver, const struct context *context); /* JSON Lines */

#endif

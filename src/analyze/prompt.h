/* The system prompt for analyzers, with the pack's custom prompt. */
#ifndef ANALYZE_PROMPT_H
#define ANALYZE_PROMPT_H

#include "base/buffer.h"

/* Appends the prompt. The fixed part comes first, so that providers can cache it. custom may be NULL. */
void prompt_append(struct buffer *target, const char *custom);

#endif

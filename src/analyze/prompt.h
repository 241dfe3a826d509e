/* The frame that an analyzer is given with every chunk, with the pack's own prompt in it. */
#ifndef ANALYZE_PROMPT_H
#define ANALYZE_PROMPT_H

#include "base/buffer.h"

/* Appends the prompt. The frame comes first and never changes, so that providers can cache it. custom may be NULL. */
void prompt_append(struct buffer *target, const char *custom);

#endif

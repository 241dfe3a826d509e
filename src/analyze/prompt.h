/* What a language model is asked: the system prompt with the pack's custom prompt, and the schema of the answer. */
#ifndef ANALYZE_PROMPT_H
#define ANALYZE_PROMPT_H

#include "base/buffer.h"

/* Increment it when answers to the same prompt and text are checked or combined in another way. */
#define PROMPT_VERSION     "2"
#define PROMPT_SCHEMA_NAME "contextpack_findings"

/* Appends the system prompt. The fixed part comes first, so that providers can cache it; custom (may be NULL) is added
 * to it and replaces nothing. */
void prompt_append(struct buffer *target, const char *custom);
/* Appends the JSON schema of the answer. */
void prompt_append_schema(struct buffer *target);

#endif

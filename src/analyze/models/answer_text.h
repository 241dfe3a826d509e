/* The JSON that was asked for, in what a model wrote around it. */
#ifndef ANALYZE_MODELS_ANSWER_TEXT_H
#define ANALYZE_MODELS_ANSWER_TEXT_H

#include "base/buffer.h"

#include <contextpack/error.h>

/* Appends the first JSON object, or else array, of a text as compact JSON: behind reasoning in <think>, prose, and
 * inside a code fence, too. *found 0: there is none. Fails only with CPK_ERROR_OUT_OF_MEMORY. */
cpk_status answer_text_find_json(const char *text, size_t length, struct buffer *target, int32_t *found);

/* The text without reasoning in <think> at its start and white space around it. */
void answer_text_trim(const char **text, size_t *length);

#endif

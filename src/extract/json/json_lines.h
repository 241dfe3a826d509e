/* JSON Lines: one value a line. A line that is no JSON costs nothing but itself. */
#ifndef EXTRACT_JSON_JSON_LINES_H
#define EXTRACT_JSON_JSON_LINES_H

#include "base/buffer.h"
#include "base/context.h"

#define JSON_LINES_LOOK_BYTES ((size_t)64 * 1024) /* of the start of a text that is looked at */

/* 1 if the text is JSON Lines: of its lines, at least half are an object or array of their own. `is_start`: more text
 * follows, so that the last line may be cut. */
int32_t json_lines_detect(const struct context *context, const char *text, size_t length, int32_t is_start);

/* Appends the lines that are JSON. Returns the number of those that are not, other than a last one that may be cut. */
size_t json_lines_append_valid(const struct context *context, const char *text, size_t length, int32_t is_start,
                               struct buffer *target);

#endif

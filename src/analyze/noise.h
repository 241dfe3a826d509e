/* What has the form of a statement and tells nothing: sentences that only point at something in the chat. */
#ifndef ANALYZE_NOISE_H
#define ANALYZE_NOISE_H

#include "analyze/words.h"

/* Do words [start, end) only point: "I like the first one better", "we want the second version, but shorter", "I need a
 * title for this"? */
int32_t noise_points(const struct word *words, size_t start, size_t end);

#endif

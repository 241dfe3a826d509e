/* Sentences with the form of a statement that only refer to something in the chat. */
#ifndef ANALYZE_RULES_NOISE_H
#define ANALYZE_RULES_NOISE_H

#include "analyze/language/words.h"

/* 1 if words [start, end) only refer to the chat: "I like the first one better", "we want the second version, but
 * shorter", "I need a title for this". */
int32_t noise_points(const struct word *words, size_t start, size_t end);

#endif

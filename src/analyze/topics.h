/* What a person keeps coming back to: words and pairs of words that recur across conversations, in any script. */
#ifndef ANALYZE_TOPICS_H
#define ANALYZE_TOPICS_H

#include "analyze/lexicon.h"
#include "model/finding.h"

struct topics;

struct topics *topics_create(struct arena *arena, const struct lexicon *lexicon); /* NULL without memory */
/* Counts the words of own speech (masked text). `conversation` numbers conversations in the order they come. 0 without
 * memory. */
int32_t topics_count(struct topics *topics, const char *masked, size_t length, size_t conversation, int64_t time_us);
/* Adds the most recurrent ones. */
cpk_status topics_write(struct topics *topics, struct finding_set *set, cpk_error **error);

#endif

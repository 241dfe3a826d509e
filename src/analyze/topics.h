/* What a person keeps coming back to: words and pairs of words that recur across conversations, in any script. */
#ifndef ANALYZE_TOPICS_H
#define ANALYZE_TOPICS_H

#include "analyze/lexicon.h"
#include "model/finding.h"

typedef struct topics topics;

topics *topics_create(arena *arena, const lexicon *lexicon); /* NULL without memory */
/* Counts the words of own speech (masked text). `conversation` numbers conversations in the order they come. 0 without
 * memory. */
int32_t topics_count(topics *topics, const char *masked, size_t length, size_t conversation, int64_t time_us);
/* Adds the most recurrent ones. */
cpk_status topics_write(topics *topics, finding_set *set, cpk_error **error);

#endif

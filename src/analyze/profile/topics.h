/* Recurring topics: words and pairs of words that occur in several conversations, in any script. */
#ifndef ANALYZE_PROFILE_TOPICS_H
#define ANALYZE_PROFILE_TOPICS_H

#include "analyze/language/lexicon.h"
#include "model/finding.h"

struct topics;

struct topics *topics_create(struct arena *arena, const struct lexicon *lexicon); /* NULL if there is no memory */
/* Counts the words of the user's own text (masked). `conversation` numbers the conversations in order. 0 if there is no
 * memory. */
int32_t topics_count(struct topics *topics, const char *masked, size_t length, size_t conversation, int64_t time_us);
/* Adds the most frequent topics to the set. */
cpk_status topics_write(struct topics *topics, struct finding_set *set, cpk_error **error);

#endif

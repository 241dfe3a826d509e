/* Topics: names, words and pairs of words that recur in the user's own text. */
#ifndef ANALYZE_PROFILE_TOPICS_H
#define ANALYZE_PROFILE_TOPICS_H

#include "analyze/language/common_words.h"
#include "base/arena.h"
#include "model/finding.h"

/* Confidence of a topic in the findings of a chunk, which tells the kinds apart. */
#define TOPIC_NAME_CONFIDENCE 500
#define TOPIC_PAIR_CONFIDENCE 450
#define TOPIC_WORD_CONFIDENCE 400

struct topics;

struct topics *topics_create(struct arena *arena, const struct common_words *common); /* NULL if there is no memory */
/* Counts the words of the user's own text (masked) in its language. `conversation` numbers the conversations in order.
 * 0 if there is no memory. */
int32_t topics_count(struct topics *topics, enum language language, const char *masked, size_t length,
                     size_t conversation, int64_t time_us);
/* Adds the most frequent topics to the set. */
cpk_status topics_write(struct topics *topics, struct finding_set *set, cpk_error **error);

#endif

/* Writing style: counted per message, described over all messages. */
#ifndef ANALYZE_PROFILE_STYLE_H
#define ANALYZE_PROFILE_STYLE_H

#include "analyze/language/language.h"
#include "analyze/language/words.h"
#include "model/finding.h"

#define STYLE_COUNTER_PREFIX "count:" /* prefix of the subjects of counters in a chunk's findings */

enum style_counter {
    STYLE_MESSAGES,
    STYLE_WORDS,
    STYLE_SHORT,     /* messages of at most 12 words */
    STYLE_LONG,      /* messages of 120 or more words */
    STYLE_QUESTIONS, /* messages with a question */
    STYLE_CODE,      /* with a fence or inline code */
    STYLE_POLITE,    /* please, thanks */
    STYLE_LISTS,     /* with bullets */
    STYLE_LOWERCASE, /* without a capital at the start */
    STYLE_LANGUAGES, /* by enum language */
    STYLE_COUNTERS = STYLE_LANGUAGES + LANGUAGE_COUNT
};

struct style_counts {
    int64_t counts[STYLE_COUNTERS];
};

/* Counts one message of the user, in a language or LANGUAGE_UNKNOWN; `masked` is its text with other people's text
 * masked. */
void style_count(struct style_counts *counts, enum language language, const char *text, const char *masked,
                 size_t length);
/* Adds the counters to a chunk's findings. */
cpk_status style_write(const struct style_counts *counts, struct finding_set *set, cpk_error **error);
/* Adds findings that describe the totals of all counters. */
cpk_status style_describe(struct finding_set *set, int64_t (*counter)(void *user, const char *name), void *user,
                          cpk_error **error);

#endif

/* The end of a date that a sentence names. */
#ifndef ANALYZE_RULES_DATE_H
#define ANALYZE_RULES_DATE_H

#include "analyze/rules/rule_sentence.h"

/* The end of the day, month or year in words [start, end) of the capture; without a year, the first one after
 * `from_us`. CPK_TIME_UNKNOWN if it is not known. */
int64_t date_end(const struct rule_sentence *sentence, const struct capture *when, int64_t from_us);

#endif

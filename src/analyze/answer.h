/* Reads a language model's answer to a chunk and keeps what the chunk proves. Everything in an answer may be wrong: the
 * model may have invented it, or been misled by the chunk. */
#ifndef ANALYZE_ANSWER_H
#define ANALYZE_ANSWER_H

#include "analyze/evidence.h"
#include "model/finding.h"

#define ANSWER_FINDINGS_MAX   100 /* of one chunk */
#define ANSWER_CONFIDENCE_MAX 880 /* a model's confidence is not measured: below that of the offline analyzer's */
#define ANSWER_CONFIDENCE_MIN 600 /* less is not asserted */
#define ANSWER_QUOTE_BYTES    240 /* a longer quote is cut */
#define ANSWER_TEXT_BYTES     300 /* a longer statement is left out */
#define ANSWER_VALUE_BYTES    200 /* a longer value, too */

/* Adds the findings of an answer that stand the check to the set, and counts the others in set->dropped. The answer may
 * have a code fence or prose around its JSON, trailing commas, or be cut off: each whole object in it that looks like a
 * finding is read. CPK_ERROR_ANALYZER if it has no JSON object at all. */
cpk_status answer_check(const struct evidence *evidence, const char *answer, size_t length, struct finding_set *set,
                        cpk_error **error);

#endif

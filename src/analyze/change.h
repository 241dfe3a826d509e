/* Changes stated in a sentence: "ditched Notion for Obsidian", "left Leeds for Porto", "no longer with Blue Foods".
 * Whether the old value was a home, an employer or a tool is only known from earlier statements: it is emitted as the
 * end of each that fits, and the new value under CHANGE_NEXT. finding_merge uses those whose old value is known. */
#ifndef ANALYZE_CHANGE_H
#define ANALYZE_CHANGE_H

#include "analyze/statement.h"

#define CHANGE_NEXT "next " /* prefix of "home", "employer" or "skill" in a subject */

void change_read(struct statement_reader *reader);

#endif

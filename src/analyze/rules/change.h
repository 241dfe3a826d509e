/* Changes stated in a sentence: "ditched Notion for Obsidian", "left Leeds for Porto", "no longer with Blue Foods".
 * Whether the old value was a home, an employer or a tool is only known from earlier statements: it is emitted as the
 * end of each that fits, and the new value under FINDING_NEXT. finding_merge uses those whose old value is known. */
#ifndef ANALYZE_RULES_CHANGE_H
#define ANALYZE_RULES_CHANGE_H

#include "analyze/rules/statement.h"

void change_read(struct statement_reader *reader);

#endif

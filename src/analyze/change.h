/* What a sentence says has changed: "ditched Notion for Obsidian", "left Leeds for Porto", "no longer with Blue Foods".
 * Which of home, employer and tool an old value was is known only beside what was said before: it is told as an ending
 * of each that fits, and the new value under CHANGE_NEXT; the merge takes those whose old value was known. */
#ifndef ANALYZE_CHANGE_H
#define ANALYZE_CHANGE_H

#include "analyze/statement.h"

#define CHANGE_NEXT "next " /* before "home", "employer" or "skill" in a subject */

void change_read(struct statement_reader *reader);

#endif

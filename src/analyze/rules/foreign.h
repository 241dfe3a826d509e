/* Frequent statements about oneself in German, French, Spanish, Portuguese and Italian. */
#ifndef ANALYZE_RULES_FOREIGN_H
#define ANALYZE_RULES_FOREIGN_H

#include "analyze/language/language.h"
#include "analyze/rules/statement.h"

void foreign_read(struct statement_reader *reader, enum language language);

#endif

/* Frequent statements about oneself in German, French, Spanish, Portuguese and Italian. */
#ifndef ANALYZE_FOREIGN_H
#define ANALYZE_FOREIGN_H

#include "analyze/statement.h"

void foreign_read(struct statement_reader *reader);

#endif

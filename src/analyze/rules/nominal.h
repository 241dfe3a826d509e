/* Statements about the user without a first-person verb: "my daughter Ines", "as a nurse, ...", "my goal is", "call me
 * Ana", "keep answers short". */
#ifndef ANALYZE_RULES_NOMINAL_H
#define ANALYZE_RULES_NOMINAL_H

#include "analyze/rules/statement.h"

void nominal_read(struct statement_reader *reader);

#endif

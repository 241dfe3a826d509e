/* Checks a database that this library did not create, before it is migrated. Read-only. */
#ifndef DATABASE_SURVEY_H
#define DATABASE_SURVEY_H

#include "database/catalogue.h"
#include "database/database.h"

/* Called for each finding; `kind` is "note", "change", "difference" or "denied", see migrate.h. An error ends the
 * survey. */
typedef cpk_status (*survey_report_fn)(void *user, const char *kind, const char *line, cpk_error **error);

/* Runs the schema's survey with the connection's role, each statement in a separate read transaction with short
 * timeouts. A statement about missing tables or columns is skipped; one that fails for another reason (timeout,
 * privilege) is reported as a note. On a database without tables of the service only the is_always statements run. */
cpk_status database_survey(struct database *database, const struct catalogue_schema *schema, survey_report_fn report,
                           void *user, cpk_error **error);

#endif

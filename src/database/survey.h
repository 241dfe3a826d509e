/* A look at a database that this library did not make, before it is migrated: it reads and changes nothing. */
#ifndef DATABASE_SURVEY_H
#define DATABASE_SURVEY_H

#include "database/catalogue.h"
#include "database/database.h"

/* Takes one finding; `kind` is "note", "change", "difference" or "denied", as in migrate.h. Another status than CPK_OK
 * ends the survey. */
typedef cpk_status (*survey_tell_fn)(void *user, const char *kind, const char *line, cpk_error **error);

/* Runs the schema's survey: each statement in a read transaction of its own with short timeouts, as the connection's
 * role. A statement about tables or columns that are missing is skipped; one that fails for another reason (time, a
 * privilege) becomes a note that says what was not looked at. Of a database without tables of the service it is only
 * told what keeps it from being migrated. */
cpk_status database_survey(struct database *database, const struct catalogue_schema *schema, survey_tell_fn tell,
                           void *user, cpk_error **error);

#endif

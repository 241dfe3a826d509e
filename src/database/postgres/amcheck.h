/* Looks for damage in PostgreSQL's tables and indexes by its extension amcheck. */
#ifndef DATABASE_POSTGRES_AMCHECK_H
#define DATABASE_POSTGRES_AMCHECK_H

#include <contextpack/backend/database.h>

/* driver: the table of the driver, for its own slots. As cpk_database_driver.check says. */
cpk_status postgres_find_damage(const cpk_database_driver *driver, cpk_database_report_fn report, void *user,
                                cpk_error **error);

#endif

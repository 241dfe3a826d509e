/* Checks PostgreSQL's tables and indexes for damage with the extension amcheck. */
#ifndef DATABASE_POSTGRES_AMCHECK_H
#define DATABASE_POSTGRES_AMCHECK_H

#include <contextpack/backend/database.h>

/* Implements cpk_database_driver.check with the driver's own slots. */
cpk_status postgres_check_damage(const cpk_database_driver *driver, cpk_database_report_fn report, void *user,
                                 cpk_error **error);

#endif

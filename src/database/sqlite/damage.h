/* Checks an SQLite database for damage. */
#ifndef DATABASE_SQLITE_DAMAGE_H
#define DATABASE_SQLITE_DAMAGE_H

#include <contextpack/backend/database.h>

#include <sqlite3.h>

/* Runs integrity_check and foreign_key_check. Each finding is reported with advice. Returns CPK_OK even with findings;
 * an error means that the check could not be run. */
cpk_status sqlite_check_damage(sqlite3 *handle, const char *name, cpk_database_report_fn report, void *user,
                               cpk_error **error);

#endif

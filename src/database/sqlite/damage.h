/* Looks for damage in what an SQLite database stores. */
#ifndef DATABASE_SQLITE_DAMAGE_H
#define DATABASE_SQLITE_DAMAGE_H

#include <contextpack/backend/database.h>

#include <sqlite3.h>

/* Reads all pages: structure, order, indexes against tables, foreign keys, text that no client wrote. Each finding is a
 * line with what to do. CPK_OK also with findings; an error means that it could not look. */
cpk_status sqlite_find_damage(sqlite3 *handle, const char *name, cpk_database_report_fn report, void *user,
                              cpk_error **error);

#endif

/* Copies a database while others write to it. */
#ifndef DATABASE_SQLITE_BACKUP_H
#define DATABASE_SQLITE_BACKUP_H

#include <contextpack/backend/database.h>

#include <sqlite3.h>

struct sqlite_backup {
    const char *name;   /* of the database, in messages */
    const char *source; /* its file; NULL: in memory */
    const char *path;   /* of the copy */
    int32_t replace;
    cpk_database_progress_fn progress; /* may be NULL */
    void *user;
};

/* As cpk_database_driver.backup says. `handle` has no open transaction. */
cpk_status sqlite_backup_run(const struct sqlite_backup *backup, sqlite3 *handle, cpk_error **error);

#endif

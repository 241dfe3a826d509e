/* Copies an SQLite database while other connections write to it. */
#ifndef DATABASE_SQLITE_BACKUP_H
#define DATABASE_SQLITE_BACKUP_H

#include <contextpack/backend/database.h>

#include <sqlite3.h>

struct sqlite_backup {
    const char *name;   /* name of the database in messages */
    const char *source; /* the database's file; NULL: in memory */
    const char *path;   /* target file */
    int32_t replace;
    cpk_database_progress_fn progress; /* may be NULL */
    void *user;
};

/* Implements cpk_database_driver.backup. `handle` must have no open transaction. */
cpk_status sqlite_backup_run(const struct sqlite_backup *backup, sqlite3 *handle, cpk_error **error);

#endif

/* Plans and applies migrations, for database_migrate(). See migrate.h. */
#ifndef DATABASE_MIGRATION_H
#define DATABASE_MIGRATION_H

#include "base/arena.h"
#include "base/buffer.h"
#include "database/catalogue.h"
#include "database/database.h"

struct migration_change {
    size_t migration; /* index in the schema */
    const char *kind; /* "change", "note" or "undo" */
    const char *text;
};

/* When a planned statement runs, besides MIGRATION_PART_OPEN and _LOCKED in the transaction. */
#define MIGRATION_STEP_CONCURRENT 'c' /* before the transaction, without blocking other sessions */
#define MIGRATION_STEP_AFTER      'a' /* after the transaction, without blocking other sessions */
#define MIGRATION_STEP_LOCK       'k' /* not a statement: a table that the transaction locks */

struct migration_step {
    size_t migration;
    char when;
    const char *sql;
};

struct migration_run {
    struct database *database;
    struct db_session *session;
    const struct catalogue_schema *schema;
    int64_t applied;                  /* number of migrations applied before this run */
    size_t migration;                 /* index of the one being planned */
    struct arena texts;               /* owns the texts of changes and steps */
    struct migration_change *changes; /* in the order of migrations */
    size_t change_count;
    size_t change_capacity;
    struct migration_step *steps; /* in the order of migrations */
    size_t step_count;
    size_t step_capacity;
    struct buffer differences; /* of the migration being planned */
    struct buffer denied;
};

void migration_run_init(struct migration_run *run, struct database *database, const struct catalogue_schema *schema);
void migration_run_free(struct migration_run *run);

/* Adds a row (kind, line) of a plan or a survey. */
cpk_status migration_add_line(struct migration_run *run, const char *kind, const char *line, cpk_error **error);

/* CPK_ERROR_PERMISSION_DENIED or _UNSUPPORTED, with a list, if rows of the kinds denied or difference were added. */
cpk_status migration_check_reasons(const struct migration_run *run, cpk_error **error);

/* Runs the plans of the missing migrations in a transaction that is rolled back. Errors as for
 * migration_check_reasons(). */
cpk_status migration_plan(struct migration_run *run, cpk_error **error);
/* Runs the concurrent steps: builds indexes without blocking other sessions. */
cpk_status migration_run_concurrent(struct migration_run *run, cpk_error **error);
/* Runs the transaction; dry_run 1 rolls it back. CPK_ERROR_BUSY names the sessions that hold the tables. */
cpk_status migration_apply(struct migration_run *run, int32_t dry_run, cpk_error **error);
/* Runs the pending "after" steps, also those of an interrupted run. */
cpk_status migration_finish(struct database *database, const struct catalogue_schema *schema, cpk_error **error);

/* Counts the database's migrations. Those that this library knows must have the same checksums; newer ones must be
 * compatible with this library. The session must be of the service or for migrations. */
cpk_status migration_read_list(struct db_session *session, const struct catalogue_schema *schema, int64_t *applied,
                               cpk_error **error);

#endif

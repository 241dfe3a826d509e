/* The work of database_migrate(): what a run plans, and how it is carried out. See migrate.h. */
#ifndef DATABASE_MIGRATION_H
#define DATABASE_MIGRATION_H

#include "base/arena.h"
#include "base/buffer.h"
#include "database/catalogue.h"
#include "database/database.h"

struct migration_change {
    size_t migration; /* its index */
    const char *kind; /* "change", "note" or "undo" */
    const char *text;
};

/* When a planned statement is run; MIGRATION_PART_OPEN and _LOCKED are the transaction's. */
#define MIGRATION_STEP_CONCURRENT 'c' /* before the transaction, while everybody goes on */
#define MIGRATION_STEP_AFTER      'a' /* after it, while everybody goes on */
#define MIGRATION_STEP_LOCK       'k' /* no statement, but a table that the transaction locks */

struct migration_step {
    size_t migration;
    char when;
    const char *sql;
};

struct migration_run {
    struct database *database;
    struct db_session *session;
    const struct catalogue_schema *schema;
    int64_t applied; /* migrations that were there before */
    size_t migration;
    struct arena texts;
    struct migration_change *changes; /* in the order of migrations */
    size_t change_count;
    size_t change_capacity;
    struct migration_step *steps; /* in the order of migrations */
    size_t step_count;
    size_t step_capacity;
    struct buffer differences; /* of the migration at work */
    struct buffer denied;
};

void migration_run_init(struct migration_run *run, struct database *database, const struct catalogue_schema *schema);
void migration_run_free(struct migration_run *run);

/* Takes a row (kind, line) of a plan or a survey: a change, a note, or a difference. */
cpk_status migration_take_line(struct migration_run *run, const char *kind, const char *line, cpk_error **error);

/* CPK_ERROR_PERMISSION_DENIED or _UNSUPPORTED when a survey or a plan found reasons not to go on; the message lists
 * them. */
cpk_status migration_check_reasons(const struct migration_run *run, cpk_error **error);

/* Runs the plans of the missing migrations, which only read. CPK_ERROR_UNSUPPORTED lists differences. */
cpk_status migration_plan(struct migration_run *run, cpk_error **error);
/* Builds what is built while everybody goes on: indexes. */
cpk_status migration_run_concurrent(struct migration_run *run, cpk_error **error);
/* The transaction. `dry_run` rolls it back. CPK_ERROR_BUSY names who is in the way. */
cpk_status migration_apply(struct migration_run *run, int32_t dry_run, cpk_error **error);
/* What the transaction left to be done while everybody goes on, also that of an earlier run that was broken off. */
cpk_status migration_finish(struct database *database, const struct catalogue_schema *schema, cpk_error **error);

/* How many migrations the database has; each that this library knows is compared, and of others each must let this
 * library work. The session is the service's, or a migration's. */
cpk_status migration_read_list(struct db_session *session, const struct catalogue_schema *schema, int64_t *applied,
                               cpk_error **error);

#endif

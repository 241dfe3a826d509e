/* Numbered, checksummed, forward-only changes of the schema.
 *
 * On SQLite a migration's statements are run in one transaction, which locks the database as any writer does. On
 * PostgreSQL, where others go on with their work, each statement belongs to a part:
 *   draft   makes tables of its own that plans compare with
 *   plan    reads, and returns rows (kind, line [, undo [, part, statement]]): what the migration changes, in words;
 * the statement that does it, and the part of the run that it belongs to; the statement that takes it back. A dry run
 * stops after the plans, and so tells what the other would do; what only tells (SELECT '...') is a plan open    in the
 * transaction, before it locks a table of the service's locked  in the transaction, with the locks: in one message to
 * the server, and nothing that takes long Statements of plans may also be "concurrent" (before the transaction:
 * indexes) or "after" it (validating). The kinds of rows: change      what is changed, in words note        what is not
 * as expected and can be lived with difference  what can't: the run ends, and its error lists all differences of that
 * migration denied      what the connection's role may not do: the run ends lock        the name of a table that is
 * locked first step, undo  nothing in words, but a statement, or one that takes back what a statement of another part
 * does */
#ifndef DATABASE_MIGRATE_H
#define DATABASE_MIGRATE_H

#include "database/database.h"

struct migration_info {
    int64_t number;
    const char *name;
    const char *checksum; /* SHA-256, hex; NULL in a history */
    int32_t was_applied;  /* 1: the database has it already; 0: applied now, or would be by a run that is not dry */
    size_t change_count;
    const char *const *changes; /* what it changed or would change, in words; "note: ..." and "undo: <SQL>", too */
};

/* Takes one migration, in order; borrowed for the call. */
typedef void (*migration_report_fn)(void *user, const struct migration_info *migration);

/* Brings the schema up to this library's: what is seen of it by others is done in one transaction; several processes at
 * once are safe. `report` may be NULL; it is called after the work. dry_run 1 changes nothing.
 * CPK_ERROR_UNSUPPORTED       a newer library migrated the database, which can't be used by this one; or its tables
 * differ CPK_ERROR_INVALID_DATA      a migration that was applied differs from this library's
 * CPK_ERROR_PERMISSION_DENIED the connection's role may not change the schema
 * CPK_ERROR_BUSY              others hold the tables; the message names them */
cpk_status database_migrate(struct database *database, migration_report_fn report, void *user, int32_t dry_run,
                            cpk_error **error);

/* For whoever opens a database to work with it. One of the library's own (SQLite, or a PostgreSQL database without any
 * tables) is migrated; any other must be of a schema that this library can use: CPK_ERROR_UNSUPPORTED says what to run.
 * create 0: CPK_ERROR_NOT_FOUND for a database without tables. */
cpk_status database_prepare(struct database *database, int32_t create, cpk_error **error);

/* What the migrations of the database told when they were applied. */
cpk_status database_migration_history(struct database *database, migration_report_fn report, void *user,
                                      cpk_error **error);

/* The number of the last applied migration (0: none) and of this library's last one. Either may be NULL. */
cpk_status database_version(struct database *database, int64_t *applied, int64_t *known, cpk_error **error);

#endif

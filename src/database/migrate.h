// clang-format off
/* Numbered, checksummed, forward-only migrations of the schema.
 *
 * On SQLite a migration runs in one write transaction. On PostgreSQL, where other sessions continue to work, each
 * statement belongs to a part:
 *   draft   creates temporary tables that plans compare with
 *   plan    reads, and returns rows (kind, line [, undo [, part, statement]]): a description of the change, the
 *           statement that reverts it, the statement that makes it and its part. A dry run ends after the plans.
 *           A statement that only reports (SELECT '...') is a plan, too.
 *   open    runs in the transaction before it locks tables of the service
 *   locked  runs in the transaction with the locks, in one message to the server; must be fast
 * A planned statement may also have the part "concurrent" (before the transaction: indexes) or "after" (validation).
 *
 * Kinds of rows:
 *   change      describes a change
 *   note        an unexpected but acceptable state
 *   difference  an unacceptable state: the run ends with an error that lists all differences of the migration
 *   denied      a privilege that the connection's role lacks: the run ends
 *   lock        name of a table to lock first
 *   step, undo  only a statement, or only one that reverts a statement of another part */
// clang-format on
#ifndef DATABASE_MIGRATE_H
#define DATABASE_MIGRATE_H

#include "database/database.h"

struct migration_info {
    int64_t number;
    const char *name;
    const char *checksum; /* SHA-256, hex; NULL in a history */
    int32_t was_applied;  /* 1: applied earlier; 0: applied by this run, or would be if it were not a dry run */
    size_t change_count;
    const char *const *changes; /* descriptions of changes, "note: ..." and "undo: <SQL>" */
};

/* Called for each migration in order; borrowed for the call. */
typedef void (*migration_report_fn)(void *user, const struct migration_info *migration);

/* Applies the missing migrations, in one transaction as far as other sessions can see. Safe with concurrent processes.
 * `report` may be NULL; it is called at the end. dry_run 1: changes nothing. Errors:
 * CPK_ERROR_UNSUPPORTED: migrated by a newer, incompatible library, or the tables differ from the expected ones.
 * CPK_ERROR_INVALID_DATA: an applied migration differs from this library's.
 * CPK_ERROR_PERMISSION_DENIED: the connection's role may not change the schema.
 * CPK_ERROR_BUSY: other sessions hold the tables; the message names them. */
cpk_status database_migrate(struct database *database, migration_report_fn report, void *user, int32_t dry_run,
                            cpk_error **error);

/* Checks that the library can use the database. SQLite databases and empty PostgreSQL databases are migrated; others
 * must have a compatible schema: otherwise CPK_ERROR_UNSUPPORTED, with the command to run in the message. create 0:
 * CPK_ERROR_NOT_FOUND for a database without tables. */
cpk_status database_prepare(struct database *database, int32_t create, cpk_error **error);

/* Reports the stored descriptions of the migrations that were applied to the database. */
cpk_status database_migration_history(struct database *database, migration_report_fn report, void *user,
                                      cpk_error **error);

/* Number of the last applied migration (0: none) and of this library's last one. Either may be NULL. */
cpk_status database_version(struct database *database, int64_t *applied, int64_t *known, cpk_error **error);

#endif

/* Numbered, checksummed, forward-only changes of the schema.
 *
 * A statement of a migration may return rows of two texts, (kind, line), that tell what it found and did:
 *   change      what was changed, in words
 *   note        what is not as expected and can be lived with
 *   difference  what can't: the run ends, and its error lists all differences of that migration
 *   denied      what the connection's role may not do, and who may: the run ends (of a survey) */
#ifndef DATABASE_MIGRATE_H
#define DATABASE_MIGRATE_H

#include "database/database.h"

typedef struct migration_info {
    int64_t number;
    const char *name;
    const char *checksum; /* SHA-256, hex */
    int32_t was_applied;  /* 1: the database has it already; 0: applied now, or would be by a run that is not dry */
    size_t change_count;
    const char *const *changes; /* what it changed or would change, in words, for an engine that tells */
} migration_info;

/* Takes one migration, in order; borrowed for the call. */
typedef void (*migration_report_fn)(void *user, const migration_info *migration);

/* Brings the schema up to this library's, in one transaction; several processes at once are safe. `report` may be
 * NULL; it is called after the work. dry_run 1 does the work and rolls it back, so that what it tells is true.
 * CPK_ERROR_UNSUPPORTED       the database was migrated by a newer library, or has tables that differ from ours
 * CPK_ERROR_INVALID_DATA      a migration that was applied differs from this library's
 * CPK_ERROR_PERMISSION_DENIED the connection's role may not change the schema */
cpk_status database_migrate(database *database, migration_report_fn report, void *user, int32_t dry_run,
                            cpk_error **error);

/* The number of the last applied migration (0: none) and of this library's last one. Either may be NULL. */
cpk_status database_version(database *database, int64_t *applied, int64_t *known, cpk_error **error);

#endif

#ifndef CONTEXTPACK_ENGINE_H
#define CONTEXTPACK_ENGINE_H

#include <contextpack/backend/analyzer.h>
#include <contextpack/backend/database.h>
#include <contextpack/backend/extractor.h>
#include <contextpack/backend/storage.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * One library instance: a database, a storage, an analyzer, and the settings, memory, clock and log they share.
 * Synchronised: any thread may use it. Sessions keep it alive, so it may be closed first.
 */
typedef struct cpk_engine cpk_engine;

/** One setting by name; cpk_setting_info() lists them with bounds and defaults. */
typedef struct cpk_setting {
    const char *name; /* "chunk.max_tokens" */
    int64_t value;    /* in the unit of its summary */
} cpk_setting;

/** One text setting by name; cpk_text_setting_info() lists them. A value that is NULL or "" unsets. */
typedef struct cpk_text_setting {
    const char *name;
    const char *value; /* one line of UTF-8, at most 65,536 bytes; secrets are wiped when the engine ends */
} cpk_text_setting;

#define CPK_ENGINE_NO_MIGRATE                                                                                          \
    (UINT32_C(1) << 0) /* leave the schema as it is, unchecked: for cpk_engine_migrate_report() */
#define CPK_ENGINE_NO_CREATE (UINT32_C(1) << 1) /* refuse a database or folder that does not exist; since 0.2 */
/* A database or a storage that the options do not name is the person's own, as of the command: contextpack.db and blobs
 * in $XDG_DATA_HOME/contextpack or ~/.local/share/contextpack. The folder is made, for its owner alone. Since 0.2. */
#define CPK_ENGINE_LOCAL (UINT32_C(1) << 2)

/** How an engine is opened. Start from CPK_ENGINE_OPTIONS_INIT; everything is copied. */
typedef struct cpk_engine_options {
    uint32_t struct_size; /* sizeof(cpk_engine_options) as the caller was compiled */
    uint32_t flags;       /* CPK_ENGINE_* */
    /* "sqlite:PATH", "sqlite::memory:", "postgresql://..."; NULL: none, and calls that need one say so. PATH is a file
     * name and never a URI of SQLite: "?", "%", "#" and a leading "file:" are parts of the name. */
    const char *database;
    const char *storage;  /* "file:DIR", "memory:"; NULL: none */
    const char *analyzer; /* "extractive:"; NULL is the same */
    /* Drivers of the host's own, instead of the URIs above. The tables are copied; on success the engine calls
     * `destroy` when it ends, on failure the host keeps them. */
    const cpk_database_driver *database_driver;
    const cpk_storage_driver *storage_driver;
    const cpk_analyzer_driver *analyzer_driver;
    const cpk_extractor_driver *const *extractor_drivers; /* asked before the built-in ones */
    size_t extractor_driver_count;
    const cpk_setting *settings;
    size_t setting_count;
    const cpk_allocator *allocator; /* NULL: malloc */
    cpk_clock_fn clock;             /* NULL: the system's; on PostgreSQL the server's */
    void *clock_user;
    cpk_random_fn random; /* NULL: the system's */
    void *random_user;
    cpk_log_fn log; /* NULL: no log */
    void *log_user;
    int32_t log_level;                     /* CPK_LOG_*; 0: CPK_LOG_WARNING */
    int32_t reserved;                      /* 0 */
    const cpk_text_setting *text_settings; /* since 0.2 */
    size_t text_setting_count;
} cpk_engine_options;

#define CPK_ENGINE_OPTIONS_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_engine_options), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0, NULL, NULL, NULL, NULL,   \
            NULL, NULL, NULL, 0, 0, NULL, 0                                                                            \
    }

/** The same as the macro, for callers that can't see macros. Since 0.1. */
CPK_API void cpk_engine_options_init(cpk_engine_options *options, size_t struct_size);

/**
 * Opens an engine, creating the database file and the storage folder where they do not exist (unless
 * CPK_ENGINE_NO_CREATE). What is created is readable by its owner only, whatever the umask.
 *
 * An SQLite database, and a PostgreSQL database that holds no tables at all, is brought to this version's schema. Any
 * other PostgreSQL database is never changed by this call: one whose schema is older, or that was never migrated, is
 * refused with CPK_ERROR_UNSUPPORTED, and cpk_engine_migrate_report() on an engine opened with CPK_ENGINE_NO_MIGRATE
 * migrates it. A database that a newer version migrated is opened if that version lets this one work.
 *
 * @param options  NULL: no database and no storage, enough for cpk_extract(), cpk_chunk_input() and friends
 * @param engine   out: close it with cpk_engine_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  an option is wrong; the message names it
 *         CPK_ERROR_NOT_FOUND         with CPK_ENGINE_NO_CREATE: the database file or the storage folder is missing, or
 *                                     the database has no tables of this library; the message names it
 *         CPK_ERROR_UNSUPPORTED       a URI scheme; a database of a newer version, or one that must be migrated first
 *         CPK_ERROR_PERMISSION_DENIED, _NO_SPACE, _IO, _DATABASE, _STORAGE  the message names the file
 * Since 0.1.
 */
CPK_API cpk_status cpk_engine_open(const cpk_engine_options *options, cpk_engine **engine, cpk_error **error);

/** Lets go of the engine; it ends with its last session. NULL is allowed. Since 0.1. */
CPK_API void cpk_engine_close(cpk_engine *engine);

/** Reads a setting's value. CPK_ERROR_INVALID_ARGUMENT for an unknown name. Since 0.1. */
CPK_API cpk_status cpk_engine_setting(const cpk_engine *engine, const char *name, int64_t *value, cpk_error **error);

/** How many settings there are. Since 0.1. */
CPK_API size_t cpk_setting_count(void);

/** What a setting is; texts are static. Grows only at its end. */
typedef struct cpk_setting_details {
    uint32_t struct_size; /* sizeof(cpk_setting_details) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    const char *name;
    const char *summary; /* with its unit */
    int64_t default_value;
    int64_t minimum;
    int64_t maximum;
} cpk_setting_details;

/** Describes setting `index`, from 0. CPK_ERROR_NOT_FOUND past the end. Since 0.1. */
CPK_API cpk_status cpk_setting_info(size_t index, cpk_setting_details *details, cpk_error **error);

/** How many text settings there are. Since 0.2. */
CPK_API size_t cpk_text_setting_count(void);

/** What a text setting is; texts are static. Values are never told. Grows only at its end. */
typedef struct cpk_text_setting_details {
    uint32_t struct_size; /* sizeof(cpk_text_setting_details) as the caller was compiled */
    int32_t is_secret;    /* 1: keep it out of command lines, logs and lists */
    const char *name;
    const char *summary;
} cpk_text_setting_details;

/** Describes text setting `index`, from 0. CPK_ERROR_NOT_FOUND past the end. Since 0.2. */
CPK_API cpk_status cpk_text_setting_info(size_t index, cpk_text_setting_details *details, cpk_error **error);

/** Takes a line about one migration: its number and name, and whether it was applied now (1) or would be (0). */
typedef void (*cpk_migration_fn)(void *user, int32_t number, const char *name, int32_t applied);

/**
 * Brings the database to this version's schema, or with dry_run tells what that would apply.
 * Safe from several processes at once: one does it, the others find it done. Since 0.1.
 */
CPK_API cpk_status cpk_engine_migrate(cpk_engine *engine, int32_t dry_run, cpk_migration_fn report, void *user,
                                      cpk_error **error);

/** Takes one line in words about what the migration of this number changed, or would change. Since 0.2. */
typedef void (*cpk_migration_change_fn)(void *user, int32_t number, const char *change);

/**
 * The same, and tells what each migration changes in words: a line for each table that is made, index that is added or
 * privilege that is taken away, so that it can be read before it is done to a database in use. A line that begins with
 * "note: " tells what was found; one that begins with "undo: " is the SQL statement that takes a change back. The lines
 * about a migration follow the call of `report` about it; an engine that is made anew each time (SQLite) has none.
 * Either callback may be NULL; both get `user`.
 *
 * A PostgreSQL database may be in use: a dry run only reads; the other builds indexes while everybody goes on, and
 * makes all else in one transaction, which locks tables for a fraction of a second and tries for
 * database.migration_wait_ms.
 *
 * CPK_ERROR_UNSUPPORTED        the database's tables differ from what this version needs; the message lists how
 * CPK_ERROR_PERMISSION_DENIED  the connection's role may not change the schema
 * CPK_ERROR_BUSY               others hold the tables (retryable; the message names them); nothing was changed but
 * indexes Since 0.2.
 */
CPK_API cpk_status cpk_engine_migrate_report(cpk_engine *engine, int32_t dry_run, cpk_migration_fn report,
                                             cpk_migration_change_fn change, void *user, cpk_error **error);

/**
 * Tells what cpk_engine_migrate_report() told when the database's migrations were applied, by whichever process: it is
 * kept in the database. Migrations that an earlier version applied have no lines.
 *
 * CPK_ERROR_UNSUPPORTED  the database was not migrated to this version's schema
 * CPK_ERROR_NOT_FOUND    it has no tables
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_migration_history(cpk_engine *engine, cpk_migration_fn report,
                                                cpk_migration_change_fn change, void *user, cpk_error **error);

/** What a database holds, and its size. Grows only at its end. Since 0.2. */
typedef struct cpk_statistics {
    uint32_t struct_size; /* sizeof(cpk_statistics) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    int64_t users;
    int64_t packs;
    int64_t sources;
    int64_t unfinished_sources; /* neither completed nor failed */
    int64_t exports;
    int64_t jobs;   /* V1 */
    int64_t chunks; /* of sources */
    int64_t transactions;
    int64_t schema_version; /* number of the last migration */
    int64_t database_bytes; /* without the write-ahead log */
    int64_t free_bytes;     /* of them, of deleted rows; SQLite only */
} cpk_statistics;

#define CPK_STATISTICS_INIT                                                                                            \
    {                                                                                                                  \
        sizeof(cpk_statistics), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                                                     \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_statistics_init(cpk_statistics *statistics, size_t struct_size);

/**
 * Counts the rows of all users and tells the database's size, so that no one has to open the file for that. Reads
 * indexes, not rows, as of one moment.
 *
 * @param statistics  out; start from CPK_STATISTICS_INIT
 * @return CPK_OK, CPK_ERROR_INVALID_ARGUMENT (an engine without a database), _DATABASE, _BUSY
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_statistics(cpk_engine *engine, cpk_statistics *statistics, cpk_error **error);

/** What a health check found. */
#define CPK_CHECK_PASSED  0 /* looked at, and well */
#define CPK_CHECK_WARNING 1 /* to be cleaned up; nothing is lost */
#define CPK_CHECK_FAILED  2 /* something is lost or wrong, or could not be looked at */

/** Takes one result of a health check: CPK_CHECK_*, what was looked at, what was seen. */
typedef void (*cpk_check_fn)(void *user, int32_t outcome, const char *subject, const char *text);

/**
 * Looks at the whole installation: the database, its schema and, on SQLite and where PostgreSQL has the extension
 * amcheck, every page and index for damage; the storage (writes, reads and removes a small
 * blob), balances against the ledger, rows without blobs and blobs without rows, sources and exports that a dead
 * process left. Each finding says what to do. Changes nothing, and may run while others work. *failures gets the number
 * of CPK_CHECK_FAILED; what could not be looked at is one, so that CPK_OK alone does not mean that all is well. Since
 * 0.1.
 */
CPK_API cpk_status cpk_engine_check(cpk_engine *engine, cpk_check_fn report, void *user, int32_t *failures,
                                    cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

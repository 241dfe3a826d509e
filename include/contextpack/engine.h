#ifndef CONTEXTPACK_ENGINE_H
#define CONTEXTPACK_ENGINE_H

/**
 * The engine: one instance of the library with its database, storage, analyzer and settings.
 *
 * Open one per process, share it between threads, and open sessions on it (session.h). An example:
 *
 *     cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
 *     cpk_setting settings[] = {{"chunk.max_tokens", 20000}};
 *     cpk_engine *opened = NULL;
 *
 *     options.database = "sqlite:packs.db";
 *     options.storage = "file:blobs";
 *     options.settings = settings;
 *     options.setting_count = 1;
 *     if (cpk_engine_open(&options, &opened, &error) != CPK_OK) {
 *         fprintf(stderr, "%s\n", cpk_error_message(error));
 *         cpk_error_free(error);
 *     }
 *     cpk_engine_close(opened);
 *
 * In this header: opening and closing, settings, migrating the schema, statistics, the health check.
 */

#include <contextpack/backend/analyzer.h>
#include <contextpack/backend/database.h>
#include <contextpack/backend/extractor.h>
#include <contextpack/backend/storage.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Opening and closing ---- */

/**
 * One instance of the library: a database, a storage, an analyzer, and the settings, allocator, clock and log that they
 * share.
 * Synchronised: any thread may use it. Sessions hold a reference, so it may be closed before them.
 */
typedef struct cpk_engine cpk_engine;

/** One setting by name; cpk_setting_info() lists them with bounds and defaults. */
typedef struct cpk_setting {
    const char *name; /* "chunk.max_tokens" */
    int64_t value;    /* in the unit that cpk_setting_details.summary names */
} cpk_setting;

/** One text setting by name; cpk_text_setting_info() lists them. */
typedef struct cpk_text_setting {
    const char *name;
    const char *value; /* one line of UTF-8, at most 65,536 bytes; NULL or "": unset. Secrets are wiped when the engine
                          is freed */
} cpk_text_setting;

#define CPK_ENGINE_NO_MIGRATE                                                                                          \
    (UINT32_C(1) << 0) /* neither migrate nor check the schema: needed before cpk_engine_migrate_report() */
#define CPK_ENGINE_NO_CREATE                                                                                           \
    (UINT32_C(1) << 1) /* fail if the database or the storage folder does not exist; since 0.2 */
/* If the options name no database or no storage, use the user's own: contextpack.db and blobs in
 * $XDG_DATA_HOME/contextpack or ~/.local/share/contextpack, as the command does. The folder is created, accessible to
 * its owner only. Since 0.2. */
#define CPK_ENGINE_LOCAL (UINT32_C(1) << 2)

/** Options of cpk_engine_open(). Start from CPK_ENGINE_OPTIONS_INIT. Everything is copied; NULL and 0 are defaults. */
typedef struct cpk_engine_options {
    uint32_t struct_size; /* sizeof(cpk_engine_options) as the caller was compiled */
    uint32_t flags;       /* CPK_ENGINE_* */
    /* "sqlite:PATH", "sqlite::memory:" or "postgresql://..."; NULL: no database, and calls that need one fail with
     * CPK_ERROR_INVALID_ARGUMENT. PATH is a plain file name: SQLite's URI syntax is not interpreted. */
    const char *database;
    /* "file:DIR", "s3://BUCKET/PREFIX" (docs/s3.md) or "memory:"; NULL: no storage. "encrypted+" before it encrypts the
     * blobs, also on a storage_driver: "encrypted+driver:" (docs/storage.md). */
    const char *storage;
    const char *analyzer; /* "extractive:", the default, "openai:MODEL" or "anthropic:MODEL" (docs/models.md) */
    /* Drivers that the host provides, instead of the URIs above. The tables are copied. On success the engine calls
     * `destroy` when it is freed; on failure the host keeps ownership. */
    const cpk_database_driver *database_driver;
    const cpk_storage_driver *storage_driver;
    const cpk_analyzer_driver *analyzer_driver;
    const cpk_extractor_driver *const *extractor_drivers; /* tried before the built-in ones */
    size_t extractor_driver_count;
    const cpk_setting *settings;
    size_t setting_count;
    const cpk_allocator *allocator; /* NULL: malloc, realloc and free */
    cpk_clock_fn clock;             /* NULL: the system clock; with PostgreSQL the server's clock */
    void *clock_user;
    cpk_random_fn random; /* NULL: the random source of the operating system */
    void *random_user;
    cpk_log_fn log; /* NULL: nothing is logged */
    void *log_user;
    int32_t log_level;                     /* CPK_LOG_*; 0: CPK_LOG_WARNING */
    int32_t reserved;                      /* 0 */
    const cpk_text_setting *text_settings; /* since 0.2 */
    size_t text_setting_count;
    cpk_master_key_fn master_key; /* for "encrypted+..."; NULL: storage.master_key, storage.master_key_file or the
                                     environment; since 0.2 */
    void *master_key_user;
} cpk_engine_options;

#define CPK_ENGINE_OPTIONS_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_engine_options), 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, 0, NULL, NULL, NULL, NULL,   \
            NULL, NULL, NULL, 0, 0, NULL, 0, NULL, NULL                                                                \
    }

/** Sets *options to CPK_ENGINE_OPTIONS_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_engine_options_init(cpk_engine_options *options, size_t struct_size);

/**
 * Opens an engine. Creates the database file and the storage folder if they do not exist, unless CPK_ENGINE_NO_CREATE
 * is set; only their owner can read them, whatever the umask.
 *
 * An SQLite database, and a PostgreSQL database without any table, is migrated to this version's schema. Any other
 * PostgreSQL database is left unchanged: if its schema is older, or was never migrated, the call fails with
 * CPK_ERROR_UNSUPPORTED. To migrate it, open it with CPK_ENGINE_NO_MIGRATE and call cpk_engine_migrate_report(). A
 * database that a newer version migrated is opened if that version declared its schema compatible.
 *
 * @param options  NULL: no database and no storage, which is enough for cpk_extract(), cpk_chunk_input() and the like
 * @param engine   out: close it with cpk_engine_close(); NULL on failure
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   an option is wrong; the message names it
 *         CPK_ERROR_NOT_FOUND          with CPK_ENGINE_NO_CREATE: the database file or the storage folder is missing,
 *                                      or the database has no tables of this library; the S3 bucket does not exist;
 *                                      the message names it
 *         CPK_ERROR_UNSUPPORTED        the URI scheme is unknown; the database is of a newer version, or must be
 *                                      migrated first
 *         CPK_ERROR_PERMISSION_DENIED  a file or folder is not accessible; the message names it
 *         CPK_ERROR_NO_SPACE           the disk is full
 *         CPK_ERROR_IO                 a file or folder could not be created or opened
 *         CPK_ERROR_DATABASE           the database cannot be opened or reached
 *         CPK_ERROR_STORAGE            the storage cannot be opened or reached
 *         CPK_ERROR_UNAUTHENTICATED    there is no key for S3, or the server does not know it
 *         CPK_ERROR_NETWORK, _TIMEOUT  the S3 server does not answer
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_open(const cpk_engine_options *options, cpk_engine **engine, cpk_error **error);

/** Closes an engine handle: drops the caller's reference. Open sessions keep the engine alive; memory, connections and
 * drivers are released with the last one. NULL is allowed. Since 0.2. */
CPK_API void cpk_engine_close(cpk_engine *engine);

/* ---- Settings ---- */

/**
 * Reads the value that a setting has in this engine.
 *
 * @param engine  an open engine
 * @param name    a setting's name: "chunk.max_tokens"
 * @param value   out: the value, in the unit that its summary names
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  no setting has that name
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_setting(const cpk_engine *engine, const char *name, int64_t *value, cpk_error **error);

/** The number of settings. Since 0.2. */
CPK_API size_t cpk_setting_count(void);

/** Describes a setting. Start from CPK_SETTING_DETAILS_INIT. Texts are static. Later versions add fields at the end. */
typedef struct cpk_setting_details {
    uint32_t struct_size; /* sizeof(cpk_setting_details) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    const char *name;
    const char *summary; /* what it controls, with its unit */
    int64_t default_value;
    int64_t minimum;
    int64_t maximum;
} cpk_setting_details;

#define CPK_SETTING_DETAILS_INIT                                                                                       \
    {                                                                                                                  \
        sizeof(cpk_setting_details), 0, NULL, NULL, 0, 0, 0                                                            \
    }

/**
 * Describes one setting.
 *
 * @param index    0 to cpk_setting_count() - 1
 * @param details  out; start from CPK_SETTING_DETAILS_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no setting of that index
 * Since 0.2.
 */
CPK_API cpk_status cpk_setting_info(size_t index, cpk_setting_details *details, cpk_error **error);

/** The number of text settings. Since 0.2. */
CPK_API size_t cpk_text_setting_count(void);

/** Describes a text setting. Start from CPK_TEXT_SETTING_DETAILS_INIT. Texts are static. Values cannot be read back, as
 * they may be secret. Later versions add fields at the end. */
typedef struct cpk_text_setting_details {
    uint32_t struct_size; /* sizeof(cpk_text_setting_details) as the caller was compiled */
    int32_t is_secret;    /* 1: do not show the value in command lines, logs and lists */
    const char *name;
    const char *summary;
} cpk_text_setting_details;

#define CPK_TEXT_SETTING_DETAILS_INIT                                                                                  \
    {                                                                                                                  \
        sizeof(cpk_text_setting_details), 0, NULL, NULL                                                                \
    }

/**
 * Describes one text setting.
 *
 * @param index    0 to cpk_text_setting_count() - 1
 * @param details  out; start from CPK_TEXT_SETTING_DETAILS_INIT
 * @return CPK_OK
 *         CPK_ERROR_NOT_FOUND  there is no text setting of that index
 * Since 0.2.
 */
CPK_API cpk_status cpk_text_setting_info(size_t index, cpk_text_setting_details *details, cpk_error **error);

/* ---- Migrating the schema ---- */

/** Called for each migration with its number and name. applied 1: it was applied now; 0: it would be (a dry run). */
typedef void (*cpk_migration_fn)(void *user, int32_t number, const char *name, int32_t applied);

/**
 * Migrates the database to this version's schema. Several processes may call it at once: one of them migrates, the
 * others wait and find nothing to do.
 *
 * @param engine   an engine with a database
 * @param dry_run  1: report the migrations that are missing, change nothing
 * @param report   called for each migration, or NULL
 * @param user     passed to `report`
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED        the tables differ from what this version needs; the message lists how
 *         CPK_ERROR_PERMISSION_DENIED  the connection's role may not change the schema
 *         CPK_ERROR_BUSY               other connections lock the tables; retryable
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_migrate(cpk_engine *engine, int32_t dry_run, cpk_migration_fn report, void *user,
                                      cpk_error **error);

/** Called for each change of a migration, with the migration's number and one line that describes the change. Since
 * 0.2. */
typedef void (*cpk_migration_change_fn)(void *user, int32_t number, const char *change);

/**
 * Migrates the database like cpk_engine_migrate() and describes each change: a line for each table that is created,
 * index that is added or privilege that is revoked, so that a dry run can be read before a live database is changed. A
 * line that begins with "note: " describes what was found in the database; one that begins with "undo: " is the SQL
 * statement that reverts a change. The lines of a migration follow the call of `report` for it. SQLite has no such
 * lines.
 *
 * A PostgreSQL database may be in use meanwhile. A dry run only reads. Otherwise indexes are built concurrently, and
 * everything else happens in one transaction that locks tables for a fraction of a second and waits at most
 * database.migration_wait_ms for the locks.
 *
 * @param engine   an engine with a database, opened with CPK_ENGINE_NO_MIGRATE
 * @param dry_run  1: report the migrations that are missing, change nothing
 * @param report   called for each migration, or NULL
 * @param change   called for each change, or NULL
 * @param user     passed to both
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED        the tables differ from what this version needs; the message lists how
 *         CPK_ERROR_PERMISSION_DENIED  the connection's role may not change the schema
 *         CPK_ERROR_BUSY               other connections lock the tables; the message names them; nothing but indexes
 *                                      was changed; retryable
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_migrate_report(cpk_engine *engine, int32_t dry_run, cpk_migration_fn report,
                                             cpk_migration_change_fn change, void *user, cpk_error **error);

/**
 * Repeats what cpk_engine_migrate_report() reported when the migrations were applied, by this process or another: the
 * report is stored in the database. Migrations that a version before 0.2 applied have no lines.
 *
 * @param engine  an engine with a database
 * @param report  called for each migration, or NULL
 * @param change  called for each change, or NULL
 * @param user    passed to both
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED  the database was not migrated to this version's schema
 *         CPK_ERROR_NOT_FOUND    the database has no tables of this library
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_migration_history(cpk_engine *engine, cpk_migration_fn report,
                                                cpk_migration_change_fn change, void *user, cpk_error **error);

/* ---- Statistics ---- */

/** Numbers of rows in a database, and its size. Later versions add fields at the end. Since 0.2. */
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
    int64_t database_bytes; /* size of the database without the write-ahead log */
    int64_t free_bytes;     /* of database_bytes: free space left by deleted rows; SQLite only */
} cpk_statistics;

#define CPK_STATISTICS_INIT                                                                                            \
    {                                                                                                                  \
        sizeof(cpk_statistics), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0                                                     \
    }

/** Sets *statistics to CPK_STATISTICS_INIT, for callers that cannot use macros. struct_size is the size of the caller's
 * struct in bytes. Since 0.2. */
CPK_API void cpk_statistics_init(cpk_statistics *statistics, size_t struct_size);

/**
 * Counts the rows of all users and reads the size of the database, in one transaction. Reads indexes only.
 *
 * @param engine      an engine with a database
 * @param statistics  out; start from CPK_STATISTICS_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the engine has no database
 *         CPK_ERROR_DATABASE          the database reported an error or cannot be reached
 *         CPK_ERROR_BUSY              the database is locked; retryable
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_statistics(cpk_engine *engine, cpk_statistics *statistics, cpk_error **error);

/* ---- Health check ---- */

/** The results of a health check. */
#define CPK_CHECK_PASSED  0 /* checked, no problem found */
#define CPK_CHECK_WARNING 1 /* something should be cleaned up; no data is lost */
#define CPK_CHECK_FAILED  2 /* data is lost or wrong, or could not be checked */

/** Receives one result of a health check.
 *
 * @param outcome  CPK_CHECK_*
 * @param subject  what was checked
 * @param text     what was found, and what to do about it
 */
typedef void (*cpk_check_fn)(void *user, int32_t outcome, const char *subject, const char *text);

/**
 * Checks the whole installation. Changes nothing and may run while other processes work.
 *
 * It checks the database and its schema; every page and index for damage (SQLite, and PostgreSQL with the extension
 * amcheck); the storage, by writing, reading and removing a small blob; balances against the ledger; rows without blobs
 * and blobs without rows; sources and exports that a dead process left unfinished.
 *
 * @param engine    an engine with a database
 * @param report    called for each result
 * @param user      passed to `report`
 * @param failures  out, may be NULL: the number of results that are CPK_CHECK_FAILED, also counting what could not be
 *                  checked: CPK_OK alone does not mean that all is well
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the engine has no database
 *         CPK_ERROR_DATABASE          the database cannot be reached
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_check(cpk_engine *engine, cpk_check_fn report, void *user, int32_t *failures,
                                    cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

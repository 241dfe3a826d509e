#ifndef CONTEXTPACK_MAINTENANCE_H
#define CONTEXTPACK_MAINTENANCE_H

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * What a service does now and then, from a timer. Every call takes the service's session or an admin's, may be broken
 * off and called again, and may run while others work.
 */

/** What archiving or restoring came to. Grows only at its end. */
typedef struct cpk_archive_report {
    uint32_t struct_size;  /* sizeof(cpk_archive_report) as the caller was compiled */
    uint32_t reserved;     /* 0 */
    int64_t files;         /* written, or read */
    int64_t rows;          /* in them */
    int64_t bytes;         /* of them, compressed */
    int64_t known_files;   /* of months that were archived before and have not changed */
    int64_t deleted_rows;  /* webhook logs that were deleted once they were archived */
    int64_t restored_rows; /* rows that were put back */
    int64_t damaged_files; /* not what their manifest says, or without it */
} cpk_archive_report;

#define CPK_ARCHIVE_REPORT_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_archive_report), 0, 0, 0, 0, 0, 0, 0, 0                                                             \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_archive_report_init(cpk_archive_report *report, size_t struct_size);

/**
 * Archives every month that is over of credit_transactions and admin_actions, and webhook_logs that are older than
 * maintenance.webhook_days: compressed lines of JSON in the storage, each file with a manifest that holds its SHA-256
 * (docs/maintenance.md says where and what). Webhook logs are deleted once their file was read back and found whole;
 * the other rows stay where they are. A month that was archived and has not changed is passed by.
 *
 * @param options  may be NULL; progress in rows, CPK_STAGE_STORE
 * @param report   out, may be NULL; start from CPK_ARCHIVE_REPORT_INIT
 * @return CPK_OK, CPK_ERROR_PERMISSION_DENIED, _STORAGE, _DATABASE, _NO_SPACE, _CANCELLED
 * Since 0.2.
 */
CPK_API cpk_status cpk_maintenance_archive(cpk_session *session, const cpk_run_options *options,
                                           cpk_archive_report *report, cpk_error **error);

/**
 * Puts rows back that archives hold and the database lacks. Every file is checked against its manifest first; one that
 * is damaged is told in a note, counted, and passed by. Rows that are there stay as they are. A ledger's rows do not
 * touch balances: what they explain is in the balance already.
 *
 * @param table    "credit_transactions", "admin_actions" or "webhook_logs"; NULL: all
 * @param dry_run  1: verify and count, change nothing
 * @param options  may be NULL; notes tell of damaged files
 * @param report   out, may be NULL
 * @return CPK_OK, also with damaged files; CPK_ERROR_INVALID_ARGUMENT, _PERMISSION_DENIED, _STORAGE, _DATABASE (a row
 *         whose user is gone), _CANCELLED
 * Since 0.2.
 */
CPK_API cpk_status cpk_maintenance_restore(cpk_session *session, const char *table, int32_t dry_run,
                                           const cpk_run_options *options, cpk_archive_report *report,
                                           cpk_error **error);

/** Takes one blob that no row names: its key, its bytes, when it was written. */
typedef void (*cpk_sweep_fn)(void *user, const char *key, int64_t size_bytes, int64_t modified_at);

/** What a sweep saw. Grows only at its end. */
typedef struct cpk_sweep_report {
    uint32_t struct_size; /* sizeof(cpk_sweep_report) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    int64_t blobs;        /* in the users' folders */
    int64_t orphans;      /* that no row names, old enough to go */
    int64_t orphan_bytes;
    int64_t removed;       /* 0 in a dry run */
    int64_t young_orphans; /* left alone: of work in flight, perhaps */
    int64_t
        skipped_users; /* whose blobs could not be looked at, or whose folder is not theirs alone; the log says why */
    int64_t unknown_blobs; /* that no row names and this library does not make: they stay */
} cpk_sweep_report;

#define CPK_SWEEP_REPORT_INIT                                                                                          \
    {                                                                                                                  \
        sizeof(cpk_sweep_report), 0, 0, 0, 0, 0, 0, 0, 0                                                               \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_sweep_report_init(cpk_sweep_report *report, size_t struct_size);

/**
 * Removes blobs in the users' folders that no row of anyone names, nor a folder that they lie in, when they are older
 * than maintenance.orphan_age_ms and still without a row at a second look. Only what has the form of this library's own
 * keys goes; other blobs stay, and are told in notes of CPK_NOTE_KEPT. Rows without their blobs are
 * cpk_engine_check()'s to tell. A user whose blobs can't be read, or whose folder is also that of another profile,
 * holds one, or can't be used, is skipped, logged as a warning and counted; the others are swept all the same.
 *
 * @param dry_run  1: tell and remove nothing
 * @param options  may be NULL; progress in blobs, CPK_STAGE_STORE; notes tell what stays
 * @param each     may be NULL
 * @param report   out, may be NULL; start from CPK_SWEEP_REPORT_INIT
 * Since 0.2.
 */
CPK_API cpk_status cpk_maintenance_sweep(cpk_session *session, int32_t dry_run, const cpk_run_options *options,
                                         cpk_sweep_fn each, void *user, cpk_sweep_report *report, cpk_error **error);

/** What a backup copied. Grows only at its end. Since 0.2. */
typedef struct cpk_backup_report {
    uint32_t struct_size; /* sizeof(cpk_backup_report) as the caller was compiled */
    uint32_t reserved;    /* 0 */
    int64_t database_bytes;
    int64_t blobs; /* copied now */
    int64_t blob_bytes;
    int64_t known_blobs; /* that the target held already, with the same size */
} cpk_backup_report;

#define CPK_BACKUP_REPORT_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_backup_report), 0, 0, 0, 0, 0                                                                       \
    }

/** The same as the macro, for callers that can't see macros. Since 0.2. */
CPK_API void cpk_backup_report_init(cpk_backup_report *report, size_t struct_size);

/**
 * Copies an SQLite database into a file, as of one moment, while others read and write; copying the file itself while
 * an engine has it open does not. The copy is readable by its owner only, checked for damage, and there whole or not at
 * all. It holds every row; what was uploaded, texts, answers and documents are blobs in the storage, which are copied
 * only into `storage`: after the database, so that every row of the copy has its blobs, but for what was deleted
 * meanwhile. A blob that the target holds already, with the same size, is passed by, so that the next backup into the
 * same target copies what is new. To restore, open an engine on the copies.
 *
 * @param path      of the copy; its folder exists
 * @param storage   a storage as in cpk_engine_options.storage ("file:DIR"); NULL: the database only
 * @param replace   1: an existing file at the path is replaced; 0: it is CPK_ERROR_ALREADY_EXISTS
 * @param options   may be NULL; progress (CPK_STAGE_STORE) in pages of the database, then in bytes of blobs
 * @param report    out, may be NULL; start from CPK_BACKUP_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED   a PostgreSQL database: use pg_dump; or a host's driver that makes no backups
 *         CPK_ERROR_INVALID_DATA  the database is damaged: no copy was made
 *         CPK_ERROR_CONFLICT      the log of another database lies at the path
 *         CPK_ERROR_ALREADY_EXISTS, _INVALID_ARGUMENT, _NO_SPACE, _IO, _STORAGE, _CANCELLED
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_backup(cpk_engine *engine, const char *path, const char *storage, int32_t replace,
                                     const cpk_run_options *options, cpk_backup_report *report, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

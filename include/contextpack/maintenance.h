#ifndef CONTEXTPACK_MAINTENANCE_H
#define CONTEXTPACK_MAINTENANCE_H

/**
 * Maintenance: archives, removing orphaned blobs, and backups, to be called from a timer.
 *
 * Each call may be interrupted and called again, and may run while other processes work. An example that lists what
 * would be removed:
 *
 *     cpk_sweep_report report = CPK_SWEEP_REPORT_INIT;
 *
 *     if (cpk_maintenance_sweep(service, 1, NULL, NULL, NULL, &report, &error) == CPK_OK) {
 *         printf("%d orphaned blobs\n", (int)report.orphans);
 *     }
 *
 * In this header: archiving and restoring rows, removing orphaned blobs, backups, keys.
 */

#include <contextpack/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Archives ---- */

/** The result of archiving or restoring. Start from CPK_ARCHIVE_REPORT_INIT. Later versions add fields at the end. */
typedef struct cpk_archive_report {
    uint32_t struct_size;  /* sizeof(cpk_archive_report) as the caller was compiled */
    uint32_t reserved;     /* 0 */
    int64_t files;         /* files written or read */
    int64_t rows;          /* rows in these files */
    int64_t bytes;         /* compressed size of these files */
    int64_t known_files;   /* files of months that were archived before and have not changed */
    int64_t deleted_rows;  /* webhook logs deleted after they were archived */
    int64_t restored_rows; /* rows that were restored */
    int64_t damaged_files; /* files without a manifest, or that differ from it */
} cpk_archive_report;

#define CPK_ARCHIVE_REPORT_INIT                                                                                        \
    {                                                                                                                  \
        sizeof(cpk_archive_report), 0, 0, 0, 0, 0, 0, 0, 0                                                             \
    }

/** Sets *report to CPK_ARCHIVE_REPORT_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_archive_report_init(cpk_archive_report *report, size_t struct_size);

/**
 * Archives the past months of credit_transactions and admin_actions, and webhook_logs older than the setting
 * maintenance.webhook_days, as compressed JSON Lines in the storage. Each file has a manifest with its SHA-256;
 * docs/maintenance.md describes both. Webhook logs are deleted after their file was read back and verified; other rows
 * stay in the database. Unchanged months are skipped.
 *
 * @param session  the service's or an administrator's
 * @param options  may be NULL; progress in rows, CPK_STAGE_STORE
 * @param report   out, may be NULL; start from CPK_ARCHIVE_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_NO_SPACE           the disk or a quota is full
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_maintenance_archive(cpk_session *session, const cpk_run_options *options,
                                           cpk_archive_report *report, cpk_error **error);

/**
 * Restores archived rows that are missing in the database. Each file is verified against its manifest first; a damaged
 * file is reported in a note, counted and skipped, and the call still returns CPK_OK. Existing rows are left
 * unchanged. Balances are not changed: they already include the restored transactions.
 *
 * @param session  the service's or an administrator's
 * @param table    "credit_transactions", "admin_actions" or "webhook_logs"; NULL: all
 * @param dry_run  1: verify and count, change nothing
 * @param options  may be NULL; notes report damaged files
 * @param report   out, may be NULL; start from CPK_ARCHIVE_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT   there is no such table
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_DATABASE           the user of a row does not exist any more
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_maintenance_restore(cpk_session *session, const char *table, int32_t dry_run,
                                           const cpk_run_options *options, cpk_archive_report *report,
                                           cpk_error **error);

/* ---- Removing orphaned blobs ---- */

/** Called for each orphaned blob.
 *
 * @param key          the blob's key
 * @param size_bytes   its size in bytes
 * @param modified_at  when it was written, microseconds since 1970 UTC
 */
typedef void (*cpk_sweep_fn)(void *user, const char *key, int64_t size_bytes, int64_t modified_at);

/** The result of cpk_maintenance_sweep(). Start from CPK_SWEEP_REPORT_INIT. Later versions add fields at the end. */
typedef struct cpk_sweep_report {
    uint32_t struct_size;  /* sizeof(cpk_sweep_report) as the caller was compiled */
    uint32_t reserved;     /* 0 */
    int64_t blobs;         /* blobs in the users' folders */
    int64_t orphans;       /* blobs that no row refers to, old enough to be removed */
    int64_t orphan_bytes;  /* their size */
    int64_t removed;       /* removed blobs; 0 in a dry run */
    int64_t young_orphans; /* kept: they may belong to running work */
    int64_t skipped_users; /* users whose blobs could not be read or whose folder is shared; the log says why */
    int64_t unknown_blobs; /* kept: no row refers to them, and this library did not create them */
} cpk_sweep_report;

#define CPK_SWEEP_REPORT_INIT                                                                                          \
    {                                                                                                                  \
        sizeof(cpk_sweep_report), 0, 0, 0, 0, 0, 0, 0, 0                                                               \
    }

/** Sets *report to CPK_SWEEP_REPORT_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_sweep_report_init(cpk_sweep_report *report, size_t struct_size);

/**
 * Removes orphaned blobs from the users' folders: blobs that no row of any user refers to, directly or by a folder
 * above them, that are older than the setting maintenance.orphan_age_ms, and that still have no row when checked again
 * before removal. Only blobs whose keys have the form that this library creates are removed; others are kept and
 * reported in notes of CPK_NOTE_KEPT.
 *
 * A user whose blobs cannot be read, or whose folder is missing, shared with or nested in that of another profile, is
 * skipped, counted and logged as a warning. Rows without blobs are reported by cpk_engine_check().
 *
 * @param session  the service's or an administrator's
 * @param dry_run  1: report only, remove nothing
 * @param options  may be NULL; progress in blobs, CPK_STAGE_STORE; notes report what is kept
 * @param each     called for each orphaned blob; may be NULL
 * @param user     passed to `each`
 * @param report   out, may be NULL; start from CPK_SWEEP_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_PERMISSION_DENIED  the session is a user's
 *         CPK_ERROR_STORAGE            the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED          the call was stopped: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_maintenance_sweep(cpk_session *session, int32_t dry_run, const cpk_run_options *options,
                                         cpk_sweep_fn each, void *user, cpk_sweep_report *report, cpk_error **error);

/* ---- Backups ---- */

/** The result of a backup. Start from CPK_BACKUP_REPORT_INIT. Later versions add fields at the end. Since 0.2. */
typedef struct cpk_backup_report {
    uint32_t struct_size;   /* sizeof(cpk_backup_report) as the caller was compiled */
    uint32_t reserved;      /* 0 */
    int64_t database_bytes; /* size of the copied database */
    int64_t blobs;          /* blobs copied by this call */
    int64_t blob_bytes;     /* their size */
    int64_t known_blobs;    /* blobs that the target already had */
} cpk_backup_report;

#define CPK_BACKUP_REPORT_INIT                                                                                         \
    {                                                                                                                  \
        sizeof(cpk_backup_report), 0, 0, 0, 0, 0                                                                       \
    }

/** Sets *report to CPK_BACKUP_REPORT_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_backup_report_init(cpk_backup_report *report, size_t struct_size);

/**
 * Copies an SQLite database to a file, as of one moment, while other processes read and write. (Copying the file
 * itself while it is open does not give a consistent copy.) The copy is readable by its owner only, is checked for
 * damage, and appears complete or not at all. To restore, open an engine on the copies.
 *
 * The database holds all rows; uploads, texts, answers and documents are blobs, which are copied to `storage` after
 * the database, so that every copied row has its blobs unless they were deleted meanwhile. Blobs that the target
 * already has are skipped, as cpk_engine_copy_storage() tells: a repeated backup copies only new blobs.
 *
 * @param engine   an engine with an SQLite database
 * @param path     the file to write; its folder must exist
 * @param storage  the storage to copy blobs to, as in cpk_engine_options.storage ("file:DIR"); NULL: the database only
 * @param replace  1: replace an existing file; 0: fail with CPK_ERROR_ALREADY_EXISTS
 * @param options  may be NULL; progress (CPK_STAGE_STORE) in pages of the database, then in bytes of blobs
 * @param report   out, may be NULL; start from CPK_BACKUP_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_UNSUPPORTED       the database is PostgreSQL (use pg_dump), or a driver of the host without
 *                                     backups
 *         CPK_ERROR_INVALID_DATA      the database is damaged: no copy was made
 *         CPK_ERROR_CONFLICT          the path has the write-ahead log of another database
 *         CPK_ERROR_ALREADY_EXISTS    the file exists, and `replace` is 0
 *         CPK_ERROR_INVALID_ARGUMENT  the path or the storage is not valid
 *         CPK_ERROR_NO_SPACE          the disk is full
 *         CPK_ERROR_IO                the file could not be written
 *         CPK_ERROR_STORAGE           the storage reported an error or cannot be reached
 *         CPK_ERROR_CANCELLED         the call was stopped; no copy was made
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_backup(cpk_engine *engine, const char *path, const char *storage, int32_t replace,
                                     const cpk_run_options *options, cpk_backup_report *report, cpk_error **error);

/* ---- Copies of a storage ---- */

/** Flags of cpk_engine_copy_storage(). Since 0.2. */
#define CPK_STORAGE_COPY_VERIFY                                                                                        \
    (UINT32_C(1) << 0) /* compares the SHA-256 of every blob: what was written is read back, what both have is read    \
                          from both */
#define CPK_STORAGE_COPY_MIRROR (UINT32_C(1) << 1) /* removes blobs of the target that the source does not have */

/** The result of a copy of a storage. Start from CPK_STORAGE_COPY_REPORT_INIT. Later versions add fields at the end.
 * Since 0.2. */
typedef struct cpk_storage_copy_report {
    uint32_t struct_size;   /* sizeof(cpk_storage_copy_report) as the caller was compiled */
    uint32_t reserved;      /* 0 */
    int64_t blobs;          /* blobs copied by this call */
    int64_t blob_bytes;     /* their size */
    int64_t known_blobs;    /* blobs that the target already had */
    int64_t verified_blobs; /* blobs of which both sides were compared, because of CPK_STORAGE_COPY_VERIFY */
    int64_t removed_blobs;  /* blobs of the target that were removed, because of CPK_STORAGE_COPY_MIRROR */
} cpk_storage_copy_report;

#define CPK_STORAGE_COPY_REPORT_INIT                                                                                   \
    {                                                                                                                  \
        sizeof(cpk_storage_copy_report), 0, 0, 0, 0, 0, 0                                                              \
    }

/** Sets *report to CPK_STORAGE_COPY_REPORT_INIT, for callers that cannot use macros. struct_size is the size of the
 * caller's struct in bytes. Since 0.2. */
CPK_API void cpk_storage_copy_report_init(cpk_storage_copy_report *report, size_t struct_size);

/**
 * Copies the blobs of a storage to another one, from any kind to any kind. Each blob appears in the target complete or
 * not at all. A blob that the target has with the same size is not copied again if it was written there later than in
 * the source; if the times do not tell, its bytes are compared. So a copy that was stopped anywhere continues when it
 * is called again, and a repeated copy only writes what is new.
 *
 * Without "encrypted+" a URI names the encrypted blobs themselves, with their wrapped keys: so an encrypted storage is
 * copied as it is, without its master key. With "encrypted+" blobs are decrypted or encrypted on the way.
 *
 * Others may use both storages meanwhile. A blob that is written during the copy may be missing, one that is removed
 * is skipped. A list of the blobs of both storages is held in memory, about 100 bytes for each.
 *
 * @param engine   whose settings and keys are used; it needs neither a database nor a storage
 * @param source   what to copy, as in cpk_engine_options.storage; it must exist. NULL: the engine's storage
 * @param target   where to, as in cpk_engine_options.storage; a missing folder is created
 * @param flags    0 or CPK_STORAGE_COPY_* joined by |
 * @param options  may be NULL; progress in bytes, CPK_STAGE_STORE
 * @param report   out, may be NULL; start from CPK_STORAGE_COPY_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  a URI or a flag is not valid, or one place is the other one or inside it
 *         CPK_ERROR_NOT_FOUND         there is no such source, or no such bucket
 *         CPK_ERROR_NO_SPACE          the disk is full: call again to continue
 *         CPK_ERROR_STORAGE           a blob is damaged, or a storage reported an error
 *         CPK_ERROR_CANCELLED         the call was stopped: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_copy_storage(cpk_engine *engine, const char *source, const char *target, uint32_t flags,
                                           const cpk_run_options *options, cpk_storage_copy_report *report,
                                           cpk_error **error);

/* ---- Keys of an encrypted storage ---- */

/** The result of a rotation of keys. Start from CPK_KEY_REPORT_INIT. Later versions add fields at the end. Since 0.2.
 */
typedef struct cpk_key_report {
    uint32_t struct_size;   /* sizeof(cpk_key_report) as the caller was compiled */
    uint32_t reserved;      /* 0 */
    int64_t data_keys;      /* data keys that were found */
    int64_t rewrapped_keys; /* data keys that another master key had wrapped */
    int64_t new_keys;       /* data keys that replace others */
    int64_t blobs;          /* blobs that were encrypted again with the new data key of their user */
    int64_t blob_bytes;     /* bytes of these blobs */
    int64_t removed_keys;   /* replaced data keys that were removed */
    int64_t replaced_keys;  /* replaced data keys that stay, because they were replaced less than an hour ago */
} cpk_key_report;

#define CPK_KEY_REPORT_INIT                                                                                            \
    {                                                                                                                  \
        sizeof(cpk_key_report), 0, 0, 0, 0, 0, 0, 0, 0                                                                 \
    }

/** Sets *report to CPK_KEY_REPORT_INIT, for callers that cannot use macros. struct_size is the size of the caller's
 * struct in bytes. Since 0.2. */
CPK_API void cpk_key_report_init(cpk_key_report *report, size_t struct_size);

/**
 * Rotates the keys of an encrypted storage ("encrypted+..."). Data keys that another than the first master key wrapped
 * are wrapped by the first one; when the call returns CPK_OK, the other master keys are not needed any more. Data keys
 * of data_key_age_ms and more are replaced, and the blobs of their users are encrypted again; a replaced key is removed
 * by a call at least an hour later, so that other processes can finish what they write with it.
 *
 * Reading, writing and deleting may go on meanwhile. A blob that is replaced in the moment in which its new form is
 * committed may return to its earlier content, so do not replace data keys of users whose blobs are being replaced.
 *
 * @param engine           an engine with an encrypted storage
 * @param data_key_age_ms  minimum age, in milliseconds, of a data key that is replaced; -1: none is
 * @param options          may be NULL; progress in keys and blobs, CPK_STAGE_STORE
 * @param report           out, may be NULL; start from CPK_KEY_REPORT_INIT
 * @return CPK_OK
 *         CPK_ERROR_INVALID_ARGUMENT  the storage is not encrypted, or data_key_age_ms is less than -1
 *         CPK_ERROR_STORAGE           a data key or a blob is damaged or its master key is missing, or the storage
 *                                     reported an error
 *         CPK_ERROR_CANCELLED         the call was stopped: call again to continue
 * Since 0.2.
 */
CPK_API cpk_status cpk_engine_rotate_keys(cpk_engine *engine, int64_t data_key_age_ms, const cpk_run_options *options,
                                          cpk_key_report *report, cpk_error **error);

#ifdef __cplusplus
}
#endif
#endif

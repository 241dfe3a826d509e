#include "maintenance/archive.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/time.h"
#include "engine/lease.h"
#include "maintenance/gzip.h"
#include "store/archive.h"
#include "store/lease.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILE_ROWS_MAX       50000               /* rows in one file, which is held in memory compressed */
#define FILE_BYTES_MAX      ((size_t)256 << 20) /* uncompressed bytes in one file */
#define BATCH_ROWS          500
#define BATCH_BYTES         ((size_t)1 << 20)
#define FORMAT              2 /* line format, see store/archive.h */
#define TASK                "archive"
#define LEASE_RETRY_MS      100

#define ARCHIVE_COLUMNS_MAX 1600 /* PostgreSQL's limit for a table */
#define MISSING_SHOWN_BYTES 400
#define KEY_HASH_DIGITS     32
#define MONTH_BYTES         8 /* "2026-01" */
#define JSON_DEPTH_MAX      64
#define KEY_BYTES           200
#define DAY_US              (INT64_C(86400) * 1000000)

struct archiver {
    cpk_session *session;
    struct store *store; /* with the service's rights */
    const struct op_context *op;
    cpk_archive_report *report;
    const struct archive_table *table;
    struct archive_shape shape; /* of `table` */
    char month[MONTH_BYTES];
    struct buffer lines;
    struct buffer file;
    struct buffer missing_ids; /* ids of users in the archive that the database does not have */
    int64_t missing_users;
    struct lease lease; /* only one process archives at a time */
    struct archive_batch batch;
    cpk_status (*process_batch)(struct archiver *archiver, cpk_error **error); /* called for each full batch */
    int64_t known_files; /* of the current month: manifests whose files have all columns */
    int64_t known_rows;  /* rows in these files */
    int32_t dry_run;
};

static void archiver_init(struct archiver *archiver, cpk_session *session, const struct op_context *op,
                          cpk_archive_report *report)
{
    memset(archiver, 0, sizeof *archiver);
    *report = (cpk_archive_report)CPK_ARCHIVE_REPORT_INIT;
    archiver->session = session;
    archiver->store = session->store;
    archiver->op = op;
    archiver->report = report;
    buffer_init(&archiver->lines, &session->engine->context.allocator);
    buffer_init(&archiver->file, &session->engine->context.allocator);
    buffer_init(&archiver->missing_ids, &session->engine->context.allocator);
    buffer_init(&archiver->batch.lines, &session->engine->context.allocator);
    buffer_init(&archiver->shape.line, &session->engine->context.allocator);
    buffer_init(&archiver->shape.insert, &session->engine->context.allocator);
}

static void archiver_free(struct archiver *archiver)
{
    buffer_free(&archiver->lines);
    buffer_free(&archiver->file);
    buffer_free(&archiver->missing_ids);
    buffer_free(&archiver->batch.lines);
    archive_shape_free(&archiver->shape);
}

/* --- months --- */

/* Start of the month that contains `us`, plus `ahead` months. */
static int64_t month_start(int64_t us, int32_t ahead)
{
    char date[TIME_TEXT_BYTES];
    int64_t year;
    int32_t month;

    time_format_date(us, date);
    year = strtoll(date, NULL, 10);
    month = (int32_t)strtol(date + 5, NULL, 10) - 1 + ahead;
    return time_days_from_civil(year + month / 12, month % 12 + 1, 1) * DAY_US;
}

static void set_month(struct archiver *archiver, int64_t us)
{
    char date[TIME_TEXT_BYTES];

    time_format_date(us, date);
    snprintf(archiver->month, sizeof archiver->month, "%.7s", date);
}

/* --- one file --- */

static cpk_status sha256_of(const struct buffer *file, char hex[HASH_SHA256_HEX_BYTES], cpk_error **error)
{
    struct hash_sha256 hash;

    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, file->data, file->length);
    return hash_sha256_finish_hex(&hash, CPK_OK, hex, error);
}

static const char *engine_name(const struct archiver *archiver)
{
    return database_dialect(archiver->session->engine->database) == CPK_DIALECT_POSTGRESQL ? "postgresql" : "sqlite";
}

static cpk_status put_manifest(struct archiver *archiver, const char *key, const char *sha256, int64_t rows,
                               const struct archive_span *span, cpk_error **error)
{
    struct json_writer writer;

    buffer_clear(&archiver->lines);
    json_writer_init(&writer, &archiver->lines);
    json_write_begin_object(&writer);
    json_write_key(&writer, "format");
    json_write_int64(&writer, FORMAT);
    json_write_key(&writer, "engine");
    json_write_string(&writer, engine_name(archiver));
    json_write_key(&writer, "table");
    json_write_string(&writer, archive_table_name(archiver->table));
    json_write_key(&writer, "month");
    json_write_string(&writer, archiver->month);
    json_write_key(&writer, "rows");
    json_write_int64(&writer, rows);
    json_write_key(&writer, "bytes");
    json_write_int64(&writer, (int64_t)archiver->file.length);
    json_write_key(&writer, "sha256");
    json_write_string(&writer, sha256);
    json_write_key(&writer, "columns");
    archive_shape_write(&archiver->shape, &archiver->lines);
    writer.comma = 1;
    json_write_key(&writer, "last_created_at");
    json_write_time(&writer, span->after_us);
    json_write_key(&writer, "made_by");
    json_write_string(&writer, "libcontextpack " CPK_VERSION);
    json_write_end_object(&writer);
    if (archiver->lines.failed) {
        return error_out_of_memory(error);
    }
    return storage_put(archiver->session->engine->storage, key, archiver->lines.data, archiver->lines.length, error);
}

/* Reads the file back and compares its hash, because rows are deleted afterwards. */
static cpk_status verify_file(struct archiver *archiver, const char *key, const char *sha256, cpk_error **error)
{
    char stored[HASH_SHA256_HEX_BYTES];

    buffer_clear(&archiver->file);
    CPK_TRY(storage_get(archiver->session->engine->storage, key, &archiver->file, error));
    CPK_TRY(sha256_of(&archiver->file, stored, error));
    if (strcmp(stored, sha256) != 0) {
        return error_set(error, CPK_ERROR_STORAGE, "archive",
                         "%s reads back with other content than written: nothing was deleted", key);
    }
    return CPK_OK;
}

/* Compresses the next rows of the span into archiver->file. *rows is 0 at the end of the span. */
static cpk_status compress_rows(struct archiver *archiver, struct archive_span *span, int64_t *rows, cpk_error **error)
{
    struct gzip_writer writer;
    size_t bytes = 0;
    int64_t got;
    cpk_status status;

    *rows = 0;
    buffer_clear(&archiver->file);
    CPK_TRY_CLEANUP(gzip_begin(&writer, &archiver->file, error));
    do {
        buffer_clear(&archiver->lines);
        CPK_TRY_CLEANUP(lease_keep(&archiver->lease, error));
        CPK_TRY_CLEANUP(op_progress(archiver->op, CPK_STAGE_STORE, archiver->report->rows, -1, error));
        CPK_TRY_CLEANUP(store_archive_read(&archiver->shape, span, BATCH_ROWS, &archiver->lines, &got, error));
        CPK_TRY_CLEANUP(gzip_add(&writer, archiver->lines.data, archiver->lines.length, error));
        *rows += got;
        bytes += archiver->lines.length;
    } while (got == BATCH_ROWS && *rows < FILE_ROWS_MAX && bytes < FILE_BYTES_MAX);
    CPK_TRY_CLEANUP(gzip_finish(&writer, error));
cleanup:
    gzip_discard(&writer);
    return status;
}

/* --- batches of lines --- */

static void clear_batch(struct archiver *archiver)
{
    buffer_clear(&archiver->batch.lines);
    archiver->batch.count = 0;
}

static cpk_status flush_batch(struct archiver *archiver, cpk_error **error)
{
    if (archiver->batch.lines.failed) {
        return error_out_of_memory(error);
    }
    if (archiver->batch.count > 0) {
        CPK_TRY(archiver->process_batch(archiver, error));
    }
    clear_batch(archiver);
    return CPK_OK;
}

/* A gzip_line_fn. */
static cpk_status add_line(void *user, const char *line, size_t length, cpk_error **error)
{
    struct archiver *archiver = user;

    buffer_append(&archiver->batch.lines, line, length);
    buffer_append_byte(&archiver->batch.lines, '\0');
    archiver->batch.count++;
    return archiver->batch.count == BATCH_ROWS || archiver->batch.lines.length >= BATCH_BYTES
               ? flush_batch(archiver, error)
               : CPK_OK;
}

/* Decompresses archiver->file and calls `process` for batches of its lines. */
static cpk_status for_each_batch(struct archiver *archiver,
                                 cpk_status (*process)(struct archiver *archiver, cpk_error **error), cpk_error **error)
{
    archiver->process_batch = process;
    clear_batch(archiver);
    CPK_TRY(gzip_lines(&archiver->session->engine->context.allocator, archiver->file.data, archiver->file.length,
                       add_line, archiver, error));
    return flush_batch(archiver, error);
}

/* Checks the lease in the transaction: a process that has lost it must not delete rows. */
static cpk_status delete_in_transaction(struct archiver *archiver, int64_t *deleted, cpk_error **error)
{
    CPK_TRY(
        store_lease_guard(archiver->store, &(struct work_key){NULL, OWNER_TASK, TASK, archiver->lease.owner}, error));
    CPK_TRY(store_archive_format(archiver->store, error));
    return store_archive_delete(&archiver->shape, &archiver->batch, deleted, error);
}

static cpk_status delete_batch(struct archiver *archiver, cpk_error **error)
{
    int64_t deleted = 0;

    CPK_TRY(lease_keep(&archiver->lease, error));
    CPK_TRY(store_begin(archiver->store, error));
    CPK_TRY(store_end(archiver->store, delete_in_transaction(archiver, &deleted, error), error));
    archiver->report->deleted_rows += deleted;
    return CPK_OK;
}

/* Stores the compressed file and its manifest; deletes the rows if the table's rows are moved. */
static cpk_status store_file(struct archiver *archiver, int64_t rows, const struct archive_span *span,
                             cpk_error **error)
{
    struct storage *storage = archiver->session->engine->storage;
    char sha256[HASH_SHA256_HEX_BYTES];
    char key[KEY_BYTES];
    char manifest[KEY_BYTES];

    CPK_TRY(sha256_of(&archiver->file, sha256, error));
    snprintf(key, sizeof key, ARCHIVE_PREFIX "%s/%s/%.*s.jsonl.gz", archive_table_name(archiver->table),
             archiver->month, KEY_HASH_DIGITS, sha256);
    snprintf(manifest, sizeof manifest, ARCHIVE_PREFIX "%s/%s/%.*s.json", archive_table_name(archiver->table),
             archiver->month, KEY_HASH_DIGITS, sha256);
    CPK_TRY(storage_put(storage, key, archiver->file.data, archiver->file.length, error));
    archiver->report->files++;
    archiver->report->rows += rows;
    archiver->report->bytes += (int64_t)archiver->file.length;
    CPK_TRY(put_manifest(archiver, manifest, sha256, rows, span, error));
    CPK_TRY(verify_file(archiver, key, sha256, error));
    if (!archive_table_is_moved(archiver->table)) {
        return CPK_OK;
    }
    return for_each_batch(archiver, delete_batch, error);
}

/* --- manifests --- */

/* A cpk_list_fn: appends the NUL-terminated keys of manifests. */
static int32_t append_manifest_key(void *user, const char *key, const cpk_blob_info *info)
{
    struct buffer *keys = user;
    const size_t length = strlen(key);

    (void)info;
    if (length > 5 && strcmp(key + length - 5, ".json") == 0) {
        buffer_append(keys, key, length + 1);
    }
    return 0;
}

/* Initializes `keys`, which the caller frees even on failure. */
static cpk_status list_manifests(struct archiver *archiver, const char *prefix, struct buffer *keys, cpk_error **error)
{
    buffer_init(keys, &archiver->session->engine->context.allocator);
    CPK_TRY(storage_list(archiver->session->engine->storage, prefix, append_manifest_key, keys, error));
    return keys->failed ? error_out_of_memory(error) : CPK_OK;
}

struct manifest {
    struct json_object *parsed; /* owns the texts below */
    const struct archive_table *table;
    const char *engine;
    const char *sha256; /* of the file */
    int64_t format;
    int64_t rows;
};

static void manifest_free(struct manifest *manifest)
{
    json_object_put(manifest->parsed);
    manifest->parsed = NULL;
}

/* Call manifest_free() afterwards, also on failure. */
static cpk_status read_manifest(struct archiver *archiver, const char *key, struct manifest *manifest,
                                cpk_error **error)
{
    const char *table;

    memset(manifest, 0, sizeof *manifest);
    buffer_clear(&archiver->lines);
    CPK_TRY(storage_get(archiver->session->engine->storage, key, &archiver->lines, error));
    CPK_TRY(
        json_parse(buffer_text(&archiver->lines), archiver->lines.length, JSON_DEPTH_MAX, &manifest->parsed, error));
    table = json_member_text(manifest->parsed, "table");
    manifest->table = table != NULL ? archive_table_find(table) : NULL;
    manifest->sha256 = json_member_text(manifest->parsed, "sha256");
    manifest->engine = json_member_text(manifest->parsed, "engine");
    manifest->format = json_member_int64(manifest->parsed, "format", 0);
    manifest->rows = json_member_int64(manifest->parsed, "rows", -1);
    if (manifest->table == NULL || manifest->sha256 == NULL || manifest->engine == NULL ||
        strlen(manifest->sha256) != HASH_SHA256_HEX_BYTES - 1 || manifest->format != FORMAT ||
        json_member_array(manifest->parsed, "columns") == NULL) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "archive", "%s is not an archive manifest", key);
    }
    return CPK_OK;
}

/* Returns 1 if the file has exactly the columns that the table has now. */
static int32_t has_all_columns(const struct archiver *archiver, const struct manifest *manifest)
{
    struct json_object *columns = json_member_array(manifest->parsed, "columns");

    if (json_object_array_length(columns) != archiver->shape.columns.count) {
        return 0;
    }
    for (size_t i = 0; i < archiver->shape.columns.count; i++) {
        const char *name = json_member_text(json_object_array_get_idx(columns, i), "name");

        if (name == NULL || table_columns_find(&archiver->shape.columns, name) == NULL) {
            return 0;
        }
    }
    return 1;
}

typedef cpk_status (*manifest_fn)(struct archiver *archiver, const char *key, cpk_error **error);

/* Calls `each` for every manifest key. A missing or damaged file does not end the iteration: it is counted and
 * reported in a note if report_damage is 1. */
static cpk_status for_each_manifest(struct archiver *archiver, const struct buffer *keys, manifest_fn each,
                                    int32_t report_damage, cpk_error **error)
{
    for (size_t at = 0; at < keys->length; at += strlen(keys->data + at) + 1) {
        cpk_error *problem = NULL;
        const cpk_status status = each(archiver, keys->data + at, &problem);

        if (status != CPK_OK && status != CPK_ERROR_INVALID_DATA && status != CPK_ERROR_NOT_FOUND) {
            (void)error_give(error, problem);
            return status;
        }
        if (status != CPK_OK && report_damage) {
            archiver->report->damaged_files++;
            op_note(archiver->op, CPK_NOTE_DAMAGED, keys->data + at, cpk_error_message(problem));
        }
        cpk_error_free(problem);
    }
    return CPK_OK;
}

static cpk_status count_file(struct archiver *archiver, const char *key, cpk_error **error)
{
    struct manifest manifest;
    const cpk_status status = read_manifest(archiver, key, &manifest, error);

    if (status == CPK_OK && manifest.rows > 0 && has_all_columns(archiver, &manifest)) {
        archiver->known_files++;
        archiver->known_rows += manifest.rows;
    }
    manifest_free(&manifest);
    return status;
}

/* Counts the month's rows that are in files with every column of the table. An unreadable manifest counts as none, so
 * that the month is archived again. */
static cpk_status count_archived(struct archiver *archiver, cpk_error **error)
{
    char prefix[KEY_BYTES];
    struct buffer keys;
    cpk_status status;

    snprintf(prefix, sizeof prefix, ARCHIVE_PREFIX "%s/%s/", archive_table_name(archiver->table), archiver->month);
    CPK_TRY_CLEANUP(list_manifests(archiver, prefix, &keys, error));
    CPK_TRY_CLEANUP(for_each_manifest(archiver, &keys, count_file, 0, error));
cleanup:
    buffer_free(&keys);
    return status;
}

/* --- archiving --- */

static cpk_status archive_month(struct archiver *archiver, struct archive_span *span, cpk_error **error)
{
    int64_t rows;

    archiver->known_files = 0;
    archiver->known_rows = 0;
    set_month(archiver, span->from_us);
    CPK_TRY(store_archive_count(archiver->store, archiver->table, span, &rows, error));
    if (!archive_table_is_moved(archiver->table)) {
        CPK_TRY(count_archived(archiver, error));
    }
    if (archiver->known_rows == rows) {
        archiver->report->known_files += archiver->known_files;
        return CPK_OK;
    }
    for (;;) {
        CPK_TRY(compress_rows(archiver, span, &rows, error));
        if (rows == 0) {
            return CPK_OK;
        }
        CPK_TRY(store_file(archiver, rows, span, error));
    }
}

static cpk_status archive_table_rows(struct archiver *archiver, cpk_error **error)
{
    const struct context *context = &archiver->session->engine->context;
    const int64_t now_us = context_now(context);
    struct archive_span all = {TIME_FIRST_US, month_start(now_us, 0), CPK_TIME_UNKNOWN, ""};

    if (archive_table_is_moved(archiver->table)) {
        all.until_us = now_us - context_setting(context, SETTING_MAINTENANCE_WEBHOOK_DAYS) * DAY_US;
    }
    for (;;) {
        struct archive_span month = all;
        int64_t first_us;

        CPK_TRY(store_archive_next(archiver->store, archiver->table, &all, &first_us, error));
        if (first_us == CPK_TIME_UNKNOWN) {
            return CPK_OK;
        }
        month.from_us = month_start(first_us, 0);
        if (month_start(first_us, 1) < month.until_us) {
            month.until_us = month_start(first_us, 1);
        }
        CPK_TRY(archive_month(archiver, &month, error));
        all.from_us = month.until_us;
    }
}

/* Waits for the lease: two processes would archive and delete the same rows. */
static cpk_status wait_for_lease(struct archiver *archiver, cpk_error **error)
{
    const struct timespec pause = {0, LEASE_RETRY_MS * 1000000L};

    CPK_TRY(store_task_enter(archiver->store, TASK, error));
    for (;;) {
        cpk_status status = lease_acquire(&archiver->lease, archiver->session, OWNER_TASK, TASK, error);

        if (status != CPK_ERROR_BUSY) {
            return status;
        }
        error_clear(error);
        CPK_TRY(op_progress(archiver->op, CPK_STAGE_STORE, archiver->report->rows, -1, error));
        nanosleep(&pause, NULL);
    }
}

static cpk_status archive_all(struct archiver *archiver, cpk_error **error)
{
    for (size_t i = 0; i < ARCHIVE_TABLES; i++) {
        archiver->table = archive_table_at(i);
        archive_shape_free(&archiver->shape);
        CPK_TRY(archive_shape_read(&archiver->shape, archiver->store, archiver->table, error));
        CPK_TRY(archive_table_rows(archiver, error));
    }
    return CPK_OK;
}

cpk_status archive_run(cpk_session *session, const struct op_context *op, cpk_archive_report *report, cpk_error **error)
{
    struct archiver archiver;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    archiver_init(&archiver, session, op, report);
    CPK_TRY_CLEANUP(wait_for_lease(&archiver, error));
    status = archive_all(&archiver, error);
    lease_release(&archiver.lease);
cleanup:
    archiver_free(&archiver);
    return status;
}

/* --- restoring --- */

/* Reads the manifest at `key` and its file into archiver->file; verifies the file's hash. */
static cpk_status read_file(struct archiver *archiver, const char *key, struct manifest *manifest, cpk_error **error)
{
    char file_key[KEY_BYTES];
    char sha256[HASH_SHA256_HEX_BYTES];

    CPK_TRY(read_manifest(archiver, key, manifest, error));
    snprintf(file_key, sizeof file_key, "%.*s.jsonl.gz", (int)(strlen(key) - 5), key);
    buffer_clear(&archiver->file);
    CPK_TRY(storage_get(archiver->session->engine->storage, file_key, &archiver->file, error));
    CPK_TRY(sha256_of(&archiver->file, sha256, error));
    if (strcmp(sha256, manifest->sha256) != 0) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "archive", "%s does not match its manifest: its SHA-256 is %s",
                         file_key, sha256);
    }
    return CPK_OK;
}

/* Sets archiver->shape to the file's columns. Fails if the table does not have all of them. */
static cpk_status set_shape(struct archiver *archiver, const char *key, const struct manifest *manifest,
                            cpk_error **error)
{
    struct json_object *columns = json_member_array(manifest->parsed, "columns");
    const char *names[ARCHIVE_COLUMNS_MAX];
    const size_t count = json_object_array_length(columns);

    if (strcmp(manifest->engine, engine_name(archiver)) != 0) {
        return error_set(
            error, CPK_ERROR_UNSUPPORTED, "archive",
            "%s was archived from %s, which writes values differently: restore it into a database of that kind; "
            "nothing was restored",
            key, manifest->engine);
    }
    if (count > ARCHIVE_COLUMNS_MAX) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "archive", "%s has too many columns", key);
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = json_member_text(json_object_array_get_idx(columns, i), "name");
        if (names[i] == NULL) {
            return error_set(error, CPK_ERROR_INVALID_DATA, "archive", "%s has a column without a name", key);
        }
    }
    archive_shape_free(&archiver->shape);
    archiver->table = manifest->table;
    CPK_TRY(archive_shape_read(&archiver->shape, archiver->store, archiver->table, error));
    return archive_shape_limit(&archiver->shape, names, count, error);
}

static cpk_status collect_missing_users(struct archiver *archiver, cpk_error **error)
{
    CPK_TRY(op_progress(archiver->op, CPK_STAGE_STORE, archiver->report->rows, -1, error));
    return store_archive_missing_users(&archiver->shape, &archiver->batch, &archiver->missing_ids,
                                       &archiver->missing_users, error);
}

static cpk_status insert_in_transaction(struct archiver *archiver, int64_t *inserted, cpk_error **error)
{
    CPK_TRY(store_archive_format(archiver->store, error));
    return store_archive_insert(&archiver->shape, &archiver->batch, inserted, error);
}

static cpk_status restore_batch(struct archiver *archiver, cpk_error **error)
{
    int64_t inserted = 0;
    cpk_status status;

    CPK_TRY(op_progress(archiver->op, CPK_STAGE_STORE, archiver->report->rows, -1, error));
    CPK_TRY(store_begin(archiver->store, error));
    status = insert_in_transaction(archiver, &inserted, error);
    if (status == CPK_OK && archiver->dry_run) { /* inserts and rolls back, so that the count is exact */
        CPK_TRY(store_rollback(archiver->store, error));
    } else {
        CPK_TRY(store_end(archiver->store, status, error));
    }
    archiver->report->rows += archiver->batch.count;
    archiver->report->restored_rows += inserted;
    return CPK_OK;
}

/* Reads a file and calls `process` for batches of its lines. Adds the file's size to *bytes, which may be NULL. */
static cpk_status process_file(struct archiver *archiver, const char *key,
                               cpk_status (*process)(struct archiver *archiver, cpk_error **error), int64_t *bytes,
                               cpk_error **error)
{
    struct manifest manifest;
    cpk_status status;

    CPK_TRY_CLEANUP(read_file(archiver, key, &manifest, error));
    CPK_TRY_CLEANUP(set_shape(archiver, key, &manifest, error));
    if (bytes != NULL) {
        *bytes += (int64_t)archiver->file.length;
    }
    CPK_TRY_CLEANUP(for_each_batch(archiver, process, error));
cleanup:
    archive_shape_free(&archiver->shape); /* before the manifest, which owns its column names */
    manifest_free(&manifest);
    return status;
}

static cpk_status restore_file(struct archiver *archiver, const char *key, cpk_error **error)
{
    CPK_TRY(process_file(archiver, key, restore_batch, &archiver->report->bytes, error));
    archiver->report->files++;
    return CPK_OK;
}

static cpk_status check_file(struct archiver *archiver, const char *key, cpk_error **error)
{
    return process_file(archiver, key, collect_missing_users, NULL, error);
}

/* Finds what would end the restore halfway, before anything is written. Damaged files are reported later, by
 * restore_file(). */
static cpk_status check_files(struct archiver *archiver, const struct buffer *keys, cpk_error **error)
{
    CPK_TRY(for_each_manifest(archiver, keys, check_file, 0, error));
    if (archiver->missing_users > 0) {
        return error_set(error, CPK_ERROR_CONFLICT, "archive",
                         "the archive has rows of users who are not in the database (%s%s): restore their profiles "
                         "first; "
                         "nothing was restored",
                         buffer_text(&archiver->missing_ids),
                         archiver->missing_ids.length >= MISSING_SHOWN_BYTES ? ", ..." : "");
    }
    return CPK_OK;
}

cpk_status archive_restore(cpk_session *session, const char *table, int32_t dry_run, const struct op_context *op,
                           cpk_archive_report *report, cpk_error **error)
{
    char prefix[KEY_BYTES] = ARCHIVE_PREFIX;
    struct buffer keys;
    struct archiver archiver;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    if (store_actor_kind(session->store) == CPK_ACTOR_USER) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, "archive", "only the service role may restore rows");
    }
    if (table != NULL) {
        if (archive_table_find(table) == NULL) {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "archive", "table \"%s\" is not archived", table);
        }
        snprintf(prefix, sizeof prefix, ARCHIVE_PREFIX "%s/", table);
    }
    archiver_init(&archiver, session, op, report);
    archiver.dry_run = dry_run;
    CPK_TRY_CLEANUP(list_manifests(&archiver, prefix, &keys, error));
    CPK_TRY_CLEANUP(check_files(&archiver, &keys, error));
    CPK_TRY_CLEANUP(for_each_manifest(&archiver, &keys, restore_file, 1, error));
cleanup:
    buffer_free(&keys);
    archiver_free(&archiver);
    return status;
}

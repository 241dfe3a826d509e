#include "maintenance/archive.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/time.h"
#include "engine/lease.h"
#include "maintenance/gzip.h"
#include "store/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FILE_ROWS_MAX       50000               /* rows of one file: what memory is bounded by, compressed */
#define FILE_BYTES_MAX      ((size_t)256 << 20) /* of its lines; rows may be large */
#define BATCH_ROWS          500
#define BATCH_BYTES         ((size_t)1 << 20)
#define FORMAT              2 /* of the lines: see store/archive.h */
#define TASK                "archive"
#define WAIT_MS             100

#define ARCHIVE_COLUMNS_MAX 1600 /* of a table, on PostgreSQL */
#define MISSING_SHOWN_BYTES 400
#define KEY_HASH_DIGITS     32
#define MONTH_BYTES         8 /* "2026-01" */
#define JSON_DEPTH_MAX      64
#define KEY_BYTES           200
#define DAY_US              (INT64_C(86400) * 1000000)

struct archival {
    cpk_session *session;
    struct store *store; /* the service's */
    const struct op_context *op;
    struct archive_report *report;
    const struct archive_table *table;
    struct archive_shape shape; /* of the table at work */
    char month[MONTH_BYTES];
    struct buffer lines;
    struct buffer file;
    struct buffer missing_ids; /* of users whom the database lacks */
    int64_t missing_users;
    struct lease lease; /* one process archives at a time */
    struct archive_batch batch;
    cpk_status (*work)(struct archival *archival, cpk_error **error); /* on a full batch */
    int32_t dry_run;
};

static void init(struct archival *archival, cpk_session *session, const struct op_context *op,
                 struct archive_report *report)
{
    memset(archival, 0, sizeof *archival);
    memset(report, 0, sizeof *report);
    archival->session = session;
    archival->store = session->store;
    archival->op = op;
    archival->report = report;
    buffer_init(&archival->lines, &session->engine->context.allocator);
    buffer_init(&archival->file, &session->engine->context.allocator);
    buffer_init(&archival->missing_ids, &session->engine->context.allocator);
    buffer_init(&archival->batch.lines, &session->engine->context.allocator);
    buffer_init(&archival->shape.line, &session->engine->context.allocator);
    buffer_init(&archival->shape.insert, &session->engine->context.allocator);
}

static void free_parts(struct archival *archival)
{
    buffer_free(&archival->lines);
    buffer_free(&archival->file);
    buffer_free(&archival->missing_ids);
    buffer_free(&archival->batch.lines);
    archive_shape_free(&archival->shape);
}

/* --- months --- */

/* The first moment of the month that `us` is in, or of the one after it. */
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

static void set_month(struct archival *archival, int64_t us)
{
    char date[TIME_TEXT_BYTES];

    time_format_date(us, date);
    snprintf(archival->month, sizeof archival->month, "%.7s", date);
}

/* --- one file --- */

static cpk_status sha256_of(const struct buffer *file, char hex[HASH_SHA256_HEX_BYTES], cpk_error **error)
{
    struct hash_sha256 hash;

    CPK_TRY(hash_sha256_start(&hash, error));
    hash_sha256_add(&hash, file->data, file->length);
    return hash_sha256_finish_hex(&hash, CPK_OK, hex, error);
}

static const char *engine_name(const struct archival *archival)
{
    return database_dialect(archival->session->engine->database) == CPK_DIALECT_POSTGRESQL ? "postgresql" : "sqlite";
}

static cpk_status put_manifest(struct archival *archival, const char *key, const char *sha256, int64_t rows,
                               const struct archive_span *span, cpk_error **error)
{
    struct json_writer writer;

    buffer_clear(&archival->lines);
    json_writer_init(&writer, &archival->lines);
    json_write_begin_object(&writer);
    json_write_key(&writer, "format");
    json_write_int64(&writer, FORMAT);
    json_write_key(&writer, "engine");
    json_write_string(&writer, engine_name(archival));
    json_write_key(&writer, "table");
    json_write_string(&writer, archive_table_name(archival->table));
    json_write_key(&writer, "month");
    json_write_string(&writer, archival->month);
    json_write_key(&writer, "rows");
    json_write_int64(&writer, rows);
    json_write_key(&writer, "bytes");
    json_write_int64(&writer, (int64_t)archival->file.length);
    json_write_key(&writer, "sha256");
    json_write_string(&writer, sha256);
    json_write_key(&writer, "columns");
    archive_shape_write(&archival->shape, &archival->lines);
    writer.comma = 1;
    json_write_key(&writer, "last_created_at");
    json_write_time(&writer, span->after_us);
    json_write_key(&writer, "made_by");
    json_write_string(&writer, "libcontextpack " CPK_VERSION);
    json_write_end_object(&writer);
    if (archival->lines.failed) {
        return error_out_of_memory(error);
    }
    return storage_put(archival->session->engine->storage, key, archival->lines.data, archival->lines.length, error);
}

/* What the storage has is what was written. */
static cpk_status verify(struct archival *archival, const char *key, const char *sha256, cpk_error **error)
{
    char stored[HASH_SHA256_HEX_BYTES];

    buffer_clear(&archival->file);
    CPK_TRY(storage_get(archival->session->engine->storage, key, &archival->file, error));
    CPK_TRY(sha256_of(&archival->file, stored, error));
    if (strcmp(stored, sha256) != 0) {
        return error_set(error, CPK_ERROR_STORAGE, "archive", "%s came back changed: nothing was deleted", key);
    }
    return CPK_OK;
}

static cpk_status make_file(struct archival *archival, struct archive_span *span, int64_t *rows, cpk_error **error)
{
    struct gzip_writer writer;
    size_t bytes = 0;
    int64_t got;
    cpk_status status;

    *rows = 0;
    buffer_clear(&archival->file);
    CPK_TRY_CLEANUP(gzip_begin(&writer, &archival->file, error));
    do {
        buffer_clear(&archival->lines);
        CPK_TRY_CLEANUP(lease_keep(&archival->lease, error));
        CPK_TRY_CLEANUP(op_progress(archival->op, CPK_STAGE_STORE, archival->report->rows, -1, error));
        CPK_TRY_CLEANUP(store_archive_read(&archival->shape, span, BATCH_ROWS, &archival->lines, &got, error));
        CPK_TRY_CLEANUP(gzip_add(&writer, archival->lines.data, archival->lines.length, error));
        *rows += got;
        bytes += archival->lines.length;
    } while (got == BATCH_ROWS && *rows < FILE_ROWS_MAX && bytes < FILE_BYTES_MAX);
    CPK_TRY_CLEANUP(gzip_finish(&writer, error));
cleanup:
    gzip_discard(&writer);
    return status;
}

/* --- lines in batches --- */

static void clear_batch(struct archival *archival)
{
    buffer_clear(&archival->batch.lines);
    archival->batch.count = 0;
}

static cpk_status end_batch(struct archival *archival, cpk_error **error)
{
    cpk_status status = CPK_OK;

    if (archival->batch.lines.failed) {
        return error_out_of_memory(error);
    }
    if (archival->batch.count > 0) {
        status = archival->work(archival, error);
    }
    clear_batch(archival);
    return status;
}

/* A gzip_line_fn. */
static cpk_status add_line(void *user, const char *line, size_t length, cpk_error **error)
{
    struct archival *archival = user;

    buffer_append(&archival->batch.lines, line, length);
    buffer_append_byte(&archival->batch.lines, '\0');
    archival->batch.count++;
    return archival->batch.count == BATCH_ROWS || archival->batch.lines.length >= BATCH_BYTES
               ? end_batch(archival, error)
               : CPK_OK;
}

/* Gives the file's lines to `work`. */
static cpk_status work_on_lines(struct archival *archival,
                                cpk_status (*work)(struct archival *archival, cpk_error **error), cpk_error **error)
{
    archival->work = work;
    clear_batch(archival);
    CPK_TRY(gzip_lines(&archival->session->engine->context.allocator, archival->file.data, archival->file.length,
                       add_line, archival, error));
    return end_batch(archival, error);
}

/* Under the lease, so that a process that has lost it deletes nothing. */
static cpk_status delete_in_transaction(struct archival *archival, int64_t *deleted, cpk_error **error)
{
    CPK_TRY(store_lease_guard(archival->store, NULL, OWNER_TASK, TASK, archival->lease.owner, error));
    CPK_TRY(store_archive_format(archival->store, error));
    return store_archive_delete(&archival->shape, &archival->batch, deleted, error);
}

static cpk_status delete_batch(struct archival *archival, cpk_error **error)
{
    int64_t deleted = 0;

    CPK_TRY(lease_keep(&archival->lease, error));
    CPK_TRY(store_begin(archival->store, error));
    CPK_TRY(store_end(archival->store, delete_in_transaction(archival, &deleted, error), error));
    archival->report->deleted_rows += deleted;
    return CPK_OK;
}

static cpk_status keep_file(struct archival *archival, int64_t rows, const struct archive_span *span, cpk_error **error)
{
    struct storage *storage = archival->session->engine->storage;
    char sha256[HASH_SHA256_HEX_BYTES];
    char key[KEY_BYTES];
    char manifest[KEY_BYTES];

    CPK_TRY(sha256_of(&archival->file, sha256, error));
    snprintf(key, sizeof key, ARCHIVE_PREFIX "%s/%s/%.*s.jsonl.gz", archive_table_name(archival->table),
             archival->month, KEY_HASH_DIGITS, sha256);
    snprintf(manifest, sizeof manifest, ARCHIVE_PREFIX "%s/%s/%.*s.json", archive_table_name(archival->table),
             archival->month, KEY_HASH_DIGITS, sha256);
    CPK_TRY(storage_put(storage, key, archival->file.data, archival->file.length, error));
    archival->report->files++;
    archival->report->rows += rows;
    archival->report->bytes += (int64_t)archival->file.length;
    CPK_TRY(put_manifest(archival, manifest, sha256, rows, span, error));
    CPK_TRY(verify(archival, key, sha256, error));
    if (!archive_table_is_moved(archival->table)) {
        return CPK_OK;
    }
    return work_on_lines(archival, delete_batch, error);
}

/* --- what is archived already --- */

/* Manifests under a prefix, one after another in a buffer of texts. */
struct manifest_list {
    struct buffer keys; /* each with its NUL */
};

static int32_t take_key(void *user, const char *key, const cpk_blob_info *info)
{
    struct manifest_list *list = user;
    const size_t length = strlen(key);

    (void)info;
    if (length > 5 && strcmp(key + length - 5, ".json") == 0) {
        buffer_append(&list->keys, key, length + 1);
    }
    return 0;
}

static cpk_status list_manifests(struct archival *archival, const char *prefix, struct manifest_list *list,
                                 cpk_error **error)
{
    buffer_init(&list->keys, &archival->session->engine->context.allocator);
    CPK_TRY(storage_list(archival->session->engine->storage, prefix, take_key, list, error));
    return list->keys.failed ? error_out_of_memory(error) : CPK_OK;
}

/* What a manifest says of its file. */
struct manifest {
    struct json_object *parsed;
    const struct archive_table *table;
    const char *engine; /* these are borrowed from it */
    const char *sha256;
    int64_t format;
    int64_t rows;
};

static void manifest_free(struct manifest *manifest)
{
    json_object_put(manifest->parsed);
    manifest->parsed = NULL;
}

/* To be freed whatever is returned. */
static cpk_status read_manifest(struct archival *archival, const char *key, struct manifest *manifest,
                                cpk_error **error)
{
    const char *table;

    memset(manifest, 0, sizeof *manifest);
    buffer_clear(&archival->lines);
    CPK_TRY(storage_get(archival->session->engine->storage, key, &archival->lines, error));
    CPK_TRY(
        json_parse(buffer_text(&archival->lines), archival->lines.length, JSON_DEPTH_MAX, &manifest->parsed, error));
    table = json_member_text(manifest->parsed, "table");
    manifest->table = table != NULL ? archive_table_find(table) : NULL;
    manifest->sha256 = json_member_text(manifest->parsed, "sha256");
    manifest->engine = json_member_text(manifest->parsed, "engine");
    manifest->format = json_member_int64(manifest->parsed, "format", 0);
    manifest->rows = json_member_int64(manifest->parsed, "rows", -1);
    if (manifest->table == NULL || manifest->sha256 == NULL || manifest->engine == NULL ||
        strlen(manifest->sha256) != HASH_SHA256_HEX_BYTES - 1 || manifest->format != FORMAT ||
        json_member_array(manifest->parsed, "columns") == NULL) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "archive", "%s is no manifest of an archive", key);
    }
    return CPK_OK;
}

/* 1 when the archive has the columns that the table has now. */
static int32_t has_all_columns(const struct archival *archival, const struct manifest *manifest)
{
    struct json_object *columns = json_member_array(manifest->parsed, "columns");

    if (json_object_array_length(columns) != archival->shape.columns.count) {
        return 0;
    }
    for (size_t i = 0; i < archival->shape.columns.count; i++) {
        const char *name = json_member_text(json_object_array_get_idx(columns, i), "name");

        if (name == NULL || table_columns_find(&archival->shape.columns, name) == NULL) {
            return 0;
        }
    }
    return 1;
}

static int32_t is_files_fault(cpk_status status)
{
    return status == CPK_ERROR_INVALID_DATA || status == CPK_ERROR_NOT_FOUND;
}

/* The rows of this month that files hold, with every column of the table. A manifest that can't be read holds none: the
 * month is archived again. */
static cpk_status count_archived(struct archival *archival, int64_t *files, int64_t *rows, cpk_error **error)
{
    char prefix[KEY_BYTES];
    struct manifest_list list;
    cpk_status status;

    *files = 0;
    *rows = 0;
    snprintf(prefix, sizeof prefix, ARCHIVE_PREFIX "%s/%s/", archive_table_name(archival->table), archival->month);
    status = list_manifests(archival, prefix, &list, error);
    for (size_t at = 0; status == CPK_OK && at < list.keys.length; at += strlen(list.keys.data + at) + 1) {
        struct manifest manifest;

        status = read_manifest(archival, list.keys.data + at, &manifest, error);
        if (status == CPK_OK && manifest.rows > 0 && has_all_columns(archival, &manifest)) {
            (*files)++;
            *rows += manifest.rows;
        } else if (is_files_fault(status)) {
            error_clear(error);
            status = CPK_OK;
        }
        manifest_free(&manifest);
    }
    buffer_free(&list.keys);
    return status;
}

/* --- a month, a table, all --- */

static cpk_status archive_month(struct archival *archival, struct archive_span *span, cpk_error **error)
{
    int64_t known_files = 0;
    int64_t known_rows = 0;
    int64_t rows;

    set_month(archival, span->from_us);
    CPK_TRY(store_archive_count(archival->store, archival->table, span, &rows, error));
    if (!archive_table_is_moved(archival->table)) {
        CPK_TRY(count_archived(archival, &known_files, &known_rows, error));
    }
    if (known_rows == rows) {
        archival->report->known_files += known_files;
        return CPK_OK;
    }
    for (;;) {
        CPK_TRY(make_file(archival, span, &rows, error));
        if (rows == 0) {
            return CPK_OK;
        }
        CPK_TRY(keep_file(archival, rows, span, error));
    }
}

static cpk_status archive_table_rows(struct archival *archival, cpk_error **error)
{
    const struct context *context = &archival->session->engine->context;
    const int64_t now_us = context_now(context);
    struct archive_span all = {TIME_FIRST_US, month_start(now_us, 0), CPK_TIME_UNKNOWN, ""};

    if (archive_table_is_moved(archival->table)) {
        all.until_us = now_us - context_setting(context, SETTING_MAINTENANCE_WEBHOOK_DAYS) * DAY_US;
    }
    for (;;) {
        struct archive_span month = all;
        int64_t first_us;

        CPK_TRY(store_archive_next(archival->store, archival->table, &all, &first_us, error));
        if (first_us == CPK_TIME_UNKNOWN) {
            return CPK_OK;
        }
        month.from_us = month_start(first_us, 0);
        if (month_start(first_us, 1) < month.until_us) {
            month.until_us = month_start(first_us, 1);
        }
        CPK_TRY(archive_month(archival, &month, error));
        all.from_us = month.until_us;
    }
}

/* Two at once would write files of the same rows, and delete them from under each other. */
static cpk_status take_turn(struct archival *archival, cpk_error **error)
{
    const struct timespec pause = {0, WAIT_MS * 1000000L};

    CPK_TRY(store_task_enter(archival->store, TASK, error));
    for (;;) {
        cpk_status status = lease_acquire(&archival->lease, archival->session, OWNER_TASK, TASK, error);

        if (status != CPK_ERROR_BUSY) {
            return status;
        }
        error_clear(error);
        CPK_TRY(op_progress(archival->op, CPK_STAGE_STORE, archival->report->rows, -1, error));
        nanosleep(&pause, NULL);
    }
}

static cpk_status archive_all(struct archival *archival, cpk_error **error)
{
    cpk_status status = CPK_OK;

    for (size_t i = 0; status == CPK_OK && i < ARCHIVE_TABLES; i++) {
        archival->table = archive_table_at(i);
        archive_shape_free(&archival->shape);
        status = archive_shape_read(&archival->shape, archival->store, archival->table, error);
        if (status == CPK_OK) {
            status = archive_table_rows(archival, error);
        }
    }
    return status;
}

cpk_status archive_run(cpk_session *session, const struct op_context *op, struct archive_report *report,
                       cpk_error **error)
{
    struct archival archival;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    init(&archival, session, op, report);
    status = take_turn(&archival, error);
    if (status == CPK_OK) {
        status = archive_all(&archival, error);
        lease_release(&archival.lease);
    }
    free_parts(&archival);
    return status;
}

/* --- and back --- */

/* The file of a manifest, whole. */
static cpk_status read_file(struct archival *archival, const char *key, struct manifest *manifest, cpk_error **error)
{
    char file_key[KEY_BYTES];
    char sha256[HASH_SHA256_HEX_BYTES];

    CPK_TRY(read_manifest(archival, key, manifest, error));
    snprintf(file_key, sizeof file_key, "%.*s.jsonl.gz", (int)(strlen(key) - 5), key);
    buffer_clear(&archival->file);
    CPK_TRY(storage_get(archival->session->engine->storage, file_key, &archival->file, error));
    CPK_TRY(sha256_of(&archival->file, sha256, error));
    if (strcmp(sha256, manifest->sha256) != 0) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "archive",
                         "%s is not what its manifest says: its SHA-256 is %s", file_key, sha256);
    }
    return CPK_OK;
}

/* Which columns of the table the file's lines go into; refused when this database has not all of them. */
static cpk_status shape_for(struct archival *archival, const char *key, const struct manifest *manifest,
                            cpk_error **error)
{
    struct json_object *columns = json_member_array(manifest->parsed, "columns");
    const char *names[ARCHIVE_COLUMNS_MAX];
    const size_t count = json_object_array_length(columns);

    if (strcmp(manifest->engine, engine_name(archival)) != 0) {
        return error_set(
            error, CPK_ERROR_UNSUPPORTED, "archive",
            "%s is of a database on %s, whose values are written otherwise: restore it into such a database; "
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
    archive_shape_free(&archival->shape);
    archival->table = manifest->table;
    CPK_TRY(archive_shape_read(&archival->shape, archival->store, archival->table, error));
    return archive_shape_limit(&archival->shape, names, count, error);
}

static cpk_status look_for_users(struct archival *archival, cpk_error **error)
{
    CPK_TRY(op_progress(archival->op, CPK_STAGE_STORE, archival->report->rows, -1, error));
    return store_archive_missing_users(&archival->shape, &archival->batch, &archival->missing_ids,
                                       &archival->missing_users, error);
}

static cpk_status restore_batch(struct archival *archival, cpk_error **error)
{
    int64_t inserted = 0;
    cpk_status status;

    CPK_TRY(op_progress(archival->op, CPK_STAGE_STORE, archival->report->rows, -1, error));
    CPK_TRY(store_begin(archival->store, error));
    status = store_archive_format(archival->store, error);
    if (status == CPK_OK) {
        status = store_archive_insert(&archival->shape, &archival->batch, &inserted, error);
    }
    if (status == CPK_OK && archival->dry_run) { /* a dry run does the work, so that what it tells is true */
        status = store_rollback(archival->store, error);
    } else {
        status = store_end(archival->store, status, error);
    }
    CPK_TRY(status);
    archival->report->rows += archival->batch.count;
    archival->report->restored_rows += inserted;
    return CPK_OK;
}

/* Reads a file and hands its lines to `work`; *bytes (may be NULL) grows by what was read. */
static cpk_status work_on_file(struct archival *archival, const char *key,
                               cpk_status (*work)(struct archival *archival, cpk_error **error), int64_t *bytes,
                               cpk_error **error)
{
    struct manifest manifest;
    cpk_status status = read_file(archival, key, &manifest, error);

    if (status == CPK_OK) {
        status = shape_for(archival, key, &manifest, error);
    }
    if (status == CPK_OK) {
        if (bytes != NULL) {
            *bytes += (int64_t)archival->file.length;
        }
        status = work_on_lines(archival, work, error);
    }
    archive_shape_free(&archival->shape); /* its names are the manifest's */
    manifest_free(&manifest);
    return status;
}

static cpk_status restore_file(struct archival *archival, const char *key, cpk_error **error)
{
    CPK_TRY(work_on_file(archival, key, restore_batch, &archival->report->bytes, error));
    archival->report->files++;
    return CPK_OK;
}

/* What would end a restoration half-way is told before anything is written. */
static cpk_status check_file(struct archival *archival, const char *key, cpk_error **error)
{
    return work_on_file(archival, key, look_for_users, NULL, error);
}

static cpk_status check_files(struct archival *archival, const struct manifest_list *list, cpk_error **error)
{
    for (size_t at = 0; at < list->keys.length; at += strlen(list->keys.data + at) + 1) {
        const cpk_status status = check_file(archival, list->keys.data + at, error);

        if (!is_files_fault(status)) {
            CPK_TRY(status);
        }
        error_clear(error); /* told when it is its turn */
    }
    if (archival->missing_users > 0) {
        return error_set(error, CPK_ERROR_CONFLICT, "archive",
                         "the archive has rows of users that the database lacks (%s%s): restore their profiles first; "
                         "nothing was restored",
                         buffer_text(&archival->missing_ids),
                         archival->missing_ids.length >= MISSING_SHOWN_BYTES ? ", ..." : "");
    }
    return CPK_OK;
}

static cpk_status restore_files(struct archival *archival, const struct manifest_list *list, cpk_error **error)
{
    for (size_t at = 0; at < list->keys.length; at += strlen(list->keys.data + at) + 1) {
        cpk_error *problem = NULL;
        cpk_status status = restore_file(archival, list->keys.data + at, &problem);

        if (is_files_fault(status)) {
            archival->report->damaged_files++;
            op_note(archival->op, CPK_NOTE_DAMAGED, list->keys.data + at, cpk_error_message(problem));
            cpk_error_free(problem);
        } else if (status != CPK_OK) {
            (void)error_give(error, problem);
            return status;
        }
    }
    return CPK_OK;
}

cpk_status archive_restore(cpk_session *session, const char *table, int32_t dry_run, const struct op_context *op,
                           struct archive_report *report, cpk_error **error)
{
    char prefix[KEY_BYTES] = ARCHIVE_PREFIX;
    struct manifest_list list;
    struct archival archival;
    cpk_status status;

    CPK_TRY(engine_need_storage(session->engine, error));
    if (store_actor_kind(session->store) == CPK_ACTOR_USER) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, "archive", "only the service may restore rows");
    }
    if (table != NULL) {
        if (archive_table_find(table) == NULL) {
            return error_set(error, CPK_ERROR_INVALID_ARGUMENT, "archive", "no archive is kept of a table \"%s\"",
                             table);
        }
        snprintf(prefix, sizeof prefix, ARCHIVE_PREFIX "%s/", table);
    }
    init(&archival, session, op, report);
    archival.dry_run = dry_run;
    status = list_manifests(&archival, prefix, &list, error);
    if (status == CPK_OK) {
        status = check_files(&archival, &list, error);
    }
    if (status == CPK_OK) {
        status = restore_files(&archival, &list, error);
    }
    buffer_free(&list.keys);
    free_parts(&archival);
    return status;
}

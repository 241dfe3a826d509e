#include "maintenance/health.h"

#include "base/error.h"
#include "base/json/json_view.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "database/migrate.h"
#include "engine/blob_guard.h"
#include "engine/blob_reader.h"
#include "engine/lease_owner.h"
#include "engine/session.h"
#include "ingest/extraction.h"
#include "maintenance/blob_index.h"
#include "store/chunk.h"
#include "store/deletion.h"
#include "store/folder.h"
#include "store/odd_value.h"
#include "store/pack.h"
#include "store/transaction.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES            2048
#define UNCHECKED_REPORTS_MAX 50 /* reports of unchecked rows and blobs; further ones are only counted */
#define FOLDER_REPORTS_MAX    50

struct health {
    cpk_engine *engine;
    cpk_session *session; /* of the service */
    cpk_check_fn report;
    void *user;
    int32_t failures;
    int64_t users;
    int64_t sources;
    int64_t blobs;
    int64_t missing;
    int64_t orphans;
    int64_t unchecked;      /* rows and blobs that could not be read */
    int64_t unknown;        /* blobs that no row names and whose keys this library does not create */
    int64_t unlisted_users; /* users whose folder overlaps another's: not searched for orphans */
    int64_t named;          /* blobs that rows name, present or not */
    int64_t odd_values;
    int64_t unfinished;
    int64_t odd_folders;
    int64_t miscounts;
    struct blob_index index; /* of the user being checked */
};

static void report_check(struct health *health, int32_t outcome, const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void report_check(struct health *health, int32_t outcome, const char *subject, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    utf8_clean_line(line);
    health->failures += outcome == CPK_CHECK_FAILED;
    health->report(health->user, outcome, subject, line);
}

static void check_schema(struct health *health)
{
    int64_t applied;
    int64_t known;
    cpk_error *error = NULL;

    if (database_version(health->engine->database, &applied, &known, &error) != CPK_OK) {
        report_check(health, CPK_CHECK_FAILED, "database", "%s", cpk_error_message(error));
    } else if (applied > known) {
        report_check(health, CPK_CHECK_PASSED, "database",
                     "schema %lld, newer than this version's %lld and compatible with it", (long long)applied,
                     (long long)known);
    } else if (applied != known) {
        report_check(health, CPK_CHECK_FAILED, "database", "schema %lld, this version needs %lld: run migrate",
                     (long long)applied, (long long)known);
    } else {
        report_check(health, CPK_CHECK_PASSED, "database", "schema %lld, up to date", (long long)applied);
    }
    cpk_error_free(error);
}

/* A cpk_database_report_fn. */
static void report_damage(void *user, int32_t outcome, const char *text)
{
    report_check(user, outcome, "database", "%s", text);
}

static void check_damage(struct health *health)
{
    cpk_error *error = NULL;
    cpk_status status = database_check(health->engine->database, report_damage, health, &error);

    if (status != CPK_OK) {
        report_check(health, status == CPK_ERROR_UNSUPPORTED ? CPK_CHECK_WARNING : CPK_CHECK_FAILED, "database",
                     "not checked for damage: %s", cpk_error_message(error));
    }
    cpk_error_free(error);
}

static cpk_status try_storage(struct health *health, cpk_error **error)
{
    static const char text[] = "contextpack";
    struct storage *storage = health->engine->storage;
    char key[64] = "contextpack-check/";
    struct buffer back;
    cpk_status status;

    CPK_TRY(uuid_create(&health->engine->context, key + strlen(key), error));
    buffer_init(&back, &health->engine->context.allocator);
    CPK_TRY_CLEANUP(storage_put(storage, key, text, sizeof text, error));
    status = storage_get(storage, key, &back, error);
    if (status != CPK_OK) {
        (void)storage_remove(storage, key, NULL);
        goto cleanup;
    }
    CPK_TRY_CLEANUP(storage_remove(storage, key, error));
    if (back.length != sizeof text || memcmp(back.data, text, sizeof text) != 0) {
        status = error_set(error, CPK_ERROR_STORAGE, "storage", "a blob reads back with other content than written");
    }
cleanup:
    buffer_free(&back);
    return status;
}

static void check_storage(struct health *health)
{
    cpk_error *error = NULL;

    if (try_storage(health, &error) == CPK_OK) {
        report_check(health, CPK_CHECK_PASSED, "storage", "writes, reads and removes");
    } else {
        report_check(health, CPK_CHECK_FAILED, "storage", "%s", cpk_error_message(error));
    }
    cpk_error_free(error);
}

static void report_drift(void *user, const char *user_id, const struct ledger_balance *balance)
{
    report_check(user, CPK_CHECK_FAILED, "ledger", "user %s has %lld credits, the ledger sums to %lld", user_id,
                 (long long)balance->balance, (long long)(balance->opening + balance->transactions - balance->holds));
}

static void check_ledger(struct health *health)
{
    int64_t drifted;
    cpk_error *error = NULL;

    if (store_ledger_check(health->session->work, report_drift, health, &drifted, &error) != CPK_OK) {
        report_check(health, CPK_CHECK_FAILED, "ledger", "not all balances were checked: %s", cpk_error_message(error));
    } else if (drifted == 0) {
        report_check(health, CPK_CHECK_PASSED, "ledger", "every balance matches the ledger");
    }
    cpk_error_free(error);
}

/* Reports a value that the library reads as a different one, with an UPDATE statement that repairs it. */
static void report_odd_value(void *user, const struct odd_value *odd_values)
{
    struct health *health = user;

    health->odd_values++;
    report_check(health, CPK_CHECK_FAILED, "values",
                 "%s %s: %s %s; to repair it: UPDATE %s SET %s = %s WHERE %s = '%s'", odd_values->table, odd_values->id,
                 odd_values->column, odd_values->what, odd_values->table, odd_values->column, odd_values->repair,
                 odd_values->id_column, odd_values->id);
}

/* Reports a hold that cpk_holds_expire() skips because its credits would overflow the balance. */
static void report_stuck_hold(void *user, const char *user_id, const char *hold_id, int64_t remaining, int64_t balance)
{
    struct health *health = user;

    health->odd_values++;
    report_check(health, CPK_CHECK_FAILED, "values",
                 "the hold %s of user %s can't return %lld credits to a balance of %lld, which has 32 bits: remove "
                 "credits first (cpk_credits_clawback), then expire holds again",
                 hold_id, user_id, (long long)remaining, (long long)balance);
}

static void check_values(struct health *health)
{
    cpk_error *error = NULL;
    cpk_error *hold_error = NULL;
    const cpk_status odd_values = store_odd_value_list(health->session->store, report_odd_value, health, &error);
    const cpk_status stuck = store_stuck_hold_list(health->session->store, report_stuck_hold, health, &hold_error);

    if (odd_values != CPK_OK) {
        report_check(health, CPK_CHECK_FAILED, "values", "not all values were checked: %s", cpk_error_message(error));
    }
    if (stuck != CPK_OK) {
        report_check(health, CPK_CHECK_FAILED, "values", "not all holds were checked: %s",
                     cpk_error_message(hold_error));
    }
    if (odd_values == CPK_OK && stuck == CPK_OK && health->odd_values == 0) {
        report_check(health, CPK_CHECK_PASSED, "values", "times, amounts and counts are valid");
    }
    cpk_error_free(error);
    cpk_error_free(hold_error);
}

/* Totals of packs, which are changed by difference. Other programs write them, too, so the report is a warning. */
static void report_miscount(void *user, const struct pack_miscount *miscount)
{
    struct health *health = user;

    health->miscounts++;
    report_check(health, CPK_CHECK_WARNING, "packs",
                 "the pack %s of user %s says %lld sources with %lld tokens, and has %lld with %lld; to repair it: "
                 "UPDATE packs_v2 SET total_sources = %lld, total_tokens = %lld WHERE pack_id = '%s'",
                 miscount->pack_id, miscount->user_id, (long long)miscount->sources, (long long)miscount->tokens,
                 (long long)miscount->counted, (long long)miscount->summed, (long long)miscount->counted,
                 (long long)miscount->summed, miscount->pack_id);
}

static void check_totals(struct health *health)
{
    cpk_error *error = NULL;

    if (store_pack_list_miscounted(health->session->store, report_miscount, health, &error) != CPK_OK) {
        report_check(health, CPK_CHECK_FAILED, "packs", "not all packs were counted: %s", cpk_error_message(error));
    } else if (health->miscounts == 0) {
        report_check(health, CPK_CHECK_PASSED, "packs", "every pack's totals match its sources");
    }
    cpk_error_free(error);
}

typedef int32_t (*exists_fn)(const struct blob_index *index, const char *id);

/* A blob that a row names. */
struct named_blob {
    const char *key;  /* NULL: the row names no blob */
    const char *what; /* for messages: "the text of a source" */
    const char *repair;
    const char *id; /* the row's id */
    exists_fn exists;
    int64_t size_bytes; /* -1: any */
    const char *sha256; /* NULL: any */
};

static void report_blob(struct health *health, const struct named_blob *blob, const char *state)
{
    if (blob->exists(&health->index, blob->id)) { /* the row may have been deleted during the check */
        health->missing++;
        report_check(health, CPK_CHECK_FAILED, "blobs", "%s is %s: %s; %s", blob->what, state, blob->key, blob->repair);
    }
}

/* Counts and reports what could not be checked. Only running out of memory ends the check. */
static cpk_status report_unchecked(struct health *health, const char *what, const char *id, cpk_status status,
                                   cpk_error *problem, cpk_error **error)
{
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_give(error, problem);
    }
    if (status != CPK_OK && ++health->unchecked <= UNCHECKED_REPORTS_MAX) {
        report_check(health, CPK_CHECK_FAILED, "blobs", "%s %s can't be checked: %s", what, id,
                     cpk_error_message(problem));
    }
    cpk_error_free(problem);
    return CPK_OK;
}

static cpk_status check_stored_blob(struct health *health, const struct named_blob *blob, cpk_error **error)
{
    const struct context *context = &health->engine->context;
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};
    int32_t is_whole = 1;
    cpk_status status;

    status = storage_stat(health->engine->storage, blob->key, &info, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        report_blob(health, blob, "missing");
        return CPK_OK;
    }
    if (status == CPK_ERROR_INVALID_ARGUMENT) { /* other programs write rows, too */
        error_clear(error);
        report_blob(health, blob, "named by an invalid key");
        return CPK_OK;
    }
    CPK_TRY(status);
    if (blob->size_bytes >= 0 && info.size_bytes != blob->size_bytes) {
        is_whole = 0;
    } else if (blob->sha256 != NULL) {
        CPK_TRY(blob_has_hash(health->engine->storage, blob->key, blob->sha256, &is_whole, &context->allocator, error));
    }
    if (!is_whole) {
        report_blob(health, blob, "damaged");
    }
    return CPK_OK;
}

static cpk_status check_blob(struct health *health, const struct named_blob *blob, cpk_error **error)
{
    cpk_error *problem = NULL;
    cpk_status status;

    if (blob->key == NULL) {
        return CPK_OK;
    }
    health->named++;
    if (health->engine->storage == NULL) {
        return CPK_OK; /* reported once, by report_blob_totals() */
    }
    status = check_stored_blob(health, blob, &problem);
    return report_unchecked(health, blob->what, blob->key, status, problem, error);
}

/* Returns 1 if no live process holds the lease. */
static int32_t is_abandoned(const struct health *health, const char *lease_owner, int64_t lease_expires_us)
{
    return lease_owner == NULL || lease_owner_is_gone(lease_owner) ||
           lease_expires_us < context_now(&health->engine->context);
}

#define REPAIR_RAW       "add the same file again"
#define REPAIR_EXTRACTED "add the same file again, then run its source"
#define REPAIR_JOB       "run the job again, or delete it and create it again"
#define REPAIR_EXPORT    "create the document again"

/* The blobs that extraction and analysis of a source or a job stored. */
struct extracted {
    int32_t kind; /* OWNER_SOURCE or OWNER_JOB */
    const char *id;
    exists_fn exists;
    const char *raw_key;
    const char *text_key;
    const char *index_key;
    const char *sha256; /* of the raw bytes; NULL: another program's row, whose chunks do not describe blobs */
};

static cpk_status hash_range(const struct health *health, const char *key, int64_t offset, int64_t length,
                             struct hash_sha256 *hash, cpk_error **error)
{
    return blob_hash_range(health->engine->storage, &(struct blob_range){key, offset, length}, hash,
                           &health->engine->context.allocator, error);
}

/* Compares the hash of a chunk's ranges in text and index. Missing and truncated blobs count as whole here:
 * check_texts() reports them. */
static cpk_status chunk_is_whole(const struct health *health, const struct extracted *extracted,
                                 const struct store_chunk *chunk, int32_t *is_whole, cpk_error **error)
{
    char hex[HASH_SHA256_HEX_BYTES];
    struct hash_sha256 hash;
    cpk_status status;

    *is_whole = 1;
    CPK_TRY(hash_sha256_start(&hash, error));
    status = hash_range(health, extracted->text_key, chunk->text_offset, chunk->text_length, &hash, error);
    if (status == CPK_OK) {
        status = hash_range(health, extracted->index_key, chunk->index_offset, chunk->index_length, &hash, error);
    }
    status = hash_sha256_finish_hex(&hash, status, hex, error);
    if (status == CPK_ERROR_NOT_FOUND || status == CPK_ERROR_STORAGE) {
        error_clear(error);
        return CPK_OK;
    }
    CPK_TRY(status);
    *is_whole = strcmp(hex, chunk->content_sha256) == 0;
    return status;
}

static cpk_status check_chunk(struct health *health, const struct extracted *extracted, const struct store_chunk *chunk,
                              cpk_error **error)
{
    const char *repair = extracted->kind == OWNER_SOURCE ? REPAIR_EXTRACTED : REPAIR_JOB;
    struct named_blob part = {.key = extracted->text_key,
                              .what = "part of a text or of its index",
                              .repair = repair,
                              .id = extracted->id,
                              .exists = extracted->exists};
    const struct named_blob answer = {.key = chunk->result_key,
                                      .what = "the answer for a chunk",
                                      .repair = repair,
                                      .id = extracted->id,
                                      .exists = extracted->exists,
                                      .size_bytes = -1,
                                      .sha256 = chunk->result_sha256};
    int32_t is_whole = 1;

    if (extracted->sha256 != NULL && chunk->content_sha256 != NULL && health->engine->storage != NULL) {
        cpk_error *problem = NULL;
        const cpk_status status = chunk_is_whole(health, extracted, chunk, &is_whole, &problem);

        CPK_TRY(report_unchecked(health, part.what, extracted->text_key, status, problem, error));
    }
    if (!is_whole) {
        report_blob(health, &part, "damaged");
    }
    return check_blob(health, &answer, error);
}

static cpk_status check_texts(struct health *health, const struct extracted *extracted,
                              const struct record_list *chunks, cpk_error **error)
{
    int32_t is_source = extracted->kind == OWNER_SOURCE;
    struct named_blob blob = {.id = extracted->id, .exists = extracted->exists, .size_bytes = -1};
    int64_t text_bytes = -1;
    int64_t index_bytes = -1;

    if (extracted->sha256 != NULL && chunks->count > 0) {
        extraction_sizes(chunks, &text_bytes, &index_bytes);
    }
    blob.key = extracted->raw_key;
    blob.what = is_source ? "the raw file of a source" : "the raw file of a job";
    blob.repair = is_source ? REPAIR_RAW : REPAIR_JOB;
    blob.sha256 = extracted->sha256;
    CPK_TRY(check_blob(health, &blob, error));
    blob.key = extracted->text_key;
    blob.what = is_source ? "the text of a source" : "the text of a job";
    blob.repair = is_source ? REPAIR_EXTRACTED : REPAIR_JOB;
    blob.sha256 = NULL;
    blob.size_bytes = text_bytes;
    CPK_TRY(check_blob(health, &blob, error));
    blob.key = extracted->index_key;
    blob.what = is_source ? "the index of a source" : "the index of a job";
    blob.size_bytes = index_bytes;
    return check_blob(health, &blob, error);
}

static cpk_status check_extracted(struct health *health, const struct extracted *extracted, cpk_error **error)
{
    struct record_list *chunks = NULL;
    cpk_status status;

    CPK_TRY(store_chunk_list(health->session->work,
                             &(struct work_key){health->index.user_id, extracted->kind, extracted->id, NULL}, &chunks,
                             error));
    CPK_TRY_CLEANUP(check_texts(health, extracted, chunks, error));
    for (size_t i = 0; i < chunks->count; i++) {
        CPK_TRY_CLEANUP(check_chunk(health, extracted, chunks->items[i], error));
    }
cleanup:
    record_list_free(chunks);
    return status;
}

static void count_unfinished(struct health *health, int32_t is_at_end, const char *lease_owner,
                             int64_t lease_expires_us)
{
    health->unfinished += !is_at_end && is_abandoned(health, lease_owner, lease_expires_us);
}

static cpk_status check_source(void *user, const cpk_source *source, cpk_error **error)
{
    struct health *health = user;
    const struct extracted extracted = {OWNER_SOURCE,        source->source_id,         blob_index_has_source,
                                        source->r2_raw_path, source->r2_extracted_path, source->r2_chunked_path,
                                        source->sha256};

    health->sources++;
    count_unfinished(health, source->status_code == CPK_SOURCE_COMPLETED || source->status_code == CPK_SOURCE_FAILED,
                     source->lease_owner, source->lease_expires_us);
    if (source->r2_extracted_path != NULL) { /* NULL: not extracted yet */
        CPK_TRY(check_extracted(health, &extracted, error));
    }
    return CPK_OK;
}

/* Parses a document's JSON, because no row has its hash. A missing blob counts as whole: check_export() reports it. */
static cpk_status json_is_whole(const struct health *health, const char *key, int32_t *is_whole, cpk_error **error)
{
    const struct context *context = &health->engine->context;
    struct json_doc doc;
    struct buffer text;
    cpk_status status;

    *is_whole = 1;
    json_doc_init(&doc, &context->allocator);
    buffer_init(&text, &context->allocator);
    status = storage_get(health->engine->storage, key, &text, error);
    if (status == CPK_OK) {
        status = json_doc_read(&doc, buffer_text(&text), text.length, JSON_DEPTH_MAX, SIZE_MAX);
        *is_whole = status != CPK_ERROR_INVALID_DATA && status != CPK_ERROR_LIMIT_EXCEEDED;
        status = *is_whole ? status : CPK_OK;
    }
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        error_clear(error);
        status = error_out_of_memory(error);
    }
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        status = CPK_OK;
    }
    buffer_free(&text);
    json_doc_free(&doc);
    return status;
}

static cpk_status check_export(void *user, const cpk_export *result, cpk_error **error)
{
    struct health *health = user;
    struct named_blob document = {result->r2_path,       "an export", REPAIR_EXPORT, result->export_id,
                                  blob_index_has_export, -1,          NULL};
    cpk_error *problem = NULL;
    int32_t is_whole = 1;
    cpk_status status;

    count_unfinished(health, result->status_code == CPK_EXPORT_READY || result->status_code == CPK_EXPORT_FAILED,
                     result->lease_owner, result->lease_expires_us);
    if (result->status_code == CPK_EXPORT_READY) {
        document.size_bytes = result->fingerprint != NULL ? result->file_size_bytes : -1;
        CPK_TRY(check_blob(health, &document, error));
        document.key = result->json_key;
        document.what = "the JSON of an export";
        document.size_bytes = -1;
        CPK_TRY(check_blob(health, &document, error));
    }
    if (result->status_code == CPK_EXPORT_READY && result->json_key != NULL && health->engine->storage != NULL) {
        status = json_is_whole(health, result->json_key, &is_whole, &problem);
        CPK_TRY(report_unchecked(health, document.what, result->json_key, status, problem, error));
        if (!is_whole) {
            report_blob(health, &document, "damaged");
        }
    }
    return CPK_OK;
}

/* Skips jobs of another program: the layout of their blobs is unknown. */
static cpk_status check_job(void *user, const cpk_job *job, cpk_error **error)
{
    struct health *health = user;
    const struct extracted extracted = {OWNER_JOB,     job->job_id,    blob_index_has_job, job->r2_path,
                                        job->text_key, job->index_key, job->sha256};

    if (!job->is_ours) {
        return CPK_OK;
    }
    count_unfinished(health, job->status_code == CPK_JOB_COMPLETED || job->status_code == CPK_JOB_FAILED,
                     job->lease_owner, job->lease_expires_us);
    return job->text_key != NULL ? check_extracted(health, &extracted, error) : CPK_OK;
}

static cpk_status check_legacy_pack(void *user, const cpk_legacy_pack *pack, cpk_error **error)
{
    const struct named_blob document = {
        pack->r2_pack_path, "the document of a V1 pack", REPAIR_JOB, pack->job_id, blob_index_has_job, -1, NULL};

    return check_blob(user, &document, error);
}

/* A guard_blob_fn. */
static int32_t count_blob(void *user, const struct blob_guard *guard, const char *key, const cpk_blob_info *info,
                          int32_t verdict)
{
    struct health *health = user;

    (void)guard;
    (void)info;
    health->blobs++;
    health->unknown += verdict == GUARD_UNKNOWN;
    if (verdict == GUARD_FREE) {
        health->orphans++;
        report_check(health, CPK_CHECK_FAILED, "blobs", "no row names %s; contextpack maintenance sweep removes it",
                     key);
    }
    return 0;
}

static cpk_status list_blobs(struct health *health, const cpk_user *user, cpk_error **error)
{
    struct blob_guard guard;

    if (health->engine->storage == NULL) {
        return CPK_OK;
    }
    CPK_TRY(blob_guard_init(&guard, health->engine, health->session->store, GUARD_SWEEP,
                            &(struct blob_owner){user->id, NULL, user->r2_user_directory}, error));
    if (!blob_guard_is_listed(&guard)) {
        health->unlisted_users++;
        return CPK_OK;
    }
    return blob_guard_list(&guard, guard.folder, count_blob, health, error);
}

/* Warns about an account deletion that was interrupted. */
static cpk_status check_deletion(struct health *health, const cpk_user *user, cpk_error **error)
{
    struct account_deletion deletion;
    cpk_status status;

    if (user->deleted_us == CPK_TIME_UNKNOWN) {
        return CPK_OK;
    }
    status = store_deletion_get(health->session->store, user->id, &deletion, error);
    if (status == CPK_OK && deletion.finished_us == CPK_TIME_UNKNOWN) {
        report_check(health, CPK_CHECK_WARNING, "users", "the deletion of user %s was interrupted: delete it again",
                     user->id);
    }
    account_deletion_free(&deletion);
    return status;
}

/* A failure in one part is reported and does not prevent the others from being checked. */
static cpk_status check_user(void *user, void **item, cpk_error **error)
{
    struct health *health = user;
    const cpk_user *profile = *item;
    cpk_error *problem = NULL;
    cpk_status status;

    health->users++;
    status = check_deletion(health, profile, &problem);
    CPK_TRY(report_unchecked(health, "the deletion of user", profile->id, status, problem, error));
    problem = NULL;
    status = blob_index_read(&health->index, profile, &problem);
    CPK_TRY(report_unchecked(health, "the rows of user", profile->id, status, problem, error));
    problem = NULL;
    status = list_blobs(health, profile, &problem);
    return report_unchecked(health, "the blobs of user", profile->id, status, problem, error);
}

static void skip_user(void *user, const cpk_user *profile, const cpk_error *problem)
{
    struct health *health = user;

    health->unchecked++;
    report_check(health, CPK_CHECK_FAILED, "blobs", "the rows and blobs of user %s can't be checked: %s", profile->id,
                 cpk_error_message(problem));
}

static void skip_row(void *user, const char *what, const char *id, const cpk_error *problem)
{
    struct health *health = user;

    if (++health->unchecked <= UNCHECKED_REPORTS_MAX) {
        report_check(health, CPK_CHECK_FAILED, "blobs", "%s %s can't be checked: %s", what, id,
                     cpk_error_message(problem));
    }
}

static void report_blob_totals(struct health *health, int32_t is_whole)
{
    if (health->engine->storage == NULL) {
        report_check(health, CPK_CHECK_WARNING, "storage",
                     "the engine has no storage, or its folder does not exist: %lld stored files were not checked",
                     (long long)health->named);
    }
    if (health->unchecked > 0) {
        report_check(health, CPK_CHECK_FAILED, "blobs", "%lld rows, blobs or folders could not be checked",
                     (long long)health->unchecked);
    } else if (health->missing == 0 && health->orphans == 0 && is_whole && health->engine->storage != NULL &&
               health->unlisted_users == 0) {
        report_check(health, CPK_CHECK_PASSED, "blobs",
                     "%lld blobs of %lld sources of %lld users: none damaged, missing or orphaned",
                     (long long)health->blobs, (long long)health->sources, (long long)health->users);
    }
    if (health->unknown > 0) {
        report_check(health, CPK_CHECK_WARNING, "blobs",
                     "%lld blobs that no row names are kept: another program may have created them",
                     (long long)health->unknown);
    }
    if (health->unlisted_users > 0) {
        report_check(health, CPK_CHECK_FAILED, "blobs",
                     "the folders of %lld users overlap others or can't be used: they were not searched for blobs "
                     "without a row",
                     (long long)health->unlisted_users);
    }
}

static void report_work_totals(struct health *health, int32_t is_whole)
{
    if (health->unfinished > 0) {
        report_check(health, CPK_CHECK_WARNING, "work",
                     "%lld sources, exports or jobs are unfinished and no process is working on them: run them again",
                     (long long)health->unfinished);
    }
    if (!is_whole) {
        report_check(health, CPK_CHECK_FAILED, "work", "not all sources, exports and jobs were checked");
    } else if (health->unfinished == 0) {
        report_check(health, CPK_CHECK_PASSED, "work", "no source, export or job was left unfinished");
    }
}

static void check_rows(struct health *health)
{
    const struct blob_index_visitor visitor = {health,    check_source,      check_export,
                                               check_job, check_legacy_pack, skip_row};
    cpk_error *error = NULL;
    cpk_status status;

    blob_index_init(&health->index, health->engine, health->session->store, &visitor);
    status = for_each_user(health->session->store, check_user, skip_user, health, &error);
    if (status != CPK_OK) {
        report_check(health, CPK_CHECK_FAILED, "users", "only %lld users were checked: %s", (long long)health->users,
                     cpk_error_message(error));
    }
    report_blob_totals(health, status == CPK_OK);
    report_work_totals(health, status == CPK_OK && health->unchecked == 0);
    cpk_error_free(error);
}

/* --- folders --- */

/* The last folder that is not inside another: the list is ordered so that folders inside it follow. */
struct folder_check {
    struct health *health;
    char user_id[UUID_TEXT_BYTES];
    char directory[FOLDER_BYTES_MAX + 1];
    int64_t users;
};

static void report_folder(struct health *health, const char *user_id, const char *directory, const char *what,
                          const char *whose)
{
    if (++health->odd_folders <= FOLDER_REPORTS_MAX) {
        report_check(
            health, CPK_CHECK_FAILED, "folders",
            "the storage folder of user %s (r2_user_directory, \"%.200s\") %s%s; to repair it: move its blobs to "
            "a folder of its own and change the paths of its rows",
            user_id, directory, what, whose);
    }
}

/* A folder_fn. */
static cpk_status check_folder(void *user, const char *user_id, const char *directory, cpk_error **error)
{
    struct folder_check *check = user;
    const char *start = directory + strspn(directory, "/");
    const char *problem = folder_problem(directory);
    size_t length = strlen(start);

    (void)error;
    check->users++;
    while (length > 0 && start[length - 1] == '/') {
        length--;
    }
    if (problem != NULL) {
        report_folder(check->health, user_id, directory, problem, "");
    }
    if (length == 0 || length > FOLDER_BYTES_MAX) {
        return CPK_OK;
    }
    if (check->directory[0] != '\0' && strlen(check->directory) == length &&
        strncmp(check->directory, start, length) == 0) {
        report_folder(check->health, user_id, directory, "is also used by user ", check->user_id);
    } else if (check->directory[0] != '\0' && folder_holds(check->directory, strlen(check->directory), start)) {
        report_folder(check->health, user_id, directory, "is inside that of user ", check->user_id);
    } else {
        snprintf(check->directory, sizeof check->directory, "%.*s", (int)length, start);
        snprintf(check->user_id, sizeof check->user_id, "%s", user_id);
    }
    return CPK_OK;
}

static void check_folders(struct health *health)
{
    struct folder_check check = {.health = health};
    cpk_error *error = NULL;

    if (store_folder_list(health->session->store, check_folder, &check, &error) != CPK_OK) {
        report_check(health, CPK_CHECK_FAILED, "folders", "not all storage folders were checked: %s",
                     cpk_error_message(error));
    } else if (health->odd_folders > FOLDER_REPORTS_MAX) {
        report_check(health, CPK_CHECK_FAILED, "folders", "%lld more storage folders overlap others or can't be used",
                     (long long)health->odd_folders - FOLDER_REPORTS_MAX);
    } else if (health->odd_folders == 0) {
        report_check(health, CPK_CHECK_PASSED, "folders", "each of %lld users has a separate storage folder",
                     (long long)check.users);
    }
    cpk_error_free(error);
}

cpk_status health_check(cpk_engine *engine, cpk_check_fn report, void *user, int32_t *failures, cpk_error **error)
{
    cpk_actor actor = {sizeof actor, CPK_ACTOR_SERVICE, NULL};
    struct health health;

    *failures = 0;
    CPK_TRY(engine_need_database(engine, error));
    memset(&health, 0, sizeof health);
    health.engine = engine;
    health.report = report;
    health.user = user;
    CPK_TRY(session_create(engine, &actor, &health.session, error));
    check_schema(&health);
    check_damage(&health);
    check_ledger(&health);
    check_values(&health);
    check_totals(&health);
    check_folders(&health);
    if (engine->storage != NULL) {
        check_storage(&health);
    }
    check_rows(&health);
    session_free(health.session);
    *failures = health.failures;
    return CPK_OK;
}

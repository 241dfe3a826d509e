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
#include "store/deletion.h"
#include "store/folder.h"
#include "store/odd_value.h"
#include "store/transaction.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES       2048
#define TOLD_UNSEEN_MAX  50 /* lines on what could not be looked at; the rest is counted */
#define TOLD_FOLDERS_MAX 50

struct health {
    cpk_engine *engine;
    cpk_session *session; /* the service's */
    cpk_check_fn report;
    void *user;
    int32_t failures;
    int64_t users;
    int64_t sources;
    int64_t blobs;
    int64_t missing;
    int64_t orphans;
    int64_t unseen;         /* rows and blobs that could not be looked at */
    int64_t unknown;        /* blobs that no row names, and that this library does not make */
    int64_t unlisted_users; /* whose folder is not theirs alone: what no row names in it is not looked for */
    int64_t named;          /* blobs that rows name */
    int64_t odd;            /* values */
    int64_t unfinished;
    int64_t odd_folders;
    struct blob_index index; /* of the user whose rows and blobs are looked at */
};

static void tell(struct health *health, int32_t outcome, const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void tell(struct health *health, int32_t outcome, const char *subject, const char *format, ...)
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
        tell(health, CPK_CHECK_FAILED, "database", "%s", cpk_error_message(error));
    } else if (applied > known) {
        tell(health, CPK_CHECK_PASSED, "database", "schema %lld, newer than this version's %lld, which can use it",
             (long long)applied, (long long)known);
    } else if (applied != known) {
        tell(health, CPK_CHECK_FAILED, "database", "schema %lld, this version needs %lld: run migrate",
             (long long)applied, (long long)known);
    } else {
        tell(health, CPK_CHECK_PASSED, "database", "schema %lld, up to date", (long long)applied);
    }
    cpk_error_free(error);
}

/* A cpk_database_report_fn. */
static void tell_damage(void *user, int32_t outcome, const char *text)
{
    tell(user, outcome, "database", "%s", text);
}

static void check_damage(struct health *health)
{
    cpk_error *error = NULL;
    cpk_status status = database_check(health->engine->database, tell_damage, health, &error);

    if (status != CPK_OK) {
        tell(health, status == CPK_ERROR_UNSUPPORTED ? CPK_CHECK_WARNING : CPK_CHECK_FAILED, "database",
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
        status = error_set(error, CPK_ERROR_STORAGE, "storage", "a blob came back changed");
    }
cleanup:
    buffer_free(&back);
    return status;
}

static void check_storage(struct health *health)
{
    cpk_error *error = NULL;

    if (try_storage(health, &error) == CPK_OK) {
        tell(health, CPK_CHECK_PASSED, "storage", "writes, reads and removes");
    } else {
        tell(health, CPK_CHECK_FAILED, "storage", "%s", cpk_error_message(error));
    }
    cpk_error_free(error);
}

static void tell_drift(void *user, const char *user_id, const struct ledger_balance *balance)
{
    tell(user, CPK_CHECK_FAILED, "ledger", "user %s has %lld credits, the ledger says %lld", user_id,
         (long long)balance->balance, (long long)(balance->opening + balance->transactions - balance->holds));
}

static void check_ledger(struct health *health)
{
    int64_t drifted;
    cpk_error *error = NULL;

    if (store_ledger_check(health->session->work, tell_drift, health, &drifted, &error) != CPK_OK) {
        tell(health, CPK_CHECK_FAILED, "ledger", "not all balances were looked at: %s", cpk_error_message(error));
    } else if (drifted == 0) {
        tell(health, CPK_CHECK_PASSED, "ledger", "every balance is what the transactions say");
    }
    cpk_error_free(error);
}

/* Values that are read as others: the statement sets one that is not. */
static void tell_odd(void *user, const struct odd_value *odd)
{
    struct health *health = user;

    health->odd++;
    tell(health, CPK_CHECK_FAILED, "values", "%s %s: %s %s; to repair it: UPDATE %s SET %s = %s WHERE %s = '%s'",
         odd->table, odd->id, odd->column, odd->what, odd->table, odd->column, odd->repair, odd->id_column, odd->id);
}

/* A hold of which nobody can take the credits back: cpk_holds_expire() passes it by. */
static void tell_stuck(void *user, const char *user_id, const char *hold_id, int64_t remaining, int64_t balance)
{
    struct health *health = user;

    health->odd++;
    tell(health, CPK_CHECK_FAILED, "values",
         "the hold %s of user %s can't give back %lld credits to a balance of %lld, which has 32 bits: take credits "
         "back "
         "first (cpk_credits_clawback), then expire holds again",
         hold_id, user_id, (long long)remaining, (long long)balance);
}

static void check_values(struct health *health)
{
    cpk_error *error = NULL;
    cpk_error *hold_error = NULL;
    const cpk_status odd = store_odd_value_list(health->session->store, tell_odd, health, &error);
    const cpk_status stuck = store_stuck_hold_list(health->session->store, tell_stuck, health, &hold_error);

    if (odd != CPK_OK) {
        tell(health, CPK_CHECK_FAILED, "values", "not all values were looked at: %s", cpk_error_message(error));
    }
    if (stuck != CPK_OK) {
        tell(health, CPK_CHECK_FAILED, "values", "not all holds were looked at: %s", cpk_error_message(hold_error));
    }
    if (odd == CPK_OK && stuck == CPK_OK && health->odd == 0) {
        tell(health, CPK_CHECK_PASSED, "values", "times, amounts and counts are read as they are");
    }
    cpk_error_free(error);
    cpk_error_free(hold_error);
}

typedef int32_t (*is_there_fn)(const struct blob_index *index, const char *id);

/* A blob that a row names. */
struct named_blob {
    const char *key;  /* NULL: there is nothing to be there */
    const char *what; /* "the text of a source" */
    const char *repair;
    const char *id; /* of the row */
    is_there_fn is_there;
    int64_t size_bytes; /* -1: any */
    const char *sha256; /* NULL: any */
};

static void tell_blob(struct health *health, const struct named_blob *blob, const char *state)
{
    if (blob->is_there(&health->index, blob->id)) { /* rows come and go while the check looks around */
        health->missing++;
        tell(health, CPK_CHECK_FAILED, "blobs", "%s is %s: %s; %s", blob->what, state, blob->key, blob->repair);
    }
}

/* What can't be looked at is not passed, and does not keep the rest from being looked at. */
static cpk_status tell_unseen(struct health *health, const char *what, const char *id, cpk_status status,
                              cpk_error *problem, cpk_error **error)
{
    if (status == CPK_ERROR_OUT_OF_MEMORY) {
        return error_give(error, problem);
    }
    if (status != CPK_OK && ++health->unseen <= TOLD_UNSEEN_MAX) {
        tell(health, CPK_CHECK_FAILED, "blobs", "%s %s can't be looked at: %s", what, id, cpk_error_message(problem));
    }
    cpk_error_free(problem);
    return CPK_OK;
}

static cpk_status look_at_blob(struct health *health, const struct named_blob *blob, cpk_error **error)
{
    const struct context *context = &health->engine->context;
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};
    int32_t is_whole = 1;
    cpk_status status;

    status = storage_stat(health->engine->storage, blob->key, &info, error);
    if (status == CPK_ERROR_NOT_FOUND) {
        error_clear(error);
        tell_blob(health, blob, "missing");
        return CPK_OK;
    }
    if (status == CPK_ERROR_INVALID_ARGUMENT) { /* who else writes rows may name what is no key */
        error_clear(error);
        tell_blob(health, blob, "under a key that no blob can have");
        return CPK_OK;
    }
    if (status == CPK_OK && blob->size_bytes >= 0 && info.size_bytes != blob->size_bytes) {
        is_whole = 0;
    } else if (status == CPK_OK && blob->sha256 != NULL) {
        status = blob_has_hash(health->engine->storage, blob->key, blob->sha256, &is_whole, &context->allocator, error);
    }
    if (status == CPK_OK && !is_whole) {
        tell_blob(health, blob, "damaged");
    }
    return status;
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
        return CPK_OK; /* told once, at the end */
    }
    status = look_at_blob(health, blob, &problem);
    return tell_unseen(health, blob->what, blob->key, status, problem, error);
}

static int32_t is_left(const struct health *health, const char *lease_owner, int64_t lease_expires_us)
{
    return lease_owner == NULL || lease_owner_is_gone(lease_owner) ||
           lease_expires_us < context_now(&health->engine->context);
}

#define REPAIR_RAW     "add the same file again"
#define REPAIR_MADE    "add the same file again, then run its source"
#define REPAIR_MADE_V1 "run the job again, or delete it and create it again"
#define REPAIR_EXPORT  "create the document again"

/* What extraction and analysis of a source or a job left in the storage. */
struct extracted {
    int32_t kind; /* LEASE_* */
    const char *id;
    is_there_fn is_there;
    const char *raw_key;
    const char *text_key;
    const char *index_key;
    const char *sha256; /* of the raw bytes; NULL: another program's, whose chunks say nothing of its blobs */
};

static cpk_status hash_part(const struct health *health, const char *key, int64_t offset, int64_t length,
                            struct hash_sha256 *hash, cpk_error **error)
{
    return blob_hash_range(health->engine->storage, key, offset, length, hash, &health->engine->context.allocator,
                           error);
}

/* One chunk's bytes of the text and of the index. A blob that is missing or short was told before. */
static cpk_status chunk_is_whole(const struct health *health, const struct extracted *extracted,
                                 const struct store_chunk *chunk, int32_t *is_whole, cpk_error **error)
{
    char hex[HASH_SHA256_HEX_BYTES];
    struct hash_sha256 hash;
    cpk_status status;

    *is_whole = 1;
    CPK_TRY(hash_sha256_start(&hash, error));
    status = hash_part(health, extracted->text_key, chunk->text_offset, chunk->text_length, &hash, error);
    if (status == CPK_OK) {
        status = hash_part(health, extracted->index_key, chunk->index_offset, chunk->index_length, &hash, error);
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
    const char *repair = extracted->kind == OWNER_SOURCE ? REPAIR_MADE : REPAIR_MADE_V1;
    struct named_blob part = {.key = extracted->text_key,
                              .what = "a part of a text, or of its index,",
                              .repair = repair,
                              .id = extracted->id,
                              .is_there = extracted->is_there};
    const struct named_blob answer = {.key = chunk->result_key,
                                      .what = "the answer for a chunk",
                                      .repair = repair,
                                      .id = extracted->id,
                                      .is_there = extracted->is_there,
                                      .size_bytes = -1,
                                      .sha256 = chunk->result_sha256};
    int32_t is_whole = 1;

    if (extracted->sha256 != NULL && chunk->content_sha256 != NULL && health->engine->storage != NULL) {
        cpk_error *problem = NULL;
        const cpk_status status = chunk_is_whole(health, extracted, chunk, &is_whole, &problem);

        CPK_TRY(tell_unseen(health, part.what, extracted->text_key, status, problem, error));
    }
    if (!is_whole) {
        tell_blob(health, &part, "damaged");
    }
    return check_blob(health, &answer, error);
}

static cpk_status check_texts(struct health *health, const struct extracted *extracted,
                              const struct snapshot_list *chunks, cpk_error **error)
{
    int32_t is_source = extracted->kind == OWNER_SOURCE;
    struct named_blob blob = {.id = extracted->id, .is_there = extracted->is_there, .size_bytes = -1};
    int64_t text_bytes = -1;
    int64_t index_bytes = -1;

    if (extracted->sha256 != NULL && chunks->count > 0) {
        extraction_sizes(chunks, &text_bytes, &index_bytes);
    }
    blob.key = extracted->raw_key;
    blob.what = is_source ? "the raw file of a source" : "the raw file of a job";
    blob.repair = is_source ? REPAIR_RAW : REPAIR_MADE_V1;
    blob.sha256 = extracted->sha256;
    CPK_TRY(check_blob(health, &blob, error));
    blob.key = extracted->text_key;
    blob.what = is_source ? "the text of a source" : "the text of a job";
    blob.repair = is_source ? REPAIR_MADE : REPAIR_MADE_V1;
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
    struct snapshot_list *chunks = NULL;
    cpk_status status;

    CPK_TRY(
        store_chunk_list(health->session->work, health->index.user_id, extracted->kind, extracted->id, &chunks, error));
    status = check_texts(health, extracted, chunks, error);
    for (size_t i = 0; status == CPK_OK && i < chunks->count; i++) {
        status = check_chunk(health, extracted, chunks->items[i], error);
    }
    snapshot_list_free(chunks);
    return status;
}

static void count_unfinished(struct health *health, const char *row_status, const char *lease_owner,
                             int64_t lease_expires_us)
{
    health->unfinished += strcmp(row_status, "completed") != 0 && strcmp(row_status, "failed") != 0 &&
                          strcmp(row_status, "ready") != 0 && is_left(health, lease_owner, lease_expires_us);
}

static cpk_status check_source(void *user, const cpk_source *source, cpk_error **error)
{
    struct health *health = user;
    const struct extracted extracted = {OWNER_SOURCE,        source->source_id,         blob_index_has_source,
                                        source->r2_raw_path, source->r2_extracted_path, source->r2_chunked_path,
                                        source->sha256};

    health->sources++;
    count_unfinished(health, source->status, source->lease_owner, source->lease_expires_us);
    if (source->r2_extracted_path != NULL) { /* before that, its bytes may still be on the way */
        CPK_TRY(check_extracted(health, &extracted, error));
    }
    return CPK_OK;
}

/* No row says what a document's JSON holds: it is read, without a tree, whatever somebody has put there. Missing was
 * told before. */
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

    count_unfinished(health, result->status, result->lease_owner, result->lease_expires_us);
    if (strcmp(result->status, "ready") == 0) {
        document.size_bytes = result->fingerprint != NULL ? result->file_size_bytes : -1;
        CPK_TRY(check_blob(health, &document, error));
        document.key = result->json_key;
        document.what = "the JSON of an export";
        document.size_bytes = -1;
        CPK_TRY(check_blob(health, &document, error));
    }
    if (strcmp(result->status, "ready") == 0 && result->json_key != NULL && health->engine->storage != NULL) {
        status = json_is_whole(health, result->json_key, &is_whole, &problem);
        CPK_TRY(tell_unseen(health, document.what, result->json_key, status, problem, error));
        if (!is_whole) {
            tell_blob(health, &document, "damaged");
        }
    }
    return CPK_OK;
}

/* Jobs that another program made keep their blobs where that program thinks best. */
static cpk_status check_job(void *user, const cpk_job *job, cpk_error **error)
{
    struct health *health = user;
    const struct extracted extracted = {OWNER_JOB,     job->job_id,    blob_index_has_job, job->r2_path,
                                        job->text_key, job->index_key, job->sha256};

    if (!job->is_ours) {
        return CPK_OK;
    }
    count_unfinished(health, job->status, job->lease_owner, job->lease_expires_us);
    return job->text_key != NULL ? check_extracted(health, &extracted, error) : CPK_OK;
}

static cpk_status check_legacy_pack(void *user, const cpk_legacy_pack *pack, cpk_error **error)
{
    const struct named_blob document = {
        pack->r2_pack_path, "the document of a V1 pack", REPAIR_MADE_V1, pack->job_id, blob_index_has_job, -1, NULL};

    return check_blob(user, &document, error);
}

/* A guard_blob_fn. */
static int32_t take_blob(void *user, const struct blob_guard *guard, const char *key, const cpk_blob_info *info,
                         int32_t verdict)
{
    struct health *health = user;

    (void)guard;
    (void)info;
    health->blobs++;
    health->unknown += verdict == GUARD_UNKNOWN;
    if (verdict == GUARD_FREE) {
        health->orphans++;
        tell(health, CPK_CHECK_FAILED, "blobs", "no row names %s; contextpack maintenance sweep removes it", key);
    }
    return 0;
}

static cpk_status list_blobs(struct health *health, const cpk_user *user, cpk_error **error)
{
    struct blob_guard guard;

    if (health->engine->storage == NULL) {
        return CPK_OK;
    }
    CPK_TRY(blob_guard_init(&guard, health->engine, health->session->store, GUARD_SWEEP, user->id, NULL,
                            user->r2_user_directory, error));
    if (!blob_guard_is_listed(&guard)) {
        health->unlisted_users++;
        return CPK_OK;
    }
    return blob_guard_list(&guard, guard.folder, take_blob, health, error);
}

/* A deletion that a process began and did not end. */
static cpk_status check_deletion(struct health *health, const cpk_user *user, cpk_error **error)
{
    struct account_deletion deletion;
    cpk_status status;

    if (user->deleted_us == CPK_TIME_UNKNOWN) {
        return CPK_OK;
    }
    status = store_deletion_get(health->session->store, user->id, &deletion, error);
    if (status == CPK_OK && deletion.finished_us == CPK_TIME_UNKNOWN) {
        tell(health, CPK_CHECK_WARNING, "users", "the deletion of user %s was begun and not ended: delete it again",
             user->id);
    }
    account_deletion_free(&deletion);
    return status;
}

/* Each part by itself: what is wrong with one does not keep the others from being looked at. */
static cpk_status check_user(void *user, void **item, cpk_error **error)
{
    struct health *health = user;
    const cpk_user *profile = *item;
    cpk_error *problem = NULL;
    cpk_status status;

    health->users++;
    status = check_deletion(health, profile, &problem);
    CPK_TRY(tell_unseen(health, "the deletion of user", profile->id, status, problem, error));
    problem = NULL;
    status = blob_index_read(&health->index, profile, &problem);
    CPK_TRY(tell_unseen(health, "the rows of user", profile->id, status, problem, error));
    problem = NULL;
    status = list_blobs(health, profile, &problem);
    return tell_unseen(health, "the blobs of user", profile->id, status, problem, error);
}

static void skip_user(void *user, const cpk_user *profile, const cpk_error *problem)
{
    struct health *health = user;

    health->unseen++;
    tell(health, CPK_CHECK_FAILED, "blobs", "what user %s has can't be looked at: %s", profile->id,
         cpk_error_message(problem));
}

static void skip_row(void *user, const char *what, const char *id, const cpk_error *problem)
{
    struct health *health = user;

    if (++health->unseen <= TOLD_UNSEEN_MAX) {
        tell(health, CPK_CHECK_FAILED, "blobs", "%s %s can't be looked at: %s", what, id, cpk_error_message(problem));
    }
}

static void tell_blobs(struct health *health, int32_t is_whole)
{
    if (health->engine->storage == NULL) {
        tell(health, CPK_CHECK_WARNING, "storage",
             "the engine has no storage, or its folder does not exist: %lld stored files were not checked",
             (long long)health->named);
    }
    if (health->unseen > 0) {
        tell(health, CPK_CHECK_FAILED, "blobs", "%lld rows, blobs or folders could not be looked at",
             (long long)health->unseen);
    } else if (health->missing == 0 && health->orphans == 0 && is_whole && health->engine->storage != NULL &&
               health->unlisted_users == 0) {
        tell(health, CPK_CHECK_PASSED, "blobs",
             "%lld blobs of %lld sources of %lld users, none damaged, none missing, none left over",
             (long long)health->blobs, (long long)health->sources, (long long)health->users);
    }
    if (health->unknown > 0) {
        tell(health, CPK_CHECK_WARNING, "blobs",
             "%lld blobs that no row names stay: this library does not make such, another program may have",
             (long long)health->unknown);
    }
    if (health->unlisted_users > 0) {
        tell(health, CPK_CHECK_FAILED, "blobs",
             "the folders of %lld users are not theirs alone or can't be used: blobs without a row were not looked for "
             "in them",
             (long long)health->unlisted_users);
    }
}

static void tell_work(struct health *health, int32_t is_whole)
{
    if (health->unfinished > 0) {
        tell(health, CPK_CHECK_WARNING, "work",
             "%lld sources, exports or jobs are unfinished and nobody works on them: run them again",
             (long long)health->unfinished);
    }
    if (!is_whole) {
        tell(health, CPK_CHECK_FAILED, "work", "not all sources, exports and jobs were looked at");
    } else if (health->unfinished == 0) {
        tell(health, CPK_CHECK_PASSED, "work", "nothing is left unfinished");
    }
}

static void check_rows(struct health *health)
{
    const struct blob_index_visitor watcher = {health,    check_source,      check_export,
                                               check_job, check_legacy_pack, skip_row};
    cpk_error *error = NULL;
    cpk_status status;

    blob_index_init(&health->index, health->engine, health->session->store, &watcher);
    status = for_each_user(health->session->store, check_user, skip_user, health, &error);
    if (status != CPK_OK) {
        tell(health, CPK_CHECK_FAILED, "users", "only %lld users were looked at: %s", (long long)health->users,
             cpk_error_message(error));
    }
    tell_blobs(health, status == CPK_OK);
    tell_work(health, status == CPK_OK && health->unseen == 0);
    cpk_error_free(error);
}

/* --- folders --- */

/* The folder that the next one may lie in: the list has those behind it. */
struct folder_check {
    struct health *health;
    char user_id[UUID_TEXT_BYTES];
    char directory[FOLDER_BYTES_MAX + 1];
    int64_t users;
};

static void tell_folder(struct health *health, const char *user_id, const char *directory, const char *what,
                        const char *whose)
{
    if (++health->odd_folders <= TOLD_FOLDERS_MAX) {
        tell(health, CPK_CHECK_FAILED, "folders",
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
        tell_folder(check->health, user_id, directory, problem, "");
    }
    if (length == 0 || length > FOLDER_BYTES_MAX) {
        return CPK_OK;
    }
    if (check->directory[0] != '\0' && strlen(check->directory) == length &&
        strncmp(check->directory, start, length) == 0) {
        tell_folder(check->health, user_id, directory, "is also that of user ", check->user_id);
    } else if (check->directory[0] != '\0' && folder_holds(check->directory, strlen(check->directory), start)) {
        tell_folder(check->health, user_id, directory, "lies in that of user ", check->user_id);
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
        tell(health, CPK_CHECK_FAILED, "folders", "not all storage folders were looked at: %s",
             cpk_error_message(error));
    } else if (health->odd_folders > TOLD_FOLDERS_MAX) {
        tell(health, CPK_CHECK_FAILED, "folders",
             "%lld more storage folders are not their user's alone or can't be used",
             (long long)health->odd_folders - TOLD_FOLDERS_MAX);
    } else if (health->odd_folders == 0) {
        tell(health, CPK_CHECK_PASSED, "folders", "each of %lld users has a storage folder of their own",
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
    check_folders(&health);
    if (engine->storage != NULL) {
        check_storage(&health);
    }
    check_rows(&health);
    session_free(health.session);
    *failures = health.failures;
    return CPK_OK;
}

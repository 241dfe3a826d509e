#include "pipeline/health.h"

#include "base/error.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "database/migrate.h"
#include "pipeline/inventory.h"
#include "pipeline/owner.h"
#include "pipeline/session.h"
#include "store/deletion.h"
#include "store/transaction.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES 2048

typedef struct health {
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
    int64_t unfinished;
    inventory inventory; /* of the user whose rows and blobs are looked at */
} health;

static void tell(health *health, int32_t outcome, const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void tell(health *health, int32_t outcome, const char *subject, const char *format, ...)
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

static void check_schema(health *health)
{
    int64_t applied;
    int64_t known;
    cpk_error *error = NULL;

    if (database_version(health->engine->database, &applied, &known, &error) != CPK_OK) {
        tell(health, CPK_CHECK_FAILED, "database", "%s", cpk_error_message(error));
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

static void check_damage(health *health)
{
    cpk_error *error = NULL;
    cpk_status status = database_check(health->engine->database, tell_damage, health, &error);

    if (status != CPK_OK) {
        tell(health, status == CPK_ERROR_UNSUPPORTED ? CPK_CHECK_WARNING : CPK_CHECK_FAILED, "database",
             "not checked for damage: %s", cpk_error_message(error));
    }
    cpk_error_free(error);
}

static cpk_status try_storage(health *health, cpk_error **error)
{
    static const char text[] = "contextpack";
    storage *storage = health->engine->storage;
    char key[64] = "contextpack-check/";
    buffer back;
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

static void check_storage(health *health)
{
    cpk_error *error = NULL;

    if (try_storage(health, &error) == CPK_OK) {
        tell(health, CPK_CHECK_PASSED, "storage", "writes, reads and removes");
    } else {
        tell(health, CPK_CHECK_FAILED, "storage", "%s", cpk_error_message(error));
    }
    cpk_error_free(error);
}

static void tell_drift(void *user, const char *user_id, const ledger_balance *balance)
{
    tell(user, CPK_CHECK_FAILED, "ledger", "user %s has %lld credits, the ledger says %lld", user_id,
         (long long)balance->balance, (long long)(balance->opening + balance->transactions - balance->holds));
}

static void check_ledger(health *health)
{
    int64_t drifted;
    cpk_error *error = NULL;

    if (store_ledger_check(health->session->work, tell_drift, health, &drifted, &error) != CPK_OK) {
        tell(health, CPK_CHECK_FAILED, "ledger", "%s", cpk_error_message(error));
    } else if (drifted == 0) {
        tell(health, CPK_CHECK_PASSED, "ledger", "every balance is what the transactions say");
    }
    cpk_error_free(error);
}

typedef int32_t (*is_there_fn)(const inventory *inventory, const char *id);

/* key NULL: there is nothing to be there. `id` names the row that names the key. */
static cpk_status check_blob(health *health, const char *key, const char *what, is_there_fn is_there, const char *id,
                             cpk_error **error)
{
    cpk_blob_info info = {sizeof info, 0, 0, CPK_TIME_UNKNOWN};
    cpk_status status = key != NULL ? storage_stat(health->engine->storage, key, &info, error) : CPK_OK;

    if (status != CPK_ERROR_NOT_FOUND) {
        return status;
    }
    error_clear(error);
    if (is_there(&health->inventory, id)) { /* rows come and go while the check looks around */
        health->missing++;
        tell(health, CPK_CHECK_FAILED, "blobs", "%s is missing: %s", what, key);
    }
    return CPK_OK;
}

static int32_t is_left(const health *health, const char *lease_owner, int64_t lease_expires_us)
{
    return lease_owner == NULL || owner_is_gone(lease_owner) ||
           lease_expires_us < context_now(&health->engine->context);
}

static cpk_status check_answers(health *health, int32_t kind, const char *id, is_there_fn is_there, cpk_error **error)
{
    snapshot_list *chunks = NULL;
    cpk_status status = CPK_OK;

    CPK_TRY(store_chunk_list(health->session->work, health->inventory.user_id, kind, id, &chunks, error));
    for (size_t i = 0; status == CPK_OK && i < chunks->count; i++) {
        status = check_blob(health, ((const store_chunk *)chunks->items[i])->result_key, "the answer for a chunk",
                            is_there, id, error);
    }
    snapshot_list_free(chunks);
    return status;
}

static void count_unfinished(health *health, const char *row_status, const char *lease_owner, int64_t lease_expires_us)
{
    health->unfinished += strcmp(row_status, "completed") != 0 && strcmp(row_status, "failed") != 0 &&
                          strcmp(row_status, "ready") != 0 && is_left(health, lease_owner, lease_expires_us);
}

static cpk_status check_source(void *user, const cpk_source *source, cpk_error **error)
{
    health *health = user;
    const char *id = source->source_id;
    const is_there_fn is_there = inventory_has_source;

    health->sources++;
    if (source->r2_extracted_path != NULL) { /* before that, its bytes may still be on the way */
        CPK_TRY(check_blob(health, source->r2_raw_path, "the raw file of a source", is_there, id, error));
        CPK_TRY(check_blob(health, source->r2_extracted_path, "the text of a source", is_there, id, error));
        CPK_TRY(check_blob(health, source->r2_chunked_path, "the index of a source", is_there, id, error));
    }
    if (source->processed_chunks > 0) {
        CPK_TRY(check_answers(health, LEASE_SOURCE, id, is_there, error));
    }
    count_unfinished(health, source->status, source->lease_owner, source->lease_expires_us);
    return CPK_OK;
}

static cpk_status check_export(void *user, const cpk_export *result, cpk_error **error)
{
    health *health = user;
    const char *id = result->export_id;

    if (strcmp(result->status, "ready") == 0) {
        CPK_TRY(check_blob(health, result->r2_path, "an export", inventory_has_export, id, error));
        CPK_TRY(check_blob(health, result->json_key, "the JSON of an export", inventory_has_export, id, error));
    }
    count_unfinished(health, result->status, result->lease_owner, result->lease_expires_us);
    return CPK_OK;
}

/* Jobs that another program made keep their blobs where that program thinks best. */
static cpk_status check_job(void *user, const cpk_job *job, cpk_error **error)
{
    health *health = user;
    const char *id = job->job_id;

    if (!job->is_ours) {
        return CPK_OK;
    }
    if (job->text_key != NULL) {
        CPK_TRY(check_blob(health, job->r2_path, "the raw file of a job", inventory_has_job, id, error));
        CPK_TRY(check_blob(health, job->text_key, "the text of a job", inventory_has_job, id, error));
        CPK_TRY(check_blob(health, job->index_key, "the index of a job", inventory_has_job, id, error));
        CPK_TRY(check_answers(health, LEASE_JOB, id, inventory_has_job, error));
    }
    count_unfinished(health, job->status, job->lease_owner, job->lease_expires_us);
    return CPK_OK;
}

static cpk_status check_legacy_pack(void *user, const cpk_legacy_pack *pack, cpk_error **error)
{
    return check_blob(user, pack->r2_pack_path, "the document of a V1 pack", inventory_has_job, pack->job_id, error);
}

static int32_t take_blob(void *user, const char *key, const cpk_blob_info *info, int32_t is_orphan)
{
    health *health = user;

    (void)info;
    health->blobs++;
    if (is_orphan) {
        health->orphans++;
        tell(health, CPK_CHECK_FAILED, "blobs", "no row names %s", key);
    }
    return 0;
}

/* A deletion that a process began and did not end. */
static cpk_status check_deletion(health *health, const cpk_user *user, cpk_error **error)
{
    account_deletion deletion;

    if (user->deleted_us == CPK_TIME_UNKNOWN) {
        return CPK_OK;
    }
    CPK_TRY(store_deletion_get(health->session->store, user->id, &deletion, error));
    if (deletion.finished_us == CPK_TIME_UNKNOWN) {
        tell(health, CPK_CHECK_WARNING, "users", "the deletion of user %s was begun and not ended: delete it again",
             user->id);
    }
    return CPK_OK;
}

static cpk_status check_user(void *user, void **item, cpk_error **error)
{
    health *health = user;
    const cpk_user *profile = *item;

    health->users++;
    CPK_TRY(check_deletion(health, profile, error));
    CPK_TRY(inventory_read(&health->inventory, profile, error));
    return inventory_list(&health->inventory, take_blob, health, error);
}

static void check_rows(health *health)
{
    const inventory_watcher watcher = {health, check_source, check_export, check_job, check_legacy_pack};
    cpk_error *error = NULL;

    inventory_init(&health->inventory, health->engine, health->session->store, &watcher);
    if (walk_users(health->session->store, check_user, health, &error) != CPK_OK) {
        tell(health, CPK_CHECK_FAILED, "blobs", "%s", cpk_error_message(error));
    } else if (health->missing == 0 && health->orphans == 0) {
        tell(health, CPK_CHECK_PASSED, "blobs",
             "%lld blobs of %lld sources of %lld users, none missing, none left over", (long long)health->blobs,
             (long long)health->sources, (long long)health->users);
    }
    if (health->unfinished > 0) {
        tell(health, CPK_CHECK_WARNING, "work", "%lld sources, exports or jobs are unfinished and nobody works on them",
             (long long)health->unfinished);
    } else {
        tell(health, CPK_CHECK_PASSED, "work", "nothing is left unfinished");
    }
    cpk_error_free(error);
    inventory_free(&health->inventory);
}

cpk_status health_check(cpk_engine *engine, cpk_check_fn report, void *user, int32_t *failures, cpk_error **error)
{
    cpk_actor actor = {sizeof actor, CPK_ACTOR_SERVICE, NULL};
    health health;

    *failures = 0;
    CPK_TRY(engine_need_database(engine, error));
    CPK_TRY(engine_need_storage(engine, error));
    memset(&health, 0, sizeof health);
    health.engine = engine;
    health.report = report;
    health.user = user;
    CPK_TRY(session_create(engine, &actor, &health.session, error));
    check_schema(&health);
    check_damage(&health);
    check_storage(&health);
    check_ledger(&health);
    check_rows(&health);
    session_free(health.session);
    *failures = health.failures;
    return CPK_OK;
}

#include "pipeline/health.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "database/migrate.h"
#include "pipeline/conversations.h"
#include "pipeline/owner.h"
#include "pipeline/session.h"
#include "store/export.h"
#include "store/pack.h"
#include "store/source.h"
#include "store/transaction.h"
#include "store/user.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES      2048
#define CURSOR_ID_BYTES 256

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
    const char *user_id; /* whose rows and blobs are looked at */
    hash_list folders; /* of this user: every "<pack>/<source>" and "<pack>/exports/<export>" that rows name; sorted */
    size_t directory_length;
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

/* A page after another, however many rows there are. */
typedef struct cursor {
    store_page page;
    char after[CURSOR_ID_BYTES];
} cursor;

static void cursor_start(cursor *cursor)
{
    memset(cursor, 0, sizeof *cursor);
    cursor->page.limit = STORE_PAGE_LIMIT_MAX;
    cursor->page.after_us = CPK_TIME_UNKNOWN;
}

/* Behind the last row of a page. */
static void cursor_move(cursor *cursor, int64_t after_us, const char *after_id)
{
    cursor->page.after_us = after_us;
    snprintf(cursor->after, sizeof cursor->after, "%s", after_id);
    cursor->page.after_id = cursor->after;
}

/* Rows come and go while the check looks around: what seems to be wrong is asked for once more. */
static int32_t source_is_there(const health *health, const char *source_id)
{
    cpk_source *found = NULL;
    cpk_status status = store_source_get(health->session->work, health->user_id, source_id, &found, NULL);

    snapshot_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

static int32_t export_is_there(const health *health, const char *export_id)
{
    cpk_export *found = NULL;
    cpk_status status = store_export_get(health->session->work, health->user_id, export_id, &found, NULL);

    snapshot_free(found);
    return status != CPK_ERROR_NOT_FOUND;
}

typedef int32_t (*is_there_fn)(const health *health, const char *id);

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
    if (is_there(health, id)) {
        health->missing++;
        tell(health, CPK_CHECK_FAILED, "blobs", "%s is missing: %s", what, key);
    }
    return CPK_OK;
}

/* "<pack>/<source>/..." or "<pack>/exports/<export>/...": what comes before the last of these slashes. *id gets the
 * start of the source's or export's identifier. */
static size_t folder_length(const char *path, const char **id, int32_t *is_export)
{
    const char *slash = strchr(path, '/');

    *is_export = slash != NULL && strncmp(slash, "/exports/", 9) == 0;
    if (*is_export) {
        slash = strchr(slash + 1, '/');
    }
    *id = slash != NULL ? slash + 1 : path;
    slash = strchr(*id, '/');
    return slash != NULL ? (size_t)(slash - path) : strlen(path);
}

/* The key's folder has an owner, whether the blob itself is there yet or not. */
static cpk_status remember_folder(health *health, const char *key, cpk_error **error)
{
    const char *path;
    const char *id;
    int32_t is_export;
    uint64_t hash;

    if (key == NULL || strlen(key) <= health->directory_length) {
        return CPK_OK;
    }
    path = key + health->directory_length;
    hash = hash_bytes(0, path, folder_length(path, &id, &is_export));
    return hash_list_append(&health->engine->context.allocator, &health->folders, &hash, 1, error);
}

static int32_t is_left(const health *health, const char *lease_owner, int64_t lease_expires_us)
{
    return lease_owner == NULL || owner_is_gone(lease_owner) ||
           lease_expires_us < context_now(&health->engine->context);
}

static cpk_status check_answers(health *health, const cpk_source *source, cpk_error **error)
{
    snapshot_list *chunks = NULL;
    cpk_status status = CPK_OK;

    if (source->processed_chunks == 0) {
        return CPK_OK;
    }
    CPK_TRY(store_chunk_list(health->session->work, health->user_id, source->source_id, &chunks, error));
    for (size_t i = 0; status == CPK_OK && i < chunks->count; i++) {
        status = check_blob(health, ((const store_chunk *)chunks->items[i])->result_key, "the answer for a chunk",
                            source_is_there, source->source_id, error);
    }
    snapshot_list_free(chunks);
    return status;
}

static cpk_status check_source(health *health, const cpk_source *source, cpk_error **error)
{
    const char *id = source->source_id;

    health->sources++;
    CPK_TRY(remember_folder(health, source->r2_raw_path, error));
    if (source->r2_extracted_path != NULL) { /* before that, its bytes may still be on the way */
        CPK_TRY(check_blob(health, source->r2_raw_path, "the raw file of a source", source_is_there, id, error));
        CPK_TRY(check_blob(health, source->r2_extracted_path, "the text of a source", source_is_there, id, error));
        CPK_TRY(check_blob(health, source->r2_chunked_path, "the index of a source", source_is_there, id, error));
        CPK_TRY(check_answers(health, source, error));
    }
    if (strcmp(source->status, "completed") != 0 && strcmp(source->status, "failed") != 0 &&
        is_left(health, source->lease_owner, source->lease_expires_us)) {
        health->unfinished++;
    }
    return CPK_OK;
}

static cpk_status check_sources(health *health, const char *pack_id, cpk_error **error)
{
    cursor cursor;
    size_t got;

    cursor_start(&cursor);
    do {
        snapshot_list *list = NULL;
        cpk_status status = CPK_OK;

        CPK_TRY(store_source_list(health->session->work, health->user_id, pack_id, &cursor.page, &list, error));
        got = list->count;
        for (size_t i = 0; status == CPK_OK && i < got; i++) {
            const cpk_source *source = list->items[i];

            status = check_source(health, source, error);
            cursor_move(&cursor, source->created_us, source->source_id);
        }
        snapshot_list_free(list);
        CPK_TRY(status);
    } while (got == STORE_PAGE_LIMIT_MAX);
    return CPK_OK;
}

static cpk_status check_export(health *health, const cpk_export *item, cpk_error **error)
{
    CPK_TRY(remember_folder(health, item->r2_path, error));
    if (strcmp(item->status, "ready") == 0) {
        CPK_TRY(check_blob(health, item->r2_path, "an export", export_is_there, item->export_id, error));
        CPK_TRY(check_blob(health, item->json_key, "the JSON of an export", export_is_there, item->export_id, error));
    }
    if (strcmp(item->status, "generating") == 0 && is_left(health, item->lease_owner, item->lease_expires_us)) {
        health->unfinished++;
    }
    return CPK_OK;
}

static cpk_status check_exports(health *health, const char *pack_id, cpk_error **error)
{
    cursor cursor;
    size_t got;

    cursor_start(&cursor);
    do {
        snapshot_list *list = NULL;
        cpk_status status = CPK_OK;

        CPK_TRY(store_export_list(health->session->work, health->user_id, pack_id, &cursor.page, &list, error));
        got = list->count;
        for (size_t i = 0; status == CPK_OK && i < got; i++) {
            const cpk_export *item = list->items[i];

            status = check_export(health, item, error);
            cursor_move(&cursor, item->created_us, item->export_id);
        }
        snapshot_list_free(list);
        CPK_TRY(status);
    } while (got == STORE_PAGE_LIMIT_MAX);
    return CPK_OK;
}

static cpk_status check_packs(health *health, cpk_error **error)
{
    cursor cursor;
    size_t got;

    cursor_start(&cursor);
    do {
        snapshot_list *list = NULL;
        cpk_status status = CPK_OK;

        CPK_TRY(store_pack_list(health->session->work, health->user_id, &cursor.page, &list, error));
        got = list->count;
        for (size_t i = 0; status == CPK_OK && i < got; i++) {
            const cpk_pack *pack = list->items[i];

            status = check_sources(health, pack->pack_id, error);
            if (status == CPK_OK) {
                status = check_exports(health, pack->pack_id, error);
            }
            cursor_move(&cursor, pack->updated_us, pack->pack_id);
        }
        snapshot_list_free(list);
        CPK_TRY(status);
    } while (got == STORE_PAGE_LIMIT_MAX);
    return CPK_OK;
}

static int compare_hashes(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return a < b ? -1 : a > b;
}

/* A row may have been written since the rows were read. */
static int32_t is_of_new_row(const health *health, const char *path, size_t length)
{
    char folder[CPK_STORAGE_KEY_BYTES_MAX + 1];
    const char *id;
    int32_t is_export;

    snprintf(folder, sizeof folder, "%.*s", (int)length, path);
    (void)folder_length(folder, &id, &is_export);
    return is_export ? export_is_there(health, id) : source_is_there(health, id);
}

static int32_t look_for_owner(void *user, const char *key, const cpk_blob_info *info)
{
    health *health = user;
    const char *path = key + health->directory_length;
    const char *id;
    int32_t is_export;
    size_t length = folder_length(path, &id, &is_export);
    uint64_t hash = hash_bytes(0, path, length);

    (void)info;
    health->blobs++;
    if ((health->folders.count == 0 ||
         bsearch(&hash, health->folders.items, health->folders.count, sizeof hash, compare_hashes) == NULL) &&
        !is_of_new_row(health, path, length)) {
        health->orphans++;
        tell(health, CPK_CHECK_FAILED, "blobs", "no row names %s", key);
    }
    return 0;
}

static cpk_status check_user(health *health, const cpk_user *user, cpk_error **error)
{
    char prefix[CPK_STORAGE_KEY_BYTES_MAX];
    int length = snprintf(prefix, sizeof prefix, "%s/", user->r2_user_directory);

    if (length < 0 || (size_t)length >= sizeof prefix) {
        return error_set(error, CPK_ERROR_INVALID_DATA, "health", "user %s has too long a storage folder", user->id);
    }
    health->users++;
    health->user_id = user->id;
    health->directory_length = (size_t)length;
    health->folders.count = 0;
    CPK_TRY(check_packs(health, error));
    if (health->folders.count > 0) {
        qsort(health->folders.items, health->folders.count, sizeof *health->folders.items, compare_hashes);
    }
    return storage_list(health->engine->storage, prefix, look_for_owner, health, error);
}

static cpk_status check_users(health *health, cpk_error **error)
{
    cursor cursor;
    size_t got;

    cursor_start(&cursor);
    do {
        snapshot_list *list = NULL;
        cpk_status status = CPK_OK;

        CPK_TRY(store_user_list(health->session->work, &cursor.page, &list, error));
        got = list->count;
        for (size_t i = 0; status == CPK_OK && i < got; i++) {
            const cpk_user *user = list->items[i];

            status = check_user(health, user, error);
            cursor_move(&cursor, user->created_us, user->id);
        }
        snapshot_list_free(list);
        CPK_TRY(status);
    } while (got == STORE_PAGE_LIMIT_MAX);
    return CPK_OK;
}

static void check_rows(health *health)
{
    cpk_error *error = NULL;

    if (check_users(health, &error) != CPK_OK) {
        tell(health, CPK_CHECK_FAILED, "blobs", "%s", cpk_error_message(error));
    } else if (health->missing == 0 && health->orphans == 0) {
        tell(health, CPK_CHECK_PASSED, "blobs",
             "%lld blobs of %lld sources of %lld users, none missing, none left over", (long long)health->blobs,
             (long long)health->sources, (long long)health->users);
    }
    if (health->unfinished > 0) {
        tell(health, CPK_CHECK_WARNING, "work", "%lld sources or exports are unfinished and nobody works on them",
             (long long)health->unfinished);
    } else {
        tell(health, CPK_CHECK_PASSED, "work", "nothing is left unfinished");
    }
    cpk_error_free(error);
    memory_release_array(&health->engine->context.allocator, health->folders.items, health->folders.capacity,
                         sizeof *health->folders.items);
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
    check_storage(&health);
    check_ledger(&health);
    check_rows(&health);
    session_free(health.session);
    *failures = health.failures;
    return CPK_OK;
}

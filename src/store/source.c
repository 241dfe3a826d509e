#include "store/source.h"

#include "model/words.h"
#include "store/hold.h"
#include "store/internal.h"
#include "store/lease.h"
#include "store/pack.h"
#include "store/user.h"
#include "store/work_row.h"

#include <string.h>
#include <strings.h>

#define NO_SUCH_PACK   "no such pack, or it belongs to another user"
#define NO_SUCH_SOURCE "no such source, or it belongs to another user"

static const char *const types[] = {SOURCE_TYPE_WORDS, NULL};

#define RECORD_TYPE  cpk_source
#define RECORD_TABLE "records/source.def"
#define RECORD_READ  source_read
#include "store/columns.def"

/* Not status_code, which only recognizes lower case. */
int32_t source_is_completed(const cpk_source *source)
{
    return strcasecmp(source->status, "completed") == 0;
}

/* The settings are stored in the same transaction as the other results of extraction. */
int32_t source_is_extracted(const cpk_source *source)
{
    return source->r2_extracted_path != NULL && source->settings_fingerprint != NULL;
}

int32_t source_lacks_messages(const cpk_source *source)
{
    return source_is_extracted(source) && source->deletions > source->deletions_seen;
}

int32_t source_is_of_other_service(const cpk_source *source)
{
    return source_is_completed(source) && !source_is_extracted(source);
}

cpk_status store_source_get(struct store *store, const char *user_id, const char *source_id, cpk_source **source,
                            cpk_error **error)
{
    struct statement query;

    *source = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_SOURCE_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, source_id);
    return source_read_one(store, &query, source, NO_SUCH_SOURCE, error);
}

/* Reads the source as the last statement of the transaction. */
static cpk_status read_last(struct store *store, const char *user_id, const char *source_id, cpk_source **source,
                            cpk_error **error)
{
    struct statement query;

    statement_start(&query, store->session, STATEMENT_SOURCE_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, source_id);
    statement_ends_transaction(&query);
    return source_read_one(store, &query, source, NO_SUCH_SOURCE, error);
}

static cpk_status source_acquire(struct store *store, const struct work_key *key, int64_t lease_expires_us,
                                 cpk_source **source, cpk_error **error)
{
    CPK_TRY(store_user_need_active(store, key->user_id, error));
    CPK_TRY(store_lease_acquire_free(store, key, lease_expires_us, error));
    return read_last(store, key->user_id, key->id, source, error);
}

cpk_status store_source_acquire(struct store *store, const struct work_key *key, int64_t lease_expires_us,
                                cpk_source **source, cpk_error **error)
{
    struct work_key own;
    cpk_status status;

    *source = NULL;
    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_begin(store, error));
    status = store_end(store, source_acquire(store, &own, lease_expires_us, source, error), error);
    if (status != CPK_OK) {
        record_free(*source);
        *source = NULL;
    }
    return status;
}

cpk_status store_source_find_by_sha256(struct store *store, const char *user_id, const char *pack_id,
                                       const char *sha256, cpk_source **source, cpk_error **error)
{
    struct statement query;

    *source = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_SOURCE_FIND_BY_SHA256);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, pack_id);
    statement_bind_text(&query, 3, sha256);
    return source_read_one(store, &query, source, NULL, error);
}

cpk_status store_source_has_size(struct store *store, const char *user_id, const char *pack_id, int64_t size_bytes,
                                 int32_t *has, cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_SOURCE_COUNT_OF_SIZE);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, pack_id);
    statement_bind_int64(&query, 3, size_bytes);
    CPK_TRY(statement_step(&query, &has_row, error));
    *has = statement_take_int64(&query) > 0;
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

cpk_status store_source_list(struct store *store, const char *user_id, const char *pack_id,
                             const struct store_page *page, struct record_list **sources, cpk_error **error)
{
    struct statement query;

    *sources = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_SOURCE_LIST_PAGE);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, pack_id);
    CPK_TRY(store_bind_page(&query, 3, page, error));
    return store_read_list(store, &query, source_read, sources, error);
}

cpk_status store_source_list_unfinished(struct store *store, const char *user_id, const char *pack_id, int64_t limit,
                                        struct record_list **sources, cpk_error **error)
{
    struct statement query;

    *sources = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    if (limit < 0 || limit > STORE_PAGE_LIMIT_MAX) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "a page must have 1 to %d rows, not %lld",
                         STORE_PAGE_LIMIT_MAX, (long long)limit);
    }
    statement_start(&query, store->session, STATEMENT_SOURCE_LIST_UNFINISHED);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, pack_id);
    statement_bind_int64(&query, 3, limit > 0 ? limit : STORE_PAGE_LIMIT_DEFAULT);
    return store_read_list(store, &query, source_read, sources, error);
}

/* --- creating --- */

static cpk_status sources_count(struct store *store, const char *user_id, const char *pack_id, int64_t *count,
                                cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    statement_start(&query, store->session, STATEMENT_SOURCE_COUNT);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, pack_id);
    CPK_TRY(statement_step(&query, &has_row, error));
    *count = statement_take_int64(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

/* Counts the new source in the pack's row. Counts all rows only where the limit seems to be reached. */
static cpk_status count_source(struct store *store, const char *user_id, const char *pack_id, cpk_error **error)
{
    const int64_t maximum = context_setting(store->context, SETTING_PACK_MAX_SOURCES);
    struct statement change;
    int32_t has_row;
    int64_t count;

    statement_start(&change, store->session, STATEMENT_PACK_COUNT_SOURCE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, pack_id);
    statement_bind_time(&change, 3, context_now(store->context));
    CPK_TRY(statement_step(&change, &has_row, error));
    if (!has_row) {
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, NO_SUCH_PACK);
    }
    count = statement_take_int64(&change);
    CPK_TRY(statement_check(&change, error));
    statement_finish(&change);
    if (count <= maximum) {
        return CPK_OK;
    }
    CPK_TRY(sources_count(store, user_id, pack_id, &count, error));
    if (count >= maximum) {
        return error_set(error, CPK_ERROR_LIMIT_EXCEEDED, STORE_DOMAIN,
                         "the pack has %lld sources, the maximum of pack.max_sources", (long long)count);
    }
    return CPK_OK;
}

static cpk_status insert_service_row(struct store *store, const char *user_id, const char *pack_id,
                                     const struct source_params *params, cpk_error **error)
{
    char row_id[UUID_TEXT_BYTES];
    struct statement change;

    CPK_TRY(uuid_create(store->context, row_id, error));
    statement_start(&change, store->session, STATEMENT_SOURCE_INSERT);
    statement_bind_text(&change, 1, row_id);
    statement_bind_text(&change, 2, user_id);
    statement_bind_text(&change, 3, pack_id);
    statement_bind_text(&change, 4, params->source_id);
    statement_bind_text(&change, 5, params->name);
    statement_bind_text(&change, 6, word_at(types, params->type));
    statement_bind_text(&change, 7, params->file_name);
    if (params->file_size_bytes < 0) {
        statement_bind_null(&change, 8, CPK_VALUE_INT64);
    } else {
        statement_bind_int64(&change, 8, params->file_size_bytes);
    }
    statement_bind_text(&change, 9, params->mime_type);
    statement_bind_text(&change, 10, params->r2_raw_path);
    statement_bind_time(&change, 11, context_now(store->context));
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_PACK, error);
}

static cpk_status insert_own_row(struct store *store, const char *user_id, const char *pack_id,
                                 const struct source_params *params, cpk_error **error)
{
    const struct work_params work = {pack_id,
                                     params->sha256,
                                     params->raw_check,
                                     params->format,
                                     params->settings_fingerprint,
                                     params->lease_owner,
                                     params->lease_expires_us};

    return store_work_insert(store, &(struct work_key){user_id, OWNER_SOURCE, params->source_id, NULL}, &work, error);
}

static cpk_status source_create(struct store *store, const char *user_id, const char *pack_id,
                                const struct source_params *params, cpk_source **source, cpk_error **error)
{
    CPK_TRY(count_source(store, user_id, pack_id, error));
    CPK_TRY(insert_service_row(store, user_id, pack_id, params, error));
    CPK_TRY(insert_own_row(store, user_id, pack_id, params, error));
    return read_last(store, user_id, params->source_id, source, error);
}

cpk_status store_source_create(struct store *store, const char *user_id, const char *pack_id,
                               const struct source_params *params, cpk_source **source, cpk_error **error)
{
    char generated[UUID_TEXT_BYTES];
    struct source_params named = *params;
    cpk_status status;

    *source = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    if (named.source_id == NULL) {
        CPK_TRY(uuid_create(store->context, generated, error));
        named.source_id = generated;
    }
    CPK_TRY(store_begin(store, error));
    status = store_end(store, source_create(store, user_id, pack_id, &named, source, error), error);
    if (status != CPK_OK) {
        record_free(*source);
        *source = NULL;
    }
    if (status == CPK_ERROR_ALREADY_EXISTS) {
        return error_set(error, status, STORE_DOMAIN, "the pack already has a source with the same content");
    }
    if (status == CPK_ERROR_OUT_OF_MEMORY) { /* reading the row failed, but it may be committed */
        (void)store_source_delete(store, user_id, named.source_id, NULL);
    }
    return status;
}

cpk_status store_source_take_up(struct store *store, const char *user_id, const char *source_id, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&change, store->session, STATEMENT_WORK_INSERT_OF_SOURCE);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, source_id);
    return statement_run(&change, NULL, error);
}

/* --- the pack of a source --- */

static void start(struct statement *change, struct store *store, enum statement_id id, const char *user_id,
                  const char *source_id)
{
    statement_start(change, store->session, id);
    statement_bind_text(change, 1, user_id);
    statement_bind_text(change, 2, source_id);
}

static cpk_status touch_pack(struct store *store, const char *user_id, const char *source_id, cpk_error **error)
{
    struct statement change;

    start(&change, store, STATEMENT_PACK_TOUCH_OF_SOURCE, user_id, source_id);
    statement_bind_time(&change, 3, context_now(store->context));
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_PACK, error);
}

cpk_status store_source_add_pack_tokens(struct store *store, const char *user_id, const char *source_id, int64_t tokens,
                                        cpk_error **error)
{
    struct statement change;

    start(&change, store, STATEMENT_PACK_TOKENS_ADD, user_id, source_id);
    statement_bind_int64(&change, 3, tokens);
    statement_bind_time(&change, 4, context_now(store->context));
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_PACK, error);
}

/* --- completing and deleting --- */

static cpk_status complete(struct store *store, const char *user_id, const char *source_id, const char *lease_owner,
                           const char *r2_analyzed_path, cpk_error **error)
{
    const struct work_key key = {user_id, OWNER_SOURCE, source_id, lease_owner};
    struct statement change;

    CPK_TRY(store_lease_guard(store, &key, error));
    start(&change, store, STATEMENT_SOURCE_COMPLETE, user_id, source_id);
    statement_bind_text(&change, 3, r2_analyzed_path);
    statement_bind_time(&change, 4, context_now(store->context));
    CPK_TRY(store_work_change(store, &key, &change,
                              "the source is already completed or has chunks that are not analysed", error));
    CPK_TRY(store_hold_release(store, &key, error));
    store_start_of_owner(&change, store, STATEMENT_QUEUE_CLEAR, &key);
    CPK_TRY(store_queue_any(&change, error));
    if (lease_owner != NULL) {
        CPK_TRY(store_lease_release(store, &key, error));
    }
    return touch_pack(store, user_id, source_id, error);
}

cpk_status store_source_complete(struct store *store, const char *user_id, const char *source_id,
                                 const char *lease_owner, const char *r2_analyzed_path, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, complete(store, user_id, source_id, lease_owner, r2_analyzed_path, error), error);
}

/* Messages that the source shares with others stand only in what was extracted from the first of them. The others are
 * read again in their next run, and what they lack then is added to them. */
static cpk_status leave_messages(struct store *store, const char *user_id, const cpk_source *source, cpk_error **error)
{
    struct statement change;

    start(&change, store, STATEMENT_SOURCE_COUNT_DELETION, user_id, source->pack_id);
    statement_bind_text(&change, 3, source->source_id);
    CPK_TRY(store_queue_any(&change, error));
    start(&change, store, STATEMENT_SOURCE_REOPEN, user_id, source->pack_id);
    statement_bind_text(&change, 3, source->source_id);
    statement_bind_time(&change, 4, context_now(store->context));
    return store_queue_any(&change, error);
}

static cpk_status delete_rows(struct store *store, const char *user_id, const cpk_source *source, cpk_error **error)
{
    const struct work_key key = {user_id, OWNER_SOURCE, source->source_id, NULL};
    struct statement change;

    CPK_TRY(leave_messages(store, user_id, source, error));
    CPK_TRY(store_hold_release(store, &key, error));
    store_start_of_owner(&change, store, STATEMENT_HOLD_DELETE_CLOSED, &key);
    CPK_TRY(store_queue_any(&change, error));
    CPK_TRY(store_source_add_pack_tokens(store, user_id, source->source_id, 0, error));
    start(&change, store, STATEMENT_SOURCE_DELETE, user_id, source->source_id);
    CPK_TRY(store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_SOURCE, error));
    return store_pack_recount(store, user_id, source->pack_id, error);
}

static cpk_status source_delete(struct store *store, const char *user_id, const char *source_id, cpk_error **error)
{
    cpk_source *source;
    cpk_status status;

    CPK_TRY(store_source_get(store, user_id, source_id, &source, error));
    status = delete_rows(store, user_id, source, error);
    record_free(source);
    return status;
}

cpk_status store_source_delete(struct store *store, const char *user_id, const char *source_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, source_delete(store, user_id, source_id, error), error);
}

#include "store/work.h"

#include "model/words.h"
#include "store/hold.h"
#include "store/internal.h"
#include "store/lease.h"
#include "store/source.h"
#include "store/work_row.h"

/* Statements and messages of a kind. */
struct work_kind {
    const char *const *statuses;
    enum statement_id set_status;
    enum statement_id set_failed;
    enum statement_id set_extracted;
    const char *missing;
    const char *can_not_change;
    const char *can_not_fail;
    const char *can_not_extract;
};

static const struct work_kind *kind_of(int32_t kind)
{
    static const char *const source_statuses[] = {SOURCE_STATUS_WORDS, NULL};
    static const char *const job_statuses[] = {JOB_STATUS_WORDS, NULL};
    static const struct work_kind source = {source_statuses,
                                            STATEMENT_SOURCE_SET_STATUS,
                                            STATEMENT_SOURCE_SET_FAILED,
                                            STATEMENT_SOURCE_SET_EXTRACTED,
                                            "no such source, or it belongs to another user",
                                            "a completed source can't change its status",
                                            "a completed source can't fail",
                                            "a completed source can't be extracted again"};
    static const struct work_kind job = {job_statuses,
                                         STATEMENT_JOB_SET_STATUS,
                                         STATEMENT_JOB_SET_FAILED,
                                         STATEMENT_JOB_SET_EXTRACTED,
                                         "no such job, or it belongs to another user",
                                         "a completed job can't change its status",
                                         "a completed job can't fail",
                                         "a completed job can't be extracted again"};

    return kind == OWNER_JOB ? &job : &source;
}

/* --- changing under a lease --- */

/* Starts a statement on the service's row. */
static void start(struct statement *change, struct store *store, enum statement_id statement,
                  const struct work_key *key)
{
    statement_start(change, store->session, statement);
    statement_bind_text(change, 1, key->user_id);
    statement_bind_text(change, 2, key->id);
}

static cpk_status set_status(struct store *store, const struct work_key *key, int32_t new_status, int64_t progress,
                             cpk_error **error)
{
    const struct work_kind *of = kind_of(key->kind);
    struct statement change;

    CPK_TRY(store_lease_guard(store, key, error));
    start(&change, store, of->set_status, key);
    statement_bind_text(&change, 3, word_at(of->statuses, new_status));
    statement_bind_int64(&change, 4, progress);
    statement_bind_time(&change, 5, context_now(store->context));
    return store_work_change(store, key, &change, of->can_not_change, error);
}

cpk_status store_work_set_status(struct store *store, const struct work_key *key, int32_t new_status, int64_t progress,
                                 cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    if (word_at(kind_of(key->kind)->statuses, new_status) == NULL) {
        return error_set(error, CPK_ERROR_INVALID_ARGUMENT, STORE_DOMAIN, "there is no such status");
    }

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_status(store, &own, new_status, progress, error), error);
}

static cpk_status set_analyzer(struct store *store, const struct work_key *key, const char *analyzer, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_lease_guard(store, key, error));
    store_start_of_owner(&change, store, STATEMENT_WORK_SET_ANALYZER, key);
    statement_bind_text(&change, 4, analyzer);
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, kind_of(key->kind)->missing, error);
}

cpk_status store_work_set_analyzer(struct store *store, const struct work_key *key, const char *analyzer,
                                   cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_analyzer(store, &own, analyzer, error), error);
}

static cpk_status set_failed(struct store *store, const struct work_key *key, const char *message, cpk_error **error)
{
    const struct work_kind *of = kind_of(key->kind);
    struct statement change;

    CPK_TRY(store_lease_guard(store, key, error));
    start(&change, store, of->set_failed, key);
    statement_bind_text(&change, 3, message);
    statement_bind_time(&change, 4, context_now(store->context));
    CPK_TRY(store_work_change(store, key, &change, of->can_not_fail, error));
    return store_hold_release(store, key, error);
}

cpk_status store_work_set_failed(struct store *store, const struct work_key *key, const char *message,
                                 cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_failed(store, &own, message, error), error);
}

/* --- extraction --- */

/* Replaces conversations and chunks. Fails if a chunk was analysed. */
static cpk_status replace_rows(struct store *store, const struct work_key *key,
                               const struct work_extraction *extraction, int64_t *chunks, cpk_error **error)
{
    struct statement change;

    store_start_of_owner(&change, store, STATEMENT_WORK_CHECK_UNANALYZED, key);
    CPK_TRY(store_queue_one(&change, CPK_ERROR_CONFLICT, "analysed chunks can't be replaced", error));
    CPK_TRY(
        store_conversation_replace(store, key, extraction->next_conversation, extraction->conversation_user, error));
    return store_chunk_replace(store, key, extraction->next_chunk, extraction->chunk_user, chunks, error);
}

static const char *const types[] = {SOURCE_TYPE_WORDS, NULL};

static cpk_status set_extracted(struct store *store, const struct work_key *key,
                                const struct work_extraction *extraction, int64_t chunks, cpk_error **error)
{
    const struct work_kind *of = kind_of(key->kind);
    struct statement change;

    start(&change, store, of->set_extracted, key);
    statement_bind_int64(&change, 3, extraction->progress);
    statement_bind_int64(&change, 4, extraction->messages);
    statement_bind_int64(&change, 5, chunks);
    statement_bind_time(&change, 6, context_now(store->context));
    if (key->kind == OWNER_SOURCE) {
        statement_bind_text(&change, 7, extraction->text_key);
        statement_bind_text(&change, 8, extraction->index_key);
        statement_bind_text(&change, 9, word_at(types, extraction->type));
    }
    return store_work_change(store, key, &change, of->can_not_extract, error);
}

/* Updates the library's row. The storage keys of a source are in pack_sources instead. */
static cpk_status set_extracted_own(struct store *store, const struct work_key *key,
                                    const struct work_extraction *extraction, cpk_error **error)
{
    struct statement change;

    store_start_of_owner(&change, store, STATEMENT_WORK_SET_EXTRACTED, key);
    statement_bind_text(&change, 4, extraction->format);
    statement_bind_int64(&change, 5, extraction->conversations);
    statement_bind_int64(&change, 6, extraction->messages);
    statement_bind_int64(&change, 7, extraction->skipped);
    statement_bind_int64(&change, 8, extraction->new_messages);
    statement_bind_int64(&change, 9, extraction->known_messages);
    statement_bind_int64(&change, 10, extraction->text_bytes);
    statement_bind_int64(&change, 11, extraction->text_tokens);
    statement_bind_time(&change, 12, extraction->first_us);
    statement_bind_time(&change, 13, extraction->last_us);
    statement_bind_text(&change, 14, extraction->settings_fingerprint);
    statement_bind_text(&change, 15, extraction->notes);
    statement_bind_text(&change, 16, key->kind == OWNER_JOB ? extraction->text_key : NULL);
    statement_bind_text(&change, 17, key->kind == OWNER_JOB ? extraction->index_key : NULL);
    statement_bind_text(&change, 18, extraction->extractor);
    statement_bind_text(&change, 19, extraction->losses);
    statement_bind_text(&change, 20, extraction->loss_summary);
    statement_bind_int64(&change, 21, extraction->is_partial);
    statement_bind_int64(&change, 22, extraction->deletions_seen);
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, kind_of(key->kind)->missing, error);
}

static cpk_status record_extraction(struct store *store, const struct work_key *key,
                                    const struct work_extraction *extraction, cpk_error **error)
{
    int64_t chunks;

    CPK_TRY(store_lease_guard(store, key, error));
    CPK_TRY(replace_rows(store, key, extraction, &chunks, error));
    CPK_TRY(set_extracted(store, key, extraction, chunks, error));
    if (key->kind == OWNER_SOURCE) { /* before the row's tokens change */
        CPK_TRY(store_source_add_pack_tokens(store, key->user_id, key->id, extraction->text_tokens, error));
    }
    return set_extracted_own(store, key, extraction, error);
}

cpk_status store_work_record_extraction(struct store *store, const struct work_key *key,
                                        const struct work_extraction *extraction, cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, record_extraction(store, &own, extraction, error), error);
}

/* --- additions --- */

static cpk_status read_tokens(struct store *store, const struct work_key *key, int64_t *tokens, cpk_error **error)
{
    cpk_source *source;

    CPK_TRY(store_source_get(store, key->user_id, key->id, &source, error));
    *tokens = source->text_tokens;
    record_free(source);
    return CPK_OK;
}

static cpk_status set_added(struct store *store, const struct work_key *key, const struct work_addition *addition,
                            int64_t tokens, cpk_error **error)
{
    struct statement change;

    store_start_of_owner(&change, store, STATEMENT_WORK_SET_ADDED, key);
    statement_bind_int64(&change, 4, addition->deletions_seen);
    statement_bind_int64(&change, 5, addition->new_messages);
    statement_bind_int64(&change, 6, addition->text_bytes);
    statement_bind_int64(&change, 7, tokens);
    statement_bind_time(&change, 8, addition->first_us);
    statement_bind_time(&change, 9, addition->last_us);
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, kind_of(key->kind)->missing, error);
}

static cpk_status record_addition(struct store *store, const struct work_key *key, const struct work_addition *addition,
                                  cpk_error **error)
{
    struct statement change;
    int64_t tokens;
    int64_t chunks;

    CPK_TRY(store_lease_guard(store, key, error));
    CPK_TRY(read_tokens(store, key, &tokens, error));
    tokens += addition->text_tokens;
    CPK_TRY(store_conversation_add(store, key, addition->next_conversation, addition->conversation_user, error));
    CPK_TRY(store_chunk_add(store, key, addition->next_chunk, addition->chunk_user, &chunks, error));
    if (chunks > 0) {
        start(&change, store, STATEMENT_SOURCE_SET_ADDED, key);
        statement_bind_int64(&change, 3, chunks);
        statement_bind_time(&change, 4, context_now(store->context));
        CPK_TRY(store_queue_one(&change, CPK_ERROR_NOT_FOUND, kind_of(key->kind)->missing, error));
    }
    CPK_TRY(store_source_add_pack_tokens(store, key->user_id, key->id, tokens, error));
    return set_added(store, key, addition, tokens, error);
}

cpk_status store_work_record_addition(struct store *store, const struct work_key *key,
                                      const struct work_addition *addition, cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, record_addition(store, &own, addition, error), error);
}

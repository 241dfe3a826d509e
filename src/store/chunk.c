#include "store/chunk.h"

#include "base/buffer.h"
#include "model/words.h"
#include "store/hold.h"
#include "store/internal.h"

#include <stdio.h>
#include <string.h>

static cpk_status chunk_read(const struct context *context, struct statement *row, void **record, cpk_error **error)
{
    static const char *const known[] = {CHUNK_STATUS_WORDS, NULL};
    struct store_chunk *chunk = record_create(context, row, sizeof *chunk);
    cpk_status status;

    *record = chunk;
    if (chunk == NULL) {
        return error_out_of_memory(error);
    }
    chunk->id = record_take_text(&chunk->record, row);
    chunk->index = statement_take_int64(row);
    chunk->text_offset = statement_take_int64(row);
    chunk->text_length = statement_take_int64(row);
    chunk->tokens = statement_take_int64(row);
    chunk->index_offset = statement_take_int64(row);
    chunk->index_length = statement_take_int64(row);
    chunk->status = record_take_text(&chunk->record, row);
    chunk->status_code = word_find(known, chunk->status);
    chunk->attempts = statement_take_int64(row);
    chunk->analyzer = record_take_text(&chunk->record, row);
    chunk->result_key = record_take_text(&chunk->record, row);
    chunk->input_tokens = statement_take_int64(row);
    chunk->output_tokens = statement_take_int64(row);
    chunk->cost_micro = statement_take_int64(row);
    chunk->error_message = record_take_text(&chunk->record, row);
    chunk->content_sha256 = record_take_text(&chunk->record, row);
    chunk->result_sha256 = record_take_text(&chunk->record, row);
    chunk->withheld = record_take_text(&chunk->record, row);
    status = statement_check(row, error);
    if (status != CPK_OK) {
        record_free(chunk);
        *record = NULL;
    }
    return status;
}

cpk_status store_chunk_list(struct store *store, const struct work_key *key, struct record_list **chunks,
                            cpk_error **error)
{
    struct work_key own;
    struct statement query;

    *chunks = NULL;
    CPK_TRY(store_own_key(store, key, &own, error));
    store_start_of_owner(&query, store, STATEMENT_CHUNK_LIST, &own);
    return store_read_list(store, &query, chunk_read, chunks, error);
}

cpk_status store_chunk_list_open(struct store *store, const struct work_key *key, int64_t after_index, int64_t limit,
                                 struct record_list **chunks, cpk_error **error)
{
    struct work_key own;
    struct statement query;

    *chunks = NULL;
    CPK_TRY(store_own_key(store, key, &own, error));
    store_start_of_owner(&query, store, STATEMENT_CHUNK_LIST_OPEN, &own);
    statement_bind_int64(&query, 4, after_index);
    statement_bind_int64(&query, 5, limit);
    return store_read_list(store, &query, chunk_read, chunks, error);
}

cpk_status store_chunk_count(struct store *store, const struct work_key *key, struct chunk_counts *counts,
                             cpk_error **error)
{
    struct work_key own;
    struct statement query;
    int32_t has_row;

    memset(counts, 0, sizeof *counts);
    CPK_TRY(store_own_key(store, key, &own, error));
    store_start_of_owner(&query, store, STATEMENT_CHUNK_COUNT, &own);
    CPK_TRY(statement_step(&query, &has_row, error));
    counts->chunks = statement_take_int64(&query);
    counts->done = statement_take_int64(&query);
    counts->failed = statement_take_int64(&query);
    CPK_TRY(statement_check(&query, error));
    statement_finish(&query);
    return CPK_OK;
}

/* Converts one credit of the open hold to a transaction. The balance was charged when the hold was created. */
static cpk_status charge(struct store *store, const struct work_key *key, const struct chunk_result *result,
                         cpk_error **error)
{
    static const char no_credits[] = "no credits are held for this work, or all are used";
    char transaction_id[UUID_TEXT_BYTES];
    char description[64];
    char metadata[160];
    struct statement change;

    CPK_TRY(uuid_create(store->context, transaction_id, error));
    snprintf(description, sizeof description, "Analysis of chunk %lld", (long long)result->index + 1);
    snprintf(metadata, sizeof metadata,
             "{\"chunk_index\":%lld,\"cost_micros\":%lld,\"input_tokens\":%lld,\"output_tokens\":%lld}",
             (long long)result->index, (long long)result->cost_micro, (long long)result->input_tokens,
             (long long)result->output_tokens);
    store_start_of_owner(&change, store, STATEMENT_HOLD_SETTLE, key);
    statement_bind_int64(&change, 4, context_now(store->context));
    CPK_TRY(store_queue_one(&change, CPK_ERROR_CONFLICT, no_credits, error));
    store_start_of_owner(&change, store, STATEMENT_TRANSACTION_INSERT_OF_HOLD, key);
    statement_bind_text(&change, 4, transaction_id);
    statement_bind_text(&change, 5, description);
    statement_bind_text(&change, 6, metadata);
    statement_bind_time(&change, 7, context_now(store->context));
    return store_queue_one(&change, CPK_ERROR_CONFLICT, no_credits, error);
}

static cpk_status count_chunk(struct store *store, const struct work_key *key, const struct chunk_result *result,
                              cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_USER_COUNT_CHUNK);
    statement_bind_text(&change, 1, key->user_id);
    statement_bind_time(&change, 2, context_now(store->context));
    CPK_TRY(store_queue_one(&change, CPK_ERROR_NOT_FOUND, "no such user", error));
    statement_start(&change, store->session,
                    key->kind == OWNER_JOB ? STATEMENT_JOB_ADD_CHUNK : STATEMENT_SOURCE_ADD_CHUNK);
    statement_bind_text(&change, 1, key->user_id);
    statement_bind_text(&change, 2, key->id);
    statement_bind_int64(&change, 3, result->input_tokens);
    statement_bind_int64(&change, 4, result->output_tokens);
    statement_bind_int64(&change, 5, result->cost_micro);
    statement_bind_int64(&change, 6, result->progress_from);
    statement_bind_int64(&change, 7, result->progress_to);
    statement_bind_time(&change, 8, context_now(store->context));
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, "no such source or job", error);
}

/* Appends the indexes of failed chunks as a JSON array. */
static cpk_status append_failed(struct store *store, const struct work_key *key, struct buffer *list, cpk_error **error)
{
    struct statement query;
    int32_t has_row;

    statement_start(&query, store->session, STATEMENT_JOB_LIST_FAILED);
    statement_bind_text(&query, 1, key->user_id);
    statement_bind_text(&query, 2, key->id);
    CPK_TRY(statement_step(&query, &has_row, error));
    while (has_row) {
        buffer_append_format(list, "%c%lld", list->length == 0 ? '[' : ',', (long long)statement_int64(&query, 0));
        CPK_TRY(statement_step(&query, &has_row, error));
    }
    buffer_append_text(list, list->length == 0 ? "[]" : "]");
    return list->failed ? error_out_of_memory(error) : CPK_OK;
}

/* Recomputes the failed_chunks of a job. */
static cpk_status list_failed_of_job(struct store *store, const struct work_key *key, cpk_error **error)
{
    struct statement change;
    struct buffer list;
    cpk_status status;

    buffer_init(&list, &store->context->allocator);
    CPK_TRY_CLEANUP(append_failed(store, key, &list, error));
    statement_start(&change, store->session, STATEMENT_JOB_SET_FAILED_CHUNKS);
    statement_bind_text(&change, 1, key->user_id);
    statement_bind_text(&change, 2, key->id);
    statement_bind_text(&change, 3, buffer_text(&list));
    statement_bind_time(&change, 4, context_now(store->context));
    status = store_queue_one(&change, CPK_ERROR_NOT_FOUND, "no such job, or it belongs to another user", error);
cleanup:
    buffer_free(&list);
    return status;
}

static cpk_status chunk_done(struct store *store, const struct work_key *key, const struct chunk_result *result,
                             cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_lease_guard(store, key, error));
    store_start_of_owner(&change, store, STATEMENT_CHUNK_SET_DONE, key);
    statement_bind_int64(&change, 4, result->index);
    statement_bind_text(&change, 5, result->analyzer);
    statement_bind_text(&change, 6, result->result_key);
    statement_bind_int64(&change, 7, result->input_tokens);
    statement_bind_int64(&change, 8, result->output_tokens);
    statement_bind_int64(&change, 9, result->cost_micro);
    statement_bind_text(&change, 10, result->result_sha256);
    statement_bind_text(&change, 11, result->withheld);
    CPK_TRY(store_queue_one(&change, CPK_ERROR_ALREADY_EXISTS, "the chunk is done", error));
    CPK_TRY(charge(store, key, result, error));
    CPK_TRY(count_chunk(store, key, result, error));
    return key->kind == OWNER_JOB ? list_failed_of_job(store, key, error) : CPK_OK;
}

cpk_status store_chunk_done(struct store *store, const struct work_key *key, const struct chunk_result *result,
                            cpk_error **error)
{
    struct work_key own;
    cpk_status status;

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_begin(store, error));
    status = store_end(store, chunk_done(store, &own, result, error), error);
    if (status == CPK_ERROR_ALREADY_EXISTS) { /* done and charged by an earlier run */
        error_clear(error);
        return CPK_OK;
    }
    return status;
}

static cpk_status chunk_failed(struct store *store, const struct work_key *key, int64_t index, const char *message,
                               cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_lease_guard(store, key, error));
    store_start_of_owner(&change, store, STATEMENT_CHUNK_SET_FAILED, key);
    statement_bind_int64(&change, 4, index);
    statement_bind_text(&change, 5, message);
    CPK_TRY(store_queue_one(&change, CPK_ERROR_CONFLICT, "no such chunk, or it is done", error));
    return key->kind == OWNER_JOB ? list_failed_of_job(store, key, error) : CPK_OK;
}

cpk_status store_chunk_failed(struct store *store, const struct work_key *key, int64_t index, const char *message,
                              cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, chunk_failed(store, &own, index, message, error), error);
}

static cpk_status chunk_restored(struct store *store, const struct work_key *key, const struct chunk_result *result,
                                 cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_lease_guard(store, key, error));
    store_start_of_owner(&change, store, STATEMENT_CHUNK_SET_RESTORED, key);
    statement_bind_int64(&change, 4, result->index);
    statement_bind_text(&change, 5, result->analyzer);
    statement_bind_text(&change, 6, result->result_sha256);
    return store_queue_one(&change, CPK_ERROR_CONFLICT, "no such chunk, or it is not done", error);
}

cpk_status store_chunk_restored(struct store *store, const struct work_key *key, const struct chunk_result *result,
                                cpk_error **error)
{
    struct work_key own;
    struct store_scope scope;

    CPK_TRY(store_own_key(store, key, &own, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, chunk_restored(store, &own, result, error), error);
}

/* Inserts chunks whose first one has this index. */
static cpk_status insert_all(struct store *store, const struct work_key *key, int64_t first, chunk_next_fn next,
                             void *user, int64_t *count, cpk_error **error)
{
    *count = 0;
    while (next != NULL) {
        struct chunk_params chunk = {0, 0, 0, 0, 0, NULL};
        int32_t has_next = 0;

        struct statement change;

        CPK_TRY(next(user, &chunk, &has_next, error));
        if (!has_next) {
            return CPK_OK;
        }
        store_start_of_owner(&change, store, STATEMENT_CHUNK_INSERT, key);
        statement_bind_int64(&change, 4, first + *count);
        statement_bind_int64(&change, 5, chunk.text_offset);
        statement_bind_int64(&change, 6, chunk.text_length);
        statement_bind_int64(&change, 7, chunk.tokens);
        statement_bind_int64(&change, 8, chunk.index_offset);
        statement_bind_int64(&change, 9, chunk.index_length);
        statement_bind_text(&change, 10, chunk.content_sha256);
        CPK_TRY(store_queue_any(&change, error));
        (*count)++;
    }
    return CPK_OK;
}

cpk_status store_chunk_replace(struct store *store, const struct work_key *key, chunk_next_fn next, void *user,
                               int64_t *count, cpk_error **error)
{
    struct statement change;

    store_start_of_owner(&change, store, STATEMENT_CHUNK_DELETE_ALL, key);
    CPK_TRY(store_queue_any(&change, error));
    return insert_all(store, key, 0, next, user, count, error);
}

cpk_status store_chunk_add(struct store *store, const struct work_key *key, chunk_next_fn next, void *user,
                           int64_t *count, cpk_error **error)
{
    struct chunk_counts counts;

    CPK_TRY(store_chunk_count(store, key, &counts, error));
    return insert_all(store, key, counts.chunks, next, user, count, error);
}

#include "store/job.h"

#include "base/buffer.h"
#include "store/folder.h"
#include "store/hold.h"
#include "store/internal.h"
#include "store/lease.h"
#include "store/legacy_pack.h"
#include "store/user.h"

#include <string.h>

#define NO_SUCH_JOB  "no such job, or it belongs to another user"

#define RECORD_TYPE  cpk_job
#define RECORD_TABLE "records/job.def"
#define RECORD_READ  job_read
#include "store/columns.def"

cpk_status store_job_get(struct store *store, const char *user_id, const char *job_id, cpk_job **job, cpk_error **error)
{
    struct statement query;

    *job = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_JOB_GET);
    statement_bind_text(&query, 1, user_id);
    statement_bind_text(&query, 2, job_id);
    return job_read_one(store, &query, job, NO_SUCH_JOB, error);
}

cpk_status store_job_list(struct store *store, const char *user_id, const struct store_page *page,
                          struct snapshot_list **jobs, cpk_error **error)
{
    struct statement query;

    *jobs = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    statement_start(&query, store->session, STATEMENT_JOB_LIST_PAGE);
    statement_bind_text(&query, 1, user_id);
    CPK_TRY(store_bind_page(&query, 2, page, error));
    return store_read_list(store, &query, job_read, jobs, error);
}

/* --- creating --- */

static cpk_status insert_own(struct store *store, const char *user_id, const struct job_params *params,
                             cpk_error **error)
{
    struct statement change;

    statement_start(&change, store->session, STATEMENT_JOB_INSERT_OWN);
    statement_bind_text(&change, 1, user_id);
    statement_bind_text(&change, 2, params->job_id);
    statement_bind_text(&change, 3, params->sha256);
    statement_bind_text(&change, 4, params->lease_owner);
    statement_bind_time(&change, 5, params->lease_owner != NULL ? params->lease_expires_us : CPK_TIME_UNKNOWN);
    return statement_run(&change, NULL, error);
}

static cpk_status job_create(struct store *store, const char *user_id, const struct job_params *params, cpk_job **job,
                             cpk_error **error)
{
    char row_id[UUID_TEXT_BYTES];
    int32_t was_made;
    struct statement change;

    CPK_TRY(uuid_create(store->context, row_id, error));
    statement_start(&change, store->session, STATEMENT_JOB_INSERT);
    statement_bind_text(&change, 1, row_id);
    statement_bind_text(&change, 2, user_id);
    statement_bind_text(&change, 3, params->job_id);
    statement_bind_text(&change, 4, params->file_name);
    statement_bind_int64(&change, 5, params->file_size_bytes);
    statement_bind_time(&change, 6, context_now(store->context));
    CPK_TRY(store_insert_in_folder(&change, user_id, strlen("/jobs//raw") + strlen(params->job_id), &was_made, error));
    if (!was_made) {
        CPK_TRY(store_user_check(store, user_id, USER_MAY_WORK, error));
        return error_set(error, CPK_ERROR_NOT_FOUND, STORE_DOMAIN, "no such user: create the user first");
    }
    CPK_TRY(insert_own(store, user_id, params, error));
    return store_job_get(store, user_id, params->job_id, job, error);
}

cpk_status store_job_create(struct store *store, const char *user_id, const struct job_params *params, cpk_job **job,
                            cpk_error **error)
{
    struct store_scope scope;
    cpk_status status;

    *job = NULL;
    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    status = store_scope_end(&scope, job_create(store, user_id, params, job, error), error);
    if (status != CPK_OK) {
        snapshot_free(*job);
        *job = NULL;
    }
    return status;
}

cpk_status store_job_take_up(struct store *store, const char *user_id, const char *job_id, cpk_error **error)
{
    const struct job_params params = {.job_id = job_id};
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, insert_own(store, user_id, &params, error), error);
}

/* --- changing under a lease --- */

static void start(struct statement *change, struct store *store, enum statement_id id, const char *user_id,
                  const char *job_id)
{
    statement_start(change, store->session, id);
    statement_bind_text(change, 1, user_id);
    statement_bind_text(change, 2, job_id);
}

/* No row: the job is missing or in a state that forbids the change. Who holds the lease knows that it is there. */
static cpk_status change_job(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                             struct statement *change, const char *message, cpk_error **error)
{
    cpk_job *job;
    int64_t rows;

    if (lease_owner != NULL) {
        return store_queue_one(change, CPK_ERROR_CONFLICT, message, error);
    }
    CPK_TRY(statement_run(change, &rows, error));
    if (rows > 0) {
        return CPK_OK;
    }
    CPK_TRY(store_job_get(store, user_id, job_id, &job, error));
    error_set(error, CPK_ERROR_CONFLICT, STORE_DOMAIN, "%s (job %s, status %s)", message, job_id, job->status);
    snapshot_free(job);
    return CPK_ERROR_CONFLICT;
}

static cpk_status set_status(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                             const char *new_status, int64_t progress, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_lease_guard(store, user_id, OWNER_JOB, job_id, lease_owner, error));
    start(&change, store, STATEMENT_JOB_SET_STATUS, user_id, job_id);
    statement_bind_text(&change, 3, new_status);
    statement_bind_int64(&change, 4, progress);
    statement_bind_time(&change, 5, context_now(store->context));
    return change_job(store, user_id, job_id, lease_owner, &change, "a completed job can't change its status", error);
}

cpk_status store_job_set_status(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                                const char *new_status, int64_t progress, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_status(store, user_id, job_id, lease_owner, new_status, progress, error), error);
}

static cpk_status set_analyzer(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                               const char *analyzer, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_lease_guard(store, user_id, OWNER_JOB, job_id, lease_owner, error));
    start(&change, store, STATEMENT_JOB_SET_ANALYZER, user_id, job_id);
    statement_bind_text(&change, 3, analyzer);
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_JOB, error);
}

cpk_status store_job_set_analyzer(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                                  const char *analyzer, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_analyzer(store, user_id, job_id, lease_owner, analyzer, error), error);
}

static cpk_status set_failed(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                             const char *message, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_lease_guard(store, user_id, OWNER_JOB, job_id, lease_owner, error));
    start(&change, store, STATEMENT_JOB_SET_FAILED, user_id, job_id);
    statement_bind_text(&change, 3, message);
    statement_bind_time(&change, 4, context_now(store->context));
    CPK_TRY(change_job(store, user_id, job_id, lease_owner, &change, "a completed job can't fail", error));
    return store_hold_release(store, user_id, job_id, error);
}

cpk_status store_job_set_failed(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                                const char *message, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, set_failed(store, user_id, job_id, lease_owner, message, error), error);
}

/* A chunk has failed, or one that had is done. */
cpk_status store_job_list_failed(struct store *store, const char *user_id, const char *job_id, cpk_error **error)
{
    struct statement query;
    struct buffer list;
    int32_t has_row = 1;
    cpk_status status = CPK_OK;

    buffer_init(&list, &store->context->allocator);
    start(&query, store, STATEMENT_JOB_LIST_FAILED, user_id, job_id);
    while (status == CPK_OK && has_row) {
        status = statement_step(&query, &has_row, error);
        if (status == CPK_OK && has_row) {
            buffer_append_format(&list, "%c%lld", list.length == 0 ? '[' : ',', (long long)statement_int64(&query, 0));
        }
    }
    statement_finish(&query);
    buffer_append_text(&list, list.length == 0 ? "[]" : "]");
    if (status == CPK_OK && list.failed) {
        status = error_out_of_memory(error);
    }
    if (status == CPK_OK) {
        start(&query, store, STATEMENT_JOB_SET_FAILED_CHUNKS, user_id, job_id);
        statement_bind_text(&query, 3, buffer_text(&list));
        statement_bind_time(&query, 4, context_now(store->context));
        status = store_queue_one(&query, CPK_ERROR_NOT_FOUND, NO_SUCH_JOB, error);
    }
    buffer_free(&list);
    return status;
}

/* --- extraction --- */

static cpk_status insert_conversation(struct store *store, const char *user_id, const char *job_id,
                                      const struct store_conversation *conversation, cpk_error **error)
{
    struct statement change;

    start(&change, store, STATEMENT_JOB_CONVERSATION_INSERT, user_id, job_id);
    statement_bind_text(&change, 3, conversation->provider);
    statement_bind_text(&change, 4, conversation->conversation_id);
    statement_bind_text(&change, 5, conversation->title != NULL ? conversation->title : "");
    statement_bind_int64(&change, 6, conversation->messages);
    statement_bind_int64(&change, 7, conversation->tokens);
    statement_bind_time(&change, 8, conversation->first_us);
    statement_bind_time(&change, 9, conversation->last_us);
    return store_queue_any(&change, error);
}

static cpk_status replace_conversations(struct store *store, const char *user_id, const char *job_id,
                                        const struct source_extraction *extraction, cpk_error **error)
{
    struct statement change;

    start(&change, store, STATEMENT_JOB_CONVERSATION_DELETE_ALL, user_id, job_id);
    CPK_TRY(store_queue_any(&change, error));
    for (;;) {
        struct store_conversation conversation;
        int32_t has_next = 0;

        memset(&conversation, 0, sizeof conversation);
        CPK_TRY(extraction->next_conversation(extraction->conversation_user, &conversation, &has_next, error));
        if (!has_next) {
            return CPK_OK;
        }
        CPK_TRY(insert_conversation(store, user_id, job_id, &conversation, error));
    }
}

static cpk_status extraction_own(struct store *store, const char *user_id, const char *job_id,
                                 const struct source_extraction *extraction, cpk_error **error)
{
    struct statement change;

    start(&change, store, STATEMENT_JOB_SET_EXTRACTED_OWN, user_id, job_id);
    statement_bind_text(&change, 3, extraction->format);
    statement_bind_int64(&change, 4, extraction->conversations);
    statement_bind_int64(&change, 5, extraction->messages);
    statement_bind_int64(&change, 6, extraction->skipped);
    statement_bind_int64(&change, 7, extraction->text_bytes);
    statement_bind_int64(&change, 8, extraction->text_tokens);
    statement_bind_time(&change, 9, extraction->first_us);
    statement_bind_time(&change, 10, extraction->last_us);
    statement_bind_text(&change, 11, extraction->notes);
    statement_bind_text(&change, 12, extraction->r2_extracted_path);
    statement_bind_text(&change, 13, extraction->r2_chunked_path);
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_JOB, error);
}

static cpk_status record_extraction(struct store *store, const char *user_id, const char *job_id,
                                    const char *lease_owner, const struct source_extraction *extraction,
                                    cpk_error **error)
{
    struct statement change;
    int64_t chunks;

    CPK_TRY(store_lease_guard(store, user_id, OWNER_JOB, job_id, lease_owner, error));
    start(&change, store, STATEMENT_JOB_CHECK_UNANALYZED, user_id, job_id);
    CPK_TRY(store_queue_one(&change, CPK_ERROR_CONFLICT, "chunks that are analysed can't be replaced", error));
    CPK_TRY(replace_conversations(store, user_id, job_id, extraction, error));
    CPK_TRY(store_chunk_replace(store, user_id, OWNER_JOB, job_id, extraction->next_chunk, extraction->chunk_user,
                                &chunks, error));
    start(&change, store, STATEMENT_JOB_SET_EXTRACTED, user_id, job_id);
    statement_bind_int64(&change, 3, extraction->progress);
    statement_bind_int64(&change, 4, extraction->messages);
    statement_bind_int64(&change, 5, chunks);
    statement_bind_time(&change, 6, context_now(store->context));
    CPK_TRY(
        change_job(store, user_id, job_id, lease_owner, &change, "a completed job can't be extracted again", error));
    return extraction_own(store, user_id, job_id, extraction, error);
}

cpk_status store_job_record_extraction(struct store *store, const char *user_id, const char *job_id,
                                       const char *lease_owner, const struct source_extraction *extraction,
                                       cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, record_extraction(store, user_id, job_id, lease_owner, extraction, error), error);
}

static cpk_status take_conversation(struct statement *row, conversation_each_fn each, void *user, cpk_error **error)
{
    struct store_conversation conversation;

    memset(&conversation, 0, sizeof conversation);
    conversation.source_id = statement_take_text(row, NULL);
    conversation.provider = statement_take_text(row, NULL);
    conversation.conversation_id = statement_take_text(row, NULL);
    conversation.title = statement_take_text(row, NULL);
    conversation.messages = statement_take_int64(row);
    conversation.tokens = statement_take_int64(row);
    conversation.first_us = statement_take_time(row);
    conversation.last_us = statement_take_time(row);
    CPK_TRY(statement_check(row, error));
    return each(user, &conversation, error);
}

cpk_status store_job_conversations(struct store *store, const char *user_id, const char *job_id,
                                   conversation_each_fn each, void *user, cpk_error **error)
{
    struct statement query;
    int32_t has_row = 1;
    cpk_status status = CPK_OK;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    start(&query, store, STATEMENT_JOB_CONVERSATION_LIST, user_id, job_id);
    while (status == CPK_OK && has_row) {
        status = statement_step(&query, &has_row, error);
        if (status == CPK_OK && has_row) {
            status = take_conversation(&query, each, user, error);
        }
    }
    statement_finish(&query);
    return status;
}

/* --- ends --- */

static cpk_status complete(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                           const struct job_result *result, cpk_error **error)
{
    struct statement change;

    CPK_TRY(store_lease_guard(store, user_id, OWNER_JOB, job_id, lease_owner, error));
    CPK_TRY(store_legacy_pack_put(store, user_id, job_id, result, error));
    start(&change, store, STATEMENT_JOB_COMPLETE, user_id, job_id);
    statement_bind_time(&change, 3, context_now(store->context));
    CPK_TRY(
        change_job(store, user_id, job_id, lease_owner, &change, "the job has chunks that are not analysed", error));
    CPK_TRY(store_hold_release(store, user_id, job_id, error));
    return lease_owner != NULL ? store_lease_release(store, user_id, OWNER_JOB, job_id, lease_owner, error) : CPK_OK;
}

cpk_status store_job_complete(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                              const struct job_result *result, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, complete(store, user_id, job_id, lease_owner, result, error), error);
}

static cpk_status job_delete(struct store *store, const char *user_id, const char *job_id, cpk_error **error)
{
    static const enum statement_id steps[] = {STATEMENT_JOB_DELETE_HOLDS, STATEMENT_JOB_DELETE_PACKS};
    struct statement change;

    CPK_TRY(store_hold_release(store, user_id, job_id, error));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        start(&change, store, steps[i], user_id, job_id);
        CPK_TRY(store_queue_any(&change, error));
    }
    start(&change, store, STATEMENT_JOB_DELETE, user_id, job_id);
    return store_queue_one(&change, CPK_ERROR_NOT_FOUND, NO_SUCH_JOB, error);
}

cpk_status store_job_delete(struct store *store, const char *user_id, const char *job_id, cpk_error **error)
{
    struct store_scope scope;

    CPK_TRY(store_owner(store, user_id, &user_id, error));
    CPK_TRY(store_scope_begin(&scope, store, error));
    return store_scope_end(&scope, job_delete(store, user_id, job_id, error), error);
}

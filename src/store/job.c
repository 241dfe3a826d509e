#include "store/job.h"

#include "store/folder.h"
#include "store/hold.h"
#include "store/internal.h"
#include "store/lease.h"
#include "store/user.h"
#include "store/work_row.h"

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
                          struct record_list **jobs, cpk_error **error)
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
    const struct work_params work = {
        .sha256 = params->sha256, .lease_owner = params->lease_owner, .lease_expires_us = params->lease_expires_us};

    return store_work_insert(store, &(struct work_key){user_id, OWNER_JOB, params->job_id, NULL}, &work, error);
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
        record_free(*job);
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

/* --- completing and deleting --- */

static void start(struct statement *change, struct store *store, enum statement_id id, const char *user_id,
                  const char *job_id)
{
    statement_start(change, store->session, id);
    statement_bind_text(change, 1, user_id);
    statement_bind_text(change, 2, job_id);
}

static cpk_status complete(struct store *store, const char *user_id, const char *job_id, const char *lease_owner,
                           const struct job_result *result, cpk_error **error)
{
    const struct work_key key = {user_id, OWNER_JOB, job_id, lease_owner};
    struct statement change;

    CPK_TRY(store_lease_guard(store, &key, error));
    CPK_TRY(store_legacy_pack_put(store, user_id, job_id, result, error));
    start(&change, store, STATEMENT_JOB_COMPLETE, user_id, job_id);
    statement_bind_time(&change, 3, context_now(store->context));
    CPK_TRY(store_work_change(store, &key, &change, "the job has chunks that are not analysed", error));
    CPK_TRY(store_hold_release(store, &key, error));
    return lease_owner != NULL ? store_lease_release(store, &key, error) : CPK_OK;
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
    const struct work_key key = {user_id, OWNER_JOB, job_id, NULL};
    struct statement change;

    CPK_TRY(store_hold_release(store, &key, error));
    store_start_of_owner(&change, store, STATEMENT_HOLD_DELETE_CLOSED, &key);
    CPK_TRY(store_queue_any(&change, error));
    start(&change, store, STATEMENT_JOB_DELETE_PACKS, user_id, job_id);
    CPK_TRY(store_queue_any(&change, error));
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

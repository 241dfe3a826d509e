#include "processing/job.h"
#include "api/check.h"
#include "api/input.h"
#include "api/names.h"
#include "api/page.h"
#include "ingest/source_add.h"
#include "model/words.h"

#include <contextpack/job.h>

static const char *const status_names[] = {NULL, JOB_STATUS_WORDS, NULL};

cpk_status cpk_job_create(cpk_session *session, const cpk_input *given, const cpk_run_options *options, cpk_job **job,
                          cpk_error **error)
{
    cpk_run_options watched = CPK_RUN_OPTIONS_INIT;
    cpk_input input;
    struct op_context op;
    cpk_status status;

    CPK_CHECK_OUT(job, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(input_read(&input, given, error));
    CPK_TRY(params_read(&watched, sizeof watched, options, "run options", error));
    op_begin(&op, session, &watched);
    status = source_add_job(session, &input, &op, job, error);
    op_end(&op);
    return status;
}

cpk_status cpk_job_run(cpk_session *session, const char *job_id, const cpk_run_options *options, cpk_job **job,
                       cpk_error **error)
{
    cpk_run_options watched = CPK_RUN_OPTIONS_INIT;
    cpk_error *ours = NULL;
    cpk_status status;
    struct op_context op;

    if (job != NULL) {
        *job = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(job_id, "job_id", error));
    CPK_TRY(params_read(&watched, sizeof watched, options, "run options", error));
    CPK_TRY(check_analysis(&watched, error));
    op_begin(&op, session, &watched);
    status = job_run(session, job_id, &op, &ours); /* its message is recorded */
    op_end(&op);
    if (job != NULL) {
        cpk_status read = store_job_get(session->store, NULL, job_id, job, status == CPK_OK ? error : NULL);

        status = status == CPK_OK ? read : status;
    }
    if (ours != NULL && error != NULL) {
        *error = ours;
    } else {
        cpk_error_free(ours);
    }
    return status;
}

cpk_status cpk_job_get(cpk_session *session, const char *job_id, cpk_job **job, cpk_error **error)
{
    CPK_CHECK_OUT(job, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(job_id, "job_id", error));
    return store_job_get(session->store, NULL, job_id, job, error);
}

cpk_status cpk_job_delete(cpk_session *session, const char *job_id, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(job_id, "job_id", error));
    return job_remove(session, job_id, error);
}

const char *cpk_job_id(const cpk_job *job)
{
    return job != NULL ? job->job_id : NULL;
}

int32_t cpk_job_status(const cpk_job *job)
{
    return job != NULL ? name_find(status_names, job->status) : 0;
}

const char *cpk_job_status_name(const cpk_job *job)
{
    return job != NULL ? job->status : NULL;
}

const char *cpk_job_file_name(const cpk_job *job)
{
    return job != NULL ? job->file_name : NULL;
}

int64_t cpk_job_file_size(const cpk_job *job)
{
    return job != NULL ? job->file_size_bytes : -1;
}

int32_t cpk_job_progress(const cpk_job *job)
{
    return job != NULL ? (int32_t)job->progress : 0;
}

const char *cpk_job_error_message(const cpk_job *job)
{
    return job != NULL ? job->error_message : NULL;
}

int64_t cpk_job_extracted_count(const cpk_job *job)
{
    return job != NULL ? job->extracted_count : 0;
}

int64_t cpk_job_total_chunks(const cpk_job *job)
{
    return job != NULL ? job->total_chunks : 0;
}

int64_t cpk_job_processed_chunks(const cpk_job *job)
{
    return job != NULL ? job->processed_chunks : 0;
}

const char *cpk_job_failed_chunks(const cpk_job *job)
{
    return job != NULL ? job->failed_chunks : NULL;
}

int64_t cpk_job_input_tokens(const cpk_job *job)
{
    return job != NULL ? job->total_input_tokens : 0;
}

int64_t cpk_job_output_tokens(const cpk_job *job)
{
    return job != NULL ? job->total_output_tokens : 0;
}

int64_t cpk_job_cost_micros(const cpk_job *job)
{
    return job != NULL ? job->total_cost_micro : 0;
}

int64_t cpk_job_created_at(const cpk_job *job)
{
    return job != NULL ? job->created_us : CPK_TIME_UNKNOWN;
}

int64_t cpk_job_updated_at(const cpk_job *job)
{
    return job != NULL ? job->updated_us : CPK_TIME_UNKNOWN;
}

int64_t cpk_job_completed_at(const cpk_job *job)
{
    return job != NULL ? job->completed_us : CPK_TIME_UNKNOWN;
}

void cpk_job_free(cpk_job *job)
{
    snapshot_free(job);
}

cpk_status cpk_job_list_get(cpk_session *session, const cpk_page *given, cpk_job_list **list, cpk_error **error)
{
    struct store_page page;
    struct snapshot_list *items = NULL;
    const cpk_job *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(page_read(given, &page, error));
    CPK_TRY(store_job_list(session->store, NULL, &page, &items, error));
    last = snapshot_list_last(items);
    return page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                            last != NULL ? last->job_id : NULL, (struct page_list **)list, error);
}

PAGE_LIST_CALLS(cpk_job_list, cpk_job)

/* In the order of the header, for cpk_list_head. */
static void row_fill(const void *item, struct page_row *row)
{
    const cpk_job *job = item;

    page_row_text(row, cpk_job_id(job));
    page_row_number(row, cpk_job_status(job));
    page_row_text(row, cpk_job_status_name(job));
    page_row_text(row, cpk_job_file_name(job));
    page_row_number(row, cpk_job_file_size(job));
    page_row_number(row, cpk_job_progress(job));
    page_row_text(row, cpk_job_error_message(job));
    page_row_number(row, cpk_job_extracted_count(job));
    page_row_number(row, cpk_job_total_chunks(job));
    page_row_number(row, cpk_job_processed_chunks(job));
    page_row_text(row, cpk_job_failed_chunks(job));
    page_row_number(row, cpk_job_input_tokens(job));
    page_row_number(row, cpk_job_output_tokens(job));
    page_row_number(row, cpk_job_cost_micros(job));
    page_row_number(row, cpk_job_created_at(job));
    page_row_number(row, cpk_job_updated_at(job));
    page_row_number(row, cpk_job_completed_at(job));
}

PAGE_LIST_COPY_CALL(cpk_job_list, row_fill)

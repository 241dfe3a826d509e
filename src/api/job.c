#include "processing/job.h"
#include "api/check.h"
#include "api/input.h"
#include "api/page.h"
#include "ingest/source_add.h"
#include "model/words.h"

#include <contextpack/job.h>

cpk_status cpk_job_create(cpk_session *session, const cpk_input *caller_input, const cpk_run_options *options,
                          cpk_job **job, cpk_error **error)
{
    cpk_input input;
    struct op_context op;
    cpk_status status;

    CPK_CHECK_OUT(job, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(input_read(&input, caller_input, error));
    CPK_TRY(call_begin(&op, session, options, error));
    status = source_add_job(session, &input, &op, job, error);
    op_end(&op);
    return status;
}

cpk_status cpk_job_run(cpk_session *session, const char *job_id, const cpk_run_options *options, cpk_job **job,
                       cpk_error **error)
{
    cpk_error *problem = NULL;
    cpk_status status;
    struct op_context op;

    if (job != NULL) {
        *job = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(job_id, "job_id", error));
    CPK_TRY(call_begin_analysis(&op, session, options, error));
    status = job_run(session, job_id, &op, &problem); /* records the message of the problem in the job */
    op_end(&op);
    if (job != NULL) {
        cpk_status read = store_job_get(session->store, NULL, job_id, job, status == CPK_OK ? error : NULL);

        status = status == CPK_OK ? read : status;
    }
    if (problem != NULL) {
        (void)error_give(error, problem);
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

#define RECORD_TYPE  cpk_job
#define RECORD_TABLE "records/job.def"
#include "api/getters.def"

void cpk_job_free(cpk_job *job)
{
    record_free(job);
}

cpk_status cpk_job_list_get(cpk_session *session, const cpk_page *caller_page, cpk_job_list **list, cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_job *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_job_list(session->store, NULL, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                             last != NULL ? last->job_id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_job_list, cpk_job)

#define RECORD_TYPE  cpk_job
#define RECORD_TABLE "records/job.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"
#include "store/job.h"

PAGE_LIST_COPY_CALL(cpk_job_list, row_fill)

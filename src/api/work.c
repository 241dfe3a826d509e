#include "api/check.h"
#include "api/page.h"
#include "model/words.h"
#include "processing/work_metrics.h"
#include "processing/worker.h"
#include "store/queue.h"
#include "store/user.h"

#include <contextpack/source.h>
#include <contextpack/work.h>

#define CONCURRENCY_MAX 256

void cpk_work_options_init(cpk_work_options *options, size_t struct_size)
{
    params_init(options, struct_size);
}

void cpk_worker_options_init(cpk_worker_options *options, size_t struct_size)
{
    params_init(options, struct_size);
}

void cpk_worker_report_init(cpk_worker_report *report, size_t struct_size)
{
    params_init(report, struct_size);
}

/* A user's session has a store with the service's rights, so that the store can't tell. */
static cpk_status need_service(const cpk_session *session, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    if (session->kind == CPK_ACTOR_USER) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, "argument", "only the service may run workers");
    }
    return CPK_OK;
}

cpk_status cpk_work_submit(cpk_session *session, const char *source_id, const cpk_work_options *caller_options,
                           cpk_work **work, cpk_error **error)
{
    cpk_work_options options = CPK_WORK_OPTIONS_INIT;
    struct queue_submission submission;
    cpk_work *submitted = NULL;

    if (work != NULL) {
        *work = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(source_id, "source_id", error));
    CPK_TRY(params_read(&options, sizeof options, caller_options, "work options", error));
    CPK_CHECK_ARG(options.until == 0 || options.until == CPK_SOURCE_READY_FOR_ANALYSIS ||
                      options.until == CPK_SOURCE_COMPLETED,
                  "options.until", error);
    if (session->kind != CPK_ACTOR_USER) {
        return error_set(error, CPK_ERROR_PERMISSION_DENIED, "argument", "only a user's session can submit work");
    }
    submission.kind = options.until == CPK_SOURCE_READY_FOR_ANALYSIS ? QUEUE_EXTRACT : QUEUE_ANALYZE;
    submission.priority = options.priority;
    CPK_TRY(store_user_check(session->work, NULL, USER_MAY_PAY, error));
    CPK_TRY(store_queue_submit(session->work, NULL, source_id, &submission, &submitted, error));
    if (work != NULL) {
        *work = submitted;
    } else {
        record_free(submitted);
    }
    return CPK_OK;
}

cpk_status cpk_work_redrive(cpk_session *session, const char *source_id, int64_t *count, cpk_error **error)
{
    int64_t redriven = 0;

    CPK_CHECK_ARG(session != NULL, "session", error);
    if (source_id != NULL) {
        CPK_TRY(check_id(source_id, "source_id", error));
    }
    CPK_TRY(store_queue_redrive(session->work, source_id, &redriven, error));
    if (count != NULL) {
        *count = redriven;
    }
    return CPK_OK;
}

cpk_status cpk_work_get(cpk_session *session, const char *source_id, cpk_work **work, cpk_error **error)
{
    char user_id[UUID_TEXT_BYTES];

    CPK_CHECK_OUT(work, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(source_id, "source_id", error));
    CPK_TRY(store_queue_user(session->store, source_id, user_id, error));
    return store_queue_get(session->store, user_id, source_id, work, error);
}

cpk_status cpk_source_request_cancel(cpk_session *session, const char *source_id, cpk_error **error)
{
    char user_id[UUID_TEXT_BYTES];

    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(check_id(source_id, "source_id", error));
    CPK_TRY(store_queue_user(session->work, source_id, user_id, error));
    return store_queue_cancel(session->work, user_id, source_id, error);
}

#define RECORD_TYPE  cpk_work
#define RECORD_TABLE "records/work.def"
#include "api/getters.def"

void cpk_work_free(cpk_work *work)
{
    record_free(work);
}

static cpk_status make_list(cpk_session *session, const struct store_page *page, struct record_list *items,
                            cpk_work_list **list, cpk_error **error)
{
    const cpk_work *last = record_list_last(items);

    *list = page_list_create(&session->engine->context, page, items, last != NULL ? last->submitted_us : 0,
                             last != NULL ? last->owner_id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

cpk_status cpk_work_list_get(cpk_session *session, int32_t state, const cpk_page *caller_page, cpk_work_list **list,
                             cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(state >= 0 && state <= CPK_WORK_CANCELLED, "state", error);
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_queue_list(session->store, state, &page, &items, error));
    return make_list(session, &page, items, list, error);
}

PAGE_LIST_CALLS(cpk_work_list, cpk_work)

#define RECORD_TYPE  cpk_work
#define RECORD_TABLE "records/work.def"
#define ROW_FILL     row_fill
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_work_list, row_fill)

cpk_status cpk_work_claim(cpk_session *session, int32_t limit, cpk_work_list **list, cpk_error **error)
{
    const struct store_page all = {INT32_MAX, CPK_TIME_UNKNOWN, NULL};
    struct record_list *items = NULL;

    CPK_CHECK_OUT(list, error);
    CPK_TRY(need_service(session, error));
    CPK_CHECK_ARG(limit >= 1 && limit <= QUEUE_CLAIM_LIMIT, "limit", error);
    CPK_TRY(worker_claim(session, limit, &items, error));
    return make_list(session, &all, items, list, error);
}

/* The operation of a worker: a request to stop does not end the statements with which it ends its claims. */
static cpk_status begin_worker(struct op_context *op, cpk_session *session, const cpk_run_options *caller_options,
                               cpk_error **error)
{
    cpk_run_options options = CPK_RUN_OPTIONS_INIT;

    CPK_TRY(params_read(&options, sizeof options, caller_options, "run options", error));
    op_context_init(op, &session->engine->context, &options);
    op->session = session;
    op->engine = session->engine;
    return CPK_OK;
}

cpk_status cpk_work_run(cpk_session *session, const char *source_id, int64_t claim_number,
                        const cpk_run_options *options, int32_t *state, cpk_error **error)
{
    int32_t ended = 0;
    struct op_context op;

    CPK_TRY(need_service(session, error));
    CPK_TRY(check_id(source_id, "source_id", error));
    CPK_TRY(begin_worker(&op, session, options, error));
    CPK_TRY(worker_run_claim(&op, source_id, claim_number, state != NULL ? state : &ended, error));
    return CPK_OK;
}

cpk_status cpk_work_release(cpk_session *session, const char *source_id, int64_t claim_number, cpk_error **error)
{
    CPK_TRY(need_service(session, error));
    CPK_TRY(check_id(source_id, "source_id", error));
    return worker_release(session, source_id, claim_number, error);
}

cpk_status cpk_worker_run(cpk_session *session, const cpk_worker_options *worker, const cpk_run_options *options,
                          cpk_worker_report *report, cpk_error **error)
{
    cpk_worker_options worker_options = CPK_WORKER_OPTIONS_INIT;
    cpk_worker_report result = CPK_WORKER_REPORT_INIT;
    struct op_context op;
    cpk_status status;

    if (report != NULL) {
        CPK_CHECK_OUT_STRUCT(report, "report", error);
    }
    CPK_TRY(need_service(session, error));
    CPK_TRY(params_read(&worker_options, sizeof worker_options, worker, "worker options", error));
    CPK_CHECK_ARG((worker_options.flags & ~CPK_WORKER_UNTIL_EMPTY) == 0, "worker.flags", error);
    CPK_CHECK_ARG(worker_options.concurrency >= 0 && worker_options.concurrency <= CONCURRENCY_MAX,
                  "worker.concurrency", error);
    CPK_TRY(begin_worker(&op, session, options, error));
    status = worker_run(&op, &worker_options, &result, error);
    if (report != NULL) {
        params_write(report, &result, sizeof result);
    }
    return status;
}

cpk_status cpk_work_metrics(cpk_session *session, const cpk_worker_report *caller_report, cpk_write_fn write,
                            void *write_user, cpk_error **error)
{
    cpk_worker_report report = CPK_WORKER_REPORT_INIT;
    struct buffer text;
    cpk_status status;

    CPK_TRY(need_service(session, error));
    CPK_CHECK_ARG(write != NULL, "write", error);
    CPK_TRY(params_read(&report, sizeof report, caller_report, "worker report", error));
    buffer_init(&text, &session->engine->context.allocator);
    status = work_metrics_write(session, caller_report != NULL ? &report : NULL, &text, error);
    if (status == CPK_OK && write(write_user, text.data, text.length) != 0) {
        status = error_set(error, CPK_ERROR_CANCELLED, "cancel", "cancelled by the callback");
    }
    buffer_free(&text);
    return status;
}

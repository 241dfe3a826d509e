#include "payments/webhook.h"

#include "api/check.h"
#include "api/page.h"
#include "payments/plan.h"
#include "payments/reconcile.h"
#include "store/payment.h"

cpk_status cpk_stripe_webhook(cpk_session *session, const void *body, size_t body_bytes, const char *signature,
                              cpk_webhook_result **result, cpk_error **error)
{
    if (result != NULL) {
        *result = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(body != NULL || body_bytes == 0, "body", error);
    return webhook_receive(session, body != NULL ? body : "", body_bytes, signature != NULL ? signature : "", result,
                           error);
}

#define RECORD_TYPE  cpk_webhook_result
#define RECORD_TABLE "records/webhook_result.def"
#include "api/getters.def"

void cpk_webhook_result_free(cpk_webhook_result *result)
{
    webhook_result_free(result);
}

cpk_status cpk_stripe_reconcile(cpk_session *session, int64_t since, const cpk_run_options *options,
                                cpk_reconcile_report **report, cpk_error **error)
{
    struct op_context op;
    cpk_status status;

    if (report != NULL) {
        *report = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(since >= 0, "since", error);
    CPK_TRY(call_begin(&op, session, options, error));
    status = reconcile(session, since, &op, report, error);
    op_end(&op);
    return status;
}

#define RECORD_TYPE  cpk_reconcile_report
#define RECORD_TABLE "records/reconcile_report.def"
#include "api/getters.def"

void cpk_reconcile_report_free(cpk_reconcile_report *report)
{
    reconcile_report_free(report);
}

#define RECORD_TYPE  cpk_payment
#define RECORD_TABLE "records/payment.def"
#include "api/getters.def"

int64_t cpk_payment_amount_back(const cpk_payment *payment)
{
    return payment != NULL ? payment->amount_refunded + payment->amount_disputed : 0;
}

void cpk_payment_free(cpk_payment *payment)
{
    record_free(payment);
}

cpk_status cpk_payment_list_unclaimed(cpk_session *session, const cpk_page *caller_page, cpk_payment_list **list,
                                      cpk_error **error)
{
    struct store_page page;
    struct record_list *items = NULL;
    const cpk_payment *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(page_read(caller_page, &page, error));
    CPK_TRY(store_payment_list_unclaimed(session->store, &page, &items, error));
    last = record_list_last(items);
    *list = page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                             last != NULL ? last->payment_id : NULL);
    return *list != NULL ? CPK_OK : error_out_of_memory(error);
}

PAGE_LIST_CALLS(cpk_payment_list, cpk_payment)

#define RECORD_TYPE  cpk_payment
#define RECORD_TABLE "records/payment.def"
#define ROW_FILL     payment_row
#include "api/row_fill.def"

PAGE_LIST_COPY_CALL(cpk_payment_list, payment_row)

cpk_status cpk_plans_expire(cpk_session *session, int32_t limit, int64_t *expired, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(expired != NULL, "expired", error);
    *expired = 0;
    return plan_expire_all(session, limit, expired, error);
}

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

int32_t cpk_webhook_result_outcome(const cpk_webhook_result *result)
{
    return result != NULL ? result->outcome : 0;
}

const char *cpk_webhook_result_event_id(const cpk_webhook_result *result)
{
    return result != NULL ? result->event_id : NULL;
}

const char *cpk_webhook_result_event_type(const cpk_webhook_result *result)
{
    return result != NULL ? result->event_type : NULL;
}

const char *cpk_webhook_result_user_id(const cpk_webhook_result *result)
{
    return result != NULL ? result->user_id : NULL;
}

int64_t cpk_webhook_result_credits(const cpk_webhook_result *result)
{
    return result != NULL ? result->credits : 0;
}

const char *cpk_webhook_result_json(const cpk_webhook_result *result)
{
    return result != NULL ? result->json : NULL;
}

void cpk_webhook_result_free(cpk_webhook_result *result)
{
    webhook_result_free(result);
}

cpk_status cpk_stripe_reconcile(cpk_session *session, int64_t since, const cpk_run_options *options,
                                cpk_reconcile_report **report, cpk_error **error)
{
    cpk_run_options watched = CPK_RUN_OPTIONS_INIT;
    struct op_context op;
    cpk_status status;

    if (report != NULL) {
        *report = NULL;
    }
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(since >= 0, "since", error);
    CPK_TRY(params_read(&watched, sizeof watched, options, "run options", error));
    op_begin(&op, session, &watched);
    status = reconcile(session, since, &op, report, error);
    op_end(&op);
    return status;
}

int64_t cpk_reconcile_report_starts_at(const cpk_reconcile_report *report)
{
    return report != NULL ? report->since_us : CPK_TIME_UNKNOWN;
}

int64_t cpk_reconcile_report_seen(const cpk_reconcile_report *report)
{
    return report != NULL ? report->seen : 0;
}

int64_t cpk_reconcile_report_known(const cpk_reconcile_report *report)
{
    return report != NULL ? report->known : 0;
}

int64_t cpk_reconcile_report_processed(const cpk_reconcile_report *report)
{
    return report != NULL ? report->processed : 0;
}

int64_t cpk_reconcile_report_ignored(const cpk_reconcile_report *report)
{
    return report != NULL ? report->ignored : 0;
}

int64_t cpk_reconcile_report_unclaimed(const cpk_reconcile_report *report)
{
    return report != NULL ? report->unclaimed : 0;
}

int64_t cpk_reconcile_report_refused(const cpk_reconcile_report *report)
{
    return report != NULL ? report->refused : 0;
}

int64_t cpk_reconcile_report_failed(const cpk_reconcile_report *report)
{
    return report != NULL ? report->failed : 0;
}

const char *cpk_reconcile_report_first_failure(const cpk_reconcile_report *report)
{
    return report != NULL ? report->first_failure : NULL;
}

void cpk_reconcile_report_free(cpk_reconcile_report *report)
{
    reconcile_report_free(report);
}

const char *cpk_payment_id(const cpk_payment *payment)
{
    return payment != NULL ? payment->payment_id : NULL;
}

const char *cpk_payment_customer_id(const cpk_payment *payment)
{
    return payment != NULL ? payment->customer_id : NULL;
}

const char *cpk_payment_stripe_payment_id(const cpk_payment *payment)
{
    return payment != NULL ? payment->stripe_payment_id : NULL;
}

const char *cpk_payment_package_id(const cpk_payment *payment)
{
    return payment != NULL ? payment->package_id : NULL;
}

const char *cpk_payment_currency(const cpk_payment *payment)
{
    return payment != NULL ? payment->currency : NULL;
}

int64_t cpk_payment_amount(const cpk_payment *payment)
{
    return payment != NULL && payment->amount != FACT_UNKNOWN ? payment->amount : 0;
}

int64_t cpk_payment_amount_back(const cpk_payment *payment)
{
    return payment != NULL ? payment->amount_refunded + payment->amount_disputed : 0;
}

int64_t cpk_payment_credits(const cpk_payment *payment)
{
    return payment != NULL && payment->credits != FACT_UNKNOWN ? payment->credits : 0;
}

int32_t cpk_payment_is_unlimited(const cpk_payment *payment)
{
    return payment != NULL ? payment->is_unlimited : 0;
}

int64_t cpk_payment_created_at(const cpk_payment *payment)
{
    return payment != NULL ? payment->created_us : CPK_TIME_UNKNOWN;
}

void cpk_payment_free(cpk_payment *payment)
{
    snapshot_free(payment);
}

cpk_status cpk_payment_list_unclaimed(cpk_session *session, const cpk_page *given, cpk_payment_list **list,
                                      cpk_error **error)
{
    struct store_page page;
    struct snapshot_list *items = NULL;
    const cpk_payment *last;

    CPK_CHECK_OUT(list, error);
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_TRY(page_read(given, &page, error));
    CPK_TRY(store_payment_list_unclaimed(session->store, &page, &items, error));
    last = snapshot_list_last(items);
    return page_list_create(&session->engine->context, &page, items, last != NULL ? last->created_us : 0,
                            last != NULL ? last->payment_id : NULL, (struct page_list **)list, error);
}

PAGE_LIST_CALLS(cpk_payment_list, cpk_payment)

/* In the order of the header, for cpk_list_head. */
static void payment_row(const void *item, struct page_row *row)
{
    const cpk_payment *payment = item;

    page_row_text(row, cpk_payment_id(payment));
    page_row_text(row, cpk_payment_customer_id(payment));
    page_row_text(row, cpk_payment_stripe_payment_id(payment));
    page_row_text(row, cpk_payment_package_id(payment));
    page_row_text(row, cpk_payment_currency(payment));
    page_row_number(row, cpk_payment_amount(payment));
    page_row_number(row, cpk_payment_amount_back(payment));
    page_row_number(row, cpk_payment_credits(payment));
    page_row_number(row, cpk_payment_is_unlimited(payment));
    page_row_number(row, cpk_payment_created_at(payment));
}

PAGE_LIST_COPY_CALL(cpk_payment_list, payment_row)

cpk_status cpk_plans_expire(cpk_session *session, int32_t limit, int64_t *expired, cpk_error **error)
{
    CPK_CHECK_ARG(session != NULL, "session", error);
    CPK_CHECK_ARG(expired != NULL, "expired", error);
    *expired = 0;
    return plan_expire_all(session, limit, expired, error);
}
